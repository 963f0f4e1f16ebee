//! Everything through a real PgBouncer in transaction mode: few connections, several people, and
//! nothing of one that another is served.

use std::time::Duration;

use rowhouse::db::Database;
use rowhouse::db::contract::feed::{FeedCursor, FeedItem};
use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{
    Fault, FeedReply, FeedRequest, Reply, Request, SessionsReply, SessionsRequest,
};
use rowhouse::db::{admin, doctor};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::domain::session::{Activity, OpenRecord, Presence, PresenceMode};
use rowhouse::domain::table::TableId;
use rowhouse::embedded::pooler::{Pooler, Pooling};

use crate::desk::{self, CLERK, Desk, Got, Outcome, Seat, client, first_page, key, save_of, until};
use crate::shared::exports;
use crate::shared::site::{Site, sign_in};

/// A pooler in front of a site's server, for its shared login and the clerk.
fn pooler(site: &Site, size: u32, ignores_options: bool) -> Got<Pooler> {
    let users = [site.login(), CLERK.to_owned(), "postgres".to_owned()];
    let pooling = Pooling {
        size,
        ignores_options,
        users: users.map(|name| (name, String::new())).to_vec(),
    };
    Ok(Pooler::start(site.endpoint(), &pooling)?)
}

fn through(pooler: &Pooler, site: &Site) -> ConnectionSettings {
    let endpoint = pooler.endpoint(site.endpoint());
    desk::settings(&endpoint, &site.login())
}

async fn person(settings: &ConnectionSettings, name: &str) -> Got<Seat> {
    let seat = Seat::open(settings.clone()).await?;
    assert!(seat.server.pooler, "it is found out by itself");
    sign_in(&seat.database, name).await?;
    Ok(seat)
}

async fn poll(
    seat: &Seat,
    cursor: Option<FeedCursor>,
    table: TableId,
) -> Got<(FeedCursor, Vec<FeedItem>, Vec<Presence>)> {
    let table = Some(table);
    let request = Request::Feed(FeedRequest::Poll { cursor, table });
    match seat.database.perform(request).await? {
        Reply::Feed(FeedReply::Polled {
            cursor,
            items,
            presence,
            ..
        }) => Ok((cursor, items, presence)),
        other => panic!("{other:?}"),
    }
}

/// Edits, meets a conflict, is seen, and is told.
async fn work_together(anna: &Seat, bert: &Seat) -> Outcome {
    let shape = anna.shape("machine").await?;
    let (cursor, ..) = poll(anna, None, shape.id).await?;
    assert_eq!(anna.page(first_page(&shape, 5)).await?.rows.len(), 5);
    let read = bert.record(&shape, &["3"]).await?;
    let open = OpenRecord {
        table: shape.id,
        name: shape.name.clone(),
        key: key(&["3"]),
        mode: PresenceMode::Edit,
        dirty: true,
    };
    let activity = Activity {
        active: true,
        place: "form".into(),
        records: vec![open],
        heard: Vec::new(),
    };
    let touched = SessionsRequest::Touch(activity);
    let told = bert.database.perform(Request::Sessions(touched)).await?;
    assert!(matches!(
        told,
        Reply::Sessions(SessionsReply::Touched { .. })
    ));
    let (_, _, presence) = poll(anna, Some(cursor.clone()), shape.id).await?;
    assert_eq!(presence.len(), 1);
    assert!(presence[0].dirty && presence[0].username == "bert");
    let saved = anna
        .save(save_of(&shape, &read, 1, &[("place", "A")]))
        .await?;
    assert!(matches!(saved, SaveOutcome::Saved(_)), "{saved:?}");
    let missed = bert
        .save(save_of(&shape, &read, 2, &[("place", "B")]))
        .await?;
    let SaveOutcome::Missed(Miss::Changed { by: Some(by), .. }) = &missed else {
        panic!("{missed:?}");
    };
    assert_eq!(by.username, "anna");
    let (_, items, _) = poll(bert, Some(cursor), shape.id).await?;
    assert_eq!(items.len(), 1);
    assert!(items[0].username == "anna" && !items[0].mine);
    Ok(())
}

#[tokio::test]
async fn people_work_together_over_one_connection_or_two() -> Outcome {
    for (size, ignores_options) in [(1, true), (2, false)] {
        let site = Site::new().await?;
        let pooler = pooler(&site, size, ignores_options)?;
        let settings = through(&pooler, &site);
        let (anna, bert) = tokio::try_join!(person(&settings, "anna"), person(&settings, "bert"))?;
        work_together(&anna, &bert).await?;
        let sessions = format!(
            "select count(*) <= {size} from pg_stat_activity
              where usename = '{}' and datname = current_database()",
            site.login()
        );
        assert_eq!(site.rows(&sessions).await?, ["t"], "they share");
    }
    Ok(())
}

