//! What the catalog says about a table that is to be adopted. Reads only; judges nothing.

use std::collections::BTreeSet;

use serde::Deserialize;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::AdoptError;
use super::quote::ident;
use super::roles::Roles;

/// One table as the catalog describes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TableFacts {
    /// Object id of the table.
    pub oid: u32,
    /// Name of its schema, as stored.
    pub schema: String,
    /// Its own name, as stored.
    pub name: String,
    /// Schema and name, quoted for SQL.
    pub quoted: String,
    /// The schema, quoted for SQL.
    pub schema_quoted: String,
    /// Object id of the schema.
    pub schema_oid: u32,
    /// `pg_class.relkind`.
    pub kind: char,
    /// `pg_class.relpersistence`.
    pub persistence: char,
    /// Number of columns ever made, dropped ones included.
    pub attributes: i16,
    /// Name of the owner.
    pub owner: String,
    /// Whether that owner is a superuser.
    pub owner_is_superuser: bool,
    /// Whether the connected role acts as the owner.
    pub owned_by_me: bool,
    /// Whether it was made `OF` a composite type.
    pub typed: bool,
    /// Whether it lives in a schema of Rowhouse's own.
    pub ours: bool,
    /// Whether it is part of PostgreSQL itself.
    pub system: bool,
    /// The extension that brought it, if any.
    pub extension: Option<String>,
    /// For a partition: the root it belongs to.
    pub root: Option<u32>,
    /// For a partitioned table: its leaves, quoted.
    pub leaves: Vec<String>,
    /// Leaves that live on a foreign server.
    pub foreign_leaves: Vec<String>,
    /// Parents and children by classical inheritance, quoted.
    pub relatives: Vec<String>,
    /// Whether one key names rows in several tables that inherit; found out by reading them.
    #[serde(skip)]
    pub shared_keys: bool,
    /// Whether row security is on.
    pub row_security: bool,
    /// Whether it is forced on the owner too.
    pub forced: bool,
    /// The columns in their order, dropped ones left out.
    pub columns: Vec<Column>,
    /// Columns of the primary key.
    pub primary_key: Option<Vec<String>>,
    /// Other unique keys whose columns are all NOT NULL, best first.
    pub unique_keys: Vec<Vec<String>>,
    /// Row security policies.
    pub policies: Vec<Policy>,
    /// Triggers that are not internal.
    pub triggers: Vec<Trigger>,
    /// Rewrite rules.
    pub rules: Vec<String>,
    /// Sequences that column defaults and identities BY DEFAULT draw from, quoted.
    pub sequences: Vec<String>,
    /// Tables whose foreign keys point here.
    pub children: Vec<Child>,
    /// Columns that foreign keys follow with ON UPDATE.
    pub followed: Vec<String>,
    /// Functions that take or return the row type.
    pub row_type_users: Vec<String>,
    /// Columns elsewhere that hold the row type.
    pub row_type_columns: Vec<String>,
    /// Publications that carry the table.
    pub publications: Vec<String>,
    /// Whether a subscription writes it.
    pub subscribed: bool,
    /// Other roles with rights on it that row security will apply to.
    pub bound_roles: Vec<BoundRole>,
    /// What PUBLIC may do with it.
    pub public_rights: BTreeSet<String>,
    /// Logins that use the table by PUBLIC's rights alone.
    pub public_users: Vec<String>,
    /// What our roles were granted before.
    pub our_grants: Vec<Granted>,
    /// Whether our login can use the schema, by PUBLIC or by name.
    pub schema_open: bool,
    /// Which of our roles were granted USAGE on the schema by name.
    pub schema_granted: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Column {
    /// Its name, as stored.
    pub name: String,
    /// Its name, quoted for SQL.
    pub quoted: String,
    /// Its type with modifiers.
    pub type_name: String,
    /// The type beneath all domains, without modifiers.
    pub base: String,
    /// Whether that type is PostgreSQL's own, so that a cast to text runs nobody else's code.
    pub plain: bool,
    /// Whether it is an enum.
    pub is_enum: bool,
    /// Whether a value can be too long to be kept whole in the trail.
    pub unbounded: bool,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// Whether its value is computed from others.
    pub generated: bool,
    /// `a` for GENERATED ALWAYS AS IDENTITY, `d` for BY DEFAULT, empty otherwise.
    pub identity: String,
    /// Whether it has a default.
    pub has_default: bool,
}

