//! Values looked into: nothing is lost, nothing is made up, and what is none of its kind is a text.

use super::*;
use crate::domain::table::tests::shape;
use proptest::prelude::*;

fn column(kind: ColumnKind, base: &str, type_name: &str) -> Column {
    let mut column = shape(1, &[("x", 1)]).columns[0].clone();
    column.kind = kind;
    base.clone_into(&mut column.facts.base);
    type_name.clone_into(&mut column.type_name);
    column
}

fn seen(column: &Column, value: &str) -> Vec<String> {
    let looked = look(&Value::from(value), column);
    let lines = looked.lines.iter();
    lines
        .map(|line| {
            let fold = if line.folds { "+" } else { "" };
            format!("{}{fold}{}", " ".repeat(line.depth), line.text)
        })
        .collect()
}

fn json() -> Column {
    column(ColumnKind::Json, "jsonb", "jsonb")
}

#[test]
fn json_is_a_tree_and_exact() {
    let text = r#" {"a": [1.0, {"b\"": null}], "a": "x:\ty", "e": {}} "#;
    assert_eq!(
        seen(&json(), text),
        [
            "+{ 3 }",
            " +\"a\": [ 2 ]",
            "  0: 1.0",
            "  +1: { 1 }",
            "   \"b\\\"\": null",
            " \"a\": \"x:\\ty\"",
            " \"e\": {}",
        ]
    );
    assert_eq!(seen(&json(), "{broken"), ["{broken"]);
    assert_eq!(seen(&json(), "12e400"), ["12e400"]);
}

#[test]
fn arrays_and_ranges_are_told_line_by_line() {
    let array = column(ColumnKind::Other, "_text", "text[]");
    assert_eq!(
        seen(&array, r#"{a,"b,\"c",NULL,"NULL",""}"#),
        ["1: a", "2: b,\"c", "3: NULL", "4: \"NULL\"", "5: \"\""]
    );
    assert_eq!(
        seen(&array, "[0:1][1:2]={{1,2},{3,4}}"),
        ["+0: { 2 }", " 1: 1", " 2: 2", "+1: { 2 }", " 1: 3", " 2: 4"]
    );
    let boxes = column(ColumnKind::Other, "_box", "box[]");
    assert_eq!(
        seen(&boxes, "{(1,1),(0,0);(2,2),(1,1)}"),
        ["1: (1,1),(0,0)", "2: (2,2),(1,1)"]
    );
    let range = column(ColumnKind::Other, "tsrange", "tsrange");
    assert_eq!(
        seen(&range, "[\"2024-01-01 00:00:00\",)"),
        ["from 2024-01-01 00:00:00, included", "to no bound"]
    );
    let many = column(ColumnKind::Other, "int4multirange", "int4multirange");
    assert_eq!(
        seen(&many, "{[1,3),[5,6)}"),
        [
            "+1:",
            " from 1, included",
            " to 3, not included",
            "+2:",
            " from 5, included",
            " to 6, not included",
        ]
    );
    assert_eq!(seen(&range, "empty"), ["empty: it holds nothing"]);
}

#[test]
fn bytes_are_shown_in_hex_with_their_size() {
    let bytes = column(ColumnKind::Bytes, "bytea", "bytea");
    let looked = look(&Value::from("\\x00ff4162"), &bytes);
    assert_eq!(looked.about, ["bytea, 4 bytes"]);
    assert_eq!(
        looked.lines[0].text,
        "00000000  00 ff 41 62                                       ..Ab"
    );
    assert_eq!(
        summary("\\x0011223344556677", Some(20_002), &bytes).as_deref(),
        Some("10.0 kB 00112233")
    );
    assert_eq!(summary("\\x00ff", None, &bytes), None);
}

#[test]
fn geometry_is_summed_up() {
    let polygon = column(ColumnKind::Other, "polygon", "polygon");
    let looked = look(&Value::from("((0,0),(4,0),(4,-3.5))"), &polygon);
    assert_eq!(
        looked.about[1..],
        ["a polygon, 3 points", "x from 0 to 4, y from -3.5 to 0"]
    );
    assert_eq!(looked.lines[0].text, "((0,0),(4,0),(4,-3.5))");
    // ST_SetSRID(ST_MakePoint(1, 2), 4326), as PostGIS writes it.
    let point = "0101000020E6100000000000000000F03F0000000000000040";
    let geometry = column(ColumnKind::Other, "geometry", "geometry(Point,4326)");
    let looked = look(&Value::from(point), &geometry);
    assert_eq!(
        looked.about[1..],
        ["POINT, SRID 4326, 1 point", "at x 1, y 2"]
    );
    assert_eq!(
        summary(&point[..40], Some(50), &geometry).as_deref(),
        Some("POINT, SRID 4326")
    );
    assert_eq!(seen(&geometry, "not hex"), ["not hex"]);
}

#[test]
fn null_empty_and_default_are_told_apart() {
    let mut text = column(ColumnKind::Text { max_chars: None }, "text", "text");
    let null = look(&Value::Null, &text);
    assert!(null.about[0].contains("NULL"), "{null:?}");
    text.default = Some("'none'".into());
    let empty = look(&Value::from(""), &text);
    assert!(empty.about[0].contains("not NULL"), "{empty:?}");
    assert!(empty.about[1].contains("'none'"), "{empty:?}");
    assert_eq!(seen(&text, "a\u{1b}[m\nb"), ["a\u{fffd}[m", "b"]);
}

proptest! {
    #[test]
    fn nothing_foreign_makes_it_fail(text in "\\PC{0,60}|[{}\\[\\]\",:;()0-9a-f\\\\ ]{0,60}") {
        for column in [
            json(),
            column(ColumnKind::Bytes, "bytea", "bytea"),
            column(ColumnKind::Other, "_int4", "integer[]"),
            column(ColumnKind::Other, "int4range", "int4range"),
            column(ColumnKind::Other, "geometry", "geometry"),
            column(ColumnKind::Other, "path", "path"),
        ] {
            let looked = look(&Value::text(text.clone()), &column);
            prop_assert!(!looked.about.is_empty());
            summary(&text, Some(1_000), &column);
        }
    }
}
