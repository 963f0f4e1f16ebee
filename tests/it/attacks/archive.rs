//! Months of the trail in files that prove themselves, dropped only afterwards; the command line of the
//! audit.

use std::path::PathBuf;
use std::process::{Command, Output};

use rowhouse::db::seal;
use serde_json::Value;

use super::plant::{Outcome, Plant};
use super::seal::seal_all;

/// A plant with a month that lies behind: some entries of the first of it.
async fn plant_with_a_past() -> Outcome<Plant> {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "create table rowhouse_trail.entry_2020_01 (like rowhouse_trail.entry including defaults including constraints);
             alter table rowhouse_trail.entry_2020_01 owner to current_user;
             alter table rowhouse_trail.entry attach partition rowhouse_trail.entry_2020_01
                 for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
             insert into rowhouse_trail.entry (at, verb, table_name, record_key, username, note)
                 select '2020-01-02'::timestamptz + n * interval '1 minute', 'update', 'public.equipment',
                        array[n::text], 'theo', case n when 7 then '=1+1' end from generate_series(1, 2500) n;
             insert into rowhouse_trail.entry (at, verb, note) values ('2019-05-05', 'sign-in', 'of no month');
             insert into rowhouse_trail.entry (at, verb, table_oid, table_name, record_key, account_id, request_id)
                 select x.at, 'update', 'equipment'::regclass, 'public.equipment', '{BFM-001}', a.account_id,
                        'fedcba98-7654-8210-8000-000100000001'
                   from rowhouse_private.account a, (values ('2020-01-03'::timestamptz), (now())) x(at)
                  where a.username = 'theo';
             insert into rowhouse_trail.entry (at, verb, table_oid, table_name, record_key, account_id, request_id)
                 select '2020-01-03', 'update', 'equipment'::regclass, 'public.equipment', '{BFM-001}', a.account_id,
                        'fedcba98-7654-8210-8000-000200000001'
                   from rowhouse_private.account a where a.username = 'theo';
             insert into rowhouse_trail.run (tenant_id, account_id, run, table_oid, verb, entry_id, depth, at)
                 select e.tenant_id, e.account_id, rowhouse_trail.run_of(e.request_id), e.table_oid, e.verb,
                        min(e.id), 0, min(e.at)
                   from rowhouse_trail.entry e where e.request_id is not null group by 1, 2, 3, 4, 5
                 on conflict do nothing",
        )
        .await?;
    seal_all(&plant.owner).await?;
    Ok(plant)
}

