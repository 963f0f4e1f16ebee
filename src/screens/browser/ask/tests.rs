//! What can be asked of each kind of column, and what is told of bad input.

use super::*;
use crate::domain::table::tests::shape;
use crate::domain::table::{ColumnKind, Shape};

fn now() -> Zoned {
    "2026-03-04T09:00[UTC]".parse().expect("a moment")
}

fn column(kind: ColumnKind, base: &str) -> Column {
    let Shape { mut columns, .. } = shape(1, &[("it", 1)]);
    let mut column = columns.remove(0);
    column.kind = kind;
    column.facts.base = base.into();
    column
}

fn text() -> Column {
    column(ColumnKind::Text { max_chars: None }, "text")
}

fn asked(about: &Column, op: Op, low: &str, high: &str) -> Result<Test, String> {
    let mut ask = Ask::open(0, about, &Filter::default(), None);
    let at = ask.lines.iter().position(|line| *line == Line::Test(op));
    ask.at = at.expect("it is offered");
    ask.low = TextField::new(Mode::Line, low);
    ask.high = TextField::new(Mode::Line, high);
    ask.test(about, &now())
}

#[test]
fn bad_input_is_told_before_the_server_is_asked() {
    let number = column(ColumnKind::Number, "int4");
    let date = column(ColumnKind::Date, "date");
    for (about, op, low, high) in [
        (&text(), Op::Contains, "", ""),
        (&text(), Op::Is, " ", ""),
        (&text(), Op::OneOf, " , ", ""),
        (&text(), Op::OneOf, "\"a", ""),
        (&text(), Op::OneOf, "\"a\" b", ""),
        (&number, Op::Is, "many", ""),
        (&number, Op::OneOf, "1, 2, x", ""),
        (&number, Op::Between, "5", "4"),
        (&number, Op::Between, "", ""),
        (&number, Op::Less, "99999999999", ""),
        (&date, Op::During, "soon", ""),
        (&date, Op::During, "", ""),
        (&date, Op::Before, "2026-02-30", ""),
        (&date, Op::Between, "2026-03-02", "2026-03-01"),
    ] {
        let got = asked(about, op, low, high);
        assert!(got.is_err(), "{op:?} {low:?} {high:?}: {got:?}");
    }
}

#[test]
fn what_is_typed_becomes_the_test_and_is_shown_again_as_it_was_typed() {
    let date = column(ColumnKind::Date, "date");
    let number = column(ColumnKind::Number, "numeric");
    let some = |text: &str| Some(text.to_owned());
    for (about, op, low, high, due) in [
        (&text(), Op::Contains, "a%", "", Test::Contains("a%".into())),
        (&text(), Op::Is, "null", "", Test::Equals("null".into())),
        (
            &text(),
            Op::OneOf,
            "a, \"b, \"\"c\"\"\", NULL, \"NULL\", \"\"",
            "",
            Test::OneOf(vec![
                "a".into(),
                "b, \"c\"".into(),
                Value::Null,
                "NULL".into(),
                "".into(),
            ]),
        ),
        (
            &number,
            Op::Between,
            "1",
            "",
            Test::Between(some("1"), None),
        ),
        (&number, Op::More, "-2.5e3", "", Test::More("-2.5e3".into())),
        (
            &date,
            Op::During,
            "Last Week ",
            "",
            Test::During("last week".into()),
        ),
        (
            &date,
            Op::Before,
            "2026-03-02",
            "",
            Test::Less("2026-03-02".into()),
        ),
    ] {
        let got = asked(about, op, low, high);
        assert_eq!(got.as_ref(), Ok(&due), "{op:?} {low}");
        let filter = Filter {
            conditions: vec![Condition::new(0, due.clone())],
            ..Filter::default()
        };
        let again = Ask::open(0, about, &filter, None);
        assert_eq!(again.changes, Some(0));
        assert_eq!(again.test(about, &now()), Ok(due));
    }
    let exact = asked(&date, Op::Is, "yesterday", "");
    assert_eq!(exact, Ok(Test::Equals("2026-03-03".into())));
}

#[test]
fn the_values_of_an_enum_are_marked_and_asked_for_together() {
    let labels = ["low", "it's ok", "high"].map(String::from).to_vec();
    let about = column(ColumnKind::Enum { labels }, "mood");
    let mut ask = Ask::open(0, &about, &Filter::default(), None);
    assert!(!ask.is_text());
    assert_eq!(ask.test(&about, &now()), Ok(Test::Equals("low".into())));
    ask.step(true);
    ask.mark();
    ask.step(true);
    ask.mark();
    let both = Test::OneOf(vec!["it's ok".into(), "high".into()]);
    assert_eq!(ask.test(&about, &now()), Ok(both.clone()));
    let filter = ask.put(&Filter::default(), both, Join::Instead);
    let again = Ask::open(0, &about, &filter, None);
    let marked = |line: &&Line| matches!(line, Line::Value { marked: true, .. });
    assert_eq!(again.lines.iter().filter(marked).count(), 2);
}

#[test]
fn typing_goes_to_the_value_that_begins_so_and_says_where_none_does() {
    let labels = ["G", "PG", "PG-13", "R"].map(String::from).to_vec();
    let about = column(ColumnKind::Enum { labels }, "rating");
    let mut ask = Ask::open(0, &about, &Filter::default(), None);
    let type_in = |ask: &mut Ask, text: &str| {
        for character in text.chars() {
            ask.key(Key::char(character));
        }
    };
    type_in(&mut ask, "pg");
    assert_eq!(ask.test(&about, &now()), Ok(Test::Equals("PG".into())));
    type_in(&mut ask, "-");
    assert_eq!(ask.test(&about, &now()), Ok(Test::Equals("PG-13".into())));
    // Another value is begun where nothing goes on so.
    type_in(&mut ask, "r");
    assert_eq!(ask.test(&about, &now()), Ok(Test::Equals("R".into())));
    type_in(&mut ask, "x");
    assert_eq!(ask.error.as_deref(), Some("No value here begins with rx"));
    assert_eq!(ask.test(&about, &now()), Ok(Test::Equals("R".into())));
}

#[test]
fn a_condition_is_put_in_the_stead_beside_or_as_enough() {
    let one = |test| Condition::new(0, test);
    let filter = Filter {
        conditions: vec![one(Test::IsNull), Condition::new(1, Test::IsNull)],
        ..Filter::default()
    };
    let about = text();
    let ask = Ask::open(0, &about, &filter, None);
    let put = |join| ask.put(&filter, Test::Empty, join).conditions;
    assert_eq!(put(Join::Instead)[0], one(Test::Empty));
    assert_eq!(put(Join::Instead).len(), 2);
    assert_eq!(put(Join::And)[2], one(Test::Empty));
    let either = put(Join::Or);
    assert!(either[1].or && either[1].test == Test::Empty && either.len() == 3);
    let fresh = Ask::open(2, &about, &filter, None);
    let added = fresh.put(&filter, Test::Empty, Join::Or).conditions;
    assert_eq!(added[2], Condition::new(2, Test::Empty));
    let twice = fresh.put(&filter, Test::Empty, Join::Instead);
    assert_eq!(fresh.put(&twice, Test::Empty, Join::And), twice);
}

#[test]
fn a_megabyte_is_refused_at_once_and_nothing_of_it_taken() {
    let about = text();
    let mut ask = Ask::open(0, &about, &Filter::default(), None);
    ask.paste("pump");
    ask.paste(&"x".repeat(1_000_000));
    assert_eq!(ask.low.text(), "pump");
    assert!(ask.error.is_some());
}
