//! After a backup was brought back: finds the adopted tables again, which have other numbers then.

use tokio_postgres::Client;

use super::InstallError;
use super::roles::Roles;

/// Puts the numbers of tables right where they are others by now; the names of these tables. Ends every
/// session then, and where that is wished.
pub(super) async fn find_tables(
    client: &Client,
    roles: &Roles,
    wished: bool,
) -> Result<Vec<String>, InstallError> {
    let owner = roles.owner();
    client
        .batch_execute(&format!("begin; set local role {owner}"))
        .await?;
    let ask = "select rowhouse_private.find_tables($1)";
    let found = client.query_one(ask, &[&wished]).await?.get(0);
    client.batch_execute("commit").await?;
    Ok(found)
}
