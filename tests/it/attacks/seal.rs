//! The seal against those who can change everything: each way of tampering is named, what is not sealed
//! yet is counted, and a digest that was kept outside finds a chain that was made anew.

use rowhouse::db::seal::chain::{Hash, hex};
use rowhouse::db::seal::check::{Check, Flaw};
use rowhouse::db::seal::{self, Checked};
use tokio_postgres::Client;

use super::plant::{Outcome, Plant, refusal};

/// The chain of the only tenant, checked.
pub(super) async fn checked(owner: &Client) -> Outcome<Check> {
    Ok(whole(owner, None).await?.check)
}

async fn whole(owner: &Client, expected: Option<&Hash>) -> Outcome<Checked> {
    let mut all = seal::verify(owner, expected).await?;
    assert_eq!(all.len(), 1);
    Ok(all.remove(0))
}

/// Does something as who can do anything: a superuser who lets no trigger fire.
async fn tamper(plant: &Plant, sql: &str) -> Outcome {
    let all =
        format!("set session_replication_role = replica; {sql}; reset session_replication_role");
    Ok(plant.owner.batch_execute(&all).await?)
}

/// Seals everything: transactions of other tests on the same server may be under way.
pub(super) async fn seal_all(owner: &Client) -> Outcome<u64> {
    let left = "select count(*) from rowhouse_trail.entry e
                 where not exists (select from rowhouse_trail.seal s where e.id = any (s.ids))";
    let mut sealed = 0;
    loop {
        sealed += seal::seal(owner).await?;
        if owner.query_one(left, &[]).await?.get::<_, i64>(0) == 0 {
            return Ok(sealed);
        }
        tokio::task::yield_now().await;
    }
}

/// A plant whose trail has some sealed entries; the numbers of the changes of equipment.
pub(super) async fn sealed() -> Outcome<(Plant, Vec<i64>)> {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    for bfm in ["BFM-001", "BFM-002", "BFM-003"] {
        theo.run(&format!(
            "update equipment set status = 'Retired' where bfm = '{bfm}'"
        ))
        .await?;
    }
    assert!(seal_all(&plant.owner).await? > 10);
    let ids = plant
        .owner
        .query(
            "select id from rowhouse_trail.entry where verb = 'update' order by id",
            &[],
        )
        .await?;
    Ok((plant, ids.iter().map(|row| row.get(0)).collect()))
}

#[tokio::test]
async fn an_untouched_trail_fits_and_what_is_not_sealed_is_counted() -> Outcome {
    let (plant, _) = sealed().await?;
    let before = checked(&plant.owner).await?;
    assert_eq!((before.flaws.len(), before.unsealed), (0, 0));
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'Down' where bfm = 'BFM-005'")
        .await?;
    let after = checked(&plant.owner).await?;
    assert_eq!(after.flaws, []);
    assert_eq!(
        (after.intact, after.unsealed),
        (before.intact, 2),
        "a sign-in and a change"
    );
    assert!(after.unsealed_since.is_some());
    assert_eq!(seal_all(&plant.owner).await?, 2);
    assert_eq!(seal::seal(&plant.owner).await?, 0);
    let sealed = checked(&plant.owner).await?;
    assert_eq!((sealed.intact, sealed.unsealed), (before.intact + 2, 0));
    assert_eq!(sealed.backdated(), []);
    Ok(())
}

