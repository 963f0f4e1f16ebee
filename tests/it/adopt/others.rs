//! What adopting leaves to other programs: their indexes, their policies, their subscriptions, and their locks.

use rowhouse::db::admin;
use rowhouse::db::adopt::{self, Options};
use rowhouse::db::install::{InstallOptions, install};
use rowhouse::embedded::cluster::TestCluster;

use super::site::{Outcome, Site};

#[tokio::test]
async fn other_programs_keep_their_indexes_and_their_own_policies() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute("create role reader; grant select on numbered, sale to reader")
        .await
        .or_else(|error| match error.code().map(|code| code.code()) {
            Some("42710") => Ok(()),
            _ => Err(error),
        })?;
    site.owner
        .batch_execute("grant select on numbered, sale to reader; set enable_seqscan = off")
        .await?;
    let ask = "explain (costs off) select t from numbered where n between 1 and 2";
    let plan = async |site: &Site| -> Result<Vec<String>, tokio_postgres::Error> {
        site.owner.batch_execute("set role reader").await?;
        let told = site.rows(ask).await;
        site.owner.batch_execute("reset role").await?;
        told
    };
    let before = plan(&site).await?;
    assert!(before.concat().contains("Index Cond"), "{before:?}");
    let own = "select polname from pg_policy where polrelid = 'sale'::regclass
        and pg_get_expr(polqual, polrelid) ~ 'app.shop'";
    let kept = site.rows(own).await?;
    site.adopt(&["numbered", "sale"]).await?;
    assert_eq!(plan(&site).await?, before);
    assert_eq!(site.rows(own).await?, kept);
    let added = "select polrelid::regclass from pg_policy where polname = 'rowhouse_others'
        and polrelid in ('sale'::regclass, 'numbered'::regclass)";
    assert_eq!(site.rows(added).await?, ["numbered"]);
    Ok(())
}

#[tokio::test]
async fn a_lock_that_somebody_holds_is_waited_for_briefly_and_again() -> Outcome {
    let mut site = Site::new().await?;
    let tables = ["numbered".to_owned()];
    let plan = adopt::plan(&site.owner, &tables, &Options::default()).await?;
    let other = site.connect("postgres").await?;
    other.batch_execute("begin; table numbered").await?;
    let looks = site.connect("postgres").await?;
    let waits = "select count(*) from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and not l.granted";
    let release = async {
        let mut waited = 0;
        let mut free = 0;
        // Seen to wait, then to have given up for the moment, so that others get by; then it is let go of.
        while waited == 0 || free == 0 {
            let now: i64 = looks.query_one(waits, &[]).await?.get(0);
            match now {
                0 if waited > 0 => free += 1,
                0 => {}
                _ => waited += 1,
            }
            tokio::task::yield_now().await;
        }
        other.batch_execute("rollback").await
    };
    let (adopted, released) = tokio::join!(adopt::apply(&mut site.owner, &plan), release);
    released?;
    adopted?;
    let there = "select count(*) from rowhouse_private.adopted";
    assert_eq!(site.rows(there).await?, ["1"]);
    Ok(())
}

#[tokio::test]
async fn what_a_subscription_writes_is_counted_and_recorded() -> Outcome {
    let cluster = TestCluster::own_with(&["wal_level=logical".to_owned()])?;
    let first = admin::connect(&cluster.endpoint("postgres")).await?;
    for name in ["source", "target"] {
        first
            .batch_execute(&format!("create database {name}"))
            .await?;
        let table = "create table machine (id int primary key, name text);
            revoke create on schema public from public";
        admin::batch(&cluster.endpoint(name), table).await?;
    }
    let source = admin::connect(&cluster.endpoint("source")).await?;
    source
        .batch_execute("create publication machines for table machine")
        .await?;
    source
        .batch_execute("select pg_create_logical_replication_slot('machines', 'pgoutput')")
        .await?;
    let mut target = admin::connect(&cluster.endpoint("target")).await?;
    install(&mut target, InstallOptions::default()).await?;
    let at = cluster.endpoint("source");
    let subscribe = format!(
        "create subscription machines connection 'host={} port={} user=postgres dbname=source'
             publication machines with (create_slot = false, copy_data = false, slot_name = 'machines')",
        at.host.display(),
        at.port
    );
    target.batch_execute(&subscribe).await?;
    let plan = adopt::plan(&target, &["machine".to_owned()], &Options::default()).await?;
    adopt::apply(&mut target, &plan).await?;
    let not_always = "select count(*) from pg_trigger
        where tgrelid = 'machine'::regclass and tgname ~ '^[!~]rowhouse' and tgenabled <> 'A'";
    let left: i64 = target.query_one(not_always, &[]).await?.get(0);
    assert_eq!(left, 0);
    source
        .batch_execute("insert into machine values (1, 'Compressor')")
        .await?;
    let told =
        "select count(*) from rowhouse_trail.entry where record_key = '{1}' and verb = 'insert'";
    crate::desk::until(async || {
        let count = target
            .query_one(told, &[])
            .await
            .map(|row| row.get::<_, i64>(0));
        count.is_ok_and(|count| count == 1)
    })
    .await;
    target
        .batch_execute("alter subscription machines disable; alter subscription machines set (slot_name = none);
                        drop subscription machines")
        .await?;
    Ok(())
}
