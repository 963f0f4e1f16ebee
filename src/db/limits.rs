//! The limits that the database's owner sets: how long sessions live, what new passwords cost, and
//! forgetting the failed tries of an account.

use tokio_postgres::Client;

use super::owner::{OwnerError, as_owner};

/// How long sessions live, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a key.
    pub idle: i32,
    /// Whatever happens.
    pub absolute: i32,
    /// Without a sign of life, until it is away and what it edits is released.
    pub away: i32,
}

/// What one guess of a new password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub m: i32,
    /// Passes over the memory.
    pub t: i32,
    /// Lanes.
    pub p: i32,
}

/// Reads the limits of sessions, and sets those that are given, in seconds: idle, absolute, away.
///
/// # Errors
/// When one is out of bounds, or we are not the owner.
pub async fn sessions(client: &Client, set: [Option<f64>; 3]) -> Result<SessionLimits, OwnerError> {
    as_owner(client, async || {
        let sql = "select * from rowhouse_private.owner_session_limits(make_interval(secs => $1),
                       make_interval(secs => $2), make_interval(secs => $3))";
        let row = client.query_one(sql, &[&set[0], &set[1], &set[2]]).await?;
        Ok(SessionLimits {
            idle: row.get(0),
            absolute: row.get(1),
            away: row.get(2),
        })
    })
    .await
}

/// Reads what new passwords cost, and sets what is given: memory in KiB, passes, lanes.
///
/// # Errors
/// When one is out of bounds, or we are not the owner.
pub async fn cost(client: &Client, set: [Option<i32>; 3]) -> Result<PasswordCost, OwnerError> {
    as_owner(client, async || {
        let sql = "select * from rowhouse_private.owner_password_cost($1, $2, $3)";
        let row = client.query_one(sql, &[&set[0], &set[1], &set[2]]).await?;
        Ok(PasswordCost {
            m: row.get(0),
            t: row.get(1),
            p: row.get(2),
        })
    })
    .await
}

/// Forgets the failed tries of an account; says whether it had to wait for them.
///
/// # Errors
/// When there is no such account, or we are not the owner.
pub async fn unlock(client: &Client, username: &str) -> Result<bool, OwnerError> {
    as_owner(client, async || {
        let sql = "select rowhouse_private.owner_account_unlock($1)";
        Ok(client.query_one(sql, &[&username]).await?.get(0))
    })
    .await
}
