//! Places are told only by rows that agree with each other.

use super::Order;
use crate::domain::query::{Cursor, Row};
use crate::domain::record::{Guard, RecordKey};
use crate::domain::value::Value;

fn row(values: &[Option<&str>]) -> Row {
    let value = |text: &Option<&str>| Value::from(text.map(str::to_owned));
    Row {
        key: Some(RecordKey(vec![format!("{values:?}")])),
        cursor: Cursor {
            values: values.iter().map(value).collect(),
        },
        guard: Guard::default(),
        cells: Vec::new(),
        columns: None,
    }
}

fn place(gone: &[Option<&str>], rows: &[&[Option<&str>]]) -> Option<usize> {
    let rows: Vec<Row> = rows.iter().map(|values| row(values)).collect();
    let mut order = Order::default();
    for pair in rows.windows(2) {
        order.learn(pair);
    }
    order.place(&row(gone), &rows)
}

#[test]
fn numbers_stand_by_size_in_either_direction() {
    let up: &[&[Option<&str>]] = &[&[Some("2")], &[Some("9")], &[Some("10")], &[Some("28")]];
    assert_eq!(place(&[Some("1")], up), Some(0));
    assert_eq!(place(&[Some("9.5")], up), Some(2));
    assert_eq!(place(&[Some("100")], up), Some(4));
    let down: &[&[Option<&str>]] = &[&[Some("28")], &[Some("10")], &[Some("-9")]];
    assert_eq!(place(&[Some("100")], down), Some(0));
    assert_eq!(place(&[Some("9")], down), Some(2));
}

#[test]
fn the_key_breaks_ties_in_its_own_direction() {
    let rows: &[&[Option<&str>]] = &[
        &[Some("b"), Some("1")],
        &[Some("b"), Some("3")],
        &[Some("a"), Some("2")],
    ];
    assert_eq!(place(&[Some("b"), Some("2")], rows), Some(1));
    assert_eq!(place(&[Some("b"), Some("4")], rows), Some(2));
}

#[test]
fn null_has_a_direction_of_its_own() {
    let rows: &[&[Option<&str>]] = &[&[Some("1")], &[Some("2")], &[None]];
    assert_eq!(place(&[Some("3")], rows), Some(2));
}

#[test]
fn rows_that_contradict_each_other_tell_nothing() {
    let collated: &[&[Option<&str>]] = &[&[Some("apple")], &[Some("Berg")], &[Some("cot")]];
    assert_eq!(place(&[Some("bee")], collated), None);
    assert_eq!(place(&[Some("2")], &[&[Some("1")]]), None, "no neighbours");
}
