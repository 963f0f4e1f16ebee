//! What is typed to jump, and values between two.

use super::*;
use crate::domain::table::tests::shape;

fn read(typed: &str, key: &[usize]) -> Result<Jump, String> {
    let mut shape = shape(1, &[("order", 1), ("line", 2)]);
    shape.key = key.to_vec();
    Jump::read(typed, &shape)
}

fn key(values: &[&str]) -> Result<Jump, String> {
    Ok(Jump::Key(
        values.iter().map(|value| (*value).into()).collect(),
    ))
}

#[test]
fn ends_shares_and_keys_are_read() {
    assert_eq!(read(" First ", &[0]), Ok(Jump::First));
    assert_eq!(read("last", &[]), Ok(Jump::Last));
    assert_eq!(read("50%", &[]), Ok(Jump::Share(500_000)));
    assert_eq!(read("12,5 %", &[0]), Ok(Jump::Share(125_000)));
    assert_eq!(read("0%", &[0]), Ok(Jump::Share(0)));
    assert_eq!(read("BFM 7, left", &[0]), key(&["BFM 7, left"]));
    assert_eq!(read("\"50%\"", &[0]), key(&["50%"]));
    assert_eq!(read("\"first\"", &[0]), key(&["first"]));
    assert_eq!(read("7 2", &[0, 1]), key(&["7", "2"]));
    assert_eq!(read("a b , 2", &[0, 1]), key(&["a b", "2"]));
    assert_eq!(read("値段", &[0]), key(&["値段"]));
}

#[test]
fn what_cannot_be_read_is_refused_with_the_reason() {
    for (typed, columns, why) in [
        ("", &[0][..], "Nothing was typed"),
        ("101%", &[0], "from 0% to 100%"),
        ("x%", &[0], "from 0% to 100%"),
        ("NaN%", &[0], "from 0% to 100%"),
        ("7", &[0, 1], "The key has 2 parts: order, line"),
        ("1,2,3", &[0, 1], "2 parts"),
        ("7", &[], "no key"),
    ] {
        let refused = read(typed, columns).expect_err(typed);
        assert!(refused.contains(why), "{typed}: {refused}");
    }
}

#[track_caller]
fn check(base: &str, low: &str, high: &str, share: f64, expected: Option<&str>) {
    let value = between(base, low, high, share);
    assert_eq!(value.as_deref(), expected, "{base} {low} to {high}");
}

#[test]
fn values_stand_between_two_others() {
    check("int4", "1", "10000001", 0.5, Some("5000001"));
    let (least, most) = (i64::MIN.to_string(), i64::MAX.to_string());
    check("int8", &least, &most, 1.0, Some(&most));
    check("int8", &least, &most, 0.0, Some(&least));
    check("numeric", "-1.5", "2.5", 0.5, Some("0.5"));
    check("numeric", "1", "Infinity", 0.5, None);
    check("date", "2024-01-01", "2024-01-31", 0.5, Some("2024-01-16"));
    check("date", "0044-03-15 BC", "2024-01-31", 0.5, None);
    let (low, high) = ("2024-01-01 00:00:00", "2024-01-02 00:00:00.5");
    check("timestamp", low, high, 0.0, Some("2024-01-01T00:00:00"));
    check("timestamp", "-infinity", high, 0.5, None);
    let (low, high) = ("2024-01-01 00:00:00+00", "2024-01-01 04:00:00+02");
    check("timestamptz", low, high, 0.5, Some("2024-01-01T01:00:00Z"));
    let (low, high) = (
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    );
    let half = between("uuid", low, high, 0.5).expect("a uuid");
    assert!(half.starts_with("7fffffff"), "{half}");
    let near = "00000000-0000-0000-0000-000000000064";
    let quarter = between("uuid", low, near, 0.25).expect("a uuid");
    assert!(quarter.ends_with("19"), "{quarter}");
    check("text", "a", "z", 0.5, None);
}
