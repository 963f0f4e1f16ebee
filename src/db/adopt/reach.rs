//! What our login could reach in a schema once it may use it: definer functions and owner-rights
//! views are ways around every policy.

use serde::Deserialize;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::quote::ident;
use super::roles::Roles;
use super::{AdoptError, Finding, Weight};

#[derive(Debug, Deserialize)]
struct Reach {
    schema: String,
    may_create: bool,
    may_make_temporary: bool,
    invoker_functions: i64,
    definer_functions: Vec<Function>,
    owner_views: Vec<Relation>,
    open_tables: Vec<Relation>,
    users: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Function {
    name: String,
    word: String,
    is_trigger: bool,
}

#[derive(Debug, Deserialize)]
struct Relation {
    name: String,
    /// What PUBLIC holds on it, in PostgreSQL's words; none when our login holds something itself.
    rights: Option<String>,
}

/// Finds what USAGE on a schema opens; openings refuse unless accepted by name.
pub async fn findings<C: GenericClient>(
    client: &C,
    schema: u32,
    roles: &Roles,
    adopted: &[u32],
) -> Result<Vec<Finding>, AdoptError> {
    let row = client
        .query_typed_one(
            include_str!("reach.sql"),
            &[
                (&schema, Type::OID),
                (&roles.client, Type::TEXT),
                (&adopted, Type::OID_ARRAY),
            ],
        )
        .await?;
    let reach: Reach = serde_json::from_str(row.get(0))
        .map_err(|error| AdoptError::Unreadable(error.to_string()))?;
    Ok(judge(&reach, roles))
}

fn judge(reach: &Reach, roles: &Roles) -> Vec<Finding> {
    let schema = &reach.schema;
    let mut list = Vec::new();
    let mut opening = |code, name: &str, text: String, remedy: Vec<String>| {
        let mut finding = Finding::new(Weight::Refusal, code, text).with_remedy(remedy);
        finding.accept = Some(name.to_owned());
        list.push(finding);
    };
    for function in &reach.definer_functions {
        if function.is_trigger && !reach.may_make_temporary && !reach.may_create {
            continue;
        }
        let what = format!("execute on {} {}", function.word, function.name);
        let text = match function.is_trigger {
            false => format!(
                "{} runs with its owner's rights, and our login may call it",
                function.name
            ),
            true => format!(
                "{} runs with its owner's rights, and our login may hang it on a table of its own",
                function.name
            ),
        };
        opening(
            "definer-function",
            &function.name,
            text,
            revoke(&what, &reach.users),
        );
    }
    for view in &reach.owner_views {
        let text = format!(
            "{} shows rows with its owner's rights, and our login may use it",
            view.name
        );
        opening("owner-view", &view.name, text, close(view, reach, roles));
    }
    for table in &reach.open_tables {
        let text = format!(
            "{} is not adopted, and our login may use it all the same",
            table.name
        );
        opening("open-table", &table.name, text, close(table, reach, roles));
    }
    if reach.may_create {
        let name = format!("create:{schema}");
        let text = format!(
            "our login may create objects in schema {schema}, where triggers of tables could pick them up"
        );
        opening(
            "schema-create",
            &name,
            text,
            revoke(&format!("create on schema {schema}"), &reach.users),
        );
    }
    if reach.invoker_functions > 0 {
        list.push(Finding::new(
            Weight::Note,
            "schema-opens",
            format!(
                "{} gets USAGE on schema {schema}; PUBLIC may execute {} functions there, which run with the caller's \
                 rights",
                roles.client, reach.invoker_functions
            ),
        ));
    }
    list
}

fn close(relation: &Relation, reach: &Reach, roles: &Roles) -> Vec<String> {
    match &relation.rights {
        Some(rights) => revoke(&format!("{rights} on {}", relation.name), &reach.users),
        None => vec![format!(
            "revoke all on {} from {}",
            relation.name,
            ident(&roles.client)
        )],
    }
}

/// Takes a right from PUBLIC after giving it by name to the logins that could use it.
fn revoke(what: &str, users: &[String]) -> Vec<String> {
    users
        .iter()
        .map(|user| format!("grant {what} to {}", ident(user)))
        .chain([format!("revoke {what} from public")])
        .collect()
}
