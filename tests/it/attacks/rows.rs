//! Rows of SECURITY.md section 1 that concern the whole server: what everybody may read there, locks
//! and limits that everybody may take, dumps, names, clients of another age.

use std::process::Command;

use rowhouse::embedded::Binaries;

use super::attacker::{Attack, Attacker};
use super::plant::{Outcome, Plant, finish, refusal, submit};

/// What the shared login may not do to the server, to others and to itself.
#[tokio::test]
async fn nobody_climbs_by_either_protocol() -> Outcome {
    let plant = Plant::open().await?;
    let client = plant.roles.client();
    let denied = "42501 ";
    let mut attacks: Vec<Attack> = ["owner", "auth", "trail", "search"]
        .map(|which| (format!("set role \"{}\"", plant.roles.name(which)), denied))
        .into();
    for statement in [
        "set role postgres",
        "set session authorization postgres",
        "set local session_replication_role = replica",
        "set local temp_file_limit = -1",
        "set local log_parameter_max_length = -1",
        "set local log_statement = 'none'",
        "create role robber",
        "create schema robber",
        "create temp table robber (x int)",
        "create table public.robber (x int)",
        "create function public.f() returns int language sql as 'select 1'",
        "create function rowhouse.may(text, text) returns bool language sql as 'select true'",
        "create extension dblink",
        "do $$ begin raise notice 'x'; end $$",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select pg_read_file('/etc/passwd')",
        "copy area (name) to program 'cat'",
        "copy area (name) to '/tmp/area'",
        "select pg_terminate_backend(pg_backend_pid())",
        "select pg_cancel_backend(pg_backend_pid())",
        "select query from pg_stat_activity",
        "select rolpassword from pg_authid",
        "select * from pg_statistic",
        "create publication robber for table equipment",
        "create trigger t before update on equipment for each row execute function suppress_redundant_updates_trigger()",
        "comment on table equipment is 'x'",
    ] {
        attacks.push((statement.to_owned(), denied));
    }
    for statement in [
        format!("alter role {client} bypassrls"),
        format!("alter role {client} createrole"),
        format!("grant {} to {client}", plant.roles.owner()),
        format!("alter role {client} set rowhouse.session = 'x'"),
    ] {
        attacks.push((statement, denied));
    }
    let mut found = Attacker::nobody(&plant).await?.tries(&attacks).await?;
    found.extend(
        Attacker::person(&plant, "theo")
            .await?
            .tries(&attacks)
            .await?,
    );
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Rows 8 and 10: what statistics, function bodies and settings tell is no value and no secret.
#[tokio::test]
async fn the_catalog_tells_names_and_sizes_and_nothing_else() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute("analyze equipment, shop, vault")
        .await?;
    let none = |sql: &str| (sql.to_owned(), "0 rows");
    let attacks = [
        none("select * from pg_stats where schemaname !~ '^(pg_|information_schema)'"),
        none("select * from pg_stats_ext"),
        none(
            "select * from information_schema.tables where table_schema in ('rowhouse_private', 'rowhouse_trail')",
        ),
    ];
    for who in [
        Attacker::nobody(&plant).await?,
        Attacker::person(&plant, "theo").await?,
    ] {
        let found = who.tries(&attacks).await?;
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
    let told = "select count(*) from rowhouse_private.secret s, pg_proc p
                 where p.prosrc like '%' || encode(s.value, 'hex') || '%'
                    or p.prosrc like '%' || encode(s.value, 'base64') || '%'";
    assert_eq!(plant.count(told).await?, 0);
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_private.secret")
            .await?,
        2
    );
    Ok(())
}

/// Row 18: who has the whole table of verifiers and sessions has to guess all the same.
#[tokio::test]
async fn a_stolen_dump_opens_nothing() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let login = plant.login().await?;
    for stolen in ["stored_key", "server_key", "sha256(stored_key)"] {
        let asked = super::plant::challenge(&login, "theo").await?;
        let secret = rowhouse::runtime::clock::random::<32>();
        let forge = format!(
            "select rowhouse_private.xor32({stolen}, rowhouse_private.hmac(stored_key, convert_to(
                 E'rowhouse-login-v1\\ntheo\\n' || $1, 'UTF8')))
               from rowhouse_private.credential join rowhouse_private.account using (account_id)
              where username = 'theo'"
        );
        let proof: Vec<u8> = plant
            .owner
            .query_one(&forge, &[&asked.nonce()])
            .await?
            .get(0);
        login
            .query(
                "select rowhouse.login_submit('theo', $1, $2, $3)",
                &[
                    &asked.nonce(),
                    &proof,
                    &rowhouse::auth::finish_hash(&secret).as_slice(),
                ],
            )
            .await?;
        let judged = login
            .query_one(
                "select status from rowhouse.login_finish($1, $2, '')",
                &[&asked.nonce(), &secret.as_slice()],
            )
            .await?;
        assert_eq!(judged.get::<_, &str>(0), "refused", "{stolen}");
        plant.advance("1 hour").await?;
    }
    let hash = "select encode(token_hash, 'hex') from rowhouse_private.session order by session_id desc limit 1";
    let hash: String = plant.owner.query_one(hash, &[]).await?.get(0);
    let open = "select rowhouse.tx_open($1, 10)";
    let refused = refusal(theo.client.query(open, &[&hash]).await);
    assert_eq!(
        (refused.state.as_str(), refused.detail.as_str()),
        ("RH401", "unknown")
    );
    Ok(())
}

