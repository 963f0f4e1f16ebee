//! Installing: twice, as an owner who is no superuser, where others live, and by the command line.

mod accounts;

use std::error::Error;
use std::process::{Command, Output};

use rowhouse::auth::{random_password, scram_verifier};
use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::adopt;
use rowhouse::db::install::{self, InstallError, InstallOptions, SCHEMA_VERSION};
use rowhouse::embedded::cluster::TestCluster;
use rowhouse::runtime::clock::random;
use serde_json::Value;
use tokio_postgres::Client;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// A server of its own, because roles belong to whole servers, with a database whose owner may make
/// roles and is no superuser: the cluster, the superuser's and the owner's endpoint.
async fn owned() -> Outcome<(TestCluster, Endpoint, Endpoint)> {
    let cluster = TestCluster::own()?;
    let superuser = admin::connect(&cluster.endpoint("postgres")).await?;
    admin::make_owner(&superuser, "owner").await?;
    superuser
        .batch_execute("create database plant owner owner")
        .await?;
    let endpoint = cluster.endpoint("plant");
    let owner = endpoint.with_user("owner");
    Ok((cluster, endpoint, owner))
}

/// Everything of ours that the catalog knows, as one text.
async fn picture(client: &Client) -> Outcome<String> {
    let row = client
        .query_one(
            "select (select string_agg(c.oid::regclass || coalesce(c.relacl::text, ''), ' ' order by c.oid)
                       from pg_class c where c.relnamespace::regnamespace::text like 'rowhouse%')
                 || (select string_agg(p.oid::regprocedure || p.proacl::text, ' ' order by p.oid)
                       from pg_proc p where p.pronamespace::regnamespace::text like 'rowhouse%')
                 || (select string_agg(n.nspname || n.nspacl::text, ' ' order by n.nspname)
                       from pg_namespace n where n.nspname like 'rowhouse%')
                 || (select d.datacl::text from pg_database d where d.datname = current_database())",
            &[],
        )
        .await?;
    Ok(row.get(0))
}

#[tokio::test]
async fn an_owner_without_superuser_installs_and_a_second_time_changes_nothing() -> Outcome {
    let (_cluster, superuser, endpoint) = owned().await?;
    let superuser = admin::connect(&superuser).await?;
    let mut owner = admin::connect(&endpoint).await?;
    let options = || InstallOptions {
        harden: true,
        ..InstallOptions::default()
    };
    let first = install::install(&mut owner, options()).await?;
    assert_eq!(first.applied, (1..=SCHEMA_VERSION).collect::<Vec<_>>());
    let before = picture(&superuser).await?;
    let second = install::install(&mut owner, options()).await?;
    assert!(second.applied.is_empty());
    assert_eq!(before, picture(&superuser).await?);
    assert_eq!(first.roles, second.roles);
    let member = "select count(*) from pg_auth_members m
                    join pg_roles r on r.oid = m.member where r.rolname = $1 and not m.admin_option";
    let left: i64 = superuser.query_one(member, &[&endpoint.user]).await?.get(0);
    assert_eq!(left, 0, "membership was given back");
    let about = owner
        .query_one("select label, schema_version from rowhouse.about()", &[])
        .await;
    assert!(about.is_err(), "the owner is no client");
    let open: Vec<_> = second
        .open_rights
        .iter()
        .map(|right| right.object.as_str())
        .collect();
    assert!(
        open.contains(&"language plpgsql"),
        "a superuser's part is named: {open:?}"
    );
    assert!(second.open_rights.iter().all(|right| right.superuser));
    Ok(())
}

