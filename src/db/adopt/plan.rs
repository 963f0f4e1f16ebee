//! Making the plan: reads the catalog, chooses key and version column, gathers findings and SQL.
//! Changes nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::facts::{self, TableFacts};
use super::roles::{self, Roles};
use super::statements::{self, Choice};
use super::{AdoptError, Finding, Options, Plan, TablePlan, VERSION_COLUMN, Weight, judge, reach};

/// What is remembered of an adoption so that it can be taken back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The SQL that takes it back, in order.
    pub undo: Vec<String>,
    /// Whether the version column is ours to drop.
    pub adds_column: bool,
    /// Whether row security was forced by us.
    pub force: bool,
    /// Whether USAGE on the schema was given by an adoption.
    pub schema_opened: bool,
    /// Sequences on which USAGE was given.
    pub sequences: Vec<String>,
    /// The search path that the table's own triggers rely on.
    pub search_path: String,
}

/// An adoption as the database remembers it.
pub struct Adopted {
    /// Object id of the table.
    pub oid: u32,
    /// The schema it was in.
    pub schema: String,
    /// Key columns.
    pub key: Vec<String>,
    /// Version column, if any.
    pub version: Option<String>,
    /// What --undo needs.
    pub state: State,
}

/// Plans the adoption of tables by their names. Pure data comes back, nothing is changed.
pub async fn plan<C: GenericClient>(
    client: &C,
    tables: &[String],
    options: &Options,
) -> Result<Plan, AdoptError> {
    let roles = roles::read(client).await?;
    let adopted = adopted(client).await?;
    let mut all: Vec<TableFacts> = Vec::new();
    for name in tables {
        let mut found = facts::read(client, facts::resolve(client, name).await?, &roles).await?;
        if let Some(root) = &found.root {
            found = facts::read(client, facts::resolve(client, root).await?, &roles).await?;
        }
        if all.iter().all(|known| known.oid != found.oid) {
            all.push(found);
        }
    }
    let named = names(&all, &adopted, client).await?;
    let path = search_path(client).await?;
    let mut plan = Plan {
        tables: Vec::new(),
        findings: Vec::new(),
        options: options.clone(),
    };
    for facts in &all {
        plan.tables
            .push(plan_table(facts, &roles, options, &adopted, &named, &path));
    }
    plan.findings = openings(client, &all, &adopted, &roles).await?;
    accept(&mut plan);
    Ok(plan)
}

fn plan_table(
    facts: &TableFacts,
    roles: &Roles,
    options: &Options,
    adopted: &[Adopted],
    named: &[String],
    path: &str,
) -> TablePlan {
    let before = adopted.iter().find(|one| one.oid == facts.oid);
    let mut findings = judge::refusals(facts, named, before.is_some());
    let mut table = TablePlan {
        table: facts.quoted.clone(),
        oid: facts.oid,
        key: Vec::new(),
        version_column: None,
        again: before.is_some(),
        findings: Vec::new(),
        statements: Vec::new(),
        undo: Vec::new(),
    };
    if !findings.is_empty() {
        table.findings = findings;
        return table;
    }
    let choice = choose(facts, roles, options, adopted, before);
    findings.extend(judge::version_refusal(facts, options, &choice));
    findings.extend(judge::notices(facts, roles, &choice));
    if !facts.owned_by_me {
        findings.push(Finding::new(
            Weight::Refusal,
            "not-owner",
            format!(
                "{} belongs to {}; connect as a member of that role",
                facts.quoted, facts.owner
            ),
        ));
    }
    let undo = match before {
        Some(one) => one.state.undo.clone(),
        None => statements::undo(facts, roles, &choice),
    };
    let state = State {
        undo: undo.clone(),
        adds_column: choice.adds_column,
        force: choice.force,
        schema_opened: choice.schema_opened,
        sequences: sequences(facts, before),
        search_path: format!("{path}, {}", facts.schema_quoted),
    };
    table.statements = statements::adopt(facts, roles, &choice);
    // Plain data with string keys cannot fail to become JSON.
    let state = serde_json::to_string(&state).unwrap_or_default();
    table
        .statements
        .push(statements::remember(facts, &choice, &state));
    table.key = choice.key;
    table.version_column = choice.version;
    table.undo = undo;
    table.findings = findings;
    table
}

fn sequences(facts: &TableFacts, before: Option<&Adopted>) -> Vec<String> {
    let mut list: BTreeSet<String> = facts.sequences.iter().cloned().collect();
    list.extend(
        before
            .iter()
            .flat_map(|one| one.state.sequences.iter().cloned()),
    );
    list.into_iter().collect()
}

