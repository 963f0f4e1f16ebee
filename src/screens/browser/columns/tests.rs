//! Widths and scrolling of columns.

use super::*;
use crate::domain::query::Cursor;
use crate::domain::record::Guard;
use crate::domain::table::{self, GuardKind, Rights, TableId, TableKind, TableName};

/// A table whose columns are called `a`, `b`, ... with `key` first columns as the key.
fn columns(widths: &[usize], key: usize) -> Columns {
    let column = |number: usize| table::Column {
        number: 1,
        name: char::from(b'a' + u8::try_from(number).expect("few")).to_string(),
        comment: None,
        type_name: "text".into(),
        kind: ColumnKind::Text { max_chars: None },
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: Default::default(),
    };
    let shape = Shape {
        id: TableId(1),
        name: TableName {
            schema: "public".into(),
            name: "t".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns: (0..widths.len()).map(column).collect(),
        key: (0..key).collect(),
        guard: GuardKind::Xmin,
        hard_locks: false,
        rights: Rights::default(),
        read_only: None,
        estimated_rows: None,
        couples: Vec::new(),
        references: Vec::new(),
        uniques: Vec::new(),
    };
    let mut columns = Columns::new(&shape);
    let row = Row {
        key: None,
        cursor: Cursor { values: Vec::new() },
        guard: Guard::default(),
        cells: Vec::new(),
    };
    columns.learn(&[row], |position, _| widths[position]);
    columns
}

/// In a grid of this width, after so many steps to the right, these columns are shown.
fn check(columns: &Columns, width: u16, steps: isize, expected: &[(usize, u16)]) {
    let mut columns = columns.clone();
    for _ in 0..steps.abs() {
        columns.step(steps.signum(), width);
    }
    let placed = columns.placed(width);
    let shown: Vec<_> = placed.iter().map(|p| (p.position, p.width)).collect();
    assert_eq!(shown, expected, "{width} cells, {steps} steps");
    let under = placed.iter().filter(|place| place.under_cursor).count();
    assert_eq!(under, 1, "the column under the cursor is seen");
}

#[test]
fn columns_are_as_wide_as_their_values_within_limits() {
    let it = columns(&[1, 10, 60], 1);
    check(&it, 80, 0, &[(0, 4), (1, 10), (2, 58)]);
    check(&it, 60, 0, &[(0, 4), (1, 10), (2, 38)]);
    check(&it, 30, 0, &[(0, 4), (1, 10), (2, 8)]);
    check(&it, 24, 0, &[(0, 4), (1, 10)]);
}

#[test]
fn the_key_stays_while_other_columns_scroll() {
    let it = columns(&[7, 20, 20, 20, 20], 1);
    check(&it, 60, 0, &[(0, 7), (1, 20), (2, 20)]);
    check(&it, 60, 3, &[(0, 7), (2, 20), (3, 20)]);
    check(&it, 60, 9, &[(0, 7), (3, 20), (4, 20)]);
    let wide_key = columns(&[30, 30, 20], 2);
    check(&wide_key, 60, 2, &[(1, 30), (2, 20)]);
    check(&wide_key, 100, 2, &[(0, 30), (1, 30), (2, 20)]);
}

#[test]
fn what_is_hidden_at_either_side_is_known() {
    let mut it = columns(&[7, 20, 20, 20, 20], 1);
    assert_eq!(it.hidden(60), (false, true));
    it.step(3, 60);
    assert_eq!(it.hidden(60), (true, true));
    it.step(1, 60);
    assert_eq!(it.hidden(60), (true, false));
    it.fit(200);
    assert_eq!(it.hidden(200), (false, false));
}
