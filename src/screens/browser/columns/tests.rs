//! Widths and scrolling of columns.

use super::*;
use crate::domain::query::Cursor;
use crate::domain::record::Guard;
use crate::domain::table::{self, GuardKind, Rights, TableId, TableKind, TableName};

/// A table whose columns are called `a`, `b`, ... with `key` first columns as the key.
fn shape(count: usize, key: usize) -> Shape {
    let column = |number: usize| table::Column {
        number: i16::try_from(number + 1).expect("few"),
        name: match u8::try_from(number) {
            Ok(number) if number < 26 => char::from(b'a' + number).to_string(),
            _ => format!("column {number}"),
        },
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
    Shape {
        id: TableId(1),
        name: TableName {
            schema: "public".into(),
            name: "t".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns: (0..count).map(column).collect(),
        key: (0..key).collect(),
        guard: GuardKind::Xmin,
        hard_locks: false,
        rights: Rights::default(),
        read_only: None,
        estimated_rows: None,
        couples: Vec::new(),
        references: Vec::new(),
        uniques: Vec::new(),
    }
}

fn row(columns: Option<&[usize]>) -> Row {
    Row {
        key: None,
        cursor: Cursor { values: Vec::new() },
        guard: Guard::default(),
        cells: Vec::new(),
        columns: columns.map(Into::into),
    }
}

/// The columns of such a table with values of these widths.
fn columns(widths: &[usize], key: usize) -> Columns {
    let mut columns = Columns::new(&shape(widths.len(), key), &Layout::default());
    columns.learn(&[row(None)], |position, _| widths[position]);
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
fn a_key_that_becomes_too_wide_to_stay_is_not_left_out() {
    let mut columns = columns(&[8, 8, 8, 8, 8], 2);
    columns.fit(60);
    let positions = |columns: &Columns| -> Vec<usize> {
        columns.placed(60).iter().map(|one| one.position).collect()
    };
    assert_eq!(positions(&columns)[..2], [0, 1]);
    columns.learn(
        &[row(None)],
        |position, _| if position == 0 { 30 } else { 8 },
    );
    columns.fit(60);
    assert_eq!(
        positions(&columns)[..2],
        [0, 1],
        "the second scrolls now, and is there"
    );
    assert!(!columns.hidden(60).0);
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

#[test]
fn what_the_person_arranged_is_shown_so() {
    let table = shape(5, 1);
    let mut it = columns(&[7, 20, 20, 20, 20], 1);
    it.change(&table, |arrangement| {
        arrangement.columns[1].hidden = true;
        arrangement.columns[2].width = Some(5);
        arrangement.columns.swap(3, 4);
    });
    check(&it, 60, 0, &[(0, 7), (2, 5), (4, 20), (3, 18)]);
    // Two that were moved to the left stay; the column cursor stays on its column.
    it.go_to(2, 60);
    it.change(&table, |arrangement| {
        arrangement.columns.rotate_left(2);
        arrangement.frozen = 2;
    });
    assert_eq!(it.current(), Some(2));
    let placed = it.placed(60);
    let staying: Vec<bool> = placed.iter().map(|place| place.frozen).collect();
    assert_eq!(staying, [true, true, false]);
    it.step(9, 40);
    let shown: Vec<usize> = it.placed(40).iter().map(|place| place.position).collect();
    assert_eq!(shown, [2, 3, 0]);
    // The key is neither first nor does it stay, and is reachable all the same.
    it.go_to(0, 40);
    assert!(it.placed(40).iter().any(|place| place.position == 0));
}

#[test]
fn a_key_that_is_moved_away_stays_no_longer() {
    let table = shape(3, 1);
    let mut it = columns(&[7, 20, 20], 1);
    let layout = it.change(&table, |arrangement| arrangement.columns.swap(0, 1));
    assert_eq!(layout.frozen, Frozen::Key);
    assert_eq!(it.arrangement().frozen, 0);
}

#[test]
fn of_many_columns_those_around_the_screen_are_read() {
    let table = shape(1600, 1);
    let mut it = Columns::new(&table, &Layout::default());
    it.fit(80);
    let read = it.to_read().expect("not all");
    assert!(read.len() < 50, "{}", read.len());
    assert!(!it.lacks(&row(Some(&read))), "what was read is enough");
    assert_eq!(read.first(), Some(&0));
    let mut asked = 0;
    let mut read = read;
    for _ in 0..1600 {
        it.step(1, 80);
        for place in it.placed(80) {
            assert!(read.contains(&place.position), "{}", place.position);
        }
        if it.lacks(&row(Some(&read))) {
            read = it.to_read().expect("not all");
            asked += 1;
            assert!(!it.lacks(&row(Some(&read))), "once is enough");
        }
    }
    assert_eq!(it.current(), Some(1599));
    assert!(asked < 250, "{asked} questions");
    assert!(!it.lacks(&row(None)));
}

#[test]
fn of_few_columns_all_that_are_shown_are_read() {
    let table = shape(5, 1);
    let mut it = columns(&[7, 20, 20, 20, 20], 1);
    it.fit(80);
    assert_eq!(it.to_read(), None);
    it.change(&table, |arrangement| arrangement.columns[3].hidden = true);
    assert_eq!(it.to_read().as_deref(), Some(&[0, 1, 2, 4][..]));
    assert!(!it.lacks(&row(Some(&[0, 1, 2, 4]))));
    it.change(&table, |arrangement| arrangement.columns[3].hidden = false);
    assert!(it.lacks(&row(Some(&[0, 1, 2, 4]))));
}
