//! What the owner of the database does with tenants: lists, makes, changes and closes them. For the
//! command line; no person's session reaches this.

use jiff::Timestamp;
use tokio_postgres::Client;

use super::owner::{OwnerError, as_owner};

/// One tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// Its name, shown in the header.
    pub name: String,
    /// What its rows have in the column that holds the tenant.
    pub value: Option<String>,
    /// Whether its door is open, whatever the licence says.
    pub active: bool,
    /// When its licence ends.
    pub until: Option<Timestamp>,
    /// The sentence that its people read now; none while it is open.
    pub closed: Option<String>,
    /// How many accounts may sign in there.
    pub people: i64,
}

/// What is to become of a tenant; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantChange<'a> {
    /// Its name from now on.
    pub rename: Option<&'a str>,
    /// What its rows have in the column.
    pub value: Option<&'a str>,
    /// When its licence ends.
    pub until: Option<Until>,
}

/// The end of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// At this time.
    At(Timestamp),
    /// Never.
    Never,
}

impl Until {
    fn text(self) -> String {
        match self {
            Self::At(time) => time.to_string(),
            Self::Never => "infinity".to_owned(),
        }
    }
}

/// Lists the tenants in the order in which they were made.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn list(client: &Client) -> Result<Vec<TenantRow>, OwnerError> {
    as_owner(client, async || {
        let ask = "select name, value, active, valid_until, closed, people
                     from rowhouse_private.owner_tenants()";
        let rows = client.query(ask, &[]).await?;
        let tenants = rows.iter().map(|row| TenantRow {
            name: row.get(0),
            value: row.get(1),
            active: row.get(2),
            until: row.get(3),
            closed: row.get(4),
            people: row.get(5),
        });
        Ok(tenants.collect())
    })
    .await
}

/// Makes a tenant, with the limits and the roles that the first one has.
///
/// # Errors
/// When the name or the value is taken, a table could never hold the value, or we are not the owner.
pub async fn add(
    client: &Client,
    name: &str,
    value: Option<&str>,
    until: Option<Until>,
) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let until = match until {
            Some(Until::At(time)) => Some(time),
            Some(Until::Never) | None => None,
        };
        let add = "select rowhouse_private.owner_tenant_add($1, $2, $3)";
        client.execute(add, &[&name, &value, &until]).await?;
        Ok(())
    })
    .await
}

/// Changes a tenant.
///
/// # Errors
/// When there is none, what is asked for is taken, or we are not the owner.
pub async fn edit(client: &Client, name: &str, change: TenantChange<'_>) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let until = change.until.map(Until::text);
        let edit = "select rowhouse_private.owner_tenant_edit($1, $2, $3, $4::text::timestamptz)";
        client
            .execute(edit, &[&name, &change.rename, &change.value, &until])
            .await?;
        Ok(())
    })
    .await
}

/// Closes a tenant's door, with the sentence that its people read.
///
/// # Errors
/// When there is none, the sentence is too long, or we are not the owner.
pub async fn close(client: &Client, name: &str, note: Option<&str>) -> Result<(), OwnerError> {
    set_open(client, name, note, false).await
}

/// Opens it again.
///
/// # Errors
/// When there is none, or we are not the owner.
pub async fn open(client: &Client, name: &str) -> Result<(), OwnerError> {
    set_open(client, name, None, true).await
}

/// Gives an account another tenant, with roles of that one: those of the same names when none are
/// named, and another name that others see, all of it or nothing. Its sessions end.
///
/// # Errors
/// When there is no such account, tenant or role there, when nobody would be left to manage the accounts
/// of the old one, or when we are not the owner.
pub async fn move_account(
    client: &Client,
    username: &str,
    tenant: &str,
    roles: Option<&[String]>,
    display_name: Option<&str>,
) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let change = "select rowhouse_private.owner_account_move_as($1, $2, $3, $4)";
        client
            .execute(change, &[&username, &tenant, &roles, &display_name])
            .await?;
        Ok(())
    })
    .await
}

async fn set_open(
    client: &Client,
    name: &str,
    note: Option<&str>,
    open: bool,
) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let close = "select rowhouse_private.owner_tenant_close($1, $2, $3)";
        client.execute(close, &[&name, &note, &open]).await?;
        Ok(())
    })
    .await
}
