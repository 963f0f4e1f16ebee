//! A backup that was brought back on another server: tables have other numbers there, and rights, views and
//! the past must be those of the same tables, not of others that have the numbers now.

use rowhouse::db::adopt;
use rowhouse::db::install::{InstallOptions, install};
use rowhouse::embedded::cluster::TestCluster;

use super::plant::{Outcome, Plant, password, refusal, sign_in};
use super::seal::{checked, seal_all, sealed};
use super::seal_restored::restore;

const VIEW: &str =
    "select * from rowhouse.view_save('equipment'::regclass, null, null, 'mine', true, '{}')";

/// A plant with a past on another server, as it was brought back, and its server.
async fn brought_back() -> Outcome<(Plant, TestCluster)> {
    let (plant, _) = sealed().await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'told' where bfm = 'BFM-001'")
        .await?;
    theo.run(VIEW).await?;
    theo.run("select rowhouse.maintain()").await?;
    let cluster = TestCluster::own()?;
    // So that there are tables that have the numbers of others.
    let superuser = rowhouse::db::admin::connect(&cluster.endpoint("postgres")).await?;
    superuser
        .batch_execute("create table aside (id int primary key, note text)")
        .await?;
    restore(&plant, &cluster).await?;
    let plant = Plant::at(cluster.endpoint("restored")).await?;
    let moved = "select count(*) from rowhouse_private.adopted a
        where to_regclass(format('%I.%I', a.schema_name, a.table_name)) <> a.table_oid";
    assert_eq!(plant.count(moved).await?, 4);
    // What was noted where all was in order came along, and says nothing here.
    let noted = "select count(numbers_seen) from rowhouse_private.installation";
    assert_eq!(plant.count(noted).await?, 1);
    Ok((plant, cluster))
}

#[tokio::test]
async fn nobody_signs_in_before_the_tables_were_found_again() -> Outcome {
    let (plant, _cluster) = brought_back().await?;
    nobody_is_let_in(&plant).await
}

/// Asserts that signing in is refused because of a backup.
async fn nobody_is_let_in(plant: &Plant) -> Outcome {
    let login = plant.login().await?;
    let tried = sign_in(&login, "theo", &password("theo")).await;
    let refused = tried.err().ok_or("signed in")?;
    let refused = refused.downcast::<tokio_postgres::Error>()?;
    let refused = refusal::<()>(Err(*refused));
    assert_eq!(
        (refused.state.as_str(), refused.detail.as_str()),
        ("RH403", "restored")
    );
    assert!(refused.message.contains("A backup was brought back here"));
    Ok(())
}

/// Whether it is noted that all tables are those that were adopted.
const SEEN: &str = "select count(*) from rowhouse_private.installation i
    where i.numbers_seen = rowhouse_private.numbers_of_now()";

/// A table with our policy that is not adopted.
const BESIDE: &str = "create table beside (like shop including all);
    alter table beside enable row level security;
    create policy rowhouse_gate on beside as restrictive using (false)";

#[tokio::test]
async fn a_single_table_that_is_brought_back_is_seen_at_the_next_sign_in() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    assert_eq!(plant.count(SEEN).await?, 0);
    theo.run("select rowhouse.maintain()").await?;
    assert_eq!(plant.count(SEEN).await?, 1);
    plant.seat("theo").await?;
    // Under another name it is nobody's matter, and nothing is noted of it.
    plant.owner.batch_execute(BESIDE).await?;
    theo.run("select rowhouse.maintain()").await?;
    assert_eq!(plant.count(SEEN).await?, 0);
    plant.seat("theo").await?;
    let aside =
        "create schema aside; alter table shop set schema aside; alter table beside rename to shop";
    plant.owner.batch_execute(aside).await?;
    nobody_is_let_in(&plant).await
}

#[tokio::test]
async fn rights_views_and_the_past_follow_their_tables() -> Outcome {
    let (mut plant, _cluster) = brought_back().await?;
    let report = install(&mut plant.owner, InstallOptions::default()).await?;
    assert_eq!(
        report.found_again,
        [
            "public.area",
            "public.equipment",
            "public.shop",
            "public.vault"
        ]
    );
    let refreshed = adopt::refresh(&mut plant.owner).await?;
    assert_eq!((refreshed.done.len(), refreshed.left.len()), (4, 0));
    let open = "select count(*) from rowhouse_private.session where ended_at is null";
    assert_eq!(plant.count(open).await?, 0);
    let guest = plant.seat("gina").await?;
    assert_eq!(guest.run("select id from area").await?.len(), 2);
    assert_eq!(guest.run("select bfm from equipment").await?.len(), 0);
    let past = "select * from rowhouse.record_history('equipment'::regclass, '{BFM-001}', null, null, 10, false)";
    let told = guest.run(past).await;
    assert!(told.is_err() || told.is_ok_and(|rows| rows.is_empty()));
    let theo = plant.seat("theo").await?;
    let views = "select 1 from rowhouse.views('equipment'::regclass)";
    assert_eq!(theo.run(views).await?.len(), 1);
    theo.run("update equipment set status = 'again' where bfm = 'BFM-001'")
        .await?;
    let entries = "select count(*) from rowhouse_trail.entry
        where table_oid = 'equipment'::regclass and record_key = '{BFM-001}' and verb = 'update'
          and new_values ->> 'status' in ('told', 'again')";
    assert_eq!(plant.count(entries).await?, 2);
    // A second time there is nothing to find.
    let report = install(&mut plant.owner, InstallOptions::default()).await?;
    assert_eq!(report.found_again, [""; 0]);
    assert_eq!(theo.run("select bfm from equipment").await?.len(), 40);
    for table in ["area", "equipment", "shop", "vault"] {
        adopt::undo(&mut plant.owner, table).await?;
    }
    let left =
        "select count(*) from pg_proc where proname ~ '^(row|version|tenant|write|find)_[0-9]+$'
        and pronamespace::regnamespace::text ~ '^rowhouse'";
    assert_eq!(plant.count(left).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_seal_holds_and_names_an_entry_that_was_given_to_another_table() -> Outcome {
    let (mut plant, _cluster) = brought_back().await?;
    install(&mut plant.owner, InstallOptions::default()).await?;
    adopt::refresh(&mut plant.owner).await?;
    while seal_all(&plant.owner).await? > 0 {}
    assert_eq!(checked(&plant.owner).await?.flaws, []);
    for edit in [
        "update rowhouse_trail.entry set note = 'x'",
        "update rowhouse_trail.entry set table_oid = 'shop'::regclass where table_oid = 'equipment'::regclass",
        "update rowhouse_trail.entry set sealed_oid = 'shop'::regclass where table_oid = 'equipment'::regclass",
        "delete from rowhouse_trail.entry",
    ] {
        let refused = refusal(plant.owner.batch_execute(edit).await);
        assert_eq!(refused.state, "RH403", "{edit}: {refused:?}");
    }
    let given = "alter table rowhouse_trail.entry disable trigger append_only_update;
        update rowhouse_trail.entry e set sealed_oid = coalesce(sealed_oid, table_oid), table_oid = 'shop'::regclass
         where id = (select min(id) from rowhouse_trail.entry where table_oid = 'equipment'::regclass)";
    plant.owner.batch_execute(given).await?;
    assert_eq!(checked(&plant.owner).await?.flaws.len(), 1);
    Ok(())
}
