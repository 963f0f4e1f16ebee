//! Guessing at the door: rollbacks, parallel tries, waits (SECURITY.md rows 13 and 14).

use super::plant::{Outcome, Plant, finish, password, refusal, sign_in, submit, wrong};

#[tokio::test]
async fn a_guess_that_is_rolled_back_is_never_judged() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    for savepoint in [false, true] {
        login.batch_execute("begin").await?;
        if savepoint {
            login.batch_execute("savepoint guess").await?;
        }
        let tried = submit(&login, "theo", &password("theo")).await?;
        if savepoint {
            login.batch_execute("release savepoint guess").await?;
        }
        let judged = refusal(finish(&login, &tried).await);
        assert_eq!(judged.state, "RH422");
        assert!(judged.message.contains("must be committed"), "{judged:?}");
        login.batch_execute("rollback").await?;
        assert!(
            refusal(finish(&login, &tried).await)
                .message
                .contains("not known")
        );
    }
    Ok(())
}

/// Rolling back the verdict does not buy guesses either: unjudged tries count as failed ones.
#[tokio::test]
async fn a_verdict_that_is_rolled_back_counts() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let mut judged = 0;
    for _ in 0..12 {
        let tried = submit(&login, "theo", &wrong()).await?;
        login.batch_execute("begin").await?;
        judged += i32::from(finish(&login, &tried).await?.status == "refused");
        login.batch_execute("rollback").await?;
        plant.advance("20 seconds").await?;
    }
    assert_eq!(judged, 5);
    assert_eq!(
        sign_in(&login, "theo", &password("theo")).await?.status,
        "wait"
    );
    Ok(())
}

/// Many guesses at once, under old snapshots, judged in any order: never more than the limit.
#[tokio::test]
async fn parallel_guesses_are_not_more_guesses() -> Outcome {
    let plant = Plant::open().await?;
    let mut guesses = Vec::new();
    for number in 0..15 {
        let login = plant.login().await?;
        let tried = submit(&login, "theo", &wrong()).await?;
        let reader = plant.login().await?;
        if number % 2 == 0 {
            reader
                .batch_execute(
                    "begin isolation level repeatable read; select 1 from rowhouse.about()",
                )
                .await?;
        }
        guesses.push((reader, tried));
    }
    guesses.reverse();
    let verdicts = guesses.iter().map(|(reader, tried)| finish(reader, tried));
    let verdicts = futures_util::future::join_all(verdicts).await;
    let judged = verdicts
        .iter()
        .flatten()
        .filter(|done| done.status == "refused")
        .count();
    assert!(judged <= 5, "{judged} of 15 were judged");
    Ok(())
}

#[tokio::test]
async fn waits_grow_and_end_by_the_databases_clock() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let refused = sign_in(&login, "theo", &wrong()).await?;
        assert_eq!(refused.status, "refused");
        waits.push(refused.retry_after_s);
        plant
            .advance(&format!("{} seconds", refused.retry_after_s.min(60)))
            .await?;
    }
    assert_eq!(waits[..4], [0, 0, 4, 8], "{waits:?}");
    assert!((800..=900).contains(&waits[4]), "{waits:?}");
    let early = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!(
        early.status, "wait",
        "not even the right password is judged"
    );
    let listed = plant
        .owner
        .query_one(
            "select locked_until > rowhouse_private.now() from rowhouse_private.owner_account_list()
              where username = 'theo'",
            &[],
        )
        .await?;
    assert!(listed.get::<_, bool>(0));
    plant.advance("15 minutes").await?;
    let late = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!((late.status.as_str(), late.failed_since), ("ok", 5));
    let next = sign_in(&login, "theo", &password("theo")).await?;
    assert_eq!(next.failed_since, 0);
    Ok(())
}
