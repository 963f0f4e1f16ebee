//! Records that the database's own policies hide, in every form that a policy takes: nothing of ours
//! tells what became of them, who is on them, that they are there, or takes them away.

use super::plant::{Outcome, Plant, Seat};

/// Restrictive policies that hide BFM-001 from the shared login and from it alone, or from everybody.
const POLICIES: [&str; 5] = [
    "create policy own on equipment as restrictive using (bfm <> 'BFM-001')",
    "create policy own on equipment as restrictive to LOGIN using (bfm <> 'BFM-001')",
    "create policy own on equipment as restrictive to LOGIN using (not exists (
         select from area where area.id = equipment.area and area.name = 'Hall 2' and equipment.bfm = 'BFM-001'))",
    "create policy own on equipment as restrictive using (bfm <> 'BFM-001' or current_user <> 'NAME')",
    "create policy own on equipment as restrictive using (bfm <> 'BFM-001' or not is_login())",
];

/// What is asked of a record that is hidden, each as one who may do everything in the table.
pub const QUESTIONS: [&str; 9] = [
    "rowhouse.record_history('equipment'::regclass, '{BFM-001}', null, null, 10, true)",
    "rowhouse.record_blame('equipment'::regclass, '{BFM-001}')",
    "rowhouse.record_as_of('equipment'::regclass, '{BFM-001}', ID) where beyond is not null",
    r#"rowhouse.what_went('equipment'::regclass, '[{"id": ID, "key": ["BFM-001"]}]')"#,
    "rowhouse.last_change('equipment'::regclass, '{BFM-001}')",
    "rowhouse.what_became('equipment'::regclass, '{BFM-001}', '3') where kind <> 'denied'",
    "rowhouse.claimed('equipment'::regclass) where record_key = '{BFM-001}'",
    "rowhouse.presence('equipment'::regclass) where record_key = '{BFM-001}'",
    "rowhouse.session_claims() where record_key = '{BFM-001}'",
];

async fn count(seat: &Seat, question: &str) -> Outcome<usize> {
    let rows = seat.run(&format!("select * from {question}")).await;
    Ok(rows
        .map_err(|error| format!("{question}: {error:?}"))?
        .len())
}

/// The questions about one record, naming its newest entry of the trail.
async fn questions(plant: &Plant, bfm: &str) -> Outcome<Vec<String>> {
    let newest = format!("select max(id) from rowhouse_trail.entry where record_key = '{{{bfm}}}'");
    let id = plant.count(&newest).await?.to_string();
    let about = |one: &&str| one.replace("ID", &id).replace("BFM-001", bfm);
    Ok(QUESTIONS.iter().map(about).collect())
}

/// A plant where BFM-001 has a past and somebody on it, and BFM-003 too.
async fn busy() -> Outcome<(Plant, Seat, Seat)> {
    let plant = Plant::open().await?;
    let (theo, marta) = (plant.seat("theo").await?, plant.seat("marta").await?);
    theo.run("update equipment set status = 'x' where bfm in ('BFM-001', 'BFM-003')")
        .await?;
    theo.run(
        "select rowhouse.touch(true, 'form', (select json_agg(json_build_object('table', 'equipment'::regclass::oid,
             'key', array[k], 'mode', 'edit')) from unnest(array['BFM-001', 'BFM-003']) k)::text, null)",
    )
    .await?;
    plant
        .owner
        .batch_execute(&format!(
            "create function is_login() returns boolean language sql stable as
                 $$ select current_user = '{}' $$;
             grant execute on function is_login() to public;
             update equipment set area = 2 where bfm = 'BFM-001'",
            plant.roles.client_name()
        ))
        .await?;
    Ok((plant, theo, marta))
}

