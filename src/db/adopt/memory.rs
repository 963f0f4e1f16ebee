//! What the database remembers of adoptions, so that they can be taken back. Reads only.

use serde::{Deserialize, Serialize};
use tokio_postgres::GenericClient;

use super::AdoptError;
use super::limits::Limits;

/// What is remembered of an adoption so that it can be taken back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The SQL that takes it back, in order.
    pub undo: Vec<String>,
    /// Whether the version column is ours to drop.
    pub adds_column: bool,
    /// Whether row security was forced by us.
    pub force: bool,
    /// Whether it is written through a function of its owner; read by `rowhouse.writes_through`.
    pub through: bool,
    /// The roles to which an adoption gave USAGE on the schema.
    pub schema_opened: Vec<String>,
    /// The SQL that opens what was closed in the schema, for the last table there.
    pub schema_undo: Vec<String>,
    /// Openings that the owner accepted by name.
    pub accepted: Vec<String>,
    /// Sequences on which USAGE was given.
    pub sequences: Vec<String>,
    /// The search path that the table's own triggers rely on.
    pub search_path: String,
    /// In which form its functions, triggers and policies were made; see [`MADE`].
    pub made: i32,
}

/// The form in which adopting makes functions, triggers and policies now. Tables of an older one are
/// brought up to date by `init`; count it up whenever what is made changes.
pub const MADE: i32 = 8;

/// An adoption as the database remembers it.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Object id of the table.
    pub oid: u32,
    /// Schema and name as they are now, quoted.
    pub quoted: String,
    /// The schema it was in.
    pub schema: String,
    /// Key columns.
    pub key: Vec<String>,
    /// Version column, if any.
    pub version: Option<String>,
    /// The column that holds each row's tenant, if any.
    pub tenant: Option<String>,
    /// Whether all tenants share it.
    pub shared: bool,
    /// Whether one person at a time holds a record.
    pub hard_locks: bool,
    /// What its policies and trigger hold people to.
    pub limits: Limits,
    /// What --undo needs.
    pub state: State,
}

/// Reads what is adopted already.
pub async fn read<C: GenericClient>(client: &C) -> Result<Vec<Adopted>, AdoptError> {
    let rows = client
        .query_typed(
            "select a.table_oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), \
                    a.schema_name, a.key_columns, a.version_column, a.state::text, \
                    coalesce((a.options ->> 'hard_locks')::boolean, false), a.scoped, a.limited, \
                    a.tenant_column, a.across, coalesce((a.options ->> 'shared')::boolean, false) \
               from rowhouse_private.adopted a \
               join pg_class c on c.oid = a.table_oid \
               join pg_namespace n on n.oid = c.relnamespace order by a.table_oid",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Adopted {
                oid: row.get(0),
                quoted: row.get(1),
                schema: row.get(2),
                key: row.get(3),
                version: row.get(4),
                tenant: row.get(9),
                shared: row.get(11),
                hard_locks: row.get(6),
                limits: Limits {
                    scoped: row.get(7),
                    limited: row.get(8),
                    across: row.get(10),
                },
                state: serde_json::from_str(row.get(5))
                    .map_err(|error| AdoptError::Unreadable(error.to_string()))?,
            })
        })
        .collect()
}
