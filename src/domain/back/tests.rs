//! What comes back, in which order, and what is said of what cannot.

use super::*;
use crate::domain::record::Guard;
use crate::domain::reference::Reference;
use crate::domain::table::tests::shape;
use crate::domain::table::{Rights, TableName};

const ORDER: TableId = TableId(1);
const LINE: TableId = TableId(2);
const NOTE: TableId = TableId(3);

/// Orders, their lines, and notes on lines; an order may follow another one.
fn shop() -> Present {
    let all = |id: TableId, columns: &[(&str, i16)], refers: &[(&str, TableId)]| {
        let mut shape = shape(id.0, columns);
        shape.key = vec![0];
        shape.rights = Rights {
            view: true,
            insert: true,
            update: true,
            delete: true,
            partly: false,
        };
        shape.references = refers
            .iter()
            .map(|(column, table)| Reference {
                columns: vec![shape.column_named(column).expect("a column")],
                table: *table,
                name: TableName {
                    schema: "public".into(),
                    name: "other".into(),
                },
                theirs: vec!["id".into()],
                readable: true,
            })
            .collect();
        (id, Arc::new(shape))
    };
    let shapes = [
        all(ORDER, &[("id", 1), ("follows", 2)], &[("follows", ORDER)]),
        all(LINE, &[("id", 1), ("of", 2)], &[("of", ORDER)]),
        all(NOTE, &[("id", 1), ("on", 2)], &[("on", LINE)]),
    ];
    Present {
        shapes: shapes.into(),
        ..Present::default()
    }
}

fn remains(table: TableId, key: &str, refers: Option<(&str, &str)>) -> Remains {
    let whole = |text: &str| Kept::Whole(Value::from(text));
    let mut values = vec![("id".to_owned(), whole(key))];
    values.extend(refers.map(|(name, to)| (name.to_owned(), whole(to))));
    Remains {
        place: 1,
        table,
        key: RecordKey(vec![key.into()]),
        values,
        over: None,
        withheld: 0,
        depth: u32::from(table != ORDER),
        more: false,
    }
}

fn told(parts: &[Part]) -> Vec<(&str, &Standing)> {
    let told = parts.iter();
    told.map(|part| (part.remains.key.0[0].as_str(), &part.standing))
        .collect()
}

#[test]
fn each_comes_after_what_it_refers_to_however_they_were_deleted() {
    let all = vec![
        remains(NOTE, "n1", Some(("on", "l1"))),
        remains(ORDER, "o2", Some(("follows", "o1"))),
        remains(LINE, "l1", Some(("of", "o2"))),
        remains(ORDER, "o1", None),
    ];
    let parts = plan(all, &shop());
    let order: Vec<&str> = told(&parts).into_iter().map(|(key, _)| key).collect();
    assert_eq!(order, ["o1", "o2", "l1", "n1"]);
    assert!(parts.iter().all(|part| part.standing == Standing::Comes));
    assert_eq!(parts[3].needs, [2]);
}

#[test]
fn records_that_refer_to_each_other_are_all_sent_once() {
    let all = vec![
        remains(ORDER, "a", Some(("follows", "b"))),
        remains(ORDER, "b", Some(("follows", "a"))),
        remains(ORDER, "c", Some(("follows", "c"))),
    ];
    let parts = plan(all, &shop());
    assert_eq!(count(&parts, |one| *one == Standing::Comes), 3);
    assert!(parts[2].needs.is_empty(), "nothing waits for itself");
}

#[test]
fn what_needs_a_record_that_cannot_come_back_is_said_and_others_come() {
    let mut present = shop();
    let there = Record {
        key: Some(RecordKey(vec!["o1".into()])),
        guard: Guard::default(),
        values: vec![Value::from("o1"), Value::Null],
    };
    let name = (ORDER, RecordKey(vec!["o1".into()]));
    present.there.insert(name, there);
    let all = vec![
        remains(ORDER, "o1", None),
        remains(LINE, "l1", Some(("of", "o1"))),
        remains(NOTE, "n1", Some(("on", "l1"))),
        remains(ORDER, "o2", None),
    ];
    let parts = plan(all, &present);
    let barred = |why: &str| Standing::Barred(why.into());
    assert_eq!(
        told(&parts),
        [
            ("o1", &barred("a record has its key by now")),
            ("l1", &barred("it needs o1, not back")),
            ("n1", &barred("it needs l1, not back")),
            ("o2", &Standing::Comes),
        ]
    );
}

#[test]
fn nothing_is_hung_on_a_record_that_gets_another_number() {
    let mut present = shop();
    let mut orders = (*present.shapes[&ORDER]).clone();
    orders.columns[0].generated = true;
    present.shapes.insert(ORDER, Arc::new(orders));
    let all = vec![
        remains(ORDER, "7", None),
        remains(LINE, "l1", Some(("of", "7"))),
    ];
    let parts = plan(all, &present);
    assert_eq!(parts[0].standing, Standing::Comes);
    let why = "it needs 7, which gets a new number";
    assert_eq!(parts[1].standing, Standing::Barred(why.into()));
    assert_eq!(parts[0].act, Act::Create(Vec::new()), "no number is sent");
}

#[test]
fn what_let_go_refers_again_only_where_it_still_refers_to_nothing() {
    let mut present = shop();
    for (key, held) in [("l1", Value::Null), ("l2", Value::from("o9"))] {
        let record = Record {
            key: Some(RecordKey(vec![key.into()])),
            guard: Guard::default(),
            values: vec![Value::from(key), held],
        };
        let name = (LINE, RecordKey(vec![key.into()]));
        present.there.insert(name, record);
    }
    let loose = |key: &str| Remains {
        values: vec![("of".into(), Kept::Whole(Value::from("o1")))],
        over: Some(vec![("of".into(), Kept::Whole(Value::Null))]),
        ..remains(LINE, key, None)
    };
    let all = vec![
        loose("l1"),
        loose("l2"),
        loose("l3"),
        remains(ORDER, "o1", None),
    ];
    let parts = plan(all, &present);
    let barred = |why: &str| Standing::Barred(why.into());
    assert_eq!(
        told(&parts),
        [
            ("o1", &Standing::Comes),
            ("l1", &Standing::Comes),
            ("l2", &barred("it refers to something else by now")),
            ("l3", &barred("it is gone by now, or you may not see it")),
        ]
    );
    let Act::Refer { changes, .. } = &parts[1].act else {
        panic!("it is there already");
    };
    assert_eq!(changes[0].entry, Entry::Value(Value::from("o1")));
}

#[test]
fn what_was_cut_or_may_not_be_read_is_named() {
    let mut one = remains(ORDER, "o1", None);
    let cut = Kept::Cut {
        beginning: "n".into(),
        bytes: 70_000,
    };
    one.values.push(("follows".into(), cut));
    one.values
        .push(("gone".into(), Kept::Whole(Value::from("x"))));
    one.values.push(("empty".into(), Kept::Whole(Value::Null)));
    one.withheld = 2;
    let parts = plan(vec![one], &shop());
    assert_eq!(
        parts[0].without,
        ["follows", "gone", "2 fields that you may not read"]
    );
}
