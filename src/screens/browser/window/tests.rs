//! The window against a model: a sorted list of numbers and a server that pages it by key.

use proptest::prelude::*;

use super::{Edge, Window};
use crate::domain::query::{Cursor, Page, PageFrom, Row};
use crate::domain::record::{Guard, RecordKey};
use crate::domain::value::Value;

#[derive(Clone, Debug)]
enum Do {
    Step(isize),
    Page(isize),
    First,
    Last,
    Insert(u16),
    Delete(u16),
    /// Somebody deletes the row under the cursor.
    Take,
    Height(usize),
}

fn row(number: u16) -> Row {
    let text = format!("{number:05}");
    Row {
        key: Some(RecordKey(vec![text.clone()])),
        cursor: Cursor {
            values: vec![Value::Text(text)],
        },
        guard: Guard::default(),
        cells: Vec::new(),
        columns: None,
    }
}

fn number(row: &Row) -> u16 {
    row.key.as_ref().expect("keyed").0[0]
        .parse()
        .expect("a number")
}

fn at(cursor: &Cursor) -> u16 {
    cursor.values[0]
        .as_text()
        .expect("text")
        .parse()
        .expect("a number")
}

/// What a server answers.
fn answer(table: &[u16], from: &PageFrom, limit: u16) -> Page {
    let limit = usize::from(limit);
    let (start, end) = match from {
        PageFrom::First => (0, limit),
        PageFrom::Last => (table.len().saturating_sub(limit), table.len()),
        PageFrom::After(cursor) => {
            let start = table.partition_point(|n| *n <= at(cursor));
            (start, start + limit)
        }
        PageFrom::From(cursor) | PageFrom::Row(cursor) => {
            let start = table.partition_point(|n| *n < at(cursor));
            (start, start + limit)
        }
        PageFrom::Before(cursor) => {
            let end = table.partition_point(|n| *n < at(cursor));
            (end.saturating_sub(limit), end)
        }
    };
    let end = end.min(table.len());
    Page {
        rows: table[start..end].iter().copied().map(row).collect(),
        more_before: start > 0,
        more_after: end < table.len(),
        partial: false,
    }
}

/// Asks for what the window wants, as the browser does, until it wants nothing.
fn feed(window: &mut Window, table: &[u16], limit: u16, mut left: isize) {
    for _ in 0..10_000 {
        let edge = match left {
            0 => window.wants(),
            1.. => Some(Edge::After),
            _ => Some(Edge::Before),
        };
        let Some(edge) = edge else { return };
        let from = window.extend_from(edge).expect("a row to go on from");
        window.extend(edge, answer(table, &from, limit));
        left = window.shift(left);
    }
    panic!("the window never has enough");
}

fn held(window: &Window) -> Vec<u16> {
    let rows = window.rows().iter().enumerate();
    let there = rows.filter(|(index, _)| !(window.is_gone() && *index == window.cursor()));
    there.map(|(_, row)| number(row)).collect()
}

fn check(table: &[u16], window: &Window, height: usize) {
    let rows = held(window);
    let start = rows
        .first()
        .map_or(0, |first| table.partition_point(|n| n < first));
    assert_eq!(
        rows,
        table[start..start + rows.len()],
        "a stretch of the table, nothing twice"
    );
    if !rows.is_empty() {
        assert_eq!(window.more_before, start > 0);
        assert_eq!(window.more_after, start + rows.len() < table.len());
    }
    assert!(window.rows.len() <= height * 8 + 16, "memory does not grow");
    let visible: Vec<usize> = window.visible().map(|(index, _)| index).collect();
    assert!(window.rows.is_empty() || visible.contains(&window.cursor()));
    assert_eq!(
        visible.len(),
        window.rows.len().min(height),
        "the screen is full"
    );
}

fn doing() -> impl Strategy<Value = Do> {
    prop_oneof![
        4 => (-3isize..=3).prop_map(Do::Step),
        4 => prop_oneof![Just(-1isize), Just(1)].prop_map(Do::Page),
        1 => Just(Do::First),
        1 => Just(Do::Last),
        2 => (0u16..400).prop_map(Do::Insert),
        2 => (0u16..400).prop_map(Do::Delete),
        1 => Just(Do::Take),
        1 => (1usize..12).prop_map(Do::Height),
    ]
}

