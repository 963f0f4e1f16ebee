//! The trail across records is read only by who may see the audit, and shows nobody more of a record
//! than the record's own history would; what happens at the door is recorded, whoever does it.

use super::plant::{Outcome, Plant, Seat, refusal, wrong};
use super::scopes::{HALL, person};

const ALL: &str =
    "rowhouse.audit_entries(null, null, null, null, null, null, null, null, true, 100, true)";

/// What the audit finds: verb, table, key, values, withheld, hidden, note in one line each.
async fn found(seat: &Seat, call: &str) -> Outcome<Vec<String>> {
    let rows = seat
        .run(&format!(
            "select concat_ws('|', verb, table_name, record_key::text, columns::text, new_values::text,
                              nullif(withheld, 0)::text, case when hidden then 'hidden' end, username, note)
               from {call} where kind <> 'end'"
        ))
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The same for one kind of condition.
fn by(person: &str, table: &str, key: &str, verbs: &str) -> String {
    format!(
        "rowhouse.audit_entries({person}, {table}, {key}, {verbs}, null, null, null, null, true, 100, true)"
    )
}

#[tokio::test]
async fn only_who_may_see_the_audit_searches_the_trail() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, marta) = (plant.seat("theo").await?, plant.seat("marta").await?);
    let login = plant.login().await?;
    let read = format!("select * from {ALL}");
    let none = refusal(login.query(&read, &[]).await);
    assert_eq!(none.state, "RH401", "{none:?}");
    for call in [
        read.as_str(),
        "select rowhouse.audit_exported('all', 'csv')",
    ] {
        let technician = theo.refused(call).await;
        assert_eq!(technician.state, "RH403", "{call}: {technician:?}");
    }
    assert!(found(&marta, ALL).await?.len() > 4);
    // Not even a manager comes to the trail itself, or to what reads it for the owner.
    for inside in [
        "select * from rowhouse_trail.entry",
        "select * from rowhouse_private.audit_of(1, null, null, null, null, null, null, null, null, 10)",
        "select rowhouse_private.note_event(1, 'forged', 'x')",
        "select rowhouse_trail.note(1, null, 'theo', null, null, 'forged', 'x')",
        "insert into rowhouse_trail.entry (verb) values ('forged')",
        "delete from rowhouse_trail.entry",
    ] {
        let refused = marta.refused(inside).await;
        assert_eq!(refused.state, "42501", "{inside}: {refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_audit_finds_by_person_table_record_action_and_time() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, marta) = (plant.seat("theo").await?, plant.seat("marta").await?);
    theo.run("update equipment set status = 'Retired' where bfm = 'BFM-001'")
        .await?;
    theo.run("update equipment set status = 'Retired' where bfm = 'BFM-002'")
        .await?;
    plant
        .owner
        .batch_execute("update area set name = 'Hall 3' where id = 1; delete from equipment where bfm = 'BFM-004'")
        .await?;
    for (call, lines) in [
        (by("'theo'", "null", "null", "array['update']"), 2),
        (by("null", "'area'", "null", "null"), 1),
        (
            by(
                "null",
                "'Public.Equipment'",
                "null",
                "array['update','delete']",
            ),
            3,
        ),
        (by("null", "null", "'fm-00'", "null"), 3),
        (by("null", "null", "'M-004'", "null"), 1),
        (by("null", "null", "'%'", "null"), 0),
        (by("'the_'", "null", "null", "null"), 0),
        (by("'marta'", "null", "null", "array['sign-in']"), 1),
        (by("null", "null", "null", "array['truncate']"), 0),
        (
            ALL.replacen(
                "null, null, null, null, null, null",
                "'theo', null, null, null, rowhouse_time, null",
                1,
            )
            .replace("rowhouse_time", "'2000-01-01'"),
            3,
        ),
        (
            ALL.replacen(
                "null, null, null, null, null, null",
                "null, null, null, null, null, '2000-01-01'",
                1,
            ),
            0,
        ),
    ] {
        let all = found(&marta, &call).await?;
        assert_eq!(all.len(), lines, "{call}: {all:#?}");
    }
    let change = found(&marta, &by("null", "null", "'BFM-001'", "null")).await?;
    assert_eq!(
        change,
        [r#"update|public.equipment|{BFM-001}|{status}|{"status": "Retired"}|theo"#]
    );
    Ok(())
}

#[tokio::test]
async fn pages_meet_in_both_directions() -> Outcome {
    let plant = Plant::open().await?;
    let marta = plant.seat("marta").await?;
    plant
        .owner
        .batch_execute("update equipment set status = 'x'; update equipment set status = 'y'")
        .await?;
    let all = marta
        .run(&format!(
            "select id from {ALL} where kind <> 'end' and verb = 'update'"
        ))
        .await?;
    let all: Vec<i64> = all.iter().map(|row| row.get(0)).collect();
    assert_eq!(all.len(), 80);
    for (older, mut at) in [
        (true, "null, null".to_owned()),
        (false, "null, null".to_owned()),
    ] {
        let mut seen = Vec::new();
        loop {
            let page = marta
                .run(&format!(
                    "select id, kind, at::text from rowhouse.audit_entries(null, 'equipment', null, null, null,
                         null, {at}, {older}, 7, false)"
                ))
                .await?;
            for row in &page {
                match row.get::<_, String>(1).as_str() {
                    "end" => {
                        let id: Option<i64> = row.get(0);
                        at = id.map_or(String::new(), |id| {
                            format!("'{}', {id}", row.get::<_, String>(2))
                        });
                    }
                    _ => seen.push(row.get::<_, i64>(0)),
                }
            }
            if at.is_empty() {
                break;
            }
        }
        if !older {
            seen.reverse();
        }
        assert_eq!(seen, all, "older {older}");
    }
    Ok(())
}

#[tokio::test]
async fn a_filter_that_finds_nothing_says_how_far_it_looked() -> Outcome {
    let plant = Plant::open().await?;
    let marta = plant.seat("marta").await?;
    plant
        .owner
        .batch_execute(
            "insert into rowhouse_trail.entry (at, verb, table_name, record_key)
                 select now() - n * interval '1 second', 'update', 'public.gone', array[n::text]
                   from generate_series(1, 60000) n",
        )
        .await?;
    let call = by("'nobody'", "null", "null", "null");
    let row = &marta.run(&format!("select id, at from {call}")).await?[0];
    let (id, at): (i64, jiff::Timestamp) = (row.get(0), row.get(1));
    let rest = call.replacen("null, null, true", &format!("'{at}', {id}, true"), 1);
    let row = &marta.run(&format!("select id from {rest}")).await?[0];
    assert_eq!(
        row.get::<_, Option<i64>>(0),
        None,
        "the second look comes to the end"
    );
    Ok(())
}

#[tokio::test]
async fn what_a_manager_may_not_view_is_told_without_its_record_and_not_found_by_it() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'Retired', cost = 77 where bfm = 'BFM-001'")
        .await?;
    let login = plant.roles.client_name();
    plant
        .owner
        .batch_execute(&format!(
            "revoke select (cost) on equipment from \"{login}\";
             insert into rowhouse_private.role (tenant_id, role_id, name, may_see_audit) values (1, 20, 'auditor', true);
             insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb)
                 values (1, 20, 'equipment'::regclass, 'view');
             update rowhouse_private.account_role set role_id = 20
              where account_id = (select account_id from rowhouse_private.account where username = 'gina');
             update area set name = 'Hall 9' where id = 1"
        ))
        .await?;
    let gina = plant.seat("gina").await?;
    let change = found(&gina, &by("'theo'", "null", "null", "array['update']")).await?;
    assert_eq!(
        change,
        [r#"update|public.equipment|{BFM-001}|{status}|{"status": "Retired"}|1|theo"#],
        "a column that nobody may read is counted"
    );
    let area = found(&gina, &by("null", "'area'", "null", "null")).await?;
    assert_eq!(
        area,
        ["update|public.area|hidden"],
        "a table that may not be viewed"
    );
    for key in ["'1'", "'%1%'", "''"] {
        let asked = found(&gina, &by("null", "'area'", key, "null")).await?;
        assert!(asked.is_empty(), "{key}: {asked:?}");
    }
    Ok(())
}

