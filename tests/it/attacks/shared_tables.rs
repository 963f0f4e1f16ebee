//! A lookup table that all tenants share: read by all, written as roles say, told to all; and one that is
//! not shared stays the first tenant's.

use rowhouse::db::adopt::{self, Options, Weight};
use rowhouse::db::roles::{self, RoleChange};
use rowhouse::domain::role::{Grant, Verb};

use super::plant::{Outcome, Plant};
use super::tenants::{number, split};

#[tokio::test]
async fn a_shared_table_is_read_by_all_and_written_as_roles_say() -> Outcome {
    let mut plant = Plant::open().await?;
    let (theo, nora) = split(&mut plant).await?;
    plant
        .owner
        .batch_execute(
            "create table kind (id int primary key, name text not null);
             insert into kind values (1, 'jib'), (2, 'gantry');
             create table secret (id int primary key, name text); insert into secret values (1, 'x')",
        )
        .await?;
    let shared = Options {
        shared: true,
        ..Options::default()
    };
    let tables = ["secret".to_owned()];
    let plan = adopt::plan(&plant.owner, &tables, &Options::default()).await?;
    let told = |plan: &adopt::Plan, code: &str| {
        let found = plan.findings().find(|one| one.code == code).cloned();
        found.map(|one| one.weight)
    };
    assert_eq!(told(&plan, "tenant-none"), Some(Weight::Note));
    adopt::apply(&mut plant.owner, &plan).await?;
    let plan = adopt::plan(&plant.owner, &["kind".to_owned()], &shared).await?;
    assert_eq!(told(&plan, "tenant-shared"), Some(Weight::Note));
    adopt::apply(&mut plant.owner, &plan).await?;
    rowhouse::db::install::check(&plant.owner, &plant.roles).await?;
    for seat in [&theo, &nora] {
        assert_eq!(number(seat, "select count(*) from kind").await?, 2);
    }
    assert_eq!(number(&nora, "select count(*) from secret").await?, 0);
    assert_eq!(
        nora.refused("insert into secret values (2, 'y')")
            .await
            .state,
        "42501"
    );
    // Both may write it, and each reads of what the other did, without their name.
    let cursor: String = theo
        .run("select cursor from rowhouse.feed(null, 100)")
        .await?[0]
        .get(0);
    nora.run("update kind set name = 'jib crane' where id = 1")
        .await?;
    let heard = format!(
        "select count(*) from rowhouse.feed('{cursor}', 100) where table_oid = 'kind'::regclass and record_key = '{{1}}'"
    );
    assert_eq!(number(&theo, &heard).await?, 1);
    let who = "select username from rowhouse.last_change('kind'::regclass, '{1}')";
    assert_eq!(
        theo.run(who).await?[0].get::<_, String>(0),
        "somebody of North"
    );
    assert_eq!(nora.run(who).await?[0].get::<_, String>(0), "nora");
    let past = "select count(*) from rowhouse.record_history('kind'::regclass, '{1}', null, null, 10, false)";
    assert_eq!(number(&theo, past).await?, 1);
    theo.run("select rowhouse.record_delete('kind'::regclass, '{2}', 1, (select xmin::text from kind where id = 2))")
        .await?;
    assert_eq!(number(&nora, "select count(*) from kind").await?, 1);
    let gone = "select count(*) from rowhouse.deleted_records('kind'::regclass, null, 10)";
    assert_eq!(number(&nora, gone).await?, 1);
    // Whom the role does not let write it reads it only, in whatever tenant.
    let reader = RoleChange {
        name: "reader",
        new: true,
        given: &[Grant {
            table: None,
            verb: Verb::View,
            columns: None,
        }],
        ..RoleChange::default()
    };
    roles::change(&plant.owner, &reader).await?;
    plant
        .owner
        .batch_execute("select rowhouse_private.owner_account_edit('nora', null, array['reader'])")
        .await?;
    assert_eq!(number(&nora, "select count(*) from kind").await?, 1);
    let rows = nora.run("update kind set name = 'mine' returning 1").await;
    assert!(rows.is_ok_and(|rows| rows.is_empty()));
    assert_eq!(
        nora.refused("insert into kind values (3, 'z')").await.state,
        "42501"
    );
    // What holds its tenant is not shared.
    let plan = adopt::plan(&plant.owner, &["crane".to_owned()], &shared).await?;
    assert_eq!(told(&plan, "tenant-shared"), Some(Weight::Refusal));
    // The proof knows which is which.
    let proofs = rowhouse::db::adopt::prove::isolation(&mut plant.owner).await?;
    let closed = |table: &str| {
        proofs
            .iter()
            .any(|one| one.table == table && one.attack.contains("without tenants"))
    };
    assert!(closed("public.secret") && !closed("public.kind"));
    adopt::undo(&mut plant.owner, "kind").await?;
    // Taken back, it is the first tenant's alone again; and letting it go leaves nothing.
    let own = Options {
        unshared: true,
        ..Options::default()
    };
    let plan = adopt::plan(&plant.owner, &["kind".to_owned()], &own).await?;
    assert_eq!(told(&plan, "tenant-none"), Some(Weight::Note));
    adopt::apply(&mut plant.owner, &plan).await?;
    assert_eq!(number(&theo, "select count(*) from kind").await?, 1);
    assert_eq!(number(&nora, "select count(*) from kind").await?, 0);
    theo.run("update kind set name = 'alone' where id = 1")
        .await?;
    let told_to = "select count(distinct tenant_id) from rowhouse_trail.entry
        where table_oid = 'kind'::regclass and new_values ->> 'name' = 'alone'";
    assert_eq!(plant.count(told_to).await?, 1);
    adopt::undo(&mut plant.owner, "kind").await?;
    let left = "select count(*) from pg_trigger where tgrelid = 'kind'::regclass";
    assert_eq!(plant.count(left).await?, 0);
    Ok(())
}
