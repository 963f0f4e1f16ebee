//! What hangs on a record: counted per foreign key through all levels, up to a limit, as the person
//! may see it.

use rowhouse::db::contract::{DependentsReply, DependentsRequest, Reply, Request};
use rowhouse::domain::dependents::{Dependents, Fate, Found};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, key};

/// What hangs on records of a table.
pub async fn of(seat: &Seat, shape: &Shape, keys: &[&[&str]]) -> Got<Dependents> {
    let request = DependentsRequest::LoadDependents {
        table: shape.id,
        keys: keys.iter().map(|values| key(values)).collect(),
    };
    match seat.database.perform(Request::Dependents(request)).await? {
        Reply::Dependents(DependentsReply::DependentsLoaded(known)) => Ok(known),
        other => panic!("{other:?}"),
    }
}

const HOUSE: &str = "
    create table house (a int, \"b c\" text, name text unique, primary key (a, \"b c\"));
    create table room (room_no int primary key, a int, \"b c\" text, owner text default 'nobody',
        foreign key (a, \"b c\") references house on delete cascade,
        foreign key (owner) references house (name) on delete set default);
    create table \"the \"\"chairs\"\"\" (id int primary key,
        room_no int not null references room on delete cascade);
    create table lamp (id int primary key, room_no int references room on delete set null);
    create table lease (id int primary key, name text references house (name) on delete restrict);
    create table note (id int primary key, room_no int references room);
    create table tree (id int primary key, above int references tree on delete cascade);
    create table twin (id int primary key, other int references twin);
    insert into house values (1, 'x', 'first'), (2, 'x', 'second'), (3, 'it''s', 'nobody');
    insert into room values (1, 1, 'x', 'second'), (2, 1, 'x', 'second'), (3, 2, 'x', 'nobody');
    insert into \"the \"\"chairs\"\"\" select n, 1 + n % 2 from generate_series(1, 5) n;
    insert into lamp values (1, 1), (2, 3);
    insert into lease values (1, 'second');
    insert into tree values (1, null), (2, 1), (3, 2), (4, 3), (5, 1);
    insert into twin values (1, 1), (2, 1), (3, 3);
    grant select on all tables in schema public to rowhouse_test_clerk";

/// Table, columns, tables between, fate and number of rows of everything that is there.
fn told(known: &Dependents) -> Vec<String> {
    let links = known.existing();
    links
        .map(rowhouse::domain::dependents::Link::in_words)
        .collect()
}

#[tokio::test]
async fn every_level_is_counted_with_what_would_become_of_it() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(HOUSE).await?;
    let clerk = desk.clerk().await?;
    let house = clerk.shape("house").await?;
    let first = of(&clerk, &house, &[&["1", "x"]]).await?;
    assert_eq!(
        told(&first),
        [
            "2 rows of room (a, b c): deleted along",
            "1 row of lamp (room_no) through room: set to NULL",
            "5 rows of the \"chairs\" (room_no) through room: deleted along",
        ]
    );
    assert!(!first.forbid());
    let room = first
        .links
        .iter()
        .find(|link| link.name.name == "room" && link.is_found());
    let values: Vec<Option<Value>> = room
        .expect("rooms refer to it")
        .columns
        .iter()
        .map(|column| column.value.clone())
        .collect();
    assert_eq!(values, [Some(Value::from("1")), Some(Value::from("x"))]);

    let second = of(&clerk, &house, &[&["2", "x"]]).await?;
    assert!(second.forbid(), "a lease forbids it");
    assert_eq!(
        told(&second),
        [
            "1 row of lease (name): forbid deleting",
            "1 row of room (a, b c): deleted along",
            "2 rows of room (owner): set to the default",
            "1 row of lamp (room_no) through room: set to NULL",
        ]
    );
    // What hangs on a room that would be deleted along can forbid it too.
    desk.run("insert into note values (1, 1)").await?;
    let first = of(&clerk, &house, &[&["1", "x"]]).await?;
    let forbidding: Vec<_> = first.forbidding().map(|link| &*link.name.name).collect();
    assert_eq!(forbidding, ["note"]);

    let both = of(&clerk, &house, &[&["1", "x"], &["2", "x"]]).await?;
    assert!(told(&both).contains(&"3 rows of room (a, b c): deleted along".to_owned()));
    assert!(
        both.links
            .iter()
            .all(|link| link.columns.iter().all(|c| c.value.is_none()))
    );
    Ok(())
}

#[tokio::test]
async fn trees_are_followed_and_rows_that_refer_to_themselves_stand_in_nobodys_way() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(HOUSE).await?;
    let clerk = desk.clerk().await?;
    let tree = clerk.shape("tree").await?;
    assert_eq!(
        told(&of(&clerk, &tree, &[&["1"]]).await?),
        [
            "2 rows of tree (above): deleted along",
            "1 row of tree (above) through tree: deleted along",
            "1 row of tree (above) through tree, tree: deleted along",
        ]
    );
    let twin = clerk.shape("twin").await?;
    let one = of(&clerk, &twin, &[&["1"]]).await?;
    assert_eq!(told(&one), ["1 row of twin (other): forbid deleting"]);
    assert!(of(&clerk, &twin, &[&["3"]]).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn counting_ends_at_a_limit_and_never_reads_a_large_table_whole() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(HOUSE).await?;
    desk.run(
        "insert into tree select n, 5 from generate_series(10, 2009) n;
         create table large (id int primary key, tree int references tree);
         insert into large select n, case when n > 59998 then 4 else 2 end
         from generate_series(1, 60000) n;
         grant select on large to rowhouse_test_clerk;
         analyze large",
    )
    .await?;
    let clerk = desk.clerk().await?;
    let tree = clerk.shape("tree").await?;
    let known = of(&clerk, &tree, &[&["5"]]).await?;
    assert!(told(&known).contains(&"1000 rows or more of tree (above): deleted along".to_owned()));
    // Without an index on what refers only a beginning is looked at, and that is said.
    let known = of(&clerk, &tree, &[&["4"]]).await?;
    let large = known.links.iter().find(|link| link.name.name == "large");
    let large = large.expect("it refers");
    assert_eq!(
        large.found,
        Found::Rows {
            rows: 0,
            more: true
        }
    );
    assert!(large.may_exist() && !known.forbid());
    desk.run("create index on large (tree)").await?;
    let known = of(&clerk, &tree, &[&["4"]]).await?;
    assert!(told(&known).contains(&"2 rows of large (tree): forbid deleting".to_owned()));
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_read_is_said_and_a_new_foreign_key_is_seen_at_once() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(HOUSE).await?;
    let clerk = desk.clerk().await?;
    let twin = clerk.shape("twin").await?;
    assert!(of(&clerk, &twin, &[&["3"]]).await?.is_empty());
    desk.run(
        "create table secret (id int primary key, twin int references twin on delete cascade)",
    )
    .await?;
    let known = of(&clerk, &twin, &[&["3"]]).await?;
    let secret = known.links.iter().find(|link| link.name.name == "secret");
    let secret = secret.expect("it is told that the table refers");
    assert_eq!((secret.found, secret.fate), (Found::Unread, Fate::Deleted));
    // Rows that a policy hides are not counted.
    desk.run(&format!(
        "insert into secret values (1, 3), (2, 3);
         grant select on secret to {CLERK};
         alter table secret enable row level security;
         create policy odd on secret for select using (id % 2 = 1)"
    ))
    .await?;
    let known = of(&clerk, &twin, &[&["3"]]).await?;
    assert_eq!(told(&known), ["1 row of secret (twin): deleted along"]);
    Ok(())
}
