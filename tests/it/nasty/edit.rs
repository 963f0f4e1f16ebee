//! One record of every table is changed, created and deleted: exactly that one, and only in the
//! column that was meant; and what refuses a change is told as it is.

use rowhouse::db::contract::records::{Denied, Miss, Rejection, RejectionKind, SaveOutcome};
use rowhouse::domain::record::Record;
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry, Value};

use super::{CLERK, create, delete, exact, named, nasty, quoted};
use crate::desk::{Desk, Got, Outcome, Seat, first_page, save_of};

fn saved(outcome: SaveOutcome) -> Record {
    match outcome {
        SaveOutcome::Saved(Some(record)) => *record,
        other => panic!("not saved: {other:?}"),
    }
}

fn rejected(outcome: SaveOutcome) -> Rejection {
    match outcome {
        SaveOutcome::Rejected(rejection) => rejection,
        other => panic!("not rejected: {other:?}"),
    }
}

fn text(value: &str) -> Entry {
    Entry::Value(Value::text(value))
}

/// Every row of a table as text, but for some columns, in no order that an edit could change.
async fn rows_but(desk: &Desk, shape: &Shape, but: &[&str]) -> Got<Vec<String>> {
    let mut columns = Vec::new();
    for column in &shape.columns {
        if !but.contains(&column.name.as_str()) {
            let name = exact(desk, shape, column).await?;
            columns.push(format!("format('%s', t.{name}), t.{name} is null"));
        }
    }
    let columns = columns.join(", ");
    let sql = format!(
        "select {columns} from {} t order by {columns}",
        named(shape)
    );
    desk.rows(&sql).await
}