fn rowhouse(plant: &Plant, arguments: &[&str]) -> Outcome<Output> {
    let done = Command::new(env!("CARGO_BIN_EXE_rowhouse"))
        .args(["--config", "/dev/null", "--url", &plant.url(), "audit"])
        .args(arguments)
        .env_remove("ROWHOUSE_PROFILE")
        .output()?;
    Ok(done)
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

fn json(output: &Output) -> Outcome<Value> {
    assert!(output.status.success(), "{}", said(output));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn file(folder: &tempfile::TempDir, name: &str) -> (PathBuf, String) {
    let path = folder.path().join(name);
    let text = path.to_string_lossy().into_owned();
    (path, text)
}

/// What the trail notes of the month that was dropped.
async fn noted_as_dropped(plant: &Plant) -> Outcome<String> {
    let noted = "select note from rowhouse_trail.entry where verb = 'audit dropped' order by id desc limit 1";
    Ok(plant.owner.query_one(noted, &[]).await?.get(0))
}

#[tokio::test]
async fn a_month_is_written_verified_and_dropped_and_the_rest_still_fits() -> Outcome {
    let plant = plant_with_a_past().await?;
    let folder = tempfile::tempdir()?;
    let (_, name) = file(&folder, "2020.jsonl");
    let shown = said(&rowhouse(&plant, &["archive"])?);
    assert!(shown.contains("2020_01   2502"), "{shown}");
    assert!(shown.contains("1 entries belong to no month"), "{shown}");
    let sealed = json(&rowhouse(&plant, &["verify", "--json"])?)?;
    let digest = sealed["tenants"][0]["digest"]
        .as_str()
        .ok_or("no digest")?
        .to_owned();

    // Without --drop the month stays.
    let write = ["archive", "--before", "2020-02-01", "--to", &name];
    let written = rowhouse(&plant, &write)?;
    assert!(written.status.success(), "{}", said(&written));
    let count =
        "select count(*) from rowhouse_trail.entry where at < '2020-02-01' and at > '2020-01-01'";
    assert_eq!(plant.count(count).await?, 2502);
    let again = rowhouse(&plant, &write)?;
    assert_eq!(again.status.code(), Some(2), "never over another file");

    let (_, second) = file(&folder, "second.jsonl");
    let drop = [
        "archive",
        "--before",
        "2020-02-15",
        "--to",
        &second,
        "--drop",
    ];
    let unasked = rowhouse(&plant, &drop)?;
    assert_eq!(
        unasked.status.code(),
        Some(2),
        "nobody to ask: {}",
        said(&unasked)
    );
    assert_eq!(plant.count(count).await?, 2502);
    std::fs::remove_file(&second)?;
    let dropped = json(&rowhouse(
        &plant,
        &[&drop[..], &["--yes", "--json"]].concat(),
    )?)?;
    assert_eq!(dropped["dropped"], true);
    assert_eq!(plant.count(count).await?, 0);
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_trail.entry where at < '2020-01-01'")
            .await?,
        0,
        "what belongs to no month goes by its times"
    );
    assert_eq!(
        plant
            .count("select count(*) from rowhouse_trail.run")
            .await?,
        1,
        "of the other run an entry is left"
    );
    let early = "delete from rowhouse_trail.run";
    let refused = super::plant::refusal(plant.owner.batch_execute(early).await);
    assert_eq!(refused.state, "RH403", "{refused:?}");

    // What remains still fits, and the digest of before is still in the chain.
    let rest = json(&rowhouse(
        &plant,
        &["verify", "--expect", &digest, "--json"],
    )?)?;
    assert_eq!(rest["tenants"][0]["archived"], 2503);
    assert_eq!(rest["expected_found"], true);
    let alone = json(&rowhouse(&plant, &["verify", "--file", &name, "--json"])?)?;
    assert_eq!(alone["entries"], 2503);
    assert!(
        noted_as_dropped(&plant)
            .await?
            .contains(dropped["sha256"].as_str().ok_or("no hash")?)
    );
    Ok(())
}

#[tokio::test]
async fn each_way_of_changing_an_archive_is_found() -> Outcome {
    let plant = plant_with_a_past().await?;
    let folder = tempfile::tempdir()?;
    let (path, name) = file(&folder, "2020.jsonl");
    let write = ["archive", "--before", "2020-02-01", "--to", &name];
    assert!(rowhouse(&plant, &write)?.status.success());
    let whole = std::fs::read_to_string(&path)?;
    let lines: Vec<&str> = whole.lines().collect();
    let edited = whole.replacen("\"theo\"", "\"tina\"", 1);
    let removed = [&lines[..5], &lines[6..]].concat().join("\n");
    let doubled = [
        &lines[..6],
        &[&lines[5].replace("\"id\": ", "\"id\": 9")],
        &lines[6..],
    ]
    .concat()
    .join("\n");
    let cut = lines[..lines.len() - 1].join("\n");
    let unlinked: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !line.starts_with("{\"link\""))
        .collect();
    for (what, text, told) in [
        ("edited", edited, "was edited"),
        ("removed", removed, "was removed"),
        ("inserted", doubled, "was inserted"),
        ("cut", cut, "the end of the file is missing"),
        ("unlinked", unlinked.join("\n"), "links are missing"),
        (
            "nothing of ours",
            "{\"x\": 1}".into(),
            "line 1 is none of an archive",
        ),
    ] {
        std::fs::write(&path, text)?;
        let found = rowhouse(&plant, &["verify", "--file", &name])?;
        assert_eq!(found.status.code(), Some(1), "{what}");
        assert!(said(&found).contains(told), "{what}: {}", said(&found));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_sealed_is_not_archived() -> Outcome {
    let plant = plant_with_a_past().await?;
    let folder = tempfile::tempdir()?;
    let (path, name) = file(&folder, "early.jsonl");
    plant
        .owner
        .batch_execute(
            "insert into rowhouse_trail.entry (at, verb) values ('2020-01-31', 'sign-in')",
        )
        .await?;
    let write = [
        "archive",
        "--before",
        "2020-02-01",
        "--to",
        &name,
        "--drop",
        "--yes",
    ];
    let refused = rowhouse(&plant, &write)?;
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        said(&refused).contains("1 entries of entry_2020_01 are not sealed yet"),
        "{}",
        said(&refused)
    );
    assert!(
        !path.exists() && folder.path().read_dir()?.next().is_none(),
        "nothing half is left"
    );
    assert!(rowhouse(&plant, &["seal"])?.status.success());
    seal_all(&plant.owner).await?;
    assert!(rowhouse(&plant, &write)?.status.success());
    let none = rowhouse(
        &plant,
        &[
            "archive",
            "--before",
            "2019-01-01",
            "--to",
            &format!("{name}x"),
        ],
    )?;
    assert!(
        said(&none).contains("no month lies before that day"),
        "{}",
        said(&none)
    );
    Ok(())
}

#[tokio::test]
async fn the_owner_lists_what_a_filter_finds() -> Outcome {
    let plant = plant_with_a_past().await?;
    let lines = |arguments: &[&str]| -> Outcome<Vec<String>> {
        let done = rowhouse(&plant, &[&["list"], arguments].concat())?;
        assert!(done.status.success(), "{}", said(&done));
        let text = String::from_utf8(done.stdout)?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let past = ["--until", "2020-12-31", "--person", "theo"];
    assert_eq!(lines(&past)?.len(), 2500, "streamed over pages");
    assert_eq!(lines(&[&past[..], &["--limit", "7"]].concat())?.len(), 7);
    assert_eq!(
        lines(&["--record", "249", "--until", "2021-01-01"])?.len(),
        13
    );
    let csv = lines(&["--csv", "--record", "7", "--until", "2020-01-02 00:07:30"])?;
    assert!(csv[0].starts_with("at,who,action,table,record"), "{csv:?}");
    assert!(csv[1].contains(",'=1+1,"), "no formula: {csv:?}");
    let one: Value = serde_json::from_str(
        &lines(&[
            "--json",
            "--action",
            "created",
            "--table",
            "equipment",
            "--limit",
            "1",
        ])?
        .first()
        .cloned()
        .unwrap_or_else(|| "null".into()),
    )?;
    assert_eq!(one, Value::Null, "nothing was created");
    let added: Value = serde_json::from_str(&lines(&["--json", "--action", "accounts"])?[0])?;
    assert_eq!(added["action"], "account added");
    for wrong in [["--action", "stolen"], ["--since", "soon"]] {
        let refused = rowhouse(&plant, &[&["list"][..], &wrong].concat())?;
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    }
    Ok(())
}

#[tokio::test]
async fn a_clock_that_jumps_loses_no_entry_and_breaks_no_seal() -> Outcome {
    let plant = Plant::open().await?;
    for jump in ["5 months", "-8 months", "14 months", "-11 months"] {
        plant.advance(jump).await?;
        plant
            .owner
            .batch_execute(&format!(
                "select rowhouse_trail.make_partitions(); update area set name = '{jump}' where id = 1"
            ))
            .await?;
        assert!(seal_all(&plant.owner).await? > 0, "{jump}");
    }
    let found = seal::verify(&plant.owner, None).await?;
    assert_eq!(found[0].check.flaws, []);
    assert!(
        !found[0].check.backdated().is_empty(),
        "that the clock went back is noted"
    );
    let changes = "select count(*) from rowhouse_trail.entry where verb = 'update'";
    assert_eq!(plant.count(changes).await?, 4);
    let ahead = "select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
                  where i.inhparent = 'rowhouse_trail.entry'::regclass and c.relname = any (array(
                        select to_char(date_trunc('month', rowhouse_private.now() at time zone 'UTC')
                                       + make_interval(months => n), '\"entry_\"YYYY_MM') from generate_series(1, 3) n))";
    assert_eq!(
        plant.count(ahead).await?,
        3,
        "three months ahead of the clock as it is"
    );
    Ok(())
}
