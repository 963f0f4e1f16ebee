//! What the owner of the database does with accounts and sessions, without a session of ours; for
//! the command line and the demo. Persons go through the contract instead.

pub mod trail;

use jiff::Timestamp;
use tokio_postgres::{Client, Error};

use super::install::{Roles, TakeError, give_back, installed, take};
use crate::auth::Verifier;

/// One account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// What the person types.
    pub username: String,
    /// How others see them.
    pub display_name: String,
    /// Names of their roles.
    pub roles: Vec<String>,
    /// Whether they may sign in at all.
    pub active: bool,
    /// Whether they chose a password; until then a one-time code opens the choosing.
    pub password_chosen: bool,
    /// The newest sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// Until when failed tries make them wait.
    pub locked_until: Option<Timestamp>,
}

/// One session, as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub username: String,
    /// How others see them.
    pub display_name: String,
    /// `active`, `idle`, `away` or `ended`.
    pub state: String,
    /// When it began.
    pub started: Timestamp,
    /// When a key was pressed last.
    pub last_active: Timestamp,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Network address; none for a local socket.
    pub address: Option<String>,
    /// What the client says about itself, as JSON.
    pub client: String,
    /// The open record's table.
    pub table: Option<String>,
    /// The open record's key.
    pub key: Option<Vec<String>>,
    /// Whether there are unsaved edits.
    pub dirty: bool,
}

/// An account to be made.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// What the person will type.
    pub username: &'a str,
    /// How others will see them.
    pub display_name: &'a str,
    /// The tenant they belong to; the first one when not said.
    pub tenant: Option<&'a str>,
    /// Names of their roles.
    pub roles: &'a [&'a str],
    /// The verifier of the one-time code.
    pub code: &'a Verifier,
}

/// Why the owner's wish was not done; nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// `init` has not run here.
    #[error("the shared layer is not installed in this database; run rowhouse init")]
    NotInstalled,
    /// What was asked for cannot be.
    #[error("{0}")]
    Refused(String),
    /// The server said no, or is gone.
    #[error("{}", .0.as_db_error().map_or_else(|| .0.to_string(), |said| said.message().to_owned()))]
    Database(#[from] Error),
    /// Whoever asks may not act for the roles that own the layer.
    #[error(transparent)]
    NotMember(#[from] TakeError),
}

/// Lists all accounts, by name.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn accounts(client: &Client) -> Result<Vec<AccountRow>, OwnerError> {
    as_owner(client, async || {
        let rows = client
            .query(
                "select username, display_name, roles, active, state = 'password', last_sign_in,
                        locked_until
                   from rowhouse_private.owner_account_list() order by username",
                &[],
            )
            .await?;
        let accounts = rows.iter().map(|row| AccountRow {
            username: row.get(0),
            display_name: row.get(1),
            roles: row.get(2),
            active: row.get(3),
            password_chosen: row.get(4),
            last_sign_in: row.get(5),
            locked_until: row.get(6),
        });
        Ok(accounts.collect())
    })
    .await
}

/// Makes accounts, all or none.
///
/// # Errors
/// When a name is taken or not allowed, or we are not the owner.
pub async fn add(client: &Client, accounts: &[NewAccount<'_>]) -> Result<(), OwnerError> {
    as_owner(client, async || {
        for account in accounts {
            let code = account.code;
            client
                .execute(
                    "select rowhouse_private.owner_account_add_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    &[
                        &account.tenant,
                        &account.username,
                        &account.display_name,
                        &account.roles,
                        &code.salt.as_slice(),
                        &code.params.m(),
                        &code.params.t(),
                        &code.params.p(),
                        &code.stored_key.as_slice(),
                        &code.server_key.as_slice(),
                    ],
                )
                .await?;
        }
        Ok(())
    })
    .await
}

/// Gives an account a new one-time code in place of whatever opened it.
///
/// # Errors
/// When there is no such account, or we are not the owner.
pub async fn reset(client: &Client, username: &str, code: &Verifier) -> Result<(), OwnerError> {
    as_owner(client, async || {
        client
            .execute(
                "select rowhouse_private.owner_account_reset($1, $2, $3, $4, $5, $6, $7)",
                &[
                    &username,
                    &code.salt.as_slice(),
                    &code.params.m(),
                    &code.params.t(),
                    &code.params.p(),
                    &code.stored_key.as_slice(),
                    &code.server_key.as_slice(),
                ],
            )
            .await?;
        Ok(())
    })
    .await
}