/// Row 28: saves send no notification, and what is sent by others says nothing to us.
#[tokio::test]
async fn no_save_notifies() -> Outcome {
    let plant = Plant::open().await?;
    let told = "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                 where n.nspname ^@ 'rowhouse' and p.prosrc ~* '(pg_notify|[^a-z_]notify[^a-z_])'";
    assert_eq!(plant.count(told).await?, 0);
    Ok(())
}

/// Row 29: locks that anybody may take hold up neither a sign-in nor a save nor the maintenance.
#[tokio::test]
async fn squatted_locks_hold_up_nobody() -> Outcome {
    let plant = Plant::open().await?;
    let squatter = plant.login().await?;
    squatter
        .batch_execute(
            "select pg_advisory_lock(5938411847226783587), pg_advisory_lock(7370486957283967)",
        )
        .await?;
    let theo = plant.seat("theo").await?;
    theo.client
        .batch_execute("set statement_timeout = '2s'")
        .await?;
    assert!(!theo.run("select rowhouse.maintain()").await?[0].get::<_, bool>(0));
    let saved = theo
        .run("update equipment set status = 'held' where bfm = 'BFM-001' returning bfm")
        .await?;
    assert_eq!(saved.len(), 1);
    Ok(())
}

/// Row 35: names that look like another's are no names.
#[tokio::test]
async fn names_that_look_alike_are_refused() -> Outcome {
    let plant = Plant::open().await?;
    let attacks: Vec<Attack> = ["mart\u{200b}a", "mаrta", "MARTA", "marta ", "ma\u{202e}rta", ""]
        .map(|name| {
            let add = format!(
                "select rowhouse.account_add('{name}', 'X', array['technician'], substr(sha256('a'), 1, 16),
                                             19456, 2, 1, sha256('b'), sha256('c'))"
            );
            (add, "RH422 A name has letters")
        })
        .into();
    let found = Attacker::person(&plant, "marta")
        .await?
        .tries(&attacks)
        .await?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Row 38: a dump by the shared login fails aloud, and never leaves rows out in silence.
#[tokio::test]
async fn a_dump_by_the_shared_login_fails_aloud() -> Outcome {
    let plant = Plant::open().await?;
    let program = Binaries::installed()?[0].program("pg_dump");
    for table in ["equipment", "vault", "rowhouse_private.credential"] {
        let dump = Command::new(&program)
            .args(["--data-only", "--table", table, &plant.login_url()])
            .output()?;
        assert!(!dump.status.success(), "{table}");
        let said = String::from_utf8_lossy(&dump.stderr).into_owned();
        assert!(said.contains("permission denied"), "{table}: {said}");
        assert!(
            !String::from_utf8_lossy(&dump.stdout).contains("BFM-"),
            "{table}"
        );
    }
    Ok(())
}

/// Row 39: who was built for another schema is told so before anything is done.
#[tokio::test]
async fn a_client_of_another_age_is_refused() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    for (age, why) in [
        ("0", "install a newer one"),
        ("9999", "newer than the database"),
        ("null", "older"),
    ] {
        let open = format!("select rowhouse.tx_open($1, {age})");
        let refused = refusal(theo.client.query(&open, &[&theo.token]).await);
        assert_eq!(refused.state, "RH426", "{age}");
        assert!(refused.message.contains(why), "{refused:?}");
    }
    Ok(())
}

/// Row 13 again with savepoints and cancelled verdicts under either protocol: a guess counts once sent.
#[tokio::test]
async fn a_guess_counts_when_its_verdict_is_never_asked_for() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    for _ in 0..5 {
        submit(&login, "theo", &super::plant::wrong()).await?;
    }
    let right = submit(&login, "theo", &super::plant::password("theo")).await?;
    assert_eq!(finish(&login, &right).await?.status, "wait");
    Ok(())
}
