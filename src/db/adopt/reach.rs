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
    may_hang_triggers: bool,
    invoker_functions: i64,
    openings: Vec<Opening>,
}

/// One object that our login may use although nobody meant it to.
#[derive(Debug, Deserialize)]
struct Opening {
    kind: String,
    word: String,
    name: String,
    is_trigger: bool,
    /// What PUBLIC holds on it; none when our login holds something by itself.
    rights: Option<String>,
    users: Vec<String>,
}

/// What USAGE on one schema opens.
#[derive(Debug, Default)]
pub struct Openings {
    /// The findings; openings refuse unless accepted by name or closed.
    pub findings: Vec<Finding>,
    /// The SQL that opens again what the remedies close.
    pub undo: Vec<String>,
}

/// Asks what the shared login (`$2`) reaches in a schema (`$1`) beyond the adopted tables (`$3`).
pub const SQL: &str = include_str!("reach.sql");

/// Reads the answer to [`SQL`].
pub fn read(answer: &str, roles: &Roles) -> Result<Openings, AdoptError> {
    let reach: Reach =
        serde_json::from_str(answer).map_err(|error| AdoptError::Unreadable(error.to_string()))?;
    Ok(judge(&reach, roles))
}

/// Finds what USAGE on a schema opens.
pub async fn openings<C: GenericClient>(
    client: &C,
    schema: u32,
    roles: &Roles,
    adopted: &[u32],
) -> Result<Openings, AdoptError> {
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] = [
        (&schema, Type::OID),
        (&roles.client, Type::TEXT),
        (&adopted, Type::OID_ARRAY),
    ];
    let row = client.query_typed_one(SQL, &parameters).await?;
    read(row.get(0), roles)
}

fn judge(reach: &Reach, roles: &Roles) -> Openings {
    let mut all = Openings::default();
    for opening in &reach.openings {
        if opening.is_trigger && !reach.may_hang_triggers {
            continue;
        }
        let (code, text) = describe(opening);
        let mut finding =
            Finding::new(Weight::Refusal, code, text).with_remedy(close(opening, roles));
        finding.accept = Some(match code {
            "schema-create" => format!("create:{}", opening.name),
            _ => opening.name.clone(),
        });
        all.findings.push(finding);
        all.undo.extend(reopen(opening));
    }
    if reach.invoker_functions > 0 {
        let text = format!(
            "{} gets USAGE on schema {}; PUBLIC may execute {} functions there, which run with the \
             caller's rights",
            roles.client, reach.schema, reach.invoker_functions
        );
        all.findings
            .push(Finding::new(Weight::Note, "schema-opens", text));
    }
    all
}

fn describe(opening: &Opening) -> (&'static str, String) {
    let name = &opening.name;
    match opening.kind.as_str() {
        "definer-function" if opening.is_trigger => (
            "definer-function",
            format!(
                "{name} runs with its owner's rights, and our login may hang it on a table of its own"
            ),
        ),
        "definer-function" => (
            "definer-function",
            format!("{name} runs with its owner's rights, and our login may call it"),
        ),
        "owner-view" => (
            "owner-view",
            format!("{name} shows rows with its owner's rights, and our login may use it"),
        ),
        "open-table" => (
            "open-table",
            format!("{name} is not adopted, and our login may use it all the same"),
        ),
        _ => (
            "schema-create",
            format!(
                "our login may create objects in schema {name}, where triggers could pick them up"
            ),
        ),
    }
}

/// Takes the right from PUBLIC after giving it by name to the logins that live on it.
fn close(opening: &Opening, roles: &Roles) -> Vec<String> {
    let object = format!("{}{}", opening.word, opening.name);
    let Some(rights) = &opening.rights else {
        return vec![format!(
            "revoke all on {object} from {}",
            ident(&roles.client)
        )];
    };
    opening
        .users
        .iter()
        .map(|user| format!("grant {rights} on {object} to {}", ident(user)))
        .chain([format!("revoke {rights} on {object} from public")])
        .collect()
}

fn reopen(opening: &Opening) -> Vec<String> {
    let object = format!("{}{}", opening.word, opening.name);
    let Some(rights) = &opening.rights else {
        return Vec::new();
    };
    std::iter::once(format!("grant {rights} on {object} to public"))
        .chain(
            opening
                .users
                .iter()
                .map(|user| format!("revoke {rights} on {object} from {}", ident(user))),
        )
        .collect()
}
