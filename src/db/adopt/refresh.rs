//! Bringing adopted tables up to date: after an update of the program, and when roles came to limit
//! other columns. Never opens, closes or grants anything.

use tokio_postgres::{Client, GenericClient, Transaction};

use super::apply::{Patience, Work};
use super::memory::{self, Adopted, MADE};
use super::{AdoptError, Options, limits, plan, roles, statements};

/// What was brought up to date, and what somebody else has to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Tables whose functions, triggers and policies are new.
    pub done: Vec<String>,
    /// Tables that are as they were because the connected role does not own them.
    pub left: Vec<String>,
}

/// Brings every adopted table up to date that is not, each in a transaction of its own.
pub async fn refresh(client: &mut Client) -> Result<Refreshed, AdoptError> {
    let mut refreshed = Refreshed::default();
    let mut patience = Patience::default();
    loop {
        let done = once(client, &mut refreshed).await;
        if matches!(done, Ok(true)) {
            patience = Patience::default();
        } else if matches!(done, Ok(false)) && refreshed.left.is_empty() {
            drop_leftovers(client).await?;
            return Ok(refreshed);
        } else if patience.is_over(&done).await {
            return done.map(|_| refreshed);
        }
    }
}

/// Functions that were made for a table under a number that it has no more, as after a backup was brought
/// back, and that nothing calls.
const LEFTOVERS: &str = "
    select p.oid::regprocedure::text, p.proowner::regrole::text from pg_proc p
     where p.pronamespace in ('rowhouse_trail'::regnamespace, 'rowhouse_private'::regnamespace)
       and p.proname ~ '^(row|version|tenant|write|find)_[0-9]+$'
       and not exists (select from rowhouse_private.adopted a
                        where a.table_oid::text = split_part(p.proname, '_', 2))
       and not exists (select from pg_trigger t where t.tgfoid = p.oid)";

async fn drop_leftovers(client: &mut Client) -> Result<(), AdoptError> {
    let work = Work::begin(client).await?;
    let mut done = Ok(());
    for row in work.tx.query_typed(LEFTOVERS, &[]).await? {
        let (function, owner): (String, String) = (row.get(0), row.get(1));
        let drop = format!("set local role {owner}; drop function {function}; set local role none");
        done = work.tx.batch_execute(&drop).await;
        if done.is_err() {
            break;
        }
    }
    work.end(done.map_err(AdoptError::from)).await
}

/// Takes the next table; false when there is none left.
async fn once(client: &mut Client, refreshed: &mut Refreshed) -> Result<bool, AdoptError> {
    let work = Work::begin(client).await?;
    let done = next(&work.tx, refreshed).await;
    work.end(done).await
}

async fn next(tx: &Transaction<'_>, refreshed: &mut Refreshed) -> Result<bool, AdoptError> {
    for one in memory::read(tx).await? {
        if refreshed.left.contains(&one.quoted) || !is_old(tx, &one).await? {
            continue;
        }
        if anew(tx, &one).await? {
            refreshed.done.push(one.quoted);
        } else {
            refreshed.left.push(one.quoted);
        }
        return Ok(true);
    }
    Ok(false)
}

/// Whether a table is to be brought up to date.
pub async fn is_old<C: GenericClient>(client: &C, one: &Adopted) -> Result<bool, AdoptError> {
    let limits = limits::read(client, one.oid).await?;
    Ok(one.state.made < MADE || limits.split(one.tenant.is_some()) != one.limits)
}

/// Makes a table's functions, triggers and policies anew; false when it is not ours to do.
pub(super) async fn anew(tx: &Transaction<'_>, one: &Adopted) -> Result<bool, AdoptError> {
    let lock = format!("lock table {} in access exclusive mode", one.quoted);
    let (facts, choice) = plan::choice_again(tx, one, &Options::default()).await?;
    if !facts.owned_by_me {
        return Ok(false);
    }
    let roles = roles::read(tx).await?;
    tx.batch_execute(&lock).await?;
    for statement in statements::refresh(&facts, &roles, &choice) {
        tx.batch_execute(&statement).await?;
    }
    let mut state = one.state.clone();
    state.made = MADE;
    // Nobody but us lets our own role into a schema.
    if !state.schema_opened.contains(&roles.search) {
        state.schema_opened.push(roles.search.clone());
    }
    // Plain data with string keys cannot fail to become JSON.
    let state = serde_json::to_string(&state).unwrap_or_default();
    tx.batch_execute(&statements::remember(&facts, &choice, &state))
        .await?;
    for statement in statements::note_columns(&facts, &roles) {
        tx.batch_execute(&statement).await?;
    }
    Ok(true)
}
