//! Adopting tables that other programs use, on a real server: what it installs, what it must not
//! break, what it refuses, and that undoing restores everything.

mod command;
mod limits;
mod others;
mod plans;
mod programs;
mod rights;
pub mod site;
mod tenants;
mod through;
mod values;

use rowhouse::db::adopt::{Options, trial, undo};

use site::{Outcome, Site, assert_same};

#[tokio::test]
async fn counts_versions_and_writes_the_trail() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine"]).await?;
    let anna = site.person().await?;
    let told = anna
        .run("select id, name, version, rowhouse_version from machine where id = 1")
        .await;
    assert_eq!(told, ["1|Compressor|40|1"]);
    let saved = anna
        .run(
            "update machine as t set name = 'Compressor 2' \
              where id = 1 and rowhouse_version = 1 and xmin::text = (select xmin::text from machine where id = 1) \
             returning name, rowhouse_version, twice",
        )
        .await;
    assert_eq!(saved, ["Compressor 2|2|21.000"]);
    assert_eq!(
        anna.run("update machine set name = 'x' where id = 1 and rowhouse_version = 1 returning 1")
            .await,
        [""; 0]
    );
    let trail = site
        .rows(
            "select verb, record_key, version, columns, old_values, new_values, username, station, \
               session_id is not null, db_user from rowhouse_trail.entry where kind = 'record'",
        )
        .await?;
    let name = site.roles.client_name();
    assert_eq!(
        trail,
        [format!(
            "update|{{1}}|2|{{name}}|{{\"name\": \"Compressor\"}}|{{\"name\": \"Compressor 2\"}}|anna|bench 3|t|{name}"
        )]
    );
    Ok(())
}

#[tokio::test]
async fn undo_restores_the_schema_exactly() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    let odd = "Tablé 'with' \"all\" -- $rowhouse$ that is sixty-three bytes long";
    let tables = [
        "machine",
        "part",
        "part_note",
        "everything",
        "reading",
        "ticket",
        "sale",
        "only_unique",
        odd,
    ];
    site.adopt(&tables).await?;
    assert_ne!(before, site.dump()?);
    for table in tables {
        undo(&mut site.owner, table).await?;
    }
    assert_same(&before, &site.dump()?);
    let left = site
        .rows("select proname from pg_proc where proname ~ '^(row|version)_[0-9]+$'")
        .await?;
    assert_eq!(left, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn tries_writing_and_keeps_nothing_of_it() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    let tables = [
        "machine",
        "ticket",
        "everything",
        "reading",
        "numbered",
        "part",
        "sale",
    ];
    let plan = site.plan_with(&tables, Options::default()).await?;
    let found = trial(&mut site.owner, &plan).await?;
    let told: Vec<String> = found
        .iter()
        .map(|one| format!("{}: {}", one.code, one.text))
        .collect();
    let client = site.roles.client_name();
    let cannot = |verb: &str, table: &str, why: &str| match table {
        "ticket" => format!("client-fails: {verb} on public.{table} fails for {client}: {why}"),
        _ => format!("client-refused: {verb} on public.{table}: {why}"),
    };
    let reached = "This would also update rows of public.part_note, which is not adopted.";
    let journal = "permission denied for table journal (PL/pgSQL function note_ticket() line 3 at SQL statement)";
    let expected = [
        cannot("delete", "machine", reached),
        cannot("insert", "ticket", journal),
        cannot("update", "ticket", journal),
        cannot("delete", "ticket", journal),
        "not-tried: public.reading is empty; writing to it was not tried".to_owned(),
        cannot("delete", "part", reached),
    ];
    assert_eq!(told, expected, "{told:#?}");
    assert_same(&before, &site.dump()?);
    let left = site
        .rows(
            "select count(*) from machine union all select count(*) from rowhouse_private.account",
        )
        .await?;
    assert_eq!(left, ["3", "1"]);
    Ok(())
}