#[tokio::test]
async fn no_form_of_policy_lets_a_hidden_record_be_asked_after() -> Outcome {
    let (plant, theo, marta) = busy().await?;
    let questions = questions(&plant, "BFM-001").await?;
    for question in questions.iter().filter(|one| !one.contains("what_went")) {
        assert!(count(&marta, question).await? > 0, "{question}");
    }
    let hidden = "select xmin::text from equipment where bfm = 'BFM-001'";
    let xmin: String = plant.owner.query_one(hidden, &[]).await?.get(0);
    let version = "select rowhouse_version from equipment where bfm = 'BFM-001'";
    let version: i64 = plant.owner.query_one(version, &[]).await?.get(0);
    for policy in POLICIES {
        let policy = policy
            .replace("LOGIN", &plant.roles.client())
            .replace("NAME", &plant.roles.client_name());
        plant.owner.batch_execute(&policy).await?;
        let seen = "equipment where bfm = 'BFM-001'";
        let seen = marta.run(&format!("select bfm from {seen}")).await?;
        assert!(seen.is_empty(), "{policy}");
        for question in &questions {
            assert_eq!(count(&marta, question).await?, 0, "{policy}: {question}");
        }
        let key = "'equipment'::regclass, '{BFM-001}'";
        for call in [
            format!("rowhouse.claim({key})"),
            format!("rowhouse.claim_ask({key})"),
            format!("rowhouse.claim_take({key})"),
            format!("rowhouse.claim_release({key}, null)"),
        ] {
            let refused = marta.refused(&format!("select * from {call}")).await;
            assert_eq!(refused.state, "RH403", "{policy}: {call}");
        }
        let delete = format!("select rowhouse.record_delete({key}, {version}, '{xmin}')");
        assert_eq!(marta.run(&delete).await?[0].get::<_, i32>(0), 0, "{policy}");
        plant
            .owner
            .batch_execute("drop policy own on equipment")
            .await?;
    }
    let delete =
        "select rowhouse.record_delete('equipment'::regclass, '{BFM-001}', rowhouse_version, xmin::text)
                  from equipment where bfm = 'BFM-001'";
    assert_eq!(theo.run(delete).await?[0].get::<_, i32>(0), 1);
    Ok(())
}

#[tokio::test]
async fn what_is_seen_is_told_beside_what_is_hidden() -> Outcome {
    for policy in &POLICIES[..4] {
        let (plant, _theo, marta) = busy().await?;
        let policy = policy
            .replace("LOGIN", &plant.roles.client())
            .replace("NAME", &plant.roles.client_name());
        plant.owner.batch_execute(&policy).await?;
        let questions = questions(&plant, "BFM-003").await?;
        for question in questions.iter().filter(|one| !one.contains("what_went")) {
            assert!(count(&marta, question).await? > 0, "{policy}: {question}");
        }
    }
    Ok(())
}

/// A record that was deleted, and whose key another has, is told as its own past nowhere.
#[tokio::test]
async fn a_former_record_under_the_same_key_stays_hidden() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "create policy own on equipment as restrictive using (status <> 'secret');
             update equipment set status = 'secret', description = 'plans' where bfm = 'BFM-001';
             update equipment set bfm = 'BFM-900' where bfm = 'BFM-001';
             update equipment set status = 'secret', description = 'plans' where bfm = 'BFM-002';
             delete from equipment where bfm = 'BFM-002';
             insert into equipment (bfm, description, status)
                 values ('BFM-001', 'new', 'Active'), ('BFM-002', 'new', 'Active');
             update equipment set status = 'Down' where bfm = 'BFM-002'",
        )
        .await?;
    let theo = plant.seat("theo").await?;
    let past = "select coalesce(string_agg(coalesce(old_values::text, '') || coalesce(new_values::text, ''), ' '), '')
                from rowhouse.record_history('equipment'::regclass, '{BFM-002}', null, null, 50, true)";
    let told: String = theo.run(past).await?[0].get(0);
    assert!(told.contains("Down"), "{told}");
    assert!(!told.contains("plans"), "{told}");
    for bfm in ["BFM-001", "BFM-002"] {
        let became = format!(
            "select kind from rowhouse.what_became('equipment'::regclass, '{{{bfm}}}', '3')"
        );
        let rows = theo.run(&became).await?;
        assert_eq!(rows.len(), 1, "{bfm}");
        assert_eq!(rows[0].get::<_, String>(0), "denied", "{bfm}");
    }
    Ok(())
}

