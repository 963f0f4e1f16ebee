//! Checks of what no statement can break: lines of pg_hba.conf, settings of the whole server, other
//! versions, other times, the size of a team; and with whose eyes what is seen.

use std::fs;

use rowhouse::db::doctor::{Eyes, Finding, Severity, question};

use super::ward::{Ward, matter};
use crate::desk::{Got, Outcome, rows};

fn named<'a>(found: &'a [Finding], code: &str) -> Vec<&'a Finding> {
    found.iter().filter(|one| one.code == code).collect()
}

#[tokio::test]
async fn lines_that_let_people_in_too_easily_are_found() -> Outcome {
    let ward = Ward::open().await?;
    let hba = ward.cluster.layout().data.join("pg_hba.conf");
    let before = fs::read_to_string(&hba)?;
    // The rules are read from the file; the server itself goes on with those from before.
    for (line, code, severity, fix) in [
        (
            "host plant all 10.0.0.0/8 scram-sha-256",
            "hba-plaintext",
            Severity::Serious,
            "hostssl plant all 10.0.0.0 255.0.0.0 scram-sha-256",
        ),
        (
            "hostnossl all all 10.0.0.0/8 trust",
            "hba-trust",
            Severity::Serious,
            "hostnossl all all 10.0.0.0 255.0.0.0 scram-sha-256",
        ),
        (
            "host all all 127.0.0.1/32 trust",
            "hba-trust",
            Severity::Warning,
            "host all all 127.0.0.1 255.255.255.255 scram-sha-256",
        ),
        (
            "host all all 127.0.0.1/32 password",
            "hba-password",
            Severity::Warning,
            "host all all 127.0.0.1 255.255.255.255 scram-sha-256",
        ),
        (
            "host all all ::1/128 md5",
            "hba-password",
            Severity::Note,
            "host all all ::1 ffff:",
        ),
        (
            "host all all nowhere",
            "hba-unread",
            Severity::Warning,
            "-- correct the line",
        ),
    ] {
        fs::write(&hba, format!("{line}\nlocal all all peer\n"))?;
        let found = ward.examine("postgres").await.findings;
        let of_lines: Vec<_> = found
            .iter()
            .filter(|one| one.code.starts_with("hba-"))
            .collect();
        let told = of_lines.iter().find(|one| one.code == code);
        let told = told.unwrap_or_else(|| panic!("{line}: {of_lines:#?}"));
        assert_eq!(told.severity, severity, "{line}");
        assert!(told.fix[0].starts_with(fix), "{line}: {:?}", told.fix);
        let with_it = of_lines.iter().filter(|one| one.code != "hba-plaintext");
        assert!(with_it.count() <= 1, "{line}: {of_lines:#?}");
    }
    for line in [
        "host other all 10.0.0.0/8 trust",
        "host all all 0.0.0.0/0 reject",
        "host all all 127.0.0.1/32 scram-sha-256",
    ] {
        fs::write(&hba, format!("{line}\nlocal all all peer\n"))?;
        let found = ward.examine("postgres").await.findings;
        assert!(
            !found.iter().any(|one| one.code.starts_with("hba-")),
            "{line}: {found:#?}"
        );
    }
    fs::write(&hba, before)?;
    Ok(())
}

#[tokio::test]
async fn settings_of_the_whole_server_are_found() -> Outcome {
    let pid = std::process::id().to_be_bytes();
    let listens = format!("listen_addresses=127.{}.{}.200", pid[2].max(1), pid[3]);
    let logs = [
        "log_parameter_max_length=-1".to_owned(),
        "log_min_duration_statement=0".to_owned(),
    ];
    let settings = [
        vec![listens, "max_prepared_transactions=2".into()],
        logs.to_vec(),
    ]
    .concat();
    let ward = Ward::open_with(&settings).await?;
    let found = ward.examine("owner").await.findings;
    assert_eq!(named(&found, "tls-off").len(), 1, "{found:#?}");
    let forgets: Vec<_> = named(&found, "server-forgets")
        .iter()
        .map(|one| one.what.clone())
        .collect();
    assert_eq!(forgets, ["fsync = off", "full_page_writes = off"]);
    assert_eq!(named(&found, "server-late").len(), 1);
    // What init set for the shared login alone keeps its parameters out of the log.
    assert!(named(&found, "log-parameters").is_empty());
    ward.run("alter role {client} in database plant reset log_parameter_max_length")
        .await?;
    let found = ward.examine("owner").await.findings;
    let told = &named(&found, "log-parameters")[0].what;
    assert!(
        told.starts_with("log_min_duration_statement = 0, and"),
        "{told}"
    );
    ward.run("begin; prepare transaction 'left over'").await?;
    let sql = asked(
        "prepared-transaction",
        "interval '10 minutes'",
        "interval '0'",
    )?;
    let told = rows(&ward.superuser, &sql).await?;
    assert!(
        told[0].starts_with("the prepared transaction 'left over' of postgres"),
        "{told:?}"
    );
    Ok(())
}

