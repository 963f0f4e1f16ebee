//! Tables whose rows are split among tenants by a column: the rule, the trigger that pins the column,
//! and what of the table tells tenants of each other. Nothing is changed here.

use serde::Deserialize;
use tokio_postgres::types::Type;
use tokio_postgres::{GenericClient, Transaction};

use super::facts::{Column, TableFacts};
use super::quote::{body, ident, literal};
use super::roles::Roles;
use super::sample::{Sample, by_key};
use super::statements::Choice;
use super::{AdoptError, Finding, TablePlan, Weight};

/// The restrictive policy that holds people to the rows of their tenant.
pub const POLICY: &str = "rowhouse_tenant";

/// Gives new rows their tenant, and keeps every change within it.
pub const TRIGGER: &str = "!rowhouse_tenant";

/// What of a table crosses tenants, as the catalog says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Crossings {
    /// Whether the column decides in which partition a row is.
    partitions: bool,
    /// Whether an index begins with the column.
    indexed: bool,
    /// Tenants without a value.
    missing: Vec<String>,
    /// Tenants whose value the column could never hold.
    wrong: Vec<String>,
    /// Unique keys without the column.
    uniques: Vec<Key>,
    /// Foreign keys to tables that have tenants too, without the column.
    references: Vec<Link>,
}

/// A unique key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Key {
    name: String,
    columns: Vec<String>,
    constraint: bool,
    primary: bool,
    surrogate: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Link {
    name: String,
    definition: String,
    target: String,
    target_name: String,
    /// The column that holds the tenant there.
    target_tenant: String,
    target_columns: Vec<String>,
}

/// Reads what crosses tenants.
pub async fn read<C: GenericClient>(
    client: &C,
    table: u32,
    column: &str,
) -> Result<Crossings, AdoptError> {
    let row = client
        .query_typed_one(
            include_str!("tenants.sql"),
            &[(&table, Type::OID), (&column, Type::TEXT)],
        )
        .await
        .map_err(|error| match error.code().map(|state| state.code()) {
            Some("42883" | "42703") => AdoptError::Outdated,
            _ => error.into(),
        })?;
    serde_json::from_str(row.get(0)).map_err(|error| AdoptError::Unreadable(error.to_string()))
}

/// The name of the trigger's function.
pub fn function_name(table: u32) -> String {
    format!("rowhouse_private.tenant_{table}")
}

/// The conditions that a row is one of the asking person's tenant, asked once for each statement: of rows
/// that are seen, and of rows as they are written. A list in place of one value costs an index its order,
/// so it is asked for only where somebody looks across tenants.
pub fn rules(facts: &TableFacts, choice: &Choice) -> Option<(String, String)> {
    let column = column(facts, choice)?;
    let own = format!(
        "{} = (select rowhouse.tenant_value()::{})",
        column.quoted, column.base
    );
    let seen = format!(
        "{} = any ((select rowhouse.tenant_values()::{}[])::{1}[])",
        column.quoted, column.base
    );
    Some((
        if choice.limits.across {
            seen
        } else {
            own.clone()
        },
        own,
    ))
}

/// The function that pins the column; it comes before other triggers, so that none sees another value.
pub fn function(facts: &TableFacts, choice: &Choice) -> Option<String> {
    let column = &column(facts, choice)?.quoted;
    let text = format!(
        "declare\n  v constant text := rowhouse.tenant_value();\nbegin\n  \
         if v is null or tg_op <> 'INSERT' and old.{column}::text is distinct from v then\n    \
         perform rowhouse_private.refuse_tenant({table}::regclass);\n  end if;\n  \
         if tg_op = 'INSERT' then\n    new.{column} := v;\n  \
         elsif tg_op = 'UPDATE' and new.{column} is distinct from old.{column} then\n    \
         perform rowhouse_private.refuse_tenant({table}::regclass);\n  end if;\n  \
         return case when tg_op = 'DELETE' then old else new end;\nend\n",
        table = literal(&facts.quoted),
    );
    Some(format!(
        "create or replace function {}() returns trigger\n\
         language plpgsql security definer set search_path = pg_catalog, pg_temp\nas {}",
        function_name(facts.oid),
        body(&text)
    ))
}

