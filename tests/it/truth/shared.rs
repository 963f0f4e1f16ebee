//! The truth table of the shared way: the trail tells what became of a record, and by whom.

use rowhouse::db::adopt::{self, Options};

use super::{Tried, attempt, told, unlisted};
use crate::desk::{Outcome, save_of};
use crate::shared::site::Site;

/// What stands before the record is read, what happens afterwards (`T` is the table; `bert:` does it
/// as Bert would), what is said of an update and of a deletion.
const TABLE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "changed by a person",
        "",
        "bert: label = theirs",
        "changed (updated by bert) 1",
        "changed (updated by bert) 1",
    ),
    (
        "changed by another program",
        "",
        "update T set label = 'theirs' where id = 1",
        "changed (updated by postgres) 1",
        "changed (updated by postgres) 1",
    ),
    (
        "written without being changed",
        "",
        "update T set label = label where id = 1",
        "changed 1",
        "changed 1",
    ),
    (
        "deleted",
        "",
        "update T set label = 'late' where id = 1; delete from T where id = 1",
        "gone: deleted (deleted by postgres)",
        "gone: deleted (deleted by postgres)",
    ),
    (
        "emptied",
        "",
        "truncate T",
        "gone: deleted (emptied by postgres)",
        "gone: deleted (emptied by postgres)",
    ),
    (
        "key changed by a person",
        "",
        "bert: id = 9",
        "moved (updated by bert) to 9",
        "moved (updated by bert) to 9",
    ),
    (
        "key changed, and changed since",
        "",
        "update T set id = 9 where id = 1; update T set label = 'theirs' where id = 9",
        "moved (updated by postgres) to 9",
        "moved (updated by postgres) to 9",
    ),
    (
        "key changed twice",
        "",
        "update T set id = 9 where id = 1; update T set id = 12 where id = 9",
        "moved (updated by postgres) to 12",
        "moved (updated by postgres) to 12",
    ),
    (
        "key changed and back",
        "",
        "update T set id = 9 where id = 1; update T set id = 1 where id = 9",
        "changed (updated by postgres) 1",
        "changed (updated by postgres) 1",
    ),
    (
        "key changed, and another has it now",
        "",
        "update T set id = 9 where id = 1; insert into T values (1, 'another')",
        "moved (updated by postgres) to 9",
        "moved (updated by postgres) to 9",
    ),
    (
        "key changed, then deleted",
        "",
        "update T set id = 9 where id = 1; delete from T where id = 9",
        "gone: deleted (deleted by postgres)",
        "gone: deleted (deleted by postgres)",
    ),
    (
        "key changed, then deleted, and another created under the old one",
        "",
        "update T set id = 9 where id = 1; delete from T where id = 9; insert into T values (1, 'another')",
        "deleted (deleted by postgres), another (inserted by postgres)",
        "deleted (deleted by postgres), another (inserted by postgres)",
    ),
    (
        "deleted and created again, the same to look at",
        "",
        "delete from T where id = 1; insert into T values (1, 'as it is')",
        "deleted (deleted by postgres), another (inserted by postgres)",
        "deleted (deleted by postgres), another (inserted by postgres)",
    ),
    (
        "deleted and created again in one transaction",
        "",
        "begin; delete from T where id = 1; insert into T values (1, 'as it is'); commit",
        "deleted (deleted by postgres), another (inserted by postgres)",
        "deleted (deleted by postgres), another (inserted by postgres)",
    ),
    (
        "deleted, and another took its key",
        "",
        "delete from T where id = 1; update T set id = 1 where id = 2",
        "deleted (deleted by postgres), another",
        "deleted (deleted by postgres), another",
    ),
    (
        "deleted and created before it was read",
        "delete from T where id = 1; insert into T values (1, 'as it is')",
        "",
        "saved 1",
        "deleted",
    ),
    (
        "took the key before it was read",
        "delete from T where id = 1; update T set id = 1 where id = 2",
        "update T set label = 'theirs' where id = 1",
        "changed (updated by postgres) 1",
        "changed (updated by postgres) 1",
    ),
    (
        "read after a nested transaction wrote it",
        "begin; insert into T values (3, 'first'); savepoint one; update T set label = 'nested' where id = 1; commit",
        "delete from T where id = 1",
        "gone: deleted (deleted by postgres)",
        "gone: deleted (deleted by postgres)",
    ),
    (
        "hidden by a policy",
        "create policy hush on T as restrictive for select using (label <> 'hidden')",
        "update T set label = 'hidden' where id = 1",
        "gone or hidden",
        "gone or hidden",
    ),
    (
        "deleted, where a policy hides some",
        "create policy hush on T as restrictive for select using (label <> 'hidden')",
        "delete from T where id = 1",
        "gone or hidden",
        "gone or hidden",
    ),
    (
        "key changed, where a policy hides some",
        "create policy hush on T as restrictive for select using (label <> 'hidden')",
        "update T set id = 9 where id = 1",
        "moved (updated by postgres) to 9",
        "moved (updated by postgres) to 9",
    ),
    (
        "key changed and hidden, and another has it now, which is seen",
        "create policy hush on T as restrictive for select using (label <> 'hidden')",
        "update T set label = 'hidden', id = 9 where id = 1; insert into T values (1, 'another')",
        "deleted, another",
        "deleted, another",
    ),
    (
        "key changed and hidden by a policy",
        "create policy hush on T as restrictive for select using (label <> 'hidden')",
        "update T set label = 'hidden', id = 9 where id = 1",
        "gone or hidden",
        "gone or hidden",
    ),
    (
        "a policy lets nobody change it",
        "create policy hold on T as restrictive for update using (id <> 1); \
         create policy hold_too on T as restrictive for delete using (id <> 1)",
        "",
        "no right to the row",
        "no right to the row",
    ),
    (
        "dropped by a trigger",
        "create trigger keep before update or delete on T for each row execute function keep()",
        "",
        "dropped by [keep]",
        "dropped by [keep]",
    ),
    (
        "dropped by a trigger, where others delete it",
        "create trigger keep before update on T for each row execute function keep()",
        "delete from T where id = 1",
        "gone: deleted (deleted by postgres)",
        "gone: deleted (deleted by postgres)",
    ),
    (
        "right on a column lost",
        "",
        "revoke update (label) on T from CLIENT",
        "NotPermitted [label]: you may not change label any more",
        "deleted",
    ),
];