/// A check's question with other times or versions in it.
fn asked(code: &str, what: &str, instead: &str) -> Got<String> {
    let sql = question(code).ok_or(code)?;
    assert!(sql.contains(what), "{code}");
    Ok(sql.replace(what, instead))
}

#[tokio::test]
async fn other_versions_and_other_times_are_told() -> Outcome {
    let ward = Ward::open().await?;
    let number = "current_setting('server_version_num')";
    for (version, told) in [
        ("150013", Some("row security needs 15.14 or newer")),
        ("150014", None),
        ("170005", Some("row security needs 17.6 or newer")),
        ("180000", None),
    ] {
        let sql = asked("server-minor", number, &format!("'{version}'"))?;
        let found = rows(&ward.superuser, &sql).await?;
        assert_eq!(found.len(), usize::from(told.is_some()), "{version}");
        assert!(
            told.is_none_or(|words| found[0].contains(words)),
            "{found:?}"
        );
    }
    let sql = asked("server-major", number, "'130023'")?;
    assert_eq!(rows(&ward.superuser, &sql).await?.len(), 1);
    let sql = asked("server-standby", "pg_is_in_recovery()", "true")?;
    assert_eq!(rows(&ward.superuser, &sql).await?.len(), 1);
    let idle = ward.cluster.endpoint("plant");
    let idle = rowhouse::db::admin::connect(&idle).await?;
    idle.batch_execute("begin; select 1").await?;
    let sql = asked("long-transaction", "interval '10 minutes'", "interval '0'")?;
    let told = rows(&ward.superuser, &sql).await?;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("rowhouse setup) has a transaction open since"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_team_that_does_not_fit_is_told() -> Outcome {
    let ward = Ward::open().await?;
    let login = ward.roles.client_name();
    let found = ward.examine_team(&login, Some(20)).await.findings;
    assert!(named(&found, "connection-budget").is_empty());
    let found = ward.examine_team(&login, Some(500)).await.findings;
    let told = named(&found, "connection-budget");
    assert!(
        told[0]
            .what
            .starts_with("500 people with 2 connections each take 1000"),
        "{told:?}"
    );
    assert!(
        told[0].fix[0].starts_with("alter system set max_connections = "),
        "{told:?}"
    );
    ward.run("alter role {client} connection limit 10").await?;
    let found = ward.examine_team(&login, Some(20)).await.findings;
    let told = named(&found, "connection-budget");
    assert!(told[0].fix[0].ends_with("connection limit 40;"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn the_owner_sees_what_the_login_does_not_and_leaves_no_trace() -> Outcome {
    let ward = Ward::open().await?;
    let members = "select string_agg(m::text, ';' order by m::text) from pg_auth_members m";
    let before: Option<String> = ward.superuser.query_one(members, &[]).await?.get(0);
    ward.run("create function rowhouse_private.mine() returns int language sql as 'select 1'")
        .await?;
    let found = ward.examine("owner").await;
    assert_eq!(found.eyes, Eyes::Owner);
    let told = matter(&found);
    assert!(
        told.iter().all(|one| one.code == "asserts") && !told.is_empty(),
        "{told:?}"
    );
    let after: Option<String> = ward.superuser.query_one(members, &[]).await?.get(0);
    assert_eq!(before, after, "membership taken for reading is given back");
    let found = ward.examine(&ward.roles.client_name()).await;
    assert_eq!(found.eyes, Eyes::Role);
    assert_eq!(matter(&found), Vec::<&_>::new());
    let unseen = found
        .stages
        .iter()
        .find(|one| one.name == "around")
        .expect("a stage");
    assert!(
        unseen.text.contains("more is seen as the owner"),
        "{unseen:?}"
    );
    Ok(())
}
