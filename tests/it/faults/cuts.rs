//! The line is cut or stalled at every moment of a save: stored once or not at all, and told so.

use std::time::{Duration, Instant};

use rowhouse::db::contract::fault::SessionEnd;
use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{Fault, RecordsRequest};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::domain::record::RequestId;

use super::{create, saved};
use crate::desk::{CLERK, Desk, Outcome, Seat, key, rows, save_of, until};
use crate::proxy::{Mode, Proxy};
use crate::shared::site::{Site, sign_in};

/// A save takes long enough to be cut in its middle.
const SLOW: &str = "\
    create function slow() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.3); return new; end $$;
    create trigger slow before update on machine for each row execute function slow();";

const SLEEPS: &str = "\
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'";

const STORED: &str = "select place from machine where id = 5";

#[tokio::test]
async fn a_line_that_is_cut_before_or_during_a_save_stores_it_once() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let plain = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let shared = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let clerk = Seat::open(plain.settings(desk.settings(CLERK))).await?;
    let anna = Seat::open(shared.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    for (seat, proxy, owner) in [(&clerk, &plain, &desk.owner), (&anna, &shared, &site.owner)] {
        owner.batch_execute(SLOW).await?;
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        proxy.cut_some(1, 100);
        let after = saved(
            seat.save(save_of(&shape, &record, 1, &[("place", "before")]))
                .await?,
        );
        assert_eq!(rows(owner, STORED).await?, ["before"]);

        let saving = tokio::spawn({
            let (seat, save) = (
                seat.clone(),
                save_of(&shape, &after, 2, &[("place", "during")]),
            );
            async move { seat.save(save).await }
        });
        until(async || rows(owner, SLEEPS).await.is_ok_and(|n| n == ["1"])).await;
        proxy.cut_some(2, 100);
        let last = saved(saving.await??);
        assert_eq!(rows(owner, STORED).await?, ["during"]);
        if let (Some(first), Some(last)) = (record.guard.version, last.guard.version) {
            assert_eq!(last, first + 2, "each was stored once");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_line_that_is_stalled_during_a_save_is_told_as_not_known_and_settled_later() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let plain = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let shared = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let short = |settings| ConnectionSettings {
        statement_timeout: Duration::from_millis(300),
        connect_timeout: Duration::from_millis(300),
        ..settings
    };
    let clerk = Seat::open(short(plain.settings(desk.settings(CLERK)))).await?;
    let anna = Seat::open(short(shared.settings(site.settings()))).await?;
    sign_in(&anna.database, "anna").await?;
    for (seat, proxy, owner) in [(&clerk, &plain, &desk.owner), (&anna, &shared, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        let save = save_of(&shape, &record, 1, &[("place", "stalled")]);
        proxy.set(Mode::Stall);
        let began = Instant::now();
        let told = seat.save(save.clone()).await.unwrap_err();
        assert_eq!(told, Fault::OutcomeUnknown);
        assert!(began.elapsed() < Duration::from_secs(16));
        proxy.set(Mode::Pass);
        let after = saved(seat.save(save).await?);
        assert_eq!(rows(owner, STORED).await?, ["stalled"]);
        if let (Some(before), Some(after)) = (record.guard.version, after.guard.version) {
            assert_eq!(after, before + 1, "stored once");
        }
    }
    Ok(())
}

/// The layer knows numbers: what others did is not taken for one's own because the line was cut.
#[tokio::test]
async fn what_somebody_else_did_is_not_told_as_done_after_a_cut() -> Outcome {
    let site = Site::new().await?;
    let proxy = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let anna = Seat::open(proxy.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    let shape = anna.shape("machine").await?;
    let record = anna.record(&shape, &["5"]).await?;
    let same = "update machine set place = 'there' where id = 5";
    site.owner.batch_execute(same).await?;
    proxy.set(Mode::CutBeforeCommit);
    let save = save_of(&shape, &record, 1, &[("place", "there")]);
    let told = anna.save(save).await?;
    assert_eq!(proxy.mode(), Mode::Pass, "it happened");
    assert!(
        matches!(told, SaveOutcome::Missed(Miss::Changed { .. })),
        "{told:?}"
    );
    let gone = "delete from machine where id = 5";
    site.owner.batch_execute(gone).await?;
    proxy.set(Mode::CutBeforeCommit);
    let deletion = RecordsRequest::DeleteRecord {
        request: RequestId(2),
        table: shape.id,
        key: key(&["5"]),
        guard: record.guard,
        base: record.values,
    };
    let told = create(&anna, deletion).await?;
    assert_eq!(proxy.mode(), Mode::Pass, "it happened");
    assert!(
        matches!(told, SaveOutcome::Missed(Miss::Deleted { .. })),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_session_that_is_ended_in_the_middle_of_a_save_stores_nothing_more() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    site.owner.batch_execute(SLOW).await?;
    let shape = anna.shape("machine").await?;
    let record = anna.record(&shape, &["5"]).await?;
    let save = save_of(&shape, &record, 1, &[("place", "too late")]);
    let saving = tokio::spawn({
        let (anna, save) = (anna.clone(), save.clone());
        async move { anna.save(save).await }
    });
    until(async || site.rows(SLEEPS).await.is_ok_and(|n| n == ["1"])).await;
    let session = site
        .rows("select session_id from rowhouse_private.session where ended_at is null")
        .await?;
    let session: i64 = session[0].parse()?;
    rowhouse::db::owner::end_session(&site.owner, session, "shift is over").await?;
    let over = Fault::SessionOver {
        why: SessionEnd::Ended {
            reason: "shift is over".into(),
        },
    };
    assert_eq!(saving.await?.unwrap_err(), over);
    let before = &record.values[shape.column_named("place").expect("a column")];
    let before = before.as_text().unwrap_or("∅").to_owned();
    assert_eq!(site.rows(STORED).await?, [before]);
    assert_eq!(anna.save(save.clone()).await.unwrap_err(), over);
    sign_in(&anna.database, "anna").await?;
    saved(anna.save(save).await?);
    Ok(())
}
