//! Every kind of rule by which the server refuses, on a real server and in another language where it
//! knows one: the kind, the fields and our own words come from the SQLSTATE and the catalog alone.

use rowhouse::db::contract::records::{Rejection, Save, SaveOutcome};
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::record::{FieldChange, RequestId};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry, Value};

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, save_of};

/// Languages to try: a server has those that its machine was given.
const LANGUAGES: [&str; 6] = [
    "de_DE.UTF-8",
    "de_DE.utf8",
    "fr_FR.UTF-8",
    "es_ES.UTF-8",
    "ru_RU.UTF-8",
    "C",
];

const TABLES: &str = "\
create domain positive as int check (value > 0);
create domain mail as text check (value like '%@%') not null;
create table person (id int primary key, name text not null);
insert into person values (1, 'Ada');
create table thing (
  id int primary key, name varchar(5) not null, price numeric(6,2) check (price >= 0),
  low int, high int, count positive, address mail not null default 'a@b', at date,
  mood text constraint of_many check (mood in ('happy', 'sad', 'glad', 'angry', 'calm', 'bored', 'curious')),
  person int references person, later int references person deferrable initially deferred,
  code text unique, room int, during int4range,
  double int generated always as (low * 2) stored, number bigint generated always as identity,
  constraint in_order check (low <= high),
  constraint no_double_booking exclude using gist (during with &&) );
insert into thing (id, name, code, during) values (1, 'one', 'A', '[1,5)'), (2, 'two', 'B', '[5,9)');
create table detail (thing int constraint of_thing references thing, note text check (note <> 'bad'));
insert into detail values (2, 'holds it');
create function along() returns trigger language plpgsql as $$ begin
  if new.name = 'raise' then raise exception 'not today' using errcode = 'UX123', detail = 'because', hint = 'tomorrow'; end if;
  if new.name = 'along' then insert into detail values (1, 'bad'); end if;
  if new.name = 'zero' then new.low := 1 / (new.id - new.id); end if;
  return new; end $$;
create trigger along before update on thing for each row execute function along();
create table part (id int primary key, at int not null) partition by range (id);
create table part_1 partition of part for values from (0) to (100);
insert into part values (1, 1);
grant select, insert, update, delete on thing, person, part, detail to rowhouse_test_clerk;";

