//! The truth table of the plain way: what can be known without a trail, and nothing that cannot.

use super::{Tried, attempt, told, unlisted};
use crate::desk::{CLERK, Desk, Outcome};

/// What stands before the record is read, what happens afterwards (`T` is the table), what is said
/// of an update and of a deletion.
const TABLE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "changed",
        "",
        "update T set label = 'theirs' where id = 1",
        "changed 1",
        "changed 1",
    ),
    (
        "written without being changed",
        "",
        "update T set label = label where id = 1",
        "changed 1",
        "changed 1",
    ),
    ("deleted", "", "delete from T where id = 1", "gone", "gone"),
    ("emptied", "", "truncate T", "gone", "gone"),
    (
        "key changed",
        "",
        "update T set id = 9 where id = 1",
        "gone",
        "gone",
    ),
    (
        "deleted and created again",
        "",
        "delete from T where id = 1; insert into T values (1, 'as it is')",
        "changed 1",
        "changed 1",
    ),
    (
        "hidden by a policy",
        "alter table T enable row level security; \
         create policy open on T using (label <> 'hidden') with check (true)",
        "update T set label = 'hidden' where id = 1",
        "gone or hidden",
        "gone or hidden",
    ),
    (
        "shown by a policy, not to be touched",
        "alter table T enable row level security; create policy look on T for select using (true); \
         create policy change on T for update using (id <> 1); \
         create policy remove on T for delete using (id <> 1)",
        "",
        "no right to the row",
        "no right to the row",
    ),
    (
        "shown by a policy, and a trigger is there too",
        "alter table T enable row level security; create policy look on T for select using (true); \
         create policy change on T for update using (id <> 1); \
         create policy remove on T for delete using (id <> 1); \
         create trigger stamp before update or delete on T for each row execute function pass()",
        "",
        "no right to the row",
        "dropped by [stamp] or a policy",
    ),
    (
        "right on the table lost",
        "",
        "revoke update, delete on T from rowhouse_test_clerk",
        "NotPermitted []: you may not change records of T any more",
        "NotPermitted []: you may not delete records of T any more",
    ),
    (
        "right on the column lost",
        "",
        "revoke update on T from rowhouse_test_clerk; grant update (id) on T to rowhouse_test_clerk",
        "NotPermitted [label]: you may not change label any more",
        "deleted",
    ),
    (
        "right to see lost",
        "",
        "revoke select on T from rowhouse_test_clerk",
        "NotPermitted []: you may not change records of T any more",
        "NotPermitted []: you may not delete records of T any more",
    ),
    (
        "dropped by a trigger",
        "create trigger keep before update or delete on T for each row execute function keep()",
        "",
        "dropped by [keep]",
        "dropped by [keep]",
    ),
    (
        "dropped by a trigger of which there are two",
        "create trigger keep before update or delete on T for each row execute function keep(); \
         create trigger stamp before update on T for each row execute function pass()",
        "",
        "dropped by [keep stamp]",
        "dropped by [keep]",
    ),
    (
        "a trigger that is off and one that comes after",
        "create trigger keep before update or delete on T for each row execute function keep(); \
         alter table T disable trigger keep; \
         create trigger late after update or delete on T for each row execute function keep()",
        "update T set label = 'theirs' where id = 1",
        "changed 1",
        "changed 1",
    ),
    (
        "dropped by a rule",
        "create rule nothing as on update to T do instead nothing; \
         create rule nothing_deleted as on delete to T do instead nothing",
        "",
        "dropped by [nothing], undone",
        "dropped by [nothing_deleted], undone",
    ),
    (
        "changed where a rule stands",
        "create rule note as on update to T do also insert into elsewhere values (new.id, new.label)",
        "update T set label = 'theirs' where id = 1",
        "changed 1",
        "changed 1",
    ),
];

/// What stands, and what is said of a creation.
const CREATED: &[(&str, &str, &str)] = &[
    ("nothing in the way", "", "saved 77"),
    (
        "dropped by a trigger",
        "create trigger keep before insert on T for each row execute function keep()",
        "dropped by [keep]",
    ),
    (
        "stored elsewhere by a trigger",
        "create trigger redirect before insert on T for each row execute function redirect()",
        "dropped by [redirect]",
    ),
    (
        "dropped by a rule",
        "create rule nothing as on insert to T do instead nothing",
        "dropped by [nothing], undone",
    ),
    (
        "stored elsewhere by a rule",
        "create rule elsewhere as on insert to T do instead insert into elsewhere values (new.id, new.label)",
        "dropped by [elsewhere]",
    ),
    (
        "refused by a policy",
        "alter table T enable row level security; create policy look on T for select using (true); \
         create policy make on T for insert with check (id < 10)",
        "NotPermitted []: row security does not let you store it so",
    ),
    (
        "right lost",
        "revoke insert on T from rowhouse_test_clerk",
        "NotPermitted []: you may not create records of T any more",
    ),
    (
        "right on a column lost",
        "revoke insert on T from rowhouse_test_clerk; grant insert (id) on T to rowhouse_test_clerk",
        "NotPermitted [label]: you may not create label any more",
    ),
    (
        "there already",
        "insert into T values (77, 'theirs')",
        "Unique [id] of 77: 77 is there already",
    ),
];