/// One row security policy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Whether it opens (true) or narrows (false).
    pub permissive: bool,
}

/// One trigger.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Whether it can change a row before our version trigger sees it.
    pub before_update_row: bool,
}

/// A table whose foreign key points at the adopted one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Child {
    /// Schema and name, quoted.
    pub name: String,
    /// Object id.
    pub oid: u32,
    /// `pg_constraint.confdeltype`.
    pub on_delete: char,
    /// `pg_constraint.confupdtype`.
    pub on_update: char,
}

/// A role that row security will apply to once it is on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BoundRole {
    /// Its name.
    pub name: String,
    /// Whether it may read the table.
    pub reads: bool,
    /// Whether it may insert.
    pub writes: bool,
}

/// A right that one of our roles held before adoption.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Granted {
    /// The role.
    pub role: String,
    /// The right, in PostgreSQL's words.
    pub right: String,
    /// The column it was limited to, quoted.
    pub column: Option<String>,
    /// Whether it came with grant option.
    pub grantable: bool,
}

impl TableFacts {
    /// The key columns that name one row: the primary key, else the best unique key.
    pub fn key(&self) -> Option<&[String]> {
        self.primary_key
            .as_deref()
            .or_else(|| self.unique_keys.first().map(Vec::as_slice))
    }

    /// Finds a column by its stored name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether rows live in partitions of this table.
    pub fn is_partitioned(&self) -> bool {
        self.kind == 'p'
    }
}

/// Finds the table that a person named: exactly as typed first, then as SQL would read it.
pub async fn resolve<C: GenericClient>(client: &C, name: &str) -> Result<u32, AdoptError> {
    let rows = client
        .query_typed(include_str!("resolve.sql"), &[(&name, Type::TEXT)])
        .await
        .map_err(|error| AdoptError::unresolved(name, error))?;
    match rows.first().and_then(|row| row.get::<_, Option<u32>>(0)) {
        Some(oid) => Ok(oid),
        None => Err(AdoptError::NoSuchTable(name.to_owned())),
    }
}

/// Reads everything the plan of one table needs, in one question.
pub async fn read<C: GenericClient>(
    client: &C,
    table: u32,
    roles: &Roles,
) -> Result<TableFacts, AdoptError> {
    let ours = roles.all();
    let row = client
        .query_typed(
            include_str!("facts.sql"),
            &[
                (&table, Type::OID),
                (&roles.client, Type::TEXT),
                (&ours, Type::TEXT_ARRAY),
            ],
        )
        .await?;
    let Some(row) = row.first() else {
        return Err(AdoptError::NoSuchTable(table.to_string()));
    };
    let mut facts: TableFacts = serde_json::from_str(row.get(0))
        .map_err(|error| AdoptError::Unreadable(error.to_string()))?;
    facts.shared_keys = shares_keys(client, &facts).await?;
    Ok(facts)
}

/// Reads a parent with its children for a key that is there twice.
async fn shares_keys<C: GenericClient>(client: &C, facts: &TableFacts) -> Result<bool, AdoptError> {
    let (false, Some(key), 'r') = (facts.relatives.is_empty(), facts.key(), facts.kind) else {
        return Ok(false);
    };
    let key: Vec<String> = key.iter().map(|name| ident(name)).collect();
    let key = key.join(", ");
    let question = format!(
        "select exists (select from {} group by {key} having count(*) > 1)",
        facts.quoted
    );
    Ok(client.query_typed_one(&question, &[]).await?.get(0))
}