/// A restrictive policy of the owner's own hides a row: in the audit as well, and of deleted rows
/// nobody knows what it would have said.
#[tokio::test]
async fn a_policy_that_hides_a_row_hides_it_in_the_audit() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "update equipment set status = 'x' where bfm in ('BFM-001', 'BFM-003', 'BFM-004');
             delete from equipment where bfm = 'BFM-004';
             create policy secret on equipment as restrictive using (bfm <> 'BFM-001')",
        )
        .await?;
    let marta = plant.seat("marta").await?;
    let all = found(&marta, &by("null", "'equipment'", "null", "null")).await?;
    assert_eq!(
        all,
        [
            "delete|public.equipment|hidden",
            "update|public.equipment|hidden",
            r#"update|public.equipment|{BFM-003}|{status}|{"status": "x"}"#,
            "update|public.equipment|hidden",
        ]
    );
    for (key, lines) in [
        ("'BFM-003'", 1),
        ("'BFM-001'", 0),
        ("'BFM-004'", 0),
        ("'BFM'", 1),
    ] {
        let asked = found(&marta, &by("null", "null", key, "null")).await?;
        assert_eq!(asked.len(), lines, "{key}: {asked:?}");
    }
    Ok(())
}

/// Whose role reaches some rows only is told of those; of deleted ones by the values they had.
#[tokio::test]
async fn who_reaches_some_rows_only_is_told_of_those_alone() -> Outcome {
    let mut plant = Plant::open().await?;
    let sam = person(&mut plant, "sam", HALL).await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.role set may_see_audit = true where name = 'sam';
             update equipment set status = 'x' where bfm = 'BFM-001';
             update equipment set status = 'x' where bfm = 'BFM-002';
             delete from equipment where bfm = 'BFM-003';
             delete from equipment where bfm = 'BFM-004'",
        )
        .await?;
    let call = "rowhouse.audit_entries(null, 'equipment', null, null, null, null, null, null, true, 100, false)";
    assert_eq!(
        found(&sam, call).await?,
        [
            "delete|public.equipment|{BFM-004}|{}",
            "delete|public.equipment|hidden",
            "update|public.equipment|{BFM-002}|{status}",
            "update|public.equipment|hidden",
        ]
    );
    for (key, lines) in [
        ("'BFM-00'", 2),
        ("'BFM-001'", 0),
        ("'BFM-003'", 0),
        ("'BFM-004'", 1),
    ] {
        let asked = found(&sam, &by("null", "null", key, "null")).await?;
        assert_eq!(asked.len(), lines, "{key}: {asked:?}");
    }
    Ok(())
}