#[tokio::test]
async fn every_kind_is_told_in_our_words_whatever_the_server_speaks() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    for language in LANGUAGES {
        let sql = format!(
            "do $$ begin execute format('alter role {CLERK} in database %I set lc_messages = %L', \
             current_database(), '{language}'); end $$"
        );
        if desk.run(&sql).await.is_ok() {
            break;
        }
    }
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("thing").await?;
    let record = clerk.record(&shape, &["2"]).await?;
    for (changes, expect) in [
        (
            &[("name", "longer")][..],
            "BadValue [name] name is too long for character varying(5)",
        ),
        (
            &[("price", "123456")],
            "BadValue [price] price 123456 is out of the range of numeric(6,2)",
        ),
        (
            &[("low", "many")],
            "BadValue [low] low many is not a value of integer",
        ),
        (
            &[("at", "2024-02-31")],
            "BadValue [at] at 2024-02-31 is out of the range of date",
        ),
        (
            &[("price", "-1")],
            "Check [price] price -1 does not fit: must hold: price >= 0 (thing_price_check)",
        ),
        (
            &[("low", "9"), ("high", "1")],
            "Check [low high] low and high do not fit together: must hold: low <= high (in_order)",
        ),
        (
            &[("mood", "x")],
            "Check [mood] mood x breaks the rule of_many",
        ),
        (
            &[("count", "0")],
            "Check [count] count 0 does not fit: must hold: VALUE > 0 (positive_check)",
        ),
        (
            &[("person", "7")],
            "ForeignKey [person] person: there is no 7 in person",
        ),
        (
            &[("later", "7")],
            "ForeignKey [later] later: there is no 7 in person",
        ),
        (
            &[("id", "3")],
            "ForeignKey [id] records of detail refer to it by its old key",
        ),
        (&[("code", "A")], "Unique [code] 1 has code A already"),
        (&[("id", "1")], "Unique [id] 1 is there already"),
        (
            &[("during", "[4,6)")],
            "Exclusion [during] during [4,6) clashes with 1 (no_double_booking)",
        ),
        (
            &[("double", "7")],
            "BadValue [double] double is filled by the server and cannot be set",
        ),
        (
            &[("number", "7")],
            "BadValue [number] number is filled by the server and cannot be set",
        ),
        (
            &[("name", "raise")],
            "Raised [] a rule of the database says: not today",
        ),
        (
            &[("name", "along")],
            "Check [] what the database does along with it failed in detail: must hold: note <> 'bad' (detail_note_check)",
        ),
        (
            &[("name", "zero")],
            "BadValue [] a calculation inside the database divides by zero",
        ),
    ] {
        let outcome = clerk.save(save_of(&shape, &record, 1, changes)).await?;
        let rejection = rejected(outcome);
        assert_eq!(told(&rejection, &shape), expect, "{rejection:?}");
        let all = format!("{rejection:?}");
        assert!(!all.contains("(2, two"), "the row is told: {all}");
        let said = rejection.detail.as_deref().unwrap_or_default();
        assert!(
            !said.is_empty(),
            "the server's own words are kept: {rejection:?}"
        );
    }
    // A rule that is younger than what the client knows of the table.
    desk.run("alter table thing add constraint younger check (high <> 77 or low is not null)")
        .await?;
    let outcome = clerk
        .save(save_of(&shape, &record, 1, &[("high", "77")]))
        .await?;
    assert_eq!(
        told(&rejected(outcome), &shape),
        "Check [high low] high and low do not fit together: must hold: high <> 77 OR low IS NOT NULL (younger)"
    );
    let mut save = save_of(&shape, &record, 1, &[("name", ""), ("address", "")]);
    save.changes[0].entry = Entry::Value(Value::Null);
    let only_name = Save {
        changes: save.changes[..1].to_vec(),
        ..save.clone()
    };
    let refused = rejected(clerk.save(only_name).await?);
    assert_eq!(
        told(&refused, &shape),
        "Null [name] name needs a value; it cannot be NULL"
    );
    assert!(!format!("{refused:?}").contains("two"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn rows_that_no_partition_takes_and_records_that_others_refer_to_are_told() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("part").await?;
    let created = create(&clerk, &shape, &[("id", "500"), ("at", "1")]).await?;
    assert_eq!(
        told(&rejected(created), &shape),
        "Check [id] part has no partition for id 500"
    );
    let shape = clerk.shape("person").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    desk.run("update thing set later = 1 where id = 1").await?;
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(4),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: record.values.clone(),
    };
    let RecordsReply::Finished(outcome) = clerk.records(request).await? else {
        panic!("a deletion ends");
    };
    let rejection = rejected(outcome);
    assert_eq!(
        told(&rejection, &shape),
        "ForeignKey [] records of thing still refer to it"
    );
    Ok(())
}

async fn create(clerk: &Seat, shape: &Shape, values: &[(&str, &str)]) -> Got<SaveOutcome> {
    let entry = |(name, value): &(&str, &str)| FieldChange {
        column: shape.column_named(name).expect("a column"),
        entry: Entry::Value(Value::text(*value)),
    };
    let request = RecordsRequest::CreateRecord {
        request: RequestId(3),
        table: shape.id,
        entries: values.iter().map(entry).collect(),
    };
    match clerk.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn rejected(outcome: SaveOutcome) -> Rejection {
    match outcome {
        SaveOutcome::Rejected(rejection) => rejection,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn told(rejection: &Rejection, shape: &Shape) -> String {
    let columns = rejection.columns.iter();
    let names: Vec<&str> = columns
        .map(|place| shape.columns[*place].name.as_str())
        .collect();
    format!(
        "{:?} [{}] {}",
        rejection.kind,
        names.join(" "),
        rejection.message
    )
}