fn choose(
    facts: &TableFacts,
    roles: &Roles,
    options: &Options,
    adopted: &[Adopted],
    before: Option<&Adopted>,
) -> Choice {
    let opened = |one: &Adopted| one.schema == facts.schema && one.state.schema_opened;
    let schema_opened = !facts.schema_granted || adopted.iter().any(opened);
    if let Some(one) = before {
        return Choice {
            key: one.key.clone(),
            version: one.version.clone(),
            adds_column: one.state.adds_column
                && one
                    .version
                    .as_ref()
                    .is_some_and(|name| facts.column(name).is_none()),
            force: one.state.force,
            again: true,
            followed: followed(facts, &one.key),
            schema_opened: one.state.schema_opened,
        };
    }
    let version = match options.no_column {
        true => None,
        false => Some(
            options
                .version_column
                .clone()
                .unwrap_or_else(|| VERSION_COLUMN.to_owned()),
        ),
    };
    Choice {
        key: facts.key().unwrap_or_default().to_vec(),
        adds_column: version
            .as_ref()
            .is_some_and(|name| facts.column(name).is_none()),
        version,
        force: options.force || facts.owner == roles.owner,
        again: false,
        followed: followed(facts, facts.key().unwrap_or_default()),
        schema_opened,
    }
}

/// Columns that foreign keys follow, besides those of the key.
fn followed(facts: &TableFacts, key: &[String]) -> Vec<String> {
    facts
        .followed
        .iter()
        .filter(|name| !key.contains(name))
        .cloned()
        .collect()
}

/// Reads what is adopted already.
pub async fn adopted<C: GenericClient>(client: &C) -> Result<Vec<Adopted>, AdoptError> {
    let rows = client
        .query_typed(
            "select a.table_oid, a.schema_name, a.key_columns, a.version_column, a.state::text \
               from rowhouse_private.adopted a join pg_class c on c.oid = a.table_oid order by a.table_oid",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Adopted {
                oid: row.get(0),
                schema: row.get(1),
                key: row.get(2),
                version: row.get(3),
                state: serde_json::from_str(row.get(4))
                    .map_err(|error| AdoptError::Unreadable(error.to_string()))?,
            })
        })
        .collect()
}

/// Names that count as adopted together: those of this plan and those before it.
async fn names<C: GenericClient>(
    all: &[TableFacts],
    adopted: &[Adopted],
    client: &C,
) -> Result<Vec<String>, AdoptError> {
    let oids: Vec<u32> = adopted.iter().map(|one| one.oid).collect();
    let rows = client
        .query_typed(
            "select quote_ident(n.nspname) || '.' || quote_ident(c.relname) \
               from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = any ($1)",
            &[(&oids, Type::OID_ARRAY)],
        )
        .await?;
    let mut names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    names.extend(all.iter().map(|facts| facts.quoted.clone()));
    Ok(names)
}

async fn openings<C: GenericClient>(
    client: &C,
    all: &[TableFacts],
    adopted: &[Adopted],
    roles: &Roles,
) -> Result<Vec<Finding>, AdoptError> {
    let mut oids: Vec<u32> = all.iter().map(|facts| facts.oid).collect();
    oids.extend(adopted.iter().map(|one| one.oid));
    let schemas: BTreeSet<u32> = all.iter().map(|facts| facts.schema_oid).collect();
    let mut findings = Vec::new();
    for schema in schemas {
        findings.extend(reach::findings(client, schema, roles, &oids).await?);
    }
    Ok(findings)
}

/// The path of the database, not of this session: other programs' triggers were written for it.
async fn search_path<C: GenericClient>(client: &C) -> Result<String, AdoptError> {
    let row = client
        .query_typed_one(
            "select coalesce((select substr(x, 13) from pg_db_role_setting s, unnest(s.setconfig) x \
                where s.setrole = 0 and x like 'search\\_path=%' \
                  and s.setdatabase = (select oid from pg_database where datname = current_database())), \
              (select reset_val from pg_settings where name = 'search_path' \
                  and source in ('default', 'configuration file')), '\"$user\", public')",
            &[],
        )
        .await?;
    Ok(row.get(0))
}

/// Turns refusals that the owner accepted by name into leaks that stay listed.
fn accept(plan: &mut Plan) {
    let accepted = plan.options.accept.clone();
    let tables = plan
        .tables
        .iter_mut()
        .flat_map(|table| table.findings.iter_mut());
    for finding in plan.findings.iter_mut().chain(tables) {
        let Some(name) = &finding.accept else {
            continue;
        };
        let short = name.split('(').next().unwrap_or(name);
        if accepted.iter().any(|one| one == name || one == short) {
            finding.weight = Weight::Leak;
        }
    }
}
