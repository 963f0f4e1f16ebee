//! What EXPLAIN tells of rows that one may not view. PostgreSQL asks a policy of each row that an index has
//! found, never before, so a plan that was carried out tells how many rows were found for a value that was
//! guessed whole, and a mere statement whether the gate was asked. That is accepted, for the signed-in and for
//! whoever has the shared login; nothing else of the rows is told, and no row, value or neighbour.

use tokio_postgres::Client;

use super::plant::{Outcome, Plant, refusal};

/// What is asked of the vault: the plan as it was carried out, without times and sizes.
const ASK: &str =
    "explain (analyze, costs off, timing off, summary off) select secret from vault where";

async fn carried_out(client: &Client, condition: &str) -> Outcome<String> {
    let rows = client.query(&format!("{ASK} {condition}"), &[]).await?;
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(lines.join("\n"))
}

#[tokio::test]
async fn a_plan_tells_of_a_whole_guess_whether_it_is_there_and_nothing_else() -> Outcome {
    let plant = Plant::open().await?;
    let index = "create index on vault (secret); analyze vault";
    plant.owner.batch_execute(index).await?;
    let gina = plant.seat("gina").await?;
    gina.begin().await?;
    gina.client
        .batch_execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        .await?;
    let there = carried_out(&gina.client, "secret = 'plan 3'").await?;
    assert!(there.contains("Rows Removed by Filter: 1"), "{there}");
    let not_there = carried_out(&gina.client, "secret = 'plan 33'").await?;
    assert!(!not_there.contains("Rows Removed"), "{not_there}");
    // No row comes of it, whatever is asked, and no plan holds a value that was not in the question.
    for condition in ["secret = 'plan 3'", "secret > ''", "id > 0", "true"] {
        let told = carried_out(&gina.client, condition).await?;
        assert!(
            told.lines()
                .next()
                .is_some_and(|top| top.contains("rows=0")),
            "{told}"
        );
        assert!(!told.replace(condition, "").contains("plan "), "{told}");
        let rows = format!("select secret from vault where {condition}");
        assert!(gina.client.query(&rows, &[]).await?.is_empty());
    }
    // A condition that is no comparison of an index is never asked of rows that are hidden.
    for condition in [
        "1 / (id - id) = 1",
        "secret ~ '^p'",
        "length(secret) = 1 / (id - id)",
    ] {
        let rows = format!("select 1 from vault where {condition}");
        assert!(
            gina.client.query(&rows, &[]).await?.is_empty(),
            "{condition}"
        );
    }
    // Without an account the gate refuses where a row was found.
    let login = plant.login().await?;
    login.batch_execute("set enable_seqscan = off").await?;
    let found = refusal(
        login
            .query("select 1 from vault where secret = 'plan 3'", &[])
            .await,
    );
    assert_eq!(found.state, "RH401");
    Ok(())
}