#[tokio::test]
async fn rows_for_a_file_come_over_one_connection() -> Outcome {
    let site = Site::new().await?;
    let pooler = pooler(&site, 1, true)?;
    let anna = person(&through(&pooler, &site), "anna").await?;
    let shape = anna.shape("machine").await?;
    let nothing = async { Ok(()) };
    let (read, rows) = exports::taken(&anna.database, &exports::all(&shape), nothing).await?;
    let counted = site.rows("select count(*) from machine").await?;
    assert_eq!(
        (read?.to_string(), rows.to_string()),
        (counted[0].clone(), counted[0].clone())
    );
    // The connection is whole afterwards.
    assert_eq!(anna.page(first_page(&shape, 5)).await?.rows.len(), 5);
    Ok(())
}

#[tokio::test]
async fn many_questions_of_many_people_get_their_own_answers() -> Outcome {
    let site = Site::new().await?;
    let pooler = pooler(&site, 2, true)?;
    let settings = through(&pooler, &site);
    let mut seats = Vec::new();
    for name in ["anna", "bert", "boss", "anna"] {
        seats.push((name, person(&settings, name).await?));
    }
    let mut works = Vec::new();
    for (number, (name, seat)) in seats.into_iter().enumerate() {
        works.push(tokio::spawn(async move {
            let shape = seat.shape("machine").await?;
            for round in 0..20_u128 {
                let id = (10 + number).to_string();
                let page = seat.page(first_page(&shape, 7)).await?;
                assert_eq!(page.rows.len(), 7);
                let read = seat.record(&shape, &[&id]).await?;
                let place = format!("{name} {round}");
                let number = u128::try_from(number)? * 1_000 + round + 1;
                let save = save_of(&shape, &read, number, &[("place", &place)]);
                let outcome = seat.save(save).await?;
                let SaveOutcome::Saved(Some(record)) = outcome else {
                    panic!("{outcome:?}");
                };
                let column = shape.column_named("place").expect("a column");
                assert_eq!(record.values[column].as_text(), Some(place.as_str()));
            }
            Got::Ok(())
        }));
    }
    for work in works {
        work.await??;
    }
    let told = "select string_agg(distinct username, ',' order by username)
                  from rowhouse_trail.entry where verb = 'update'";
    assert_eq!(site.rows(told).await?, ["anna,bert,boss"]);
    Ok(())
}

#[tokio::test]
async fn nothing_of_a_session_stays_on_a_connection() -> Outcome {
    let site = Site::new().await?;
    let pooler = pooler(&site, 1, true)?;
    let settings = through(&pooler, &site);
    let anna = person(&settings, "anna").await?;
    let shape = anna.shape("machine").await?;
    anna.page(first_page(&shape, 5)).await?;
    // Somebody else is served the very connection that anna's transaction just left.
    let next = admin::connect(&pooler.endpoint(site.endpoint()).with_user(&site.login())).await?;
    let left = "select concat_ws(',', coalesce(current_setting('rowhouse.session', true), ''),
                       current_setting('DateStyle'), current_setting('statement_timeout'),
                       current_setting('application_name'))";
    let told = desk::rows(&next, left).await?;
    assert_eq!(told, [",ISO, MDY,0,rowhouse setup"]);
    let refused = next
        .simple_query("select * from machine")
        .await
        .expect_err("no session");
    assert_eq!(refused.code().map(|code| code.code()), Some("RH401"));
    Ok(())
}

#[tokio::test]
async fn stopping_a_slow_question_stops_it_on_the_server_and_ends_no_pooler() -> Outcome {
    let site = Site::new().await?;
    let slow = "create function slow() returns trigger language plpgsql as
                $$ begin perform pg_sleep(8); return new; end $$;
                create trigger slow before update on machine for each row execute function slow()";
    site.owner.batch_execute(slow).await?;
    let pooler = pooler(&site, 1, true)?;
    let settings = through(&pooler, &site);
    let (anna, bert) = (
        person(&settings, "anna").await?,
        person(&settings, "bert").await?,
    );
    let shape = anna.shape("machine").await?;
    let sleeping = "select count(*) from pg_stat_activity
                     where datname = current_database() and wait_event = 'PgSleep'";
    for round in 1..=5_u128 {
        let read = anna.record(&shape, &["4"]).await?;
        let saving = tokio::spawn({
            let (seat, save) = (
                anna.clone(),
                save_of(&shape, &read, round, &[("place", "x")]),
            );
            async move { seat.save(save).await }
        });
        until(async || site.rows(sleeping).await.is_ok_and(|rows| rows == ["1"])).await;
        let began = std::time::Instant::now();
        saving.abort();
        // The only connection is free again long before the statement would have ended.
        assert_eq!(bert.page(first_page(&shape, 5)).await?.rows.len(), 5);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        until(async || site.rows(sleeping).await.is_ok_and(|rows| rows == ["0"])).await;
    }
    let log = pooler.log();
    assert!(!log.contains("FATAL"), "{log}");
    let place = "select count(*) from machine where place = 'x'";
    assert_eq!(site.rows(place).await?, ["0"]);
    Ok(())
}

