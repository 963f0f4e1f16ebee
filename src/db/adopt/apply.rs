//! Doing what a plan says, in one transaction that waits for locks only briefly.

use std::time::Duration;

use tokio_postgres::{Client, Transaction};

use super::{AdoptError, Finding, Plan, Weight, plan};
use crate::db::install;

/// How often the whole transaction is tried while others hold the table.
const TRIES: u32 = 6;

/// How long others get before the second try; each later pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Adopts what the plan names, all or nothing. Waits two seconds for a lock, so that nobody else
/// queues behind us for longer, and tries again a few times.
pub async fn apply(client: &mut Client, plan: &Plan) -> Result<(), AdoptError> {
    let refused: Vec<Finding> = plan
        .findings()
        .filter(|one| one.weight == Weight::Refusal)
        .cloned()
        .collect();
    if !refused.is_empty() {
        return Err(AdoptError::Refused(refused));
    }
    let mut patience = Patience::default();
    loop {
        let done = attempt(client, plan).await;
        if patience.is_over(&done).await {
            return done;
        }
    }
}

/// How often something is done again while other programs hold locks on the table.
#[derive(Debug, Default)]
pub(super) struct Patience {
    tries: u32,
}

impl Patience {
    /// Whether this is the answer; waits a little longer each time when it is not.
    pub(super) async fn is_over<T>(&mut self, done: &Result<T, AdoptError>) -> bool {
        self.tries += 1;
        if !matches!(done, Err(AdoptError::Busy)) || self.tries >= TRIES {
            return true;
        }
        tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(self.tries - 1)).await;
        false
    }
}

async fn attempt(client: &mut Client, plan: &Plan) -> Result<(), AdoptError> {
    let work = Work::begin(client).await?;
    let done = act(&work.tx, plan).await;
    work.end(done).await
}

async fn act(tx: &Transaction<'_>, plan: &Plan) -> Result<(), AdoptError> {
    for table in &plan.tables {
        let lock = format!("lock table {} in access exclusive mode", table.table);
        tx.batch_execute(&lock).await?;
    }
    let names: Vec<String> = plan
        .tables
        .iter()
        .map(|table| table.table.clone())
        .collect();
    if plan::plan(tx, &names, &plan.options).await? != *plan {
        return Err(AdoptError::Changed);
    }
    run(tx, plan).await
}

/// A transaction that changes table definitions, as a member of the roles that own our schemas.
pub(super) struct Work<'a> {
    pub(super) tx: Transaction<'a>,
    taken: Vec<String>,
}

impl<'a> Work<'a> {
    /// Begins it: one adopter at a time, short lock waits.
    pub(super) async fn begin(client: &'a mut Client) -> Result<Self, AdoptError> {
        let roles = install::installed(client)
            .await?
            .ok_or(AdoptError::NotInstalled)?;
        let tx = client.transaction().await?;
        tx.batch_execute(
            "set local lock_timeout = '2s'; set local statement_timeout = 0; \
             set local idle_in_transaction_session_timeout = 0; \
             set local standard_conforming_strings = on; set local client_min_messages = warning; \
             select pg_advisory_xact_lock(7370486957283967)",
        )
        .await?;
        let taken = install::take(tx.client(), &roles).await?;
        Ok(Self { tx, taken })
    }

    /// Gives back what membership was taken and commits, or rolls back at once: a transaction that
    /// is only dropped holds its locks until somebody polls the connection.
    pub(super) async fn end<T>(self, done: Result<T, AdoptError>) -> Result<T, AdoptError> {
        let given_back = match &done {
            Ok(_) => install::give_back(self.tx.client(), &self.taken).await,
            Err(_) => return self.tx.rollback().await.map_err(AdoptError::from).and(done),
        };
        given_back?;
        self.tx.commit().await?;
        done
    }
}

/// Runs the plan's statements in order.
pub(super) async fn run(tx: &Transaction<'_>, plan: &Plan) -> Result<(), AdoptError> {
    let of_tables = plan.tables.iter().flat_map(|table| &table.statements);
    for statement in plan.statements.iter().chain(of_tables) {
        tx.batch_execute(statement).await?;
    }
    Ok(())
}