#[tokio::test]
async fn one_record_of_every_table_is_changed_and_deleted_and_nothing_else() -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    for table in clerk.tables().await?.iter() {
        let name = table.name.to_string();
        let shape = clerk.shape(&name).await?;
        let changed = ["label", "note", "name", "column_7", "user", "名前", "t"];
        let Some(column) = changed
            .into_iter()
            .find(|column| shape.column_named(column).is_some())
        else {
            continue;
        };
        let unusual = [
            "reject", "swallow", "redirect", "rekey", "improv", "ruled", "secured",
        ];
        if !shape.may_update() || unusual.iter().any(|word| name.starts_with(word)) {
            continue;
        }
        let page = clerk.page(first_page(&shape, 25)).await?;
        for (number, row) in page.rows.iter().enumerate() {
            let key = row.key.clone().expect("a key");
            let key: Vec<&str> = key.0.iter().map(String::as_str).collect();
            let what = format!("{name} {key:?}");
            let before = clerk.record(&shape, &key).await?;
            assert_eq!(before.guard, row.guard, "{what}");
            let others = rows_but(&desk, &shape, &[column]).await?;
            let value = format!("changed, {number}");
            let save = save_of(&shape, &before, number as u128 + 1, &[(column, &value)]);
            let after = saved(clerk.save(save).await.map_err(|e| format!("{what}: {e}"))?);
            assert_eq!(after, clerk.record(&shape, &key).await?, "{what}");
            assert_eq!(after.key, before.key, "{what}");
            assert_eq!(rows_but(&desk, &shape, &[column]).await?, others, "{what}");
            let holding = format!(
                "select count(*) from {} t where {} = '{value}'",
                named(&shape),
                quoted(column)
            );
            assert_eq!(desk.rows(&holding).await?, ["1"], "{what}");
            // The guard does not hold a second time.
            let late = save_of(&shape, &before, 900, &[(column, "late")]);
            let miss = clerk.save(late).await?;
            assert!(
                matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
                "{what}: {miss:?}"
            );
            let miss = delete(&clerk, &shape, &before).await?;
            assert!(
                matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
                "{what}: {miss:?}"
            );
            if name == "parent" {
                continue;
            }
            let done = delete(&clerk, &shape, &after).await?;
            assert!(matches!(done, SaveOutcome::Deleted), "{what}: {done:?}");
            let left = rows_but(&desk, &shape, &[column]).await?;
            assert_eq!(left.len() + 1, others.len(), "{what}");
            let late = save_of(&shape, &after, 901, &[(column, "late")]);
            let miss = clerk.save(late).await?;
            assert!(
                matches!(
                    miss,
                    SaveOutcome::Missed(Miss::Gone {
                        may_be_hidden: false
                    })
                ),
                "{what}: {miss:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_type_is_written_back_as_it_was_read() -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    let shape = clerk.shape("every_type").await?;
    for key in ["1", "2"] {
        let before = clerk.record(&shape, &[key]).await?;
        let rows = rows_but(&desk, &shape, &[]).await?;
        let mut save = save_of(&shape, &before, 1, &[]);
        save.changes = shape
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.may_update)
            .map(|(column, _)| rowhouse::domain::record::FieldChange {
                column,
                entry: Entry::Value(before.values[column].clone()),
            })
            .collect();
        let after = saved(clerk.save(save).await?);
        assert_eq!(after.values, before.values);
        assert_eq!(rows_but(&desk, &shape, &[]).await?, rows);
    }
    Ok(())
}

#[tokio::test]
async fn what_a_trigger_makes_of_a_change_is_told_as_it_is() -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    let change = async |name: &str, column: &str| -> Got<SaveOutcome> {
        let shape = clerk.shape(name).await?;
        let record = clerk.record(&shape, &["1"]).await?;
        Ok(clerk
            .save(save_of(&shape, &record, 5, &[(column, "mine")]))
            .await?)
    };
    let rejection = rejected(change("rejecting", "label").await?);
    assert_eq!(rejection.kind, RejectionKind::Raised);
    assert!(!rejection.message.contains('\u{1b}'), "{rejection:?}");
    assert_eq!(rejection.detail.as_deref(), Some("the detail"));
    assert_eq!(rejection.hint.as_deref(), Some("the hint"));
    let rejection = rejected(change("rejecting_oddly", "label").await?);
    assert!(rejection.columns.is_empty(), "{rejection:?}");
    // A mistake in somebody's function does not mean that the table is another.
    let rejection = rejected(change("rejecting_missing", "label").await?);
    assert_eq!(rejection.kind, RejectionKind::Raised);
    assert!(rejection.message.contains("no_such_table"), "{rejection:?}");
    let rejection = rejected(change("rejecting_late", "label").await?);
    assert_eq!(rejection.kind, RejectionKind::Raised);
    let miss = change("swallowing", "label").await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Swallowed(_))),
        "{miss:?}"
    );
    let miss = change("ruled_nothing", "label").await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Swallowed(_))),
        "{miss:?}"
    );
    let shape = clerk.shape("ruled_nothing").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    let miss = delete(&clerk, &shape, &record).await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Swallowed(_))),
        "{miss:?}"
    );
    assert_eq!(
        desk.rows("select * from ruled_nothing order by id").await?,
        ["1|one", "2|two"]
    );
    let improved = saved(change("improving", "label").await?);
    let values: Vec<Option<&str>> = improved.values.iter().map(Value::as_text).collect();
    assert_eq!(values, [Some("1"), Some("MINE"), Some("1")]);
    let moved = saved(change("rekeying", "label").await?);
    assert_eq!(moved.key.as_ref().expect("a key").0, ["101"]);
    let shape = clerk.shape("rekeying").await?;
    let again = saved(
        clerk
            .save(save_of(&shape, &moved, 6, &[("label", "again")]))
            .await?,
    );
    assert_eq!(again.key.as_ref().expect("a key").0, ["201"]);
    let shape = clerk.shape("redirected").await?;
    let entries = [("id", text("1")), ("label", text("elsewhere"))];
    let miss = create(&clerk, &shape, &entries).await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Swallowed(_))),
        "{miss:?}"
    );
    Ok(())
}

