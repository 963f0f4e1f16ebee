//! What roles limit on a table: the columns that scopes compare, and whether anything is limited at
//! all. Read from the permissions; the policies and the trigger are written from it.

use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::AdoptError;

/// The limits that a table's policies and trigger hold people to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The sets of columns that scopes compare, each sorted, as the database names them: a JSON list.
    pub scoped: Vec<String>,
    /// Whether some role may do something with some rows or columns only.
    pub limited: bool,
}

impl Limits {
    /// The sets of columns.
    pub fn sets(&self) -> impl Iterator<Item = Vec<String>> {
        // What the database wrote as a list of texts is one.
        self.scoped
            .iter()
            .map(|set| serde_json::from_str(set).unwrap_or_default())
    }
}

/// Reads what the permissions of all roles ask of a table.
pub async fn read<C: GenericClient>(client: &C, table: u32) -> Result<Limits, AdoptError> {
    let row = client
        .query_typed_one(
            "select n.scoped, n.limited from rowhouse_private.needed($1) n",
            &[(&table, Type::OID)],
        )
        .await
        .map_err(|error| match error.code().map(|state| state.code()) {
            Some("42883" | "42703") => AdoptError::Outdated,
            _ => error.into(),
        })?;
    Ok(Limits {
        scoped: row.get(0),
        limited: row.get(1),
    })
}