/// The column as the catalog knows it.
fn column<'a>(facts: &'a TableFacts, choice: &Choice) -> Option<&'a Column> {
    facts.column(choice.tenant.as_deref()?)
}

/// How many tenants there are.
pub async fn count<C: GenericClient>(client: &C) -> Result<i64, AdoptError> {
    let ask = "select count(*) from rowhouse_private.tenant";
    Ok(client.query_typed_one(ask, &[]).await?.get(0))
}

/// What it means for the other tenants that a table's rows are not split, or why it cannot be shared.
pub fn unsplit(facts: &TableFacts, choice: &Choice, tenants: i64) -> Option<Finding> {
    let table = &facts.quoted;
    let (weight, code, text) = match (&choice.tenant, choice.shared) {
        (Some(column), true) => (
            Weight::Refusal,
            "tenant-shared",
            format!(
                "{column} of {table} holds each row's tenant; it cannot be shared by all of them"
            ),
        ),
        (None, true) => (
            Weight::Note,
            "tenant-shared",
            format!(
                "all tenants share {table}: their people view it, and write it as their roles say; each \
                 tenant is told of every change, of others without a name"
            ),
        ),
        (None, false) if tenants > 1 => (
            Weight::Note,
            "tenant-none",
            format!(
                "no column of {table} holds the tenant, so it is the first tenant's alone; --shared lets the \
                 people of all of them view it, and write it as their roles say"
            ),
        ),
        _ => return None,
    };
    Some(Finding::new(weight, code, text))
}

/// Why a column cannot hold the tenant.
pub fn refusal(facts: &TableFacts, choice: &Choice, crossings: &Crossings) -> Option<Finding> {
    let name = choice.tenant.as_deref()?;
    let table = &facts.quoted;
    let no = |text: String| Some(Finding::new(Weight::Refusal, "tenant-column", text));
    let Some(column) = facts.column(name) else {
        return no(format!("{table} has no column {name} to hold the tenant"));
    };
    let plain = [
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "text",
        "character varying",
        "uuid",
    ];
    match () {
        () if column.generated || !column.identity.is_empty() => no(format!(
            "{name} of {table} is computed; it cannot hold the tenant"
        )),
        () if choice.version.as_deref() == Some(name) => no(format!(
            "{name} of {table} counts versions; it cannot hold the tenant"
        )),
        () if !column.is_enum && !plain.contains(&column.base.as_str()) => no(format!(
            "{name} of {table} is {}; a tenant is a whole number, a text, a uuid or an enum",
            column.type_name
        )),
        () if crossings.partitions => no(format!(
            "{name} decides in which partition a row of {table} is, which PostgreSQL settles before the \
             database can give a new row its tenant"
        )),
        () if !crossings.wrong.is_empty() => no(format!(
            "what these tenants have as their value is no value of {name} in {table}, as that column writes \
             them: {}",
            crossings.wrong.join(", ")
        )),
        () => None,
    }
}

/// What crosses tenants, with the SQL that mends it.
pub fn notices(facts: &TableFacts, choice: &Choice, crossings: &Crossings) -> Vec<Finding> {
    let Some(column) = column(facts, choice) else {
        return Vec::new();
    };
    let table = &facts.quoted;
    let mut list: Vec<Finding> = Vec::new();
    list.extend(
        crossings
            .references
            .iter()
            .map(|link| crossing_link(facts, link)),
    );
    for key in &crossings.uniques {
        list.push(crossing_key(facts, column, key));
    }
    if !crossings.indexed {
        let text = format!(
            "no index of {table} begins with {}; each reading passes other tenants' rows, and its time tells of them",
            column.name
        );
        let remedy = format!(
            "create index concurrently on {table} ({}, {})",
            column.quoted,
            quoted(&choice.key)
        );
        list.push(Finding::new(Weight::Note, "tenant-index", text).with_remedy([remedy]));
    }
    if !crossings.missing.is_empty() {
        let text = format!(
            "these tenants have no value yet, so their people see no rows of {table}: {}; give them one with \
             rowhouse tenant edit NAME --value VALUE",
            crossings.missing.join(", ")
        );
        list.push(Finding::new(Weight::Note, "tenant-value", text));
    }
    list
}