#[tokio::test]
async fn a_restart_of_the_pooler_loses_nothing() -> Outcome {
    let site = Site::new().await?;
    let mut pooler = pooler(&site, 2, true)?;
    let settings = through(&pooler, &site);
    let (anna, bert) = (
        person(&settings, "anna").await?,
        person(&settings, "bert").await?,
    );
    let shape = anna.shape("machine").await?;
    for round in 1..=3_u128 {
        let read = anna.record(&shape, &["6"]).await?;
        pooler.restart()?;
        assert_eq!(bert.page(first_page(&shape, 5)).await?.rows.len(), 5);
        let place = format!("round {round}");
        let save = save_of(&shape, &read, round, &[("place", &place)]);
        let saved = anna.save(save).await?;
        assert!(matches!(saved, SaveOutcome::Saved(_)), "{saved:?}");
    }
    pooler.end();
    match anna.page(first_page(&shape, 5)).await {
        Err(Fault::Unreachable { .. } | Fault::ConnectionLost) => {}
        other => panic!("{other:?}"),
    }
    pooler.restart()?;
    assert_eq!(anna.page(first_page(&shape, 5)).await?.rows.len(), 5);
    Ok(())
}

#[tokio::test]
async fn the_pooler_may_ask_for_the_password() -> Outcome {
    let site = Site::new().await?;
    let password = "the password of the shared login".into();
    let verifier = rowhouse::auth::scram_verifier(&password, &[3; 16]);
    let pooling = Pooling {
        size: 1,
        ignores_options: false,
        users: vec![(site.login(), verifier)],
    };
    let pooler = Pooler::start(site.endpoint(), &pooling)?;
    let settings = through(&pooler, &site);
    let refused = desk::open(&Database::new(client()), settings.clone()).await;
    assert!(
        matches!(
            refused,
            Err(Fault::LoginRefused {
                password_missing: true,
                ..
            })
        ),
        "{refused:?}"
    );
    let asked = doctor::Asked::default();
    let found = doctor::examine(&settings, Some(&password), asked).await;
    assert!(found.connects(), "{found:#?}");
    let told = found
        .stages
        .iter()
        .find(|one| one.name == "pooler")
        .expect("a stage");
    assert!(told.text.starts_with("one is in between"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn the_owners_commands_ask_for_the_server_itself() -> Outcome {
    let site = Site::new().await?;
    let folder = tempfile::tempdir()?;
    for ignores_options in [true, false] {
        let pooler = pooler(&site, 1, ignores_options)?;
        let list = |url: String| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rowhouse"));
            command
                .env("HOME", folder.path())
                .env("XDG_CONFIG_HOME", folder.path());
            command.args(["--url", &url, "account", "list"]).output()
        };
        let said = list(pooler.endpoint(site.endpoint()).url())?;
        assert_eq!(said.status.code(), Some(1));
        let told = String::from_utf8_lossy(&said.stderr);
        assert!(told.contains("go to the server itself"), "{told}");
        assert_eq!(list(site.endpoint().url())?.status.code(), Some(0));
    }
    Ok(())
}

#[tokio::test]
async fn the_plain_way_goes_through_it_too() -> Outcome {
    let desk = Desk::new().await?;
    let pooling = Pooling {
        size: 1,
        ignores_options: true,
        users: vec![(CLERK.into(), String::new())],
    };
    let pooler = Pooler::start(desk.endpoint(), &pooling)?;
    let settings = desk::settings(&pooler.endpoint(desk.endpoint()), CLERK);
    let (one, two) = (
        Seat::open(settings.clone()).await?,
        Seat::open(settings).await?,
    );
    assert!(one.server.pooler);
    let shape = one.shape("everything").await?;
    let read = one.record(&shape, &["1"]).await?;
    let saved = two
        .save(save_of(&shape, &read, 1, &[("note", "x")]))
        .await?;
    assert!(matches!(saved, SaveOutcome::Saved(_)), "{saved:?}");
    let missed = one
        .save(save_of(&shape, &read, 2, &[("note", "y")]))
        .await?;
    assert!(matches!(missed, SaveOutcome::Missed(_)), "{missed:?}");
    Ok(())
}
