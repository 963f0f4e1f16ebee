//! Connections: what a wrong setting says, what a pool hands out, and poolers in between.

use std::time::Duration;

use rowhouse::db::Database;
use rowhouse::db::contract::connect::Server;
use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{ConnectReply, ConnectRequest, Fault, Reply, Request};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::embedded::cluster::TestCluster;
use secrecy::SecretString;

use crate::desk::{self, CLERK, Desk, Got, Outcome, Seat, client, first_page, save_of, until};
use crate::proxy::Proxy;
use crate::shared::site::{Site, sign_in};

async fn attempt(settings: ConnectionSettings, password: Option<&str>) -> Result<Server, Fault> {
    let request = ConnectRequest::Open {
        settings: Box::new(settings),
        password: password.map(SecretString::from),
    };
    match Database::new(client())
        .perform(Request::Connect(request))
        .await?
    {
        Reply::Connect(ConnectReply::Opened(server)) => Ok(server),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn wrong_settings_say_what_to_try() -> Outcome {
    let desk = Desk::new().await?;
    let good = desk.settings(CLERK);
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await?
        .local_addr()?
        .port();
    let with = |change: &dyn Fn(&mut ConnectionSettings)| {
        let mut settings = good.clone();
        change(&mut settings);
        settings
    };
    for (settings, words) in [
        (with(&|s| s.port = 1), "no socket"),
        (
            with(&|s| {
                s.host = "127.0.0.1".into();
                s.port = free
            }),
            "nothing listens",
        ),
        (
            with(&|s| {
                s.host = "no-such-host.invalid".into();
                s.allow_plaintext = true
            }),
            "name no-such-host.invalid",
        ),
        (
            with(&|s| s.database = "nowhere".into()),
            "no database nowhere",
        ),
    ] {
        match attempt(settings, None).await {
            Err(Fault::Unreachable { message }) => assert!(message.contains(words), "{message}"),
            other => panic!("{words}: {other:?}"),
        }
    }
    match attempt(with(&|s| s.user = "nobody here".into()), None).await {
        Err(Fault::LoginRefused { message, .. }) => {
            assert!(message.contains("nobody here"), "{message}")
        }
        other => panic!("{other:?}"),
    }
    match attempt(
        with(&|s| s.way = Some(rowhouse::domain::connection::Way::Shared)),
        None,
    )
    .await
    {
        Err(Fault::Outdated { message }) => assert!(message.contains("rowhouse init"), "{message}"),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[tokio::test]
async fn a_password_is_asked_for_and_a_wrong_one_said() -> Outcome {
    let cluster = TestCluster::own()?;
    let endpoint = cluster.endpoint("postgres");
    let owner = rowhouse::db::admin::connect(&endpoint).await?;
    owner
        .batch_execute("create role clerk login password 'right one'")
        .await?;
    let hba = desk::rows(&owner, "show hba_file").await?.remove(0);
    let rules = std::fs::read_to_string(&hba)?;
    std::fs::write(&hba, format!("local all clerk scram-sha-256\n{rules}"))?;
    owner.batch_execute("select pg_reload_conf()").await?;
    let settings = desk::settings(&endpoint, "clerk");
    until(async || attempt(settings.clone(), None).await.is_err()).await;
    match attempt(settings.clone(), None).await {
        Err(Fault::LoginRefused {
            password_missing: true,
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
    match attempt(settings.clone(), Some("wrong one")).await {
        Err(Fault::LoginRefused {
            password_missing: false,
            message,
        }) => {
            assert!(
                message.contains("password") && !message.contains("wrong one"),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(attempt(settings, Some("right one")).await?.role, "clerk");
    owner
        .batch_execute("alter role clerk connection limit 0")
        .await?;
    let full = attempt(desk::settings(&endpoint, "clerk"), Some("right one")).await;
    assert!(
        matches!(full, Err(Fault::TooManyConnections { .. })),
        "{full:?}"
    );
    Ok(())
}

#[tokio::test]
async fn what_a_role_was_given_as_defaults_changes_no_value() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("do $$ begin execute format('alter role rowhouse_test_clerk in database %I set datestyle = ''German, DMY''', current_database()); \
              execute format('alter role rowhouse_test_clerk in database %I set bytea_output = ''escape''', current_database()); \
              execute format('alter role rowhouse_test_clerk in database %I set default_transaction_isolation = ''serializable''', current_database()); \
              execute format('alter role rowhouse_test_clerk in database %I set timezone = ''Asia/Tokyo''', current_database()); end $$").await?;
    let pooler = Proxy::pooler(desk.endpoint()).await?;
    let direct = desk.clerk().await?;
    let pooled = Seat::open(pooler.settings(desk.settings(CLERK))).await?;
    assert!(pooled.server.pooler && !direct.server.pooler);
    for seat in [direct, pooled] {
        let shape = seat.shape("everything").await?;
        let record = seat.record(&shape, &["1"]).await?;
        let value =
            |name: &str| record.values[shape.column_named(name).expect("a column")].as_text();
        assert_eq!(value("d"), Some("0044-03-15 BC"));
        assert_eq!(value("by"), Some("\\x00ff10"));
        assert_eq!(value("tstz"), Some("2024-02-29 21:59:59.123456+00"));
        let outcome = seat
            .save(save_of(&shape, &record, 1, &[("note", "x")]))
            .await?;
        assert!(matches!(outcome, SaveOutcome::Saved(_)), "{outcome:?}");
    }
    Ok(())
}

#[tokio::test]
async fn people_sign_in_through_a_pooler() -> Outcome {
    let site = Site::new().await?;
    let pooler = Proxy::pooler(site.endpoint()).await?;
    let anna = Seat::open(pooler.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    let shape = anna.shape("machine").await?;
    let record = anna.record(&shape, &["5"]).await?;
    let outcome = anna
        .save(save_of(&shape, &record, 1, &[("place", "x")]))
        .await?;
    assert!(matches!(outcome, SaveOutcome::Saved(_)), "{outcome:?}");
    Ok(())
}

#[tokio::test]
async fn a_full_pool_says_so_and_recovers() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("create view slow as select pg_sleep(3)::text as a; grant select on slow to rowhouse_test_clerk").await?;
    let settings = ConnectionSettings {
        pool_max: 1,
        connect_timeout: Duration::from_millis(200),
        ..desk.settings(CLERK)
    };
    let seat = Seat::open(settings).await?;
    let (slow, machine) = (seat.shape("slow").await?, seat.shape("machine").await?);
    let busy = tokio::spawn({
        let (seat, query) = (seat.clone(), first_page(&slow, 1));
        async move { seat.page(query).await }
    });
    let sleeping = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    until(async || desk.rows(sleeping).await.is_ok_and(|rows| rows == ["1"])).await;
    let told = seat.page(first_page(&machine, 1)).await;
    assert!(
        matches!(told, Err(Fault::TooManyConnections { .. })),
        "{told:?}"
    );
    busy.abort();
    until(async || seat.page(first_page(&machine, 1)).await.is_ok()).await;
    Ok(())
}

#[tokio::test]
async fn opening_another_database_lets_go_of_the_first() -> Outcome {
    let (first, second) = (Desk::new().await?, Desk::new().await?);
    let seat = first.clerk().await?;
    seat.tables().await?;
    let named = "select application_name from pg_stat_activity where datname = current_database() and usename = 'rowhouse_test_clerk'";
    assert_eq!(first.rows(named).await?, ["rowhouse/rowhouse_test_clerk"]);
    desk::open(&seat.database, second.settings(CLERK)).await?;
    until(async || first.rows(named).await.is_ok_and(|rows| rows.is_empty())).await;
    assert_eq!(seat.tables().await?.len(), 12);
    Ok(())
}

#[tokio::test]
async fn many_questions_at_once_share_few_connections() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("machine").await?;
    let pages = (0..40).map(|_| {
        let (seat, query) = (seat.clone(), first_page(&shape, 10));
        tokio::spawn(async move { seat.page(query).await })
    });
    for page in pages.collect::<Vec<_>>() {
        assert_eq!(page.await??.rows.len(), 10);
    }
    let open: Got<Vec<String>> = desk.rows("select count(*) from pg_stat_activity where datname = current_database() and usename = 'rowhouse_test_clerk'").await;
    assert!(open?[0].parse::<u32>()? <= 2);
    Ok(())
}