#[tokio::test]
async fn an_empty_database_of_a_lonely_server_is_hardened_at_once() -> Outcome {
    let cluster = TestCluster::own()?;
    let mut client = admin::connect(&cluster.endpoint("postgres")).await?;
    let password = random_password(&random());
    let options = InstallOptions {
        client_verifier: Some(scram_verifier(&password, &random())),
        ..InstallOptions::default()
    };
    let report = install::install(&mut client, options).await?;
    assert_eq!(report.roles.prefix(), "rowhouse");
    assert!(
        report.open_rights.is_empty() && report.for_superuser.is_empty(),
        "{report:?}"
    );
    let stored = "select rolpassword from pg_authid where rolname = 'rowhouse_client'";
    let stored: String = client.query_one(stored, &[]).await?.get(0);
    assert!(stored.starts_with("SCRAM-SHA-256$4096:"), "{stored}");
    for right in ["connect", "temp", "create"] {
        let has = "select has_database_privilege('public', current_database(), $1)";
        assert!(
            !client.query_one(has, &[&right]).await?.get::<_, bool>(0),
            "{right}"
        );
    }

    // A second installation on the same server takes role names of its own.
    client
        .batch_execute("create database \"other \"\"plant\"\"\"")
        .await?;
    let mut other = admin::connect(&cluster.endpoint("other \"plant\"")).await?;
    let second = install::install(&mut other, InstallOptions::default()).await?;
    assert_eq!(second.roles.prefix(), "rowhouse_other \"plant\"");
    let taken = InstallOptions {
        prefix: Some("rowhouse".into()),
        ..InstallOptions::default()
    };
    client.batch_execute("create database third").await?;
    let mut third = admin::connect(&cluster.endpoint("third")).await?;
    let taken = install::install(&mut third, taken).await;
    assert!(
        matches!(taken, Err(InstallError::PrefixTaken { .. })),
        "{taken:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_database_that_others_use_is_listed_and_not_touched() -> Outcome {
    let (_cluster, superuser, endpoint) = owned().await?;
    let superuser = admin::connect(&superuser).await?;
    let other = "program".to_owned();
    superuser
        .batch_execute(&format!(
            "create role {other} login; create table theirs (id int);
             grant all on theirs to {other}; grant create on schema public to public;
             create function public.theirs_too() returns int language sql as 'select 1'"
        ))
        .await?;
    let mut owner = admin::connect(&endpoint).await?;
    let report = install::install(&mut owner, InstallOptions::default()).await?;
    let program = admin::connect(&endpoint.with_user(&other)).await?;
    program
        .batch_execute("create temp table x (id int); select theirs_too(); table theirs")
        .await?;
    let named: Vec<_> = report
        .open_rights
        .iter()
        .map(|r| format!("{} on {}", r.right, r.object))
        .collect();
    for right in [
        format!("TEMPORARY on database {}", endpoint.database),
        format!("CONNECT on database {}", endpoint.database),
        "CREATE on schema public".into(),
        "USAGE on language plpgsql".into(),
        "EXECUTE on function theirs_too()".into(),
    ] {
        assert!(named.contains(&right), "{right} in {named:?}");
    }
    assert!(
        report
            .open_rights
            .iter()
            .all(|right| right.dependents.contains(&other))
    );

    // Hardening grants by name first, so the other program goes on.
    let options = InstallOptions {
        harden: true,
        ..InstallOptions::default()
    };
    install::install(&mut owner, options).await?;
    let program = admin::connect(&endpoint.with_user(&other)).await?;
    program
        .batch_execute("create temp table x (id int); table theirs")
        .await?;
    let temp = "select has_database_privilege('public', current_database(), 'temp')";
    assert!(!superuser.query_one(temp, &[]).await?.get::<_, bool>(0));
    Ok(())
}

#[tokio::test]
async fn who_may_not_make_roles_gets_the_sql_and_goes_on_after_it() -> Outcome {
    let (_cluster, superuser, endpoint) = owned().await?;
    let superuser = admin::connect(&superuser).await?;
    superuser
        .batch_execute(&format!("alter role {} nocreaterole", endpoint.user))
        .await?;
    let mut owner = admin::connect(&endpoint).await?;
    let stranger = "stranger".to_owned();
    superuser
        .batch_execute(&format!("create role {stranger} login"))
        .await?;
    let mut stranger = admin::connect(&endpoint.with_user(&stranger)).await?;
    let refused = install::install(&mut stranger, InstallOptions::default()).await;
    assert!(
        matches!(refused, Err(InstallError::NotOwner { .. })),
        "{refused:?}"
    );

    let prefix = "made".to_owned();
    let options = || InstallOptions {
        prefix: Some(prefix.clone()),
        ..InstallOptions::default()
    };
    let Err(InstallError::NeedsRoles { sql }) = install::install(&mut owner, options()).await
    else {
        return Err("the roles are missing".into());
    };
    superuser.batch_execute(&sql).await?;
    let report = install::install(&mut owner, options()).await?;
    assert_eq!(report.roles.prefix(), prefix);
    Ok(())
}

/// From PostgreSQL 16 on this holds for whoever makes roles, too: only who made them may act for them.
#[tokio::test]
async fn who_may_not_act_for_the_roles_gets_the_sql_and_goes_on_after_it() -> Outcome {
    let (_cluster, superuser, endpoint) = owned().await?;
    let mut first = admin::connect(&superuser.with_database(&endpoint.database)).await?;
    install::install(&mut first, InstallOptions::default()).await?;
    first
        .batch_execute(&format!("alter role {} nocreaterole", endpoint.user))
        .await?;
    let mut owner = admin::connect(&endpoint).await?;
    let refused = install::install(&mut owner, InstallOptions::default()).await;
    let Err(InstallError::NotMember { sql }) = refused else {
        return Err(format!("{refused:?}").into());
    };
    assert_eq!(
        sql,
        r#"grant "rowhouse_owner", "rowhouse_auth", "rowhouse_trail", "rowhouse_search" to "owner";"#
    );
    first
        .batch_execute("create table thing (id int primary key)")
        .await?;
    let plan = adopt::plan(&first, &["thing".to_owned()], &adopt::Options::default()).await?;
    let adopted = adopt::apply(&mut owner, &plan).await;
    let told = adopted
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(told.contains(&sql), "{told}");
    first.batch_execute(&sql).await?;
    install::install(&mut owner, InstallOptions::default()).await?;
    Ok(())
}

#[tokio::test]
async fn a_changed_or_newer_history_is_refused() -> Outcome {
    let (_cluster, superuser, endpoint) = owned().await?;
    let superuser = admin::connect(&superuser).await?;
    let mut owner = admin::connect(&endpoint).await?;
    install::install(&mut owner, InstallOptions::default()).await?;
    superuser
        .batch_execute("insert into rowhouse_private.schema_history values (999, 'x', 'x')")
        .await?;
    let newer = install::install(&mut owner, InstallOptions::default()).await;
    assert!(
        matches!(newer, Err(InstallError::Newer { database: 999, .. })),
        "{newer:?}"
    );
    superuser
        .batch_execute(
            "delete from rowhouse_private.schema_history where version = 999;
             update rowhouse_private.schema_history set checksum = 'x' where version = 3",
        )
        .await?;
    let changed = install::install(&mut owner, InstallOptions::default()).await;
    assert!(
        matches!(changed, Err(InstallError::Changed { version: 3, .. })),
        "{changed:?}"
    );
    Ok(())
}

fn rowhouse(endpoint: &Endpoint, arguments: &[&str]) -> Outcome<Output> {
    Ok(Command::new(env!("CARGO_BIN_EXE_rowhouse"))
        .args(["--url", &endpoint.url()])
        .args(arguments)
        .env_remove("ROWHOUSE_PROFILE")
        .output()?)
}

fn answer(output: &Output) -> Outcome<Value> {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[tokio::test]
async fn the_command_line_installs_and_keeps_accounts_and_sessions() -> Outcome {
    let (_cluster, _, endpoint) = owned().await?;
    let init = [
        "--json",
        "init",
        "--manager",
        "Marta",
        "--display",
        "Marta M.",
    ];
    let first = answer(&rowhouse(&endpoint, &init)?)?;
    assert_eq!(first["manager"]["username"], "marta");
    let code = first["manager"]["code"].as_str().ok_or("no code")?;
    assert_eq!(code.len(), 19);
    let second = answer(&rowhouse(&endpoint, &init)?)?;
    assert_eq!(second["manager"], Value::Null);
    assert_eq!(second["applied"], Value::Array(Vec::new()));

    let added = rowhouse(
        &endpoint,
        &["account", "add", "theo", "--role", "technician"],
    )?;
    let said = String::from_utf8(added.stdout)?;
    assert!(said.starts_with("one-time code of theo: "), "{said}");
    let reset = answer(&rowhouse(
        &endpoint,
        &["--json", "account", "reset", "theo"],
    )?)?;
    assert_ne!(Some(said.trim()), reset["code"].as_str());
    let accounts = answer(&rowhouse(&endpoint, &["--json", "account", "list"])?)?;
    assert_eq!(accounts[0]["display_name"], "Marta M.");
    assert_eq!(accounts[1]["roles"], serde_json::json!(["technician"]));
    for (arguments, exit, said) in [
        (
            &["account", "add", "theo"][..],
            1,
            "an account theo already",
        ),
        (&["account", "add", "X Y"], 2, "no account name"),
        (&["account", "reset", "nobody"], 1, "no account nobody"),
        (
            &["account", "add", "anna", "--role", "emperor"],
            1,
            "no role emperor",
        ),
        (
            &["session", "end", "7", "--reason", "x"],
            1,
            "session 7 is not open",
        ),
    ] {
        let refused = rowhouse(&endpoint, arguments)?;
        assert_eq!(refused.status.code(), Some(exit), "{arguments:?}");
        let told = String::from_utf8(refused.stderr)?;
        assert!(
            told.contains(said) && told.lines().count() == 1,
            "{arguments:?}: {told}"
        );
    }

    let login = format!(
        "{}_client",
        first["login"]
            .as_str()
            .ok_or("no login")?
            .trim_end_matches("_client")
    );
    let client = admin::connect(&endpoint.with_user(&login)).await?;
    let code = secrecy::SecretString::from(code);
    let signed = crate::attacks::sign_in(&client, "marta", &code).await?;
    assert!(signed.must_change);
    let sessions = answer(&rowhouse(&endpoint, &["--json", "session", "list"])?)?;
    assert_eq!(sessions[0]["username"], "marta");
    assert_eq!(sessions[0]["client"]["host"], "bench");
    let id = sessions[0]["session"].to_string();
    let end = ["session", "end", &id, "--reason", "maintenance tonight"];
    assert!(rowhouse(&endpoint, &end)?.status.success());
    let listed = String::from_utf8(rowhouse(&endpoint, &["session", "list"])?.stdout)?;
    assert!(listed.contains("ended: maintenance tonight"), "{listed}");
    Ok(())
}