/// What an owner does by hand to people, rights and tables.
const BY_HAND: &str = "update rowhouse_private.account set display_name = 'Theodora' where username = 'theo';
             update rowhouse_private.account set deactivated_at = now() where username = 'theo';
             update rowhouse_private.account set deactivated_at = null where username = 'theo';
             update rowhouse_private.account set unlocked_at = now() where username = 'tina';
             insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
                 select 1, account_id, 1 from rowhouse_private.account where username = 'theo';
             delete from rowhouse_private.account_role where role_id = 1
                and account_id = (select account_id from rowhouse_private.account where username = 'theo');
             update rowhouse_private.permission set columns = '{status}' where role_id = 2 and verb = 'update';
             update rowhouse_private.role set may_see_audit = true where name = 'guest';
             update rowhouse_private.policy set tries_here = 7;
             update rowhouse_private.adopted set options = '{\"hard_locks\": true}' where table_name = 'area';
             delete from rowhouse_private.adopted where table_name = 'shop'";

#[tokio::test]
async fn what_happens_at_the_door_is_recorded_whoever_does_it() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    for name in ["tina", "nobody at all"] {
        for _ in 0..5 {
            super::plant::sign_in(&login, name, &wrong()).await?;
            plant.advance("40 seconds").await?;
        }
    }
    let _theo = plant.seat("theo").await?;
    plant.owner.batch_execute(BY_HAND).await?;
    let marta = plant.seat("marta").await?;
    marta
        .run("select rowhouse.audit_exported('person theo', 'csv')")
        .await?;
    let noted: Vec<String> = plant
        .owner
        .query(
            "select concat_ws('|', verb, username, note) from rowhouse_trail.entry
              where kind = 'security' and verb not in ('sign-in', 'sign-in refused', 'account added',
                    'migration applied', 'table adopted') and note is distinct from 'guest'
                and note not like 'view public.area%' order by id",
            &[],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(
        noted,
        [
            "sign-in locked|tina|for 00:12:20",
            "sign-in locked|for 00:12:20",
            "account edited|theo: display_name: Theo -> Theodora",
            "account deactivated|theo",
            "account activated|theo",
            "account unlocked|tina",
            "role given|manager to theo",
            "role taken|manager from theo",
            "permission changed|update every table for technician -> update every table (status) for technician",
            "role changed|guest: may_see_audit: false -> true",
            "limits changed|tries_here: 5 -> 7",
            "hard locks on|public.area",
            "table let go|public.shop",
            "audit exported|marta|as csv: person theo",
        ]
    );
    Ok(())
}