const FUNCTIONS: &str = "
    create table elsewhere (id int, label text);
    grant all on elsewhere to rowhouse_test_clerk;
    create function keep() returns trigger language plpgsql as $$ begin return null; end $$;
    create function pass() returns trigger language plpgsql as $$ begin
        if tg_op = 'DELETE' then return old; end if; return new; end $$;
    create function redirect() returns trigger language plpgsql as $$ begin
        insert into elsewhere values (new.id, new.label); return null; end $$;";

fn made(table: &str) -> String {
    format!(
        "create table {table} (id int primary key, label text); \
         insert into {table} values (1, 'as it is'), (2, 'another'); grant all on {table} to {CLERK}"
    )
}

#[tokio::test]
async fn every_cause_is_told_as_it_is() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(FUNCTIONS).await?;
    let mut wrong = Vec::new();
    for (number, (cause, before, after, update, delete)) in TABLE.iter().enumerate() {
        for (tried, expected) in [(Tried::Update, update), (Tried::Delete, delete)] {
            let table = format!("cause_{number}_{tried:?}").to_lowercase();
            let sql = |text: &str| {
                text.replace("T ", &format!("{table} "))
                    .replace(" T;", &format!(" {table};"))
            };
            desk.run(&made(&table)).await?;
            desk.run(&sql(&format!("{before} "))).await?;
            let clerk = desk.clerk().await?;
            let shape = clerk.shape(&table).await?;
            let record = clerk.record(&shape, &["1"]).await?;
            desk.run(&sql(&format!("{after} "))).await?;
            let outcome = attempt(&clerk, &shape, Some(&record), tried, 1).await?;
            let told = told(&outcome, &shape).replace(&table, "T");
            if told != *expected {
                wrong.push(format!("{cause}, {tried:?}: {told:?} and not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_creation_that_came_to_nothing_says_so() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(FUNCTIONS).await?;
    let mut wrong = Vec::new();
    for (number, (cause, before, expected)) in CREATED.iter().enumerate() {
        let table = format!("made_{number}");
        desk.run(&made(&table)).await?;
        let clerk = desk.clerk().await?;
        let shape = clerk.shape(&table).await?;
        desk.run(&before.replace("T ", &format!("{table} ")))
            .await?;
        let clerk_again = desk.clerk().await?;
        // Rules are known from the shape, which is read anew; rights as they were.
        let seat = if before.contains("rule") {
            clerk_again.shape(&table).await?;
            &clerk_again
        } else {
            &clerk
        };
        let outcome = attempt(seat, &shape, None, Tried::Create, 1).await?;
        let told = told(&outcome, &shape).replace(&table, "T");
        if told != *expected {
            wrong.push(format!("{cause}: {told:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What went elsewhere is there, and nothing was said to be undone.
    assert_eq!(
        desk.rows("select id, label from elsewhere").await?,
        ["77|mine", "77|mine"]
    );
    Ok(())
}

#[tokio::test]
async fn who_may_not_see_what_is_created_is_told_the_truth_too() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(FUNCTIONS).await?;
    desk.run(&made("blind")).await?;
    desk.run(&format!(
        "revoke all on blind from {CLERK}; grant insert on blind to {CLERK}"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let oid = desk.rows("select 'blind'::regclass::oid").await?.remove(0);
    let shape = unlisted(&clerk, &oid).await?;
    let outcome = attempt(&clerk, &shape, None, Tried::Create, 1).await?;
    assert_eq!(told(&outcome, &shape), "saved unseen");
    desk.run(
        "create trigger keep before insert on blind for each row execute function keep(); \
              delete from blind where id = 77",
    )
    .await?;
    let outcome = attempt(&clerk, &shape, None, Tried::Create, 2).await?;
    assert_eq!(told(&outcome, &shape), "dropped by [keep]");
    assert_eq!(
        desk.rows("select count(*) from blind where id = 77")
            .await?,
        ["0"]
    );
    Ok(())
}

#[tokio::test]
async fn a_rule_that_would_change_several_rows_is_undone_and_named() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(FUNCTIONS).await?;
    desk.run(&made("spread")).await?;
    desk.run(
        "insert into elsewhere values (1, 'one'), (2, 'two'); \
         create rule spread as on update to spread do instead update elsewhere set label = new.label",
    )
    .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("spread").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    let refused = attempt(&clerk, &shape, Some(&record), Tried::Update, 1).await;
    let said = refused.err().map(|fault| format!("{fault:?}"));
    let said = said.unwrap_or_default();
    assert!(
        said.contains("its rules would change several rows"),
        "{said}"
    );
    assert_eq!(
        desk.rows("select label from elsewhere order by id").await?,
        ["one", "two"]
    );
    Ok(())
}