/// A unique key without the tenant: a taken value tells that another tenant has it.
fn crossing_key(facts: &TableFacts, column: &Column, key: &Key) -> Finding {
    let table = &facts.quoted;
    let names = key.columns.join(", ");
    let wider = ident(&format!("{}_{}_key", facts.name, key.name));
    let columns = quoted(&key.columns);
    let mut remedy = vec![format!(
        "create unique index concurrently {wider} on {table} ({}, {columns})",
        column.quoted
    )];
    if key.surrogate {
        remedy.push(format!(
            "alter table {table} add constraint {wider} unique using index {wider}"
        ));
        let text = format!(
            "{names} of {table} is unique over all tenants; numbers that the database makes tell others little, \
             and foreign keys that hold to the tenant need ({}, {names})",
            column.name
        );
        return Finding::new(Weight::Note, "tenant-surrogate", text).with_remedy(remedy);
    }
    if !key.primary {
        remedy.push(match key.constraint {
            true => format!("alter table {table} drop constraint {}", ident(&key.name)),
            false => format!(
                "drop index concurrently {}.{}",
                facts.schema_quoted,
                ident(&key.name)
            ),
        });
    }
    let text = format!(
        "{names} of {table} is unique over all tenants ({}): who tries a value learns whether another tenant has \
         it; programs that say ON CONFLICT ({names}) must name {} too once it is mended",
        key.name, column.name
    );
    Finding::new(Weight::Leak, "tenant-unique", text).with_remedy(remedy)
}

/// A foreign key without the tenant: it takes another tenant's record, and tells which are there.
fn crossing_link(facts: &TableFacts, link: &Link) -> Finding {
    let table = &facts.quoted;
    let mended = ident(&format!("{}_tenant", link.name));
    let wide = ident(&format!("{}_tenant_key", link.target_name));
    let text = format!(
        "{} of {table} takes any record of {}, of other tenants too, and tells which are there",
        link.name, link.target
    );
    Finding::new(Weight::Leak, "tenant-reference", text).with_remedy([
        format!(
            "create unique index concurrently if not exists {wide} on {} ({}, {})",
            link.target,
            ident(&link.target_tenant),
            quoted(&link.target_columns)
        ),
        format!(
            "alter table {table} add constraint {mended} {} not valid",
            link.definition
        ),
        format!("alter table {table} validate constraint {mended}"),
        format!("alter table {table} drop constraint {}", ident(&link.name)),
    ])
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| ident(name)).collect();
    names.join(", ")
}

/// Makes the person who tries the table out one of the sample's tenant; taken back with the trial.
pub(super) async fn act_for(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
    sample: &Sample,
) -> Result<(), tokio_postgres::Error> {
    let Some(column) = &table.tenant else {
        return Ok(());
    };
    let ask = format!(
        "select {}::text from {} where {}",
        ident(column),
        table.table,
        by_key(table, sample)
    );
    let row = tx.query_typed_one(&ask, &[]).await?;
    let value: Option<String> = row.get(0);
    tx.batch_execute(&format!(
        "set local role {owner}; update rowhouse_private.tenant set value = null; \
         update rowhouse_private.tenant set value = {value} where tenant_id = 1; set local role none",
        owner = ident(&roles.owner),
        value = value.as_deref().map_or("null".to_owned(), literal),
    ))
    .await
}

impl Crossings {
    /// Foreign keys that take another tenant's records.
    pub fn link_names(&self) -> Vec<&str> {
        self.references
            .iter()
            .map(|link| link.name.as_str())
            .collect()
    }

    /// Unique keys by which a taken value tells of another tenant.
    pub fn key_names(&self) -> Vec<&str> {
        let told = self.uniques.iter().filter(|key| !key.surrogate);
        told.map(|key| key.name.as_str()).collect()
    }
}
