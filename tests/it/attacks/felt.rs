//! What was taken is felt at the next statement, whatever a session has noted of its rights: in an older
//! snapshot, beside a heartbeat, and where triggers are kept from firing. And what the trail then says.

use super::plant::{Outcome, Plant, Seat, refusal};

async fn verb_of_technicians(plant: &Plant, before: &str, verb: &str) -> Outcome {
    let take = format!(
        "begin; {before}
         delete from rowhouse_private.permission p using rowhouse_private.role r
          where r.tenant_id = p.tenant_id and r.role_id = p.role_id and r.name = 'technician' and p.verb = '{verb}'"
    );
    Ok(plant.owner.batch_execute(&take).await?)
}

async fn seen(seat: &Seat) -> Outcome<usize> {
    Ok(seat.run("select bfm from equipment").await?.len())
}

const BEAT: &str = "select * from rowhouse.touch(true, 'list', '[]')";

/// What somebody who was signed out tries in a transaction that began before.
const LATE: &[&str] = &[
    "select rowhouse.account_edit('gina', null, array['manager'], null)",
    "select rowhouse.account_reset('gina', substr(sha256('d'), 1, 16), 19456, 2, 1, sha256('e'), sha256('f'))",
    "select rowhouse.account_active('theo', false)",
    "select rowhouse.session_end(s.session_id, 'out') from rowhouse.sessions() s",
    "select rowhouse.view_save('equipment'::regclass, null, null, 'mine', true, '{}')",
    "select rowhouse.export_begun('equipment'::regclass, 'csv', 'all')",
    "select rowhouse.claim('equipment'::regclass, '{BFM-001}')",
    "select * from rowhouse.touch(true, 'list', '[]')",
    "update equipment set status = 'late'",
];

#[tokio::test]
async fn nothing_is_written_by_a_snapshot_from_before_the_end() -> Outcome {
    let plant = Plant::open().await?;
    for level in ["repeatable read", "serializable"] {
        let marta = plant.seat("marta").await?;
        let begin = format!("begin isolation level {level}");
        marta.client.batch_execute(&begin).await?;
        let open = "select rowhouse.tx_open($1, 10)";
        marta.client.query(open, &[&marta.token]).await?;
        let end = "update rowhouse_private.session set ended_at = now() where ended_at is null";
        plant.owner.batch_execute(end).await?;
        for late in LATE {
            marta.client.batch_execute("savepoint try").await?;
            let refused = refusal(marta.client.query(*late, &[]).await);
            assert_eq!(refused.state, "RH422", "{late}: {refused:?}");
            marta.client.batch_execute("rollback to try").await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_heartbeat_beside_it_keeps_nothing() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    assert_eq!(seen(&theo).await?, 40);
    verb_of_technicians(&plant, "", "view").await?;
    // Noted while it is taken, and not yet taken.
    theo.run(BEAT).await?;
    assert_eq!(seen(&theo).await?, 40);
    plant.owner.batch_execute("commit").await?;
    assert_eq!(seen(&theo).await?, 0);
    theo.run(BEAT).await?;
    assert_eq!(seen(&theo).await?, 0);
    Ok(())
}

/// As rows come by replication, or from a dump.
#[tokio::test]
async fn it_is_felt_where_triggers_are_kept_from_firing() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    assert_eq!(seen(&theo).await?, 40);
    verb_of_technicians(
        &plant,
        "set local session_replication_role = replica;",
        "view",
    )
    .await?;
    plant.owner.batch_execute("commit").await?;
    assert_eq!(seen(&theo).await?, 0);
    let restrict = "set session_replication_role = replica;
        update rowhouse_private.session set restricted = true where ended_at is null";
    plant.owner.batch_execute(restrict).await?;
    assert_eq!(theo.refused("select 1").await.detail, "restricted");
    Ok(())
}

#[tokio::test]
async fn the_trail_has_the_name_of_now_and_bears_any_number_of_a_save() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run(BEAT).await?;
    let rename =
        "update rowhouse_private.account set username = 'theodora' where username = 'theo'";
    plant.owner.batch_execute(rename).await?;
    theo.run("update equipment set status = 'x' where bfm = 'BFM-001'")
        .await?;
    for request in ["garbage", "0A000000-0000-4000-8000-00000000000Z"] {
        theo.begin().await?;
        let forged = format!(
            "set local rowhouse.request = '{request}';
             update equipment set status = status || '.' where bfm = 'BFM-001'; commit"
        );
        theo.client.batch_execute(&forged).await?;
    }
    let written = "select count(*) from rowhouse_trail.entry
        where record_key = '{BFM-001}' and username = 'theodora' and request_id is null";
    assert_eq!(plant.count(written).await?, 3);
    Ok(())
}
