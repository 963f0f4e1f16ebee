//! Guarded saves, creations and deletions in the plain way: exactly one row or none, and why.

use rowhouse::db::contract::records::{Denied, Miss, RejectionKind, SaveOutcome};
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::record::{FieldChange, Record, RequestId};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry, Value};

use crate::desk::{Desk, Got, Outcome, Seat, key, save_of};

fn saved(outcome: SaveOutcome) -> Record {
    match outcome {
        SaveOutcome::Saved(Some(record)) => *record,
        other => panic!("not saved: {other:?}"),
    }
}

fn value<'a>(shape: &Shape, record: &'a Record, column: &str) -> Option<&'a str> {
    record.values[shape.column_named(column).expect("a column")].as_text()
}

async fn create(seat: &Seat, shape: &Shape, entries: &[(&str, Entry)]) -> Got<SaveOutcome> {
    let entries = entries.iter().map(|(name, entry)| FieldChange {
        column: shape.column_named(name).expect("a column"),
        entry: entry.clone(),
    });
    let request = RecordsRequest::CreateRecord {
        request: RequestId(77),
        table: shape.id,
        entries: entries.collect(),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

async fn delete(seat: &Seat, shape: &Shape, record: &Record) -> Got<SaveOutcome> {
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(78),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: record.values.clone(),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

fn text(value: &str) -> Entry {
    Entry::Value(Value::text(value))
}

#[tokio::test]
async fn every_type_survives_an_edit_of_another_column_byte_for_byte() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("everything").await?;
    let before = clerk.record(&shape, &["1"]).await?;
    let after = saved(
        clerk
            .save(save_of(&shape, &before, 1, &[("note", "second")]))
            .await?,
    );
    assert_eq!(after, clerk.record(&shape, &["1"]).await?);
    let note = shape.column_named("note").expect("a column");
    for (place, column) in shape
        .columns
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != note)
    {
        assert_eq!(before.values[place], after.values[place], "{}", column.name);
    }
    // And every value written back as it was read is the same value.
    let all: Vec<FieldChange> = shape
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.may_update)
        .map(|(column, _)| FieldChange {
            column,
            entry: Entry::Value(after.values[column].clone()),
        })
        .collect();
    let mut save = save_of(&shape, &after, 2, &[]);
    save.changes = all;
    let again = saved(clerk.save(save).await?);
    assert_eq!(again.values, after.values);
    assert_ne!(again.guard, after.guard);
    Ok(())
}

#[tokio::test]
async fn the_second_saver_is_told_what_the_first_one_saved() -> Outcome {
    let desk = Desk::new().await?;
    let (anna, bert) = (desk.clerk().await?, desk.clerk().await?);
    let shape = anna.shape("machine").await?;
    bert.shape("machine").await?;
    let read = anna.record(&shape, &["2"]).await?;
    let annas = saved(
        anna.save(save_of(&shape, &read, 1, &[("place", "Hall A")]))
            .await?,
    );
    let miss = bert
        .save(save_of(&shape, &read, 2, &[("place", "Hall B")]))
        .await?;
    let SaveOutcome::Missed(Miss::Changed { theirs, by }) = miss else {
        panic!("{miss:?}");
    };
    assert_eq!(*theirs, annas);
    assert_eq!(by, None);
    let resolved = saved(
        bert.save(save_of(&shape, &theirs, 3, &[("place", "Hall B")]))
            .await?,
    );
    assert_eq!(value(&shape, &resolved, "place"), Some("Hall B"));
    desk.run("delete from machine where id = 2").await?;
    let miss = anna
        .save(save_of(&shape, &resolved, 4, &[("place", "x")]))
        .await?;
    assert!(
        matches!(
            miss,
            SaveOutcome::Missed(Miss::Gone {
                may_be_hidden: false
            })
        ),
        "{miss:?}"
    );
    // The same key and the same values again are another record.
    desk.run(
        "insert into machine (id, name, place, price, mood, bought) \
              select 2, name, 'Hall B', 2.5, mood, bought from machine where id = 3",
    )
    .await?;
    let miss = anna
        .save(save_of(&shape, &resolved, 5, &[("place", "x")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
        "{miss:?}"
    );
    Ok(())
}

#[tokio::test]
async fn records_are_created_and_deleted() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    let entries = [
        ("name", text("New one")),
        ("price", text("3.5")),
        ("notes", Entry::Default),
    ];
    let made = saved(create(&clerk, &shape, &entries).await?);
    assert_eq!(value(&shape, &made, "id"), Some("501"));
    assert_eq!(value(&shape, &made, "notes"), Some("none"));
    assert_eq!(value(&shape, &made, "doubled"), Some("7.00"));
    assert_eq!(made, clerk.record(&shape, &["501"]).await?);
    let child = saved(
        create(
            &clerk,
            &shape,
            &[("name", text("Child")), ("parent", text("501"))],
        )
        .await?,
    );
    let refused = delete(&clerk, &shape, &made).await?;
    assert!(matches!(refused, SaveOutcome::Rejected(r) if r.kind == RejectionKind::ForeignKey));
    assert!(matches!(
        delete(&clerk, &shape, &child).await?,
        SaveOutcome::Deleted
    ));
    let changed = saved(
        clerk
            .save(save_of(&shape, &made, 9, &[("name", "Newer")]))
            .await?,
    );
    let miss = delete(&clerk, &shape, &made).await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
        "{miss:?}"
    );
    assert!(matches!(
        delete(&clerk, &shape, &changed).await?,
        SaveOutcome::Deleted
    ));
    let gone = delete(&clerk, &shape, &changed).await?;
    assert!(
        matches!(
            gone,
            SaveOutcome::Missed(Miss::Gone {
                may_be_hidden: false
            })
        ),
        "{gone:?}"
    );
    let odd = clerk.shape("odd \"name\"; drop").await?;
    let made = saved(
        create(
            &clerk,
            &odd,
            &[("a b", text("3")), ("c;d", text("y")), ("%s", text("'"))],
        )
        .await?,
    );
    assert_eq!(made.key, Some(key(&["y", "3"])));
    let moved = saved(clerk.save(save_of(&odd, &made, 3, &[("a b", "4")])).await?);
    assert_eq!(moved.key, Some(key(&["y", "4"])));
    assert_eq!(moved, clerk.record(&odd, &["y", "4"]).await?);
    Ok(())
}

