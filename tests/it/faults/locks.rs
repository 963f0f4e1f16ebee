//! Others are in the way: a lock that is held, two who wait for each other, changes that do not
//! go together. Tried again where nothing was done, told by name, stopped within a second.

use std::time::{Duration, Instant};

use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::domain::record::RequestId;
use tokio_postgres::Client;

use super::{creation, saved};
use crate::desk::{CLERK, Desk, Got, Outcome, Seat, rows, save_of, until};
use crate::shared::site::{Site, sign_in};

/// Somebody in each way, with the owner of the database.
struct Both {
    desk: Desk,
    site: Site,
    clerk: Seat,
    anna: Seat,
}

impl Both {
    async fn new(change: impl Fn(ConnectionSettings) -> ConnectionSettings) -> Got<Self> {
        let (desk, site) = (Desk::new().await?, Site::new().await?);
        let clerk = Seat::open(change(desk.settings(CLERK))).await?;
        let anna = Seat::open(change(site.settings())).await?;
        sign_in(&anna.database, "anna").await?;
        Ok(Self {
            desk,
            site,
            clerk,
            anna,
        })
    }

    fn ways(&self) -> [(&Seat, &Client, &rowhouse::db::admin::Endpoint); 2] {
        [
            (&self.clerk, &self.desk.owner, self.desk.endpoint()),
            (&self.anna, &self.site.owner, self.site.endpoint()),
        ]
    }
}

