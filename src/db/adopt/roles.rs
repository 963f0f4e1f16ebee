//! The names of this installation's roles. Reads only.

use tokio_postgres::GenericClient;

use super::AdoptError;
use crate::db::install;

/// The roles that take part in adopting, by their names in this cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// The shared login.
    pub client: String,
    /// Owner of the API.
    pub owner: String,
    /// Owner of the trail.
    pub trail: String,
    /// Owner of accounts and sessions.
    pub auth: String,
    /// Owner of the search.
    pub search: String,
}

impl Roles {
    /// Names the roles of a prefix.
    pub fn of(prefix: &str) -> Self {
        Self {
            client: format!("{prefix}_client"),
            owner: format!("{prefix}_owner"),
            trail: format!("{prefix}_trail"),
            auth: format!("{prefix}_auth"),
            search: format!("{prefix}_search"),
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<String> {
        vec![
            self.client.clone(),
            self.owner.clone(),
            self.trail.clone(),
            self.search.clone(),
        ]
    }

    /// A condition that is true while a statement runs for the shared login, also after SET ROLE.
    pub fn is_client(&self) -> String {
        let client = super::quote::literal(&self.client);
        format!("(session_user = {client} or pg_catalog.current_setting('role') = {client})")
    }
}

/// Reads which roles this installation uses.
pub async fn read<C: GenericClient>(client: &C) -> Result<Roles, AdoptError> {
    let found = install::installed(client.client())
        .await?
        .ok_or(AdoptError::NotInstalled)?;
    Ok(Roles::of(found.prefix()))
}