/// Gives an account another name to be seen by, or other roles; what is none stays.
///
/// # Errors
/// When there is no such account or role, when nobody would be left to manage accounts, or when we are
/// not the owner.
pub async fn edit(
    client: &Client,
    username: &str,
    display_name: Option<&str>,
    roles: Option<&[String]>,
) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let edit = "select rowhouse_private.owner_account_edit($1, $2, $3)";
        client
            .execute(edit, &[&username, &display_name, &roles])
            .await?;
        Ok(())
    })
    .await
}

/// Lets an account sign in, or no more; says whether that is new.
///
/// # Errors
/// When there is no such account, when nobody would be left to manage accounts, or when we are not the
/// owner.
pub async fn set_active(client: &Client, username: &str, active: bool) -> Result<bool, OwnerError> {
    as_owner(client, async || {
        let set = "select rowhouse_private.owner_account_active($1, $2)";
        Ok(client.query_one(set, &[&username, &active]).await?.get(0))
    })
    .await
}

/// Names the accounts that a one-time code still opens, with the salt of its verifier, by which
/// whoever made a code knows it again. Only for a superuser of a private server.
///
/// # Errors
/// When the layer is missing or we are no superuser.
pub async fn open_codes(client: &Client) -> Result<Vec<(String, Vec<u8>)>, OwnerError> {
    let rows = client
        .query(
            "select a.username, c.salt
               from rowhouse_private.account a join rowhouse_private.credential c using (account_id)
              where c.one_time",
            &[],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Says the number of the newest migration in the database; none where `init` has not run.
///
/// # Errors
/// When the server refuses.
pub async fn schema_version(client: &Client) -> Result<Option<i32>, OwnerError> {
    if installed(client).await?.is_none() {
        return Ok(None);
    }
    let row = client
        .query_one("select schema_version from rowhouse.about()", &[])
        .await?;
    Ok(Some(row.get(0)))
}

/// Lists live sessions and those that ended in the last day.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn sessions(client: &Client) -> Result<Vec<SessionRow>, OwnerError> {
    as_owner(client, async || {
        let rows = client
            .query(
                "select session_id, username, display_name, state, started, last_active, end_reason,
                        addr, client_json, table_name, record_key, dirty
                   from rowhouse_private.owner_sessions()",
                &[],
            )
            .await?;
        let sessions = rows.iter().map(|row| SessionRow {
            id: row.get(0),
            username: row.get(1),
            display_name: row.get(2),
            state: row.get(3),
            started: row.get(4),
            last_active: row.get(5),
            end_reason: row.get(6),
            address: row.get(7),
            client: row.get(8),
            table: row.get(9),
            key: row.get(10),
            dirty: row.get(11),
        });
        Ok(sessions.collect())
    })
    .await
}

/// Ends a session with a reason that the person reads; says whether it was still open.
///
/// # Errors
/// When the reason is none, or we are not the owner.
pub async fn end_session(client: &Client, id: i64, reason: &str) -> Result<bool, OwnerError> {
    as_owner(client, async || {
        let end = "select rowhouse_private.owner_session_end($1, $2)";
        Ok(client.query_one(end, &[&id, &reason]).await?.get(0))
    })
    .await
}

/// Lets the owner's programs read the one clock, for defaults and triggers of their own tables.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn lend_clock(client: &Client, to: &str) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let to = super::admin::quoted(to);
        let lend = format!(
            "grant usage on schema rowhouse_private to {to};
             grant execute on function rowhouse_private.now() to {to}"
        );
        Ok(client.batch_execute(&lend).await?)
    })
    .await
}

/// Does something as a member of the owning roles, in one transaction, and gives back the
/// membership that had to be taken for it.
pub(super) async fn as_owner<T>(
    client: &Client,
    work: impl AsyncFnOnce() -> Result<T, OwnerError>,
) -> Result<T, OwnerError> {
    client.batch_execute("begin").await?;
    let done = async {
        let roles: Roles = installed(client).await?.ok_or(OwnerError::NotInstalled)?;
        let taken = take(client, &roles).await?;
        let done = work().await?;
        give_back(client, &taken).await?;
        Ok(done)
    }
    .await;
    let end = if done.is_ok() { "commit" } else { "rollback" };
    client.batch_execute(end).await?;
    done
}
