//! Tests of rules that flag values: how they are read, and for what values they hold.

use super::*;
use crate::domain::table::ColumnFacts;
use crate::domain::value::Value;

fn column(kind: ColumnKind, base: &str) -> Column {
    Column {
        number: 1,
        name: "due".into(),
        comment: None,
        type_name: base.into(),
        kind,
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: ColumnFacts {
            base: base.into(),
            ..ColumnFacts::default()
        },
    }
}

fn rule(when: &str) -> FlagRule {
    let (column, test) = read(when).expect("a rule");
    FlagRule {
        table: "equipment".into(),
        column,
        test,
        sign: '!',
        place: "c.toml:1".into(),
    }
}

/// The second of March, 2026, a Monday, at nine in the morning, two hours ahead of UTC.
fn now() -> Zoned {
    "2026-03-02T09:00:00+02:00[+02:00]".parse().expect("a time")
}

fn check(when: &str, column: &Column, holds: &[&str], not: &[&str]) {
    let rule = rule(when);
    assert_eq!(rule.fault(column, &now()), None, "{when}");
    for (values, expected) in [(holds, true), (not, false)] {
        for value in values {
            let cell = Cell::whole(Value::from(*value));
            assert_eq!(
                rule.holds(&cell, column, &now()),
                expected,
                "{when}: {value}"
            );
        }
    }
}

#[test]
fn days_are_compared_with_words_of_the_persons_zone() {
    let date = column(ColumnKind::Date, "date");
    check(
        "due < today",
        &date,
        &["2026-03-01", "0999-01-01"],
        &["2026-03-02", "infinity"],
    );
    check("due <= +3d", &date, &["2026-03-05"], &["2026-03-06"]);
    check("due >= 2026-01-01", &date, &["2026-01-01"], &["2025-12-31"]);
    let zoned = column(ColumnKind::Time, "timestamptz");
    check(
        "due < today",
        &zoned,
        &["2026-03-01 21:59:59+00", "2026-03-01 23:59:59.5+02"],
        &["2026-03-01 22:00:00+00"],
    );
    check(
        "due > 2026-03-02",
        &zoned,
        &["2026-03-01 22:00:01+00"],
        &["2026-03-01 22:00:00+00"],
    );
    let local = column(ColumnKind::Time, "timestamp");
    check(
        "due < 2026-03-02",
        &local,
        &["2026-03-01 23:59:59"],
        &["2026-03-02 00:00:00"],
    );
}

#[test]
fn numbers_are_compared_as_numbers_and_texts_as_they_are() {
    let number = column(ColumnKind::Number, "numeric");
    check(
        "due < 9",
        &number,
        &["-1", "8.999", "1e0"],
        &["9.00", "10", "NaN", "Infinity"],
    );
    check("due != 0", &number, &["0.01"], &["0.00", "-0"]);
    let text = column(ColumnKind::Text { max_chars: None }, "text");
    check("due = In repair", &text, &["In repair"], &["in repair", ""]);
    check("due != Active", &text, &["", "Down"], &["Active"]);
}

#[test]
fn nothing_is_empty_and_only_that_is_asked_of_what_is_not_known_whole() {
    let text = column(ColumnKind::Text { max_chars: None }, "text");
    check("due is empty", &text, &[""], &["x"]);
    check("due is not empty", &text, &["x"], &[""]);
    let null = Cell::default();
    assert!(rule("due is empty").holds(&null, &text, &now()));
    assert!(!rule("due != x").holds(&null, &text, &now()));
    let cut = Cell {
        whole_chars: Some(9_000),
        ..Cell::whole(Value::from("a beginning"))
    };
    assert!(!rule("due != x").holds(&cut, &text, &now()));
    assert!(rule("due is not empty").holds(&cut, &text, &now()));
}

#[test]
fn two_columns_of_a_row_are_compared_where_they_are_alike() {
    let (number, date) = (
        column(ColumnKind::Number, "numeric"),
        column(ColumnKind::Date, "date"),
    );
    let cell = |text: &str| Cell::whole(Value::from(text));
    let low = rule("due < reorder_at");
    assert_eq!(
        low.beside(|name| (name == "reorder_at").then_some(3)),
        Some(3)
    );
    assert!(low.holds_beside((&cell("9"), &number), (&cell("10.0"), &number)));
    assert!(!low.holds_beside((&cell("10"), &number), (&cell("10.0"), &number)));
    assert!(!low.holds_beside((&cell("9"), &number), (&cell("2026-01-01"), &date)));
    assert!(!low.holds_beside((&cell("9"), &number), (&Cell::default(), &number)));
}

#[test]
fn what_can_never_hold_is_told() {
    let date = column(ColumnKind::Date, "date");
    let fault = rule("due < soonish").fault(&date, &now()).expect("a fault");
    assert!(fault.starts_with("\"soonish\" is no day"), "{fault}");
    let number = column(ColumnKind::Number, "int4");
    assert_eq!(
        rule("due = many").fault(&number, &now()).as_deref(),
        Some("\"many\" is no number")
    );
    let text = column(ColumnKind::Text { max_chars: None }, "text");
    let fault = rule("due < b").fault(&text, &now()).expect("a fault");
    assert!(fault.contains("only =, !="), "{fault}");
    assert!(!rule("due < b").holds(&Cell::whole(Value::from("a")), &text, &now()));
}

#[test]
fn a_rule_is_read_and_written_alike() {
    for when in [
        "due < today",
        "a b <= 3",
        "x is empty",
        "x is not empty",
        "n != a < b",
    ] {
        assert_eq!(rule(when).words(), when);
    }
    for wrong in ["", "due", "due<today", "< today", "due <", "due < "] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
