//! Doing what a plan says, in one transaction that waits for locks only briefly.

use std::time::Duration;

use tokio_postgres::{Client, Transaction};

use super::{AdoptError, Finding, Plan, Weight, plan};

/// How often the whole transaction is tried while others hold the table.
const TRIES: u32 = 6;

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
    let mut pause = Duration::from_millis(200);
    for _ in 1..TRIES {
        match attempt(client, plan).await {
            Err(AdoptError::Busy) => tokio::time::sleep(pause).await,
            other => return other,
        }
        pause *= 2;
    }
    attempt(client, plan).await
}

async fn attempt(client: &mut Client, plan: &Plan) -> Result<(), AdoptError> {
    let tx = begin(client).await?;
    for table in &plan.tables {
        tx.batch_execute(&format!(
            "lock table {} in access exclusive mode",
            table.table
        ))
        .await?;
    }
    let names: Vec<String> = plan
        .tables
        .iter()
        .map(|table| table.table.clone())
        .collect();
    let now = plan::plan(&tx, &names, &plan.options).await?;
    if now != *plan {
        return Err(AdoptError::Changed);
    }
    run(&tx, plan).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens the transaction that changes table definitions: one adopter at a time, short lock waits.
pub(super) async fn begin(client: &mut Client) -> Result<Transaction<'_>, AdoptError> {
    let tx = client.transaction().await?;
    tx.batch_execute(
        "set local lock_timeout = '2s'; set local statement_timeout = 0; \
         set local standard_conforming_strings = on; \
         select pg_advisory_xact_lock(7370486957283967)",
    )
    .await?;
    Ok(tx)
}

/// Runs the plan's statements in order.
pub(super) async fn run(tx: &Transaction<'_>, plan: &Plan) -> Result<(), AdoptError> {
    let of_tables = plan.tables.iter().flat_map(|table| &table.statements);
    for statement in plan.statements.iter().chain(of_tables) {
        tx.batch_execute(statement).await?;
    }
    Ok(())
}
