//! The seal after a restore on another server, where transactions are numbered from the beginning.

use rowhouse::db::admin;
use rowhouse::db::install::installed;
use rowhouse::embedded::binaries::Binaries;
use rowhouse::embedded::cluster::TestCluster;
use tokio_postgres::Client;

use super::plant::{Outcome, Plant};
use super::seal::{checked, seal_all, sealed};

/// After a restore on another server transactions are numbered from the beginning. A new segment goes
/// on, the old one still fits, and what was left unsealed is sealed too.
#[tokio::test]
async fn after_a_restore_a_new_segment_goes_on() -> Outcome {
    let (plant, _) = sealed().await?;
    plant
        .owner
        .batch_execute("update area set name = 'unsealed at the dump' where id = 1")
        .await?;
    let before = checked(&plant.owner).await?;
    // Far ahead of any new server's first transactions.
    let own: i64 = plant
        .count("select pg_current_xact_id()::text::int8")
        .await?;
    let cluster = TestCluster::own()?;
    let restored = restore(&plant, &cluster).await?;
    let theirs: i64 = restored
        .query_one("select pg_current_xact_id()::text::int8", &[])
        .await?
        .get(0);
    assert!(theirs < own, "{theirs} is not below {own}");
    restored
        .batch_execute("update area set name = 'after' where id = 2")
        .await?;
    assert_eq!(
        checked(&restored).await?.flaws,
        [],
        "before anything is sealed"
    );
    assert_eq!(
        seal_all(&restored).await?,
        2,
        "what was left, and what is new"
    );
    let after = checked(&restored).await?;
    assert_eq!(after.flaws, []);
    assert_eq!(
        (after.segments, after.intact, after.unsealed),
        (2, before.intact + 2, 0)
    );
    restored
        .batch_execute("update area set name = 'later' where id = 2")
        .await?;
    seal_all(&restored).await?;
    assert_eq!(checked(&restored).await?.flaws, []);
    Ok(())
}

/// Restores a plant on another server, by SQL.
pub(super) async fn restore(plant: &Plant, cluster: &TestCluster) -> Outcome<Client> {
    let superuser = admin::connect(&cluster.endpoint("postgres")).await?;
    let names = plant
        .owner
        .query(
            "select r.rolname::text, r.rolcanlogin from pg_roles r
              where r.rolname !~ '^pg_' and r.rolname <> current_user",
            &[],
        )
        .await?;
    for row in &names {
        let role: String = row.get(0);
        superuser
            .batch_execute(&format!(
                "create role \"{role}\" noinherit {}",
                if row.get(1) { "login" } else { "nologin" }
            ))
            .await?;
    }
    superuser.batch_execute("create database restored").await?;
    let program = Binaries::installed()?[0].program("pg_dump");
    let output = std::process::Command::new(program)
        .args(["--inserts", &plant.url()])
        .output()?;
    assert!(output.status.success(), "{output:?}");
    let dump = String::from_utf8(output.stdout)?;
    let sql: Vec<&str> = dump
        .lines()
        .filter(|line| !line.starts_with('\\'))
        .collect();
    let restored = admin::connect(&cluster.endpoint("restored")).await?;
    restored.batch_execute(&sql.join("\n")).await?;
    restored.batch_execute("reset all").await?;
    assert!(installed(&restored).await?.is_some());
    Ok(restored)
}
