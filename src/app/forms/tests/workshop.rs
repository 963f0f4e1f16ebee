//! The table and the record that the tests play with.

use super::play::TABLE;
use crate::domain::record::{Guard, LastChange, Record, RecordKey, Verb};
use crate::domain::table::{
    Column, ColumnFacts, ColumnKind, GuardKind, Rights, Shape, TableKind, TableName, TableSummary,
};
use crate::domain::value::Value;

/// BFM-001 at a version.
pub fn record(version: i64) -> Record {
    with(version, &[])
}

/// BFM-001 at a version, with other values in some fields.
pub fn with(version: i64, changed: &[(&str, &str)]) -> Record {
    let shape = shape();
    let mut values: Vec<Value> = [
        Some("1"),
        Some("BFM-001"),
        Some("Compressor #1"),
        Some("Active"),
        Some("12.50"),
        Some("true"),
        None,
        Some("first line\nsecond line"),
    ]
    .into_iter()
    .map(|text| Value::from(text.map(str::to_owned)))
    .collect();
    for (name, value) in changed {
        values[shape.column_named(name).unwrap()] = match *value {
            "NULL" => Value::Null,
            text => Value::from(text),
        };
    }
    Record {
        key: Some(RecordKey(vec![
            values[1].as_text().unwrap_or_default().to_owned(),
        ])),
        guard: Guard {
            version: Some(version),
            xmin: Some(format!("{version}00")),
        },
        values,
    }
}

/// The columns: id (generated), bfm_no (key), description, status, price, in_use, due, notes.
pub fn shape() -> Shape {
    let labels = ["Active", "Down", "Retired"].map(str::to_owned).into();
    let text = |max_chars| ColumnKind::Text { max_chars };
    let mut columns = vec![
        column("id", "bigint", ColumnKind::Number),
        column("bfm_no", "text", text(None)),
        column("description", "character varying(20)", text(Some(20))),
        column("status", "asset_status", ColumnKind::Enum { labels }),
        column("price", "numeric(12,2)", ColumnKind::Number),
        column("in_use", "boolean", ColumnKind::Boolean),
        column("due", "date", ColumnKind::Date),
        column("notes", "text", text(None)),
    ];
    for (number, column) in (1..).zip(&mut columns) {
        column.number = number;
    }
    columns[0].generated = true;
    columns[1].not_null = true;
    columns[3].not_null = true;
    columns[3].default = Some("'Active'::asset_status".into());
    columns[3].comment = Some("How it is at present".into());
    Shape {
        id: TABLE,
        name: TableName {
            schema: "public".into(),
            name: "equipment".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns,
        key: vec![1],
        guard: GuardKind::Xmin,
        hard_locks: false,
        rights: Rights {
            view: true,
            insert: true,
            update: true,
            delete: true,
            partly: false,
        },
        read_only: None,
        estimated_rows: None,
        couples: Vec::new(),
        references: Vec::new(),
        uniques: Vec::new(),
    }
}

/// The table as the list of tables has it.
pub fn summary() -> TableSummary {
    let shape = shape();
    TableSummary {
        keyless: false,
        id: TABLE,
        name: shape.name,
        kind: shape.kind,
        comment: None,
        estimated_rows: None,
        rights: shape.rights,
    }
}

/// A change by somebody at 08:52.
pub fn by(username: &str, verb: Verb) -> LastChange {
    LastChange {
        verb,
        username: username.into(),
        display_name: username.into(),
        station: "tty2".into(),
        at: "2026-03-04T08:52:00Z".parse().unwrap(),
    }
}

fn column(name: &str, type_name: &str, kind: ColumnKind) -> Column {
    let base = match &kind {
        ColumnKind::Number => "numeric",
        ColumnKind::Date => "date",
        ColumnKind::Boolean => "bool",
        _ => "text",
    };
    Column {
        number: 1,
        name: name.into(),
        comment: None,
        type_name: type_name.into(),
        kind,
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: ColumnFacts {
            base: base.into(),
            modifier: -1,
            ..ColumnFacts::default()
        },
    }
}