fn name(number: usize, tried: Tried) -> String {
    format!("cause_{number}_{tried:?}").to_lowercase()
}

async fn adopted(site: &mut Site, tables: &[String]) -> Outcome {
    let made: Vec<String> = tables
        .iter()
        .map(|table| {
            format!(
                "create table {table} (id int primary key, label text); \
                 insert into {table} values (1, 'as it is'), (2, 'another');"
            )
        })
        .collect();
    site.owner.batch_execute(&made.join("\n")).await?;
    site.owner
        .batch_execute(
            "create function keep() returns trigger language plpgsql as $$ begin return null; end $$",
        )
        .await?;
    let plan = adopt::plan(&site.owner, tables, &Options::default()).await?;
    adopt::apply(&mut site.owner, &plan).await?;
    Ok(())
}

#[tokio::test]
async fn the_trail_tells_every_cause_apart() -> Outcome {
    let mut site = Site::new().await?;
    let both = [Tried::Update, Tried::Delete];
    let tables: Vec<String> = (0..TABLE.len())
        .flat_map(|number| both.map(|tried| name(number, tried)))
        .collect();
    adopted(&mut site, &tables).await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let client = site.settings().user;
    let mut wrong = Vec::new();
    let mut request = 0;
    for (number, (cause, before, after, update, delete)) in TABLE.iter().enumerate() {
        for (tried, expected) in [(Tried::Update, update), (Tried::Delete, delete)] {
            let table = name(number, tried);
            let sql = |text: &str| {
                let text = text
                    .replace("CLIENT", &client)
                    .replace("truncate T", &format!("truncate {table}"));
                text.replace("T ", &format!("{table} "))
            };
            site.owner.batch_execute(&sql(before)).await?;
            let shape = anna.shape(&table).await?;
            let record = anna.record(&shape, &["1"]).await?;
            request += 2;
            match after.strip_prefix("bert: ") {
                Some(change) => {
                    let (column, value) = change.split_once(" = ").expect("a change");
                    bert.shape(&table).await?;
                    bert.save(save_of(&shape, &record, request, &[(column, value)]))
                        .await?;
                }
                None => site.owner.batch_execute(&sql(after)).await?,
            }
            let outcome = attempt(&anna, &shape, Some(&record), tried, request + 1).await?;
            let told = told(&outcome, &shape);
            if told != *expected {
                wrong.push(format!("{cause}, {tried:?}: {told:?} and not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_right_that_was_taken_is_named() -> Outcome {
    let mut site = Site::new().await?;
    let table = "thing".to_owned();
    adopted(&mut site, std::slice::from_ref(&table)).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape(&table).await?;
    let record = anna.record(&shape, &["1"]).await?;
    let give =
        "insert into rowhouse_private.permission (tenant_id, role_id, verb) values (1, 2, 'VERB')";
    let take = "delete from rowhouse_private.permission where role_id = 2 and verb = 'VERB'";
    for (number, (verb, tried, expected)) in [
        ("update", Tried::Update, "no right in the table"),
        (
            "delete",
            Tried::Delete,
            "NotPermitted []: you may not delete records of thing any more",
        ),
        (
            "insert",
            Tried::Create,
            "NotPermitted []: you may not create records of thing any more",
        ),
        ("view", Tried::Update, "no right in the table"),
        (
            "view",
            Tried::Delete,
            "NotPermitted []: you may not delete records of thing any more",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        site.owner
            .batch_execute(&take.replace("VERB", verb))
            .await?;
        let stored = "select t::text from thing t order by 1";
        let before = crate::desk::rows(&site.owner, stored).await?;
        let outcome = attempt(&anna, &shape, Some(&record), tried, number as u128 + 1).await?;
        assert_eq!(told(&outcome, &shape), expected, "{verb} {tried:?}");
        let after = crate::desk::rows(&site.owner, stored).await?;
        assert_eq!(before, after, "{verb} {tried:?}");
        // It is this right that is missing and no other: what needs another one is told otherwise.
        if verb != "view" {
            let others = "select string_agg(distinct verb, ' ' order by verb) \
                          from rowhouse_private.permission where role_id = 2";
            let left = crate::desk::rows(&site.owner, others).await?;
            assert!(
                !left[0].contains(verb) && left[0].contains("view"),
                "{left:?}"
            );
        }
        site.owner
            .batch_execute(&give.replace("VERB", verb))
            .await?;
    }
    let outcome = attempt(&anna, &shape, Some(&record), Tried::Update, 99).await?;
    assert_eq!(told(&outcome, &shape), "saved 1");
    Ok(())
}

#[tokio::test]
async fn a_creation_that_came_to_nothing_says_so() -> Outcome {
    let mut site = Site::new().await?;
    let table = "thing".to_owned();
    adopted(&mut site, std::slice::from_ref(&table)).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape(&table).await?;
    let outcome = attempt(&anna, &shape, None, Tried::Create, 1).await?;
    assert_eq!(told(&outcome, &shape), "saved 77");
    let outcome = attempt(&anna, &shape, None, Tried::Create, 2).await?;
    assert_eq!(
        told(&outcome, &shape),
        "Unique [id] of 77: 77 is there already"
    );
    site.owner
        .batch_execute(
            "delete from thing where id = 77; \
             create trigger keep before insert on thing for each row execute function keep()",
        )
        .await?;
    for number in [3, 3] {
        let outcome = attempt(&anna, &shape, None, Tried::Create, number).await?;
        assert_eq!(told(&outcome, &shape), "dropped by [keep]");
    }
    // Who may create and not see is told no less.
    site.owner
        .batch_execute(
            "delete from rowhouse_private.permission where role_id = 2 and verb = 'view'",
        )
        .await?;
    let blind = site.person("anna").await?;
    let oid = site.rows("select 'thing'::regclass::oid").await?.remove(0);
    let shape = unlisted(&blind, &oid).await?;
    let outcome = attempt(&blind, &shape, None, Tried::Create, 4).await?;
    assert_eq!(told(&outcome, &shape), "dropped by [keep]");
    site.owner
        .batch_execute("drop trigger keep on thing")
        .await?;
    let outcome = attempt(&blind, &shape, None, Tried::Create, 5).await?;
    assert_eq!(told(&outcome, &shape), "saved unseen");
    assert_eq!(
        site.rows("select label from thing where id = 77").await?,
        ["mine"]
    );
    Ok(())
}