#[tokio::test]
async fn partitions_triggers_rules_and_hidden_columns() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let parted = clerk.shape("parted").await?;
    let record = clerk.record(&parted, &["2", "a"]).await?;
    let moved = saved(
        clerk
            .save(save_of(&parted, &record, 1, &[("part", "b")]))
            .await?,
    );
    assert_eq!(moved, clerk.record(&parted, &["2", "b"]).await?);
    let made = saved(create(&clerk, &parted, &[("id", text("99")), ("part", text("a"))]).await?);
    assert_eq!(made, clerk.record(&parted, &["99", "a"]).await?);

    let swallowing = clerk.shape("swallowing").await?;
    let record = clerk.record(&swallowing, &["1"]).await?;
    let miss = clerk
        .save(save_of(&swallowing, &record, 2, &[("label", "x")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Swallowed(_))),
        "{miss:?}"
    );

    let ruled = clerk.shape("ruled").await?;
    let record = clerk.record(&ruled, &["1"]).await?;
    let after = saved(
        clerk
            .save(save_of(&ruled, &record, 3, &[("label", "uno")]))
            .await?,
    );
    assert_eq!(after, clerk.record(&ruled, &["1"]).await?);
    assert_eq!(desk.rows("select label from ruled_log").await?, ["uno"]);
    let miss = clerk
        .save(save_of(&ruled, &record, 4, &[("label", "eins")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
        "{miss:?}"
    );

    let hidden = clerk.shape("hidden").await?;
    let record = clerk.record(&hidden, &["1"]).await?;
    assert_eq!(record.guard.xmin, None);
    desk.run("update hidden set secret = 'another'").await?;
    let after = saved(
        clerk
            .save(save_of(&hidden, &record, 5, &[("label", "mine")]))
            .await?,
    );
    assert_eq!(value(&hidden, &after, "label"), Some("mine"));
    let miss = clerk
        .save(save_of(&hidden, &record, 6, &[("label", "again")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
        "{miss:?}"
    );
    assert_eq!(desk.rows("select secret from hidden").await?, ["another"]);
    Ok(())
}

#[tokio::test]
async fn what_row_security_hides_is_not_called_deleted_by_mistake() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(
        "alter table unique_only enable row level security; \
              create policy see on unique_only for select to public using (true); \
              create policy change on unique_only for update to public using (code <> 'A')",
    )
    .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("unique_only").await?;
    let record = clerk.record(&shape, &["A"]).await?;
    let miss = clerk
        .save(save_of(&shape, &record, 1, &[("label", "x")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::NotPermitted(Denied::Row))),
        "{miss:?}"
    );
    let record = clerk.record(&shape, &["B"]).await?;
    saved(
        clerk
            .save(save_of(&shape, &record, 2, &[("label", "x")]))
            .await?,
    );
    Ok(())
}

#[tokio::test]
async fn two_racing_savers_lose_no_value() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("create table counter (id int primary key, total int not null, seen int not null default 0); \
              insert into counter values (1, 0); grant all on counter to rowhouse_test_clerk; \
              create function seen() returns trigger language plpgsql as $$ begin \
                new.seen := old.seen + 1; return new; end $$; \
              create trigger seen before update on counter for each row execute function seen()").await?;
    let race = |seat: Seat, first: u128| async move {
        let shape = seat.shape("counter").await?;
        let mut accepted = 0;
        for number in 0..200 {
            loop {
                let read = seat.record(&shape, &["1"]).await?;
                let total: i32 = value(&shape, &read, "total").expect("a number").parse()?;
                let save = save_of(
                    &shape,
                    &read,
                    first + number,
                    &[("total", &(total + 1).to_string())],
                );
                match seat.save(save).await? {
                    SaveOutcome::Saved(_) => break,
                    SaveOutcome::Missed(Miss::Changed { .. }) => {}
                    other => panic!("{other:?}"),
                }
            }
            accepted += 1;
        }
        Got::Ok(accepted)
    };
    let (anna, bert) = (desk.clerk().await?, desk.clerk().await?);
    let (annas, berts) = tokio::join!(race(anna, 0), race(bert, 1_000));
    assert_eq!((annas?, berts?), (200, 200));
    assert_eq!(
        desk.rows("select total, seen from counter").await?,
        ["400|400"]
    );
    Ok(())
}
