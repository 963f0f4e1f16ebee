//! What the truth costs: one round trip more than the save, whatever the cause, and little time.

use std::time::{Duration, Instant};

use super::{Tried, attempt, told};
use crate::desk::{CLERK, Desk, Outcome, Seat, save_of};
use crate::proxy::Proxy;
use crate::shared::site::{Site, sign_in};

/// What another program does to machine number N, and what is told then.
const CAUSES: [(&str, &str, &str); 4] = [
    (
        "update machine set place = 'X' where id = N",
        "changed",
        "changed (updated by postgres) N",
    ),
    (
        "delete from machine where id = N",
        "gone",
        "gone: deleted (deleted by postgres)",
    ),
    (
        "update machine set id = id + 1000 where id = N",
        "gone",
        "moved (updated by postgres) to 100N",
    ),
    (
        "create or replace function keep() returns trigger language plpgsql as $$ begin return null; end $$; \
         create trigger keep before update or delete on machine for each row execute function keep()",
        "dropped by [keep]",
        "dropped by [keep]",
    ),
];

#[tokio::test]
async fn every_cause_is_known_in_one_round_trip_more() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let wait = Duration::from_millis(2);
    let plain = Proxy::new(desk.endpoint(), wait).await?;
    let shared = Proxy::new(site.endpoint(), wait).await?;
    let clerk = Seat::open(plain.settings(desk.settings(CLERK))).await?;
    let anna = Seat::open(shared.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    for (seat, proxy, owner, is_shared) in [
        (&clerk, &plain, &desk.owner, false),
        (&anna, &shared, &site.owner, true),
    ] {
        let shape = seat.shape("machine").await?;
        for (number, (sql, in_plain, in_shared)) in CAUSES.into_iter().enumerate() {
            for (tried, id) in [
                (Tried::Update, 2 * number + 1),
                (Tried::Delete, 2 * number + 2),
            ] {
                let id = id.to_string();
                let record = seat.record(&shape, &[&id]).await?;
                if !sql.contains("trigger") || matches!(tried, Tried::Update) {
                    owner.batch_execute(&sql.replace('N', &id)).await?;
                }
                proxy.trips();
                let request = id.parse::<u128>()? + 100;
                let outcome = match tried {
                    Tried::Update => {
                        seat.save(save_of(&shape, &record, request, &[("place", "mine")]))
                            .await?
                    }
                    _ => attempt(seat, &shape, Some(&record), tried, request).await?,
                };
                let expected = if is_shared { in_shared } else { in_plain };
                let told = told(&outcome, &shape);
                assert!(
                    told.starts_with(&expected.replace('N', &id)),
                    "{told} and not {expected}"
                );
                assert_eq!(proxy.trips(), 2, "{sql} {tried:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_conflict_is_known_at_once_on_a_local_server() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let mut times = Vec::new();
    for number in 1..=21_u128 {
        let id = (number + 100).to_string();
        let record = anna.record(&shape, &[&id]).await?;
        let sql = format!("update machine set place = 'X' where id = {id}");
        site.owner.batch_execute(&sql).await?;
        let save = save_of(&shape, &record, number, &[("place", "mine")]);
        let began = Instant::now();
        let outcome = anna.save(save).await?;
        times.push(began.elapsed());
        assert!(told(&outcome, &shape).starts_with("changed"), "{outcome:?}");
    }
    times.sort();
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!("a save that meets another: median {median:?}, most {most:?}");
    assert!(median < Duration::from_millis(150), "{median:?}");
    Ok(())
}