#[tokio::test]
async fn the_feed_names_no_record_that_is_hidden() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    let cursor: String = theo
        .run("select cursor from rowhouse.feed(null, 10)")
        .await?[0]
        .get(0);
    plant
        .owner
        .batch_execute(&format!(
            "create policy own on equipment as restrictive to {} using (bfm <> 'BFM-001');
             update equipment set status = 'x' where bfm in ('BFM-001', 'BFM-003');
             delete from equipment where bfm = 'BFM-004';
             update area set name = 'Hall 9' where id = 1",
            plant.roles.client()
        ))
        .await?;
    let feed = format!(
        "select table_oid::regclass::text, record_key, verb, username from rowhouse.feed('{cursor}', 100)"
    );
    let mut told: Vec<String> = Vec::new();
    for row in theo.run(&feed).await? {
        let (table, key): (String, Option<Vec<String>>) = (row.get(0), row.get(1));
        let (verb, username): (String, Option<String>) = (row.get(2), row.get(3));
        told.push(format!("{table} {key:?} {verb} {username:?}"));
    }
    told.sort();
    let expected = [
        r#"area Some(["1"]) update Some("postgres")"#,
        r#"equipment None truncate None"#,
        r#"equipment Some(["BFM-003"]) update Some("postgres")"#,
    ];
    assert_eq!(told, expected, "hidden and gone: read again, and no more");
    Ok(())
}

/// A page of one's own changes is full of what may be read: what is hidden takes no place on it.
#[tokio::test]
async fn a_hidden_change_takes_no_place_among_ones_own() -> Outcome {
    let (plant, theo, _marta) = busy().await?;
    theo.run("update equipment set status = 'y' where bfm = 'BFM-001'")
        .await?;
    plant.owner.batch_execute(POLICIES[0]).await?;
    let page = "select record_key from rowhouse.my_changes(null, 1)";
    let rows = theo.run(page).await.map_err(|error| format!("{error:?}"))?;
    let keys: Vec<Option<Vec<String>>> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(keys, [Some(vec!["BFM-003".to_owned()])]);
    Ok(())
}

/// Key columns that nobody may read are told by no function either.
#[tokio::test]
async fn a_key_that_may_not_be_read_is_not_told() -> Outcome {
    let (plant, theo, marta) = busy().await?;
    let cursor: String = theo
        .run("select cursor from rowhouse.feed(null, 10)")
        .await?[0]
        .get(0);
    plant
        .owner
        .batch_execute(&format!(
            "revoke select (bfm) on equipment from {};
             delete from equipment where bfm = 'BFM-002'",
            plant.roles.client()
        ))
        .await?;
    for question in questions(&plant, "BFM-001").await? {
        assert_eq!(count(&marta, &question).await?, 0, "{question}");
    }
    assert_eq!(count(&theo, "rowhouse.my_changes(null, 10)").await?, 0);
    let bin = "select * from rowhouse.deleted_records('equipment'::regclass, null, 10)";
    assert_eq!(marta.refused(bin).await.state, "RH403");
    let feed = format!("select record_key from rowhouse.feed('{cursor}', 100)");
    for row in theo.run(&feed).await? {
        assert_eq!(row.get::<_, Option<Vec<String>>>(0), None);
    }
    Ok(())
}

#[tokio::test]
async fn a_table_that_is_not_adopted_any_more_has_no_past() -> Outcome {
    let plant = Plant::open().await?;
    let marta = plant.seat("marta").await?;
    let keep =
        "select * from rowhouse.view_save('equipment'::regclass, null, null, 'ours', true, '{}')";
    marta.run(keep).await?;
    let views = "select 1 from rowhouse.views('equipment'::regclass)";
    assert_eq!(marta.run(views).await?.len(), 1);
    plant
        .owner
        .batch_execute(
            "delete from equipment where bfm = 'BFM-001';
             delete from rowhouse_private.adopted where table_oid = 'equipment'::regclass",
        )
        .await?;
    let theo = plant.seat("theo").await?;
    let questions = questions(&plant, "BFM-001").await?;
    for question in [&questions[0], &questions[1], &questions[3]] {
        let asked = theo.refused(&format!("select * from {question}")).await;
        assert_eq!(asked.state, "RH403", "{question}");
    }
    let bin = "select * from rowhouse.deleted_records('equipment'::regclass, null, 10)";
    assert_eq!(theo.refused(bin).await.state, "RH403");
    assert_eq!(marta.run(views).await?.len(), 0);
    Ok(())
}
