//! Which columns name a record, and checks in words.

use super::*;
use crate::domain::table::{ColumnFacts, GuardKind, Rights, TableKind};

/// A table of texts; `!` marks a unique one, `#` a number.
fn shape(columns: &str) -> Shape {
    let column = |(place, word): (usize, &str)| Column {
        number: i16::try_from(place).unwrap() + 1,
        name: word.trim_end_matches(['!', '#']).into(),
        comment: None,
        type_name: "text".into(),
        kind: match word.ends_with('#') {
            true => ColumnKind::Number,
            false => ColumnKind::Text { max_chars: None },
        },
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: ColumnFacts {
            unique: word.ends_with('!'),
            ..ColumnFacts::default()
        },
    };
    Shape {
        id: TableId(1),
        name: TableName {
            schema: "public".into(),
            name: "t".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns: columns.split(' ').enumerate().map(column).collect(),
        key: vec![0],
        guard: GuardKind::Xmin,
        rights: Rights::default(),
        read_only: None,
        estimated_rows: None,
        couples: Vec::new(),
        hard_locks: false,
        references: Vec::new(),
        uniques: Vec::new(),
    }
}

#[track_caller]
fn check(columns: &str, expect: &str) {
    let shape = shape(columns);
    let chosen = label_columns(&shape, &[0]);
    let names: Vec<&str> = chosen
        .iter()
        .map(|place| shape.columns[*place].name.as_str())
        .collect();
    assert_eq!(names.join(" "), expect, "{columns}");
}

#[test]
fn what_is_named_so_names_a_record() {
    check("id# phone name title", "name title");
    check("id# email! Full-Name note", "Full-Name");
    check("id# phone customer_name note", "customer_name");
    check("id# phone code! note", "code");
    check("id# phone note more", "phone note");
    check("name note", "note");
    // Who has a name is called by it, and not by the post that many have.
    check(
        "id# last_name first_name title title_of_courtesy",
        "first_name last_name",
    );
    check("id# first_name last_name full_name", "full_name last_name");
    check("id# surname given_name title", "given_name surname");
    check("id# title surname", "title surname");
    check("id# n#", "");
}

#[test]
fn checks_are_told_in_short() {
    let told = |definition: &str| simple_check(definition).unwrap_or_default();
    assert_eq!(told("CHECK (cost >= 0::numeric)"), "cost >= 0");
    assert_eq!(
        told("CHECK (bfm_no ~ '^BFM-[0-9]{3,}$'::text)"),
        "bfm_no ~ '^BFM-[0-9]{3,}$'"
    );
    assert_eq!(
        told("CHECK (v::character varying(3)::text <> 'a::b'::text) NOT VALID"),
        "v <> 'a::b'"
    );
    assert_eq!(told(&format!("CHECK (a > {})", "1".repeat(80))), "");
}