#[tokio::test]
async fn every_edit_of_an_entry_is_named() -> Outcome {
    for change in [
        "new_values = '{\"status\": \"Active\"}'",
        "old_values = null",
        "username = 'tina'",
        "account_id = account_id + 1",
        "note = 'nothing happened'",
        "station = 'elsewhere'",
        "record_key = '{BFM-007}'",
        "verb = 'delete'",
        "request_id = gen_random_uuid()",
        "db_user = 'postgres'",
        "columns = '{}'",
        "version = null",
        "kind = 'security'",
        "table_name = 'area'",
        "new_key = '{x}'",
        "session_id = 99",
    ] {
        let (plant, ids) = sealed().await?;
        tamper(
            &plant,
            &format!(
                "update rowhouse_trail.entry set {change} where id = {}",
                ids[1]
            ),
        )
        .await?;
        let found = checked(&plant.owner).await?;
        assert!(
            matches!(found.flaws.as_slice(), [Flaw::Edited { id, .. }] if *id == ids[1]),
            "{change}: {:?}",
            found.flaws
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_entry_that_was_redated_removed_or_put_in_is_named() -> Outcome {
    let (plant, ids) = sealed().await?;
    tamper(
        &plant,
        &format!(
            "update rowhouse_trail.entry set at = at - interval '40 days' where id = {};
             delete from rowhouse_trail.entry where id = {};
             insert into rowhouse_trail.entry (id, xact, at, verb, table_name, username) overriding system value
                 select max(id) + 1000, min(xact::text::int8)::text::xid8, min(at), 'update', 'forged', 'theo' from rowhouse_trail.entry;
             insert into rowhouse_trail.entry (id, xact, at, verb, table_name, username) overriding system value
                 select 1000000, '900000000000', now(), 'update', 'from the future', 'theo'",
            ids[0], ids[1]
        ),
    )
    .await?;
    let found = checked(&plant.owner).await?;
    let named: Vec<(&str, i64)> = found
        .flaws
        .iter()
        .map(|flaw| match flaw {
            Flaw::Edited { id, .. } => ("edited", *id),
            Flaw::Removed { id, .. } => ("removed", *id),
            Flaw::Inserted { id, .. } => ("inserted", *id),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(named.len(), 4, "{named:?}");
    assert!(named.contains(&("edited", ids[0])));
    assert!(named.contains(&("removed", ids[1])));
    assert!(named.contains(&("inserted", 1_000_000)));
    Ok(())
}

/// The roles that own the trail can let its triggers rest without being superusers.
#[tokio::test]
async fn an_owner_who_lets_the_triggers_rest_is_found_too() -> Outcome {
    let (plant, ids) = sealed().await?;
    let trail = plant.roles.name("trail");
    plant
        .owner
        .batch_execute(&format!(
            "set role \"{trail}\";
             do $do$ declare part regclass; begin
                 for part in select inhrelid::regclass from pg_inherits
                              where inhparent = 'rowhouse_trail.entry'::regclass loop
                     execute format('alter table %s disable trigger user', part);
                 end loop;
             end $do$;
             update rowhouse_trail.entry set username = 'tina' where id = {};
             delete from rowhouse_trail.entry where id = {};
             reset role",
            ids[0], ids[2]
        ))
        .await?;
    let found = checked(&plant.owner).await?;
    assert!(
        matches!(found.flaws.as_slice(), [Flaw::Edited { id: edited, .. }, Flaw::Removed { id: removed, .. }]
            if *edited == ids[0] && *removed == ids[2]),
        "{:?}",
        found.flaws
    );
    Ok(())
}

#[tokio::test]
async fn links_that_are_edited_or_removed_are_named() -> Outcome {
    let (plant, _) = sealed().await?;
    for turn in 0..3 {
        plant
            .owner
            .batch_execute(&format!(
                "update area set name = 'Hall {turn}x' where id = 1"
            ))
            .await?;
        seal_all(&plant.owner).await?;
    }
    let last = checked(&plant.owner).await?.last.ok_or("no link")?;
    assert!(last.0 >= 4);
    let edited = "update rowhouse_trail.seal set hashes[1] = sha256('x') where no = 2";
    tamper(&plant, edited).await?;
    let found = checked(&plant.owner).await?;
    assert!(
        found.flaws.contains(&Flaw::Link { no: 2 }),
        "{:?}",
        found.flaws
    );
    tamper(&plant, "delete from rowhouse_trail.seal where no = 2").await?;
    let found = checked(&plant.owner).await?;
    assert!(
        found.flaws.contains(&Flaw::Break { no: 3 }),
        "{:?}",
        found.flaws
    );
    assert!(
        found
            .flaws
            .iter()
            .any(|flaw| matches!(flaw, Flaw::Inserted { .. })),
        "what the link sealed is known to none: {:?}",
        found.flaws
    );
    Ok(())
}

/// Whoever can change the links as well can make the whole chain anew. Only what was kept outside tells.
#[tokio::test]
async fn a_chain_that_was_made_anew_is_found_by_a_digest_kept_outside() -> Outcome {
    let (plant, ids) = sealed().await?;
    let kept = checked(&plant.owner).await?.last.ok_or("no link")?.1;
    plant
        .owner
        .batch_execute("update area set name = 'Hall 7' where id = 1")
        .await?;
    seal_all(&plant.owner).await?;
    let found = whole(&plant.owner, Some(&kept)).await?;
    assert_eq!(found.anchored.map(|(_, since)| since), Some(1));
    tamper(
        &plant,
        &format!(
            "update rowhouse_trail.entry set username = 'tina' where id = {};
             delete from rowhouse_trail.seal",
            ids[0]
        ),
    )
    .await?;
    seal_all(&plant.owner).await?;
    let found = whole(&plant.owner, Some(&kept)).await?;
    assert_eq!(found.check.flaws, [], "made anew, it fits in itself");
    assert_eq!(found.anchored, None, "{} is not in it", hex(&kept));
    Ok(())
}

#[tokio::test]
async fn entries_of_open_transactions_wait_and_come_late_without_harm() -> Outcome {
    let (plant, _) = sealed().await?;
    let slow = plant.another_owner().await?;
    slow.batch_execute("begin; update area set name = 'slow' where id = 1")
        .await?;
    plant
        .owner
        .batch_execute("update area set name = 'quick' where id = 2")
        .await?;
    assert_eq!(
        seal::seal(&plant.owner).await?,
        0,
        "the quick one has the later transaction"
    );
    let found = checked(&plant.owner).await?;
    assert_eq!((found.flaws.len(), found.unsealed), (0, 1));
    slow.batch_execute("commit").await?;
    assert_eq!(seal_all(&plant.owner).await?, 2);
    assert_eq!(checked(&plant.owner).await?.flaws, []);
    Ok(())
}

#[tokio::test]
async fn clients_seal_and_come_to_nothing_else() -> Outcome {
    let (plant, _) = sealed().await?;
    let login = plant.login().await?;
    let none = refusal(login.query("select rowhouse.seal()", &[]).await);
    assert_eq!(none.state, "RH401", "{none:?}");
    let theo = plant.seat("theo").await?;
    let sealed: i32 = theo.run("select rowhouse.seal()").await?[0].get(0);
    assert!(sealed >= 0, "how many hangs on the transactions of others");
    let month: String = plant
        .owner
        .query_one(
            "select inhrelid::regclass::text from pg_inherits
              where inhparent = 'rowhouse_trail.entry'::regclass order by 1 limit 1",
            &[],
        )
        .await?
        .get(0);
    for name in ["theo", "marta"] {
        let seat = plant.seat(name).await?;
        for inside in [
            "select * from rowhouse_trail.seal".to_owned(),
            "select rowhouse_trail.seal_some(1)".into(),
            "select rowhouse_trail.seal_tenant(1, 1)".into(),
            "insert into rowhouse_trail.archived (done, part, from_at, before_at, entries, file_name, sha256)
                 values ('dropped', 'x', now(), now(), 0, 'x', 'x')"
                .into(),
            "delete from rowhouse_trail.seal".into(),
            format!("drop table {month}"),
            format!("alter table rowhouse_trail.entry detach partition {month}"),
            "alter table rowhouse_trail.entry disable trigger all".into(),
            "set session_replication_role = replica".into(),
        ] {
            let refused = seat.refused(&inside).await;
            assert_eq!(refused.state, "42501", "{name}: {inside}: {refused:?}");
        }
    }
    // Not even the roles that own it change it while its triggers stand.
    for table in ["entry", "seal"] {
        let refused = refusal(
            plant
                .owner
                .query(&format!("delete from rowhouse_trail.{table}"), &[])
                .await,
        );
        assert_eq!(refused.state, "RH403", "{table}: {refused:?}");
    }
    Ok(())
}