proptest! {
    #[test]
    fn paging_never_loses_or_doubles_a_row(
        mut table in proptest::collection::btree_set(0u16..400, 0..200)
            .prop_map(|set| set.into_iter().collect::<Vec<_>>()),
        mut height in 1usize..12,
        actions in proptest::collection::vec(doing(), 0..60),
    ) {
        let mut limit = Window::page_limit(height);
        let first = answer(&table, &PageFrom::First, limit);
        let mut window = Window::open(first, &PageFrom::First, height);
        for action in actions {
            // Where the cursor must be afterwards, by the whole table.
            let here = window.current().map(number);
            let mut expected = here;
            let gone = window.is_gone();
            let index = here.map(|n| table.partition_point(|m| *m < n));
            let moved = |lines: isize| {
                let index = isize::try_from(index?).expect("small");
                let last = isize::try_from(table.len()).expect("small") - 1;
                let lines = if gone && lines > 0 { lines - 1 } else { lines };
                table.get(usize::try_from((index + lines).clamp(0, last.max(0))).ok()?).copied()
            };
            match action {
                Do::Step(lines) => {
                    if lines != 0 { expected = moved(lines); }
                    let left = window.step(lines);
                    feed(&mut window, &table, limit, left);
                }
                Do::Page(pages) => {
                    expected = moved(pages * window.page());
                    let left = window.shift(pages * window.page());
                    feed(&mut window, &table, limit, left);
                }
                Do::First => {
                    expected = table.first().copied();
                    if !window.go_to_first() {
                        let page = answer(&table, &PageFrom::First, limit);
                        window = Window::open(page, &PageFrom::First, height);
                    }
                }
                Do::Last => {
                    expected = table.last().copied();
                    if !window.go_to_last() {
                        let page = answer(&table, &PageFrom::Last, limit);
                        window = Window::open(page, &PageFrom::Last, height);
                    }
                }
                Do::Insert(_) | Do::Delete(_) | Do::Take => {
                    match action {
                        Do::Insert(n) => if let Err(place) = table.binary_search(&n) { table.insert(place, n) },
                        Do::Delete(n) => table.retain(|m| *m != n),
                        Do::Take => table.retain(|m| Some(*m) != here),
                        _ => {}
                    }
                    let page = answer(&table, &window.refresh_from(), window.refresh_limit());
                    window.refresh(page);
                    if here.is_none() { expected = window.current().map(number); }
                }
                Do::Height(rows) => {
                    height = rows;
                    limit = Window::page_limit(height);
                    window.resize(height);
                }
            }
            feed(&mut window, &table, limit, 0);
            check(&table, &window, height);
            prop_assert_eq!(window.current().map(number), expected);
        }
    }
}

#[test]
fn a_deleted_row_stays_until_the_cursor_leaves_it() {
    let mut table = vec![1, 2, 3, 4];
    let mut window = Window::open(answer(&table, &PageFrom::First, 8), &PageFrom::First, 4);
    window.step(1);
    table.retain(|n| *n != 2);
    window.refresh(answer(&table, &window.refresh_from(), 8));
    assert!(window.is_gone());
    assert_eq!(window.current().map(number), Some(2));
    assert_eq!(window.count(), 3);
    window.step(1);
    assert!(!window.is_gone());
    assert_eq!(window.current().map(number), Some(3));
    assert_eq!(held(&window), [1, 3, 4]);
}

/// Reads the window again, as it does when others have changed the table.
fn read_again(window: &mut Window, table: &[u16]) {
    let page = answer(table, &window.refresh_from(), window.refresh_limit());
    window.refresh(page);
}

#[test]
fn a_row_that_arrives_beside_a_deleted_one_stands_on_its_own_side_of_it() {
    let first = answer(&[2], &PageFrom::First, Window::page_limit(1));
    let mut window = Window::open(first, &PageFrom::First, 1);
    for table in [&[2, 28][..], &[2, 28, 29], &[28, 29], &[3, 28, 29]] {
        read_again(&mut window, table);
    }
    assert_eq!(window.current().map(number), Some(2));
    window.step(1);
    assert_eq!(window.current().map(number), Some(3));

    let first = answer(&[1, 5, 9], &PageFrom::First, Window::page_limit(4));
    let mut window = Window::open(first, &PageFrom::First, 4);
    window.step(1);
    for table in [&[1, 9][..], &[1, 3, 9], &[1, 3, 7, 9]] {
        read_again(&mut window, table);
    }
    window.step(1);
    assert_eq!(window.current().map(number), Some(7));
}

#[test]
fn a_page_asks_once_and_the_first_page_leaves_a_screen_below() {
    let table: Vec<u16> = (0..1_000).collect();
    let limit = Window::page_limit(10);
    let mut window = Window::open(
        answer(&table, &PageFrom::First, limit),
        &PageFrom::First,
        10,
    );
    assert_eq!(window.wants(), None, "opening asks for nothing more");
    assert_eq!(
        window.shift(window.page()),
        0,
        "the next page is here already"
    );
    assert_eq!(window.wants(), Some(Edge::After));
    assert_eq!(window.current().map(number), Some(10));
    assert_eq!(
        window.visible().next().map(|(_, row)| number(row)),
        Some(10)
    );
}
