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
    /// Whether rows that are split among tenants are also viewed by people who look across them.
    pub across: bool,
}

impl Limits {
    /// What of it holds for a table whose rows are split among tenants, or not.
    #[must_use]
    pub fn split(self, split: bool) -> Self {
        Self {
            across: self.across && split,
            ..self
        }
    }

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
            "select n.scoped, n.limited, rowhouse_private.some_look_across()
               from rowhouse_private.needed($1) n",
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
        across: row.get(2),
    })
}