async fn settle(seat: &Seat, request: RecordsRequest) -> Result<SaveOutcome, Fault> {
    match seat
        .records(RecordsRequest::Settle(Box::new(request)))
        .await?
    {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

async fn holder(seat: &Seat, number: u128) -> Option<String> {
    match seat
        .records(RecordsRequest::FindHolder(RequestId(number)))
        .await
    {
        Ok(RecordsReply::HolderFound(holder)) => holder,
        other => panic!("{other:?}"),
    }
}

/// Another program that holds record 5.
async fn program(endpoint: &rowhouse::db::admin::Endpoint) -> Got<Client> {
    let other = rowhouse::db::admin::connect(endpoint).await?;
    other.batch_execute("set application_name = 'payroll'; begin; update machine set notes = 'held' where id = 5").await?;
    Ok(other)
}

#[tokio::test]
async fn who_holds_a_record_is_named_and_the_save_is_stopped_within_a_second() -> Outcome {
    let both = Both::new(|settings| settings).await?;
    for (seat, owner, endpoint) in both.ways() {
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        let other = program(endpoint).await?;
        let save = save_of(&shape, &record, 1, &[("place", "never")]);
        let saving = tokio::spawn({
            let (seat, save) = (seat.clone(), save.clone());
            async move { seat.save(save).await }
        });
        until(async || holder(seat, 1).await.is_some()).await;
        assert_eq!(holder(seat, 1).await.as_deref(), Some("postgres (payroll)"));

        // What esc does: the question is dropped, and what became of the save is asked.
        saving.abort();
        let began = Instant::now();
        let told = settle(seat, RecordsRequest::SaveRecord(save.clone())).await;
        assert!(
            began.elapsed() < Duration::from_secs(1),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(told.unwrap_err(), Fault::Cancelled);
        other.batch_execute("rollback").await?;
        let stored = rows(
            owner,
            "select place from machine where id = 5 and place = 'never'",
        );
        assert_eq!(stored.await?, [""; 0], "never stored afterwards");
        assert_eq!(seat.record(&shape, &["5"]).await?, record);
        saved(
            seat.save(save_of(&shape, &record, 2, &[("place", "now")]))
                .await?,
        );
    }
    Ok(())
}

/// What the owner of a database may take from everybody, the shared layer included, a save and its
/// stopping do without.
const HARDENED: &str = "\
    do $$ declare v_role text; begin
        for v_role in select distinct a.grantee::regrole::text
                        from pg_proc p, lateral aclexplode(p.proacl) a
                       where p.proname = 'pg_stat_get_activity' and a.grantee not in (0, p.proowner)
        loop
            execute 'revoke execute on function pg_stat_get_activity(integer) from ' || v_role;
        end loop;
    end $$;
    revoke execute on function pg_stat_get_activity(integer), pg_cancel_backend(integer), \
        pg_terminate_backend from public";

#[tokio::test]
async fn where_nothing_is_told_of_other_sessions_a_save_is_stopped_all_the_same() -> Outcome {
    let site = Site::new().await?;
    site.owner.batch_execute(HARDENED).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let record = anna.record(&shape, &["5"]).await?;
    let other = program(site.endpoint()).await?;
    let save = save_of(&shape, &record, 1, &[("place", "never")]);
    let saving = tokio::spawn({
        let (anna, save) = (anna.clone(), save.clone());
        async move { anna.save(save).await }
    });
    until(async || holder(&anna, 1).await.is_some()).await;
    assert_eq!(holder(&anna, 1).await.as_deref(), Some("another session"));
    saving.abort();
    let began = Instant::now();
    let told = settle(&anna, RecordsRequest::SaveRecord(save)).await;
    assert_eq!(told.unwrap_err(), Fault::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(1));
    other.batch_execute("rollback").await?;
    assert_eq!(anna.record(&shape, &["5"]).await?, record);
    Ok(())
}

#[tokio::test]
async fn a_lock_that_is_not_let_go_is_told_with_its_holder() -> Outcome {
    let short = |settings| ConnectionSettings {
        lock_timeout: Duration::from_millis(1_000),
        ..settings
    };
    let both = Both::new(short).await?;
    for (seat, _, endpoint) in both.ways() {
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        let other = program(endpoint).await?;
        let save = save_of(&shape, &record, 1, &[("place", "late")]);
        let saving = tokio::spawn({
            let (seat, save) = (seat.clone(), save.clone());
            async move { seat.save(save).await }
        });
        until(async || holder(seat, 1).await.is_some()).await;
        let told = saving.await?.unwrap_err();
        assert_eq!(told.to_string(), "postgres (payroll) holds it");
        other.batch_execute("rollback").await?;
        saved(seat.save(save).await?);
    }
    Ok(())
}

/// What became of a save is told as it is, also when it was stored before it was stopped.
#[tokio::test]
async fn what_was_stored_before_it_was_stopped_is_told_as_stored() -> Outcome {
    let both = Both::new(|settings| settings).await?;
    for (seat, ..) in both.ways() {
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        let save = save_of(&shape, &record, 1, &[("place", "stored")]);
        let after = saved(seat.save(save.clone()).await?);
        let told = settle(seat, RecordsRequest::SaveRecord(save)).await;
        match seat.server.way {
            rowhouse::domain::connection::Way::Shared => assert_eq!(saved(told?), after),
            // It was answered: nothing is under way under this number, and nothing knows it.
            rowhouse::domain::connection::Way::Plain => {
                assert_eq!(told.unwrap_err(), Fault::Cancelled);
            }
        }
        // One that was never sent is not sent afterwards either.
        let never = creation(&shape, 7, &[("id", "9007"), ("name", "Never")]);
        assert_eq!(settle(seat, never).await.unwrap_err(), Fault::Cancelled);
    }
    Ok(())
}

/// Saving record 5 takes a lock of its trigger's that another program holds, who then waits for
/// record 5: one of the two has to give way, and it is always us.
const DEADLY: &str = "\
    create table stock (id int primary key, n int); insert into stock values (1, 0);
    grant select, update on stock to public;
    create function take_stock() returns trigger language plpgsql security definer as
    $$ begin update stock set n = n + 1 where id = 1; return new; end $$;
    create trigger a_take_stock after update on machine for each row execute function take_stock();";

/// A role whose defaults ask for an isolation under which saves would fail for no reason.
fn hostile(role: &str) -> String {
    format!(
        "do $$ begin execute format('alter role {role} in database %I set \
         default_transaction_isolation = serializable', current_database()); end $$"
    )
}

#[tokio::test]
async fn a_deadlock_is_tried_again_as_a_whole() -> Outcome {
    let both = Both::new(|settings| settings).await?;
    for (seat, owner, endpoint) in both.ways() {
        owner.batch_execute(DEADLY).await?;
        owner.batch_execute(&hostile(&seat.server.role)).await?;
        let seat = Seat::open(match seat.server.way {
            rowhouse::domain::connection::Way::Shared => both.site.settings(),
            rowhouse::domain::connection::Way::Plain => both.desk.settings(CLERK),
        })
        .await?;
        if seat.server.way == rowhouse::domain::connection::Way::Shared {
            sign_in(&seat.database, "anna").await?;
        }
        let shape = seat.shape("machine").await?;
        let record = seat.record(&shape, &["5"]).await?;
        let other = rowhouse::db::admin::connect(endpoint).await?;
        other
            .batch_execute(
                "set deadlock_timeout = '1h'; begin; update stock set n = 100 where id = 1",
            )
            .await?;
        let saving = tokio::spawn({
            let (seat, save) = (
                seat.clone(),
                save_of(&shape, &record, 1, &[("place", "both")]),
            );
            async move { seat.save(save).await }
        });
        let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        until(async || rows(owner, waits).await.is_ok_and(|found| found == ["1"])).await;
        // It waits until the save has given way, which deadlocks first.
        other.batch_execute("update machine set notes = 'theirs' where id = 6; update machine set price = price where id = 5; rollback").await?;
        saved(saving.await??);
        let deadlocks = "select count(*) from machine where id = 5 and place = 'both' and notes is distinct from 'theirs'";
        assert_eq!(rows(owner, deadlocks).await?, ["1"]);
        assert_eq!(
            rows(owner, "select n from stock").await?,
            ["1"],
            "done once"
        );
        // The server counts a moment later.
        let met = "select deadlocks > 0 from pg_stat_database where datname = current_database()";
        until(async || rows(owner, met).await.is_ok_and(|found| found == ["t"])).await;
    }
    Ok(())
}

/// A trigger that fails as the server does when changes do not go together: as often as it is told.
/// A sequence counts, because it is not rolled back.
fn failing(times: u32, code: &str) -> String {
    format!(
        "create sequence if not exists tries; grant usage on sequence tries to public; alter sequence tries restart;
         create or replace function in_the_way() returns trigger language plpgsql as
         $$ begin if nextval('tries') <= {times} then raise exception using errcode = '{code}', message = 'in the way'; end if; return new; end $$;
         drop trigger if exists in_the_way on machine;
         create trigger in_the_way before update on machine for each row execute function in_the_way();"
    )
}

#[tokio::test]
async fn changes_that_do_not_go_together_are_tried_three_times_and_then_told() -> Outcome {
    let both = Both::new(|settings| settings).await?;
    for (seat, owner, _) in both.ways() {
        let shape = seat.shape("machine").await?;
        for (number, code) in [(1, "40001"), (2, "40P01")] {
            owner.batch_execute(&failing(2, code)).await?;
            let record = seat.record(&shape, &["5"]).await?;
            saved(
                seat.save(save_of(
                    &shape,
                    &record,
                    number,
                    &[("price", &number.to_string())],
                ))
                .await?,
            );
            assert_eq!(rows(owner, "select last_value from tries").await?, ["3"]);
        }
        owner.batch_execute(&failing(99, "40001")).await?;
        let record = seat.record(&shape, &["5"]).await?;
        let save = save_of(&shape, &record, 3, &[("place", "in the end")]);
        assert_eq!(seat.save(save.clone()).await.unwrap_err(), Fault::Busy);
        assert_eq!(
            rows(owner, "select last_value from tries").await?,
            ["3"],
            "no more than three"
        );
        assert_eq!(seat.record(&shape, &["5"]).await?, record, "untouched");
        owner.batch_execute(&failing(0, "40001")).await?;
        saved(seat.save(save).await?);
    }
    Ok(())
}
