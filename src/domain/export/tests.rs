//! Rows as text: what differs stays different, what is exact stays exact, nothing is computed.

use super::*;
use crate::domain::table::tests::shape;

/// Columns of these base types, named after them.
fn columns(bases: &[(&str, ColumnKind)]) -> Vec<Column> {
    let plain = shape(1, &[("x", 1)]);
    let column = |(base, kind): &(&str, ColumnKind)| {
        let mut column = plain.columns[0].clone();
        column.name = (*base).to_owned();
        column.kind = kind.clone();
        (*base).clone_into(&mut column.facts.base);
        column
    };
    bases.iter().map(column).collect()
}

const TEXT: ColumnKind = ColumnKind::Text { max_chars: None };

fn written(form: Form, raw: bool, columns: &[Column], rows: &[&[Option<&str>]]) -> String {
    let named = columns.iter().map(|column| (column.name.as_str(), column));
    let mut scribe = Scribe::new(form, raw, named);
    let mut text = scribe.head();
    for row in rows {
        scribe.row(&mut text, row.iter().copied());
    }
    text + scribe.tail()
}

#[test]
fn null_and_the_empty_text_differ_in_every_form() {
    let columns = columns(&[("a", TEXT), ("b", TEXT)]);
    let rows: &[&[Option<&str>]] = &[&[None, Some("")]];
    let of = |form| written(form, false, &columns, rows);
    assert_eq!(of(Form::Csv), "a,b\r\n,\"\"\r\n");
    assert_eq!(of(Form::Tsv), "a\tb\n\\N\t\n");
    assert_eq!(of(Form::Json), "[\n{\"a\":null,\"b\":\"\"}\n]\n");
    assert_eq!(of(Form::Lines), "{\"a\":null,\"b\":\"\"}\n");
}

#[test]
fn only_texts_that_would_be_computed_get_an_apostrophe() {
    let columns = columns(&[
        ("=name", TEXT),
        ("numeric", ColumnKind::Number),
        ("interval", ColumnKind::Time),
        ("bytea", ColumnKind::Bytes),
    ]);
    let rows: &[&[Option<&str>]] = &[&[
        Some("@SUM(1)"),
        Some("-1.50"),
        Some("-1 days"),
        Some("\\x00ff"),
    ]];
    assert_eq!(
        written(Form::Csv, false, &columns, rows),
        "'=name,numeric,interval,bytea\r\n'@SUM(1),-1.50,-1 days,\\x00ff\r\n"
    );
    assert_eq!(
        written(Form::Csv, true, &columns, rows),
        "=name,numeric,interval,bytea\r\n@SUM(1),-1.50,-1 days,\\x00ff\r\n"
    );
    assert_eq!(
        written(Form::Tsv, false, &columns, rows),
        "'=name\tnumeric\tinterval\tbytea\n'@SUM(1)\t-1.50\t-1 days\t\\\\x00ff\n"
    );
}

#[test]
fn numbers_in_json_are_exact_and_what_is_none_is_a_text() {
    let columns = columns(&[
        ("numeric", ColumnKind::Number),
        ("float8", ColumnKind::Number),
        ("bool", ColumnKind::Boolean),
        ("json", ColumnKind::Json),
        ("money", ColumnKind::Number),
    ]);
    let long = "12345678901234567890.123456789012345678900";
    let rows: &[&[Option<&str>]] = &[
        &[
            Some(long),
            Some("1e+20"),
            Some("true"),
            Some("{\"a\":\n 1.0, \"a\": 2}"),
            Some("-$5.00"),
        ],
        &[Some("NaN"), Some("-Infinity"), Some("false"), None, None],
    ];
    assert_eq!(
        written(Form::Lines, false, &columns, rows),
        format!(
            "{{\"numeric\":{long},\"float8\":1e+20,\"bool\":true,\
             \"json\":{{\"a\":  1.0, \"a\": 2}},\"money\":\"-$5.00\"}}\n\
             {{\"numeric\":\"NaN\",\"float8\":\"-Infinity\",\"bool\":false,\"json\":null,\
             \"money\":null}}\n"
        )
    );
    for line in written(Form::Lines, false, &columns, rows).lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
}

#[test]
fn an_array_is_whole_without_rows_too() {
    let columns = columns(&[("a\"b", TEXT)]);
    assert_eq!(written(Form::Json, false, &columns, &[]), "[]\n");
    let rows: &[&[Option<&str>]] = &[&[Some("x\ny")], &[Some("\u{1b}")]];
    let text = written(Form::Json, false, &columns, rows);
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read[0]["a\"b"], "x\ny");
    assert_eq!(read[1]["a\"b"], "\u{1b}");
}

#[test]
fn the_name_says_the_form() {
    assert_eq!(Form::of("a.b/rows.TSV"), Some(Form::Tsv));
    assert_eq!(Form::of("rows.jsonl"), Some(Form::Lines));
    assert_eq!(Form::of("csv"), None);
    assert_eq!(Form::of("x.txt"), None);
    for form in Form::ALL {
        assert_eq!(Form::named(form.name()), Some(form));
    }
}

#[test]
fn what_json_calls_a_number() {
    for number in ["0", "-0.5", "10", "1e-7", "1.50E+3"] {
        assert!(is_json_number(number), "{number}");
    }
    for other in [
        "", "-", "01", ".5", "5.", "1e", "NaN", "Infinity", "+1", "0x1",
    ] {
        assert!(!is_json_number(other), "{other}");
    }
}