#[tokio::test]
async fn constraints_name_their_columns_at_commit_too() -> Outcome {
    let (_desk, clerk) = nasty(CLERK).await?;
    let shape = clerk.shape("strict").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    for (changes, kind, columns) in [
        (vec![("name", "ab")], RejectionKind::Check, vec!["name"]),
        (
            vec![("low", "9")],
            RejectionKind::Check,
            vec!["low", "high"],
        ),
        (vec![("code", "b")], RejectionKind::Unique, vec!["code"]),
        (
            vec![("parent", "9")],
            RejectionKind::ForeignKey,
            vec!["parent"],
        ),
        (
            vec![("later", "9")],
            RejectionKind::ForeignKey,
            vec!["later"],
        ),
        (
            vec![("span", "[6,7)")],
            RejectionKind::Exclusion,
            vec!["span"],
        ),
        (
            vec![("span", "[7,6)")],
            RejectionKind::BadValue,
            vec!["span"],
        ),
        (vec![("dom", "bad")], RejectionKind::Check, vec!["dom"]),
        (vec![("dom", "long")], RejectionKind::BadValue, vec!["dom"]),
        (vec![("ch", "-1")], RejectionKind::Check, vec!["ch"]),
        (vec![("ch", "x")], RejectionKind::BadValue, vec!["ch"]),
        (
            vec![("low", "99999999999")],
            RejectionKind::BadValue,
            vec!["low"],
        ),
    ] {
        let rejection = rejected(clerk.save(save_of(&shape, &record, 5, &changes)).await?);
        let named: Vec<&str> = rejection
            .columns
            .iter()
            .map(|column| shape.columns[*column].name.as_str())
            .collect();
        assert_eq!(
            (rejection.kind, named),
            (kind, columns),
            "{changes:?} {rejection:?}"
        );
    }
    let shape = clerk.shape("unique_late").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    let rejection = rejected(
        clerk
            .save(save_of(&shape, &record, 5, &[("code", "2")]))
            .await?,
    );
    assert_eq!(rejection.kind, RejectionKind::Unique);
    assert_eq!(rejection.columns, [0]);
    Ok(())
}

#[tokio::test]
async fn who_may_do_little_is_told_what_is_not_permitted() -> Outcome {
    let (desk, seat) = nasty("rowhouse_nasty_secured").await?;
    let shape = seat.shape("secured").await?;
    let page = seat.page(first_page(&shape, 10)).await?;
    assert_eq!(page.rows.len(), 3);
    let theirs = seat.record(&shape, &["3"]).await?;
    let miss = seat
        .save(save_of(&shape, &theirs, 1, &[("label", "mine")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::NotPermitted(Denied::Row))),
        "{miss:?}"
    );
    let miss = delete(&seat, &shape, &theirs).await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::NotPermitted(Denied::Row))),
        "{miss:?}"
    );
    let mine = seat.record(&shape, &["1"]).await?;
    let given = seat
        .save(save_of(&shape, &mine, 2, &[("owner", "somebody")]))
        .await?;
    assert_eq!(rejected(given).kind, RejectionKind::NotPermitted);
    let entries = [("id", text("9")), ("owner", text("somebody"))];
    let made = create(&seat, &shape, &entries).await?;
    assert_eq!(rejected(made).kind, RejectionKind::NotPermitted);
    saved(
        seat.save(save_of(&shape, &mine, 3, &[("label", "changed")]))
            .await?,
    );
    let blind = seat.shape("secured_blind").await?;
    assert!(seat.page(first_page(&blind, 10)).await?.rows.is_empty());
    assert_eq!(
        desk.rows("select id, owner, label from secured order by id")
            .await?,
        [
            "1|rowhouse_nasty_secured|changed",
            "2|somebody|not mine",
            "3|everybody|to be read",
            "4|rowhouse_nasty_secured|mine too"
        ]
    );
    columns_only(
        &desk,
        Seat::open(desk.settings("rowhouse_nasty_columns")).await?,
    )
    .await
}

async fn columns_only(desk: &Desk, seat: Seat) -> Outcome {
    let shape = seat.shape("column_rights").await?;
    let names: Vec<&str> = shape
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["id", "label", "fixed"]);
    let record = seat.record(&shape, &["1"]).await?;
    let after = saved(
        seat.save(save_of(&shape, &record, 1, &[("label", "changed")]))
            .await?,
    );
    let refused = seat
        .save(save_of(&shape, &after, 2, &[("fixed", "changed")]))
        .await?;
    assert_eq!(rejected(refused).kind, RejectionKind::NotPermitted);
    saved(create(&seat, &shape, &[("id", text("3")), ("label", text("new"))]).await?);
    let record = seat.record(&shape, &["2"]).await?;
    assert!(matches!(
        delete(&seat, &shape, &record).await?,
        SaveOutcome::Deleted
    ));
    let rows = desk.rows("select * from column_rights order by id").await?;
    assert_eq!(rows, ["1|secret|changed|fixed", "3|unknown|new|∅"]);
    Ok(())
}
