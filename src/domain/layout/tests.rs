//! Layouts in tables that are altered, and there and back.

use proptest::prelude::*;

use super::*;
use crate::domain::table::tests::shape;

fn name(name: &str, number: i16) -> ColumnName {
    ColumnName {
        name: name.into(),
        number,
    }
}

/// The names shown, in order; a bar stands after those that stay.
fn shown(layout: &Layout, shape: &Shape) -> String {
    let arrangement = layout.in_table(shape);
    let mut text = String::new();
    for (place, column) in arrangement.columns.iter().enumerate() {
        if place == arrangement.frozen {
            text.push('|');
        }
        if !column.hidden {
            text.push_str(&shape.columns[column.position].name);
        }
        if let Some(width) = column.width {
            text.push_str(&width.to_string());
        }
    }
    text
}

fn table(columns: &[(&str, i16)], key: &[usize]) -> Shape {
    let mut shape = shape(1, columns);
    shape.key = key.to_vec();
    shape
}

#[test]
fn without_a_layout_the_key_comes_first_and_stays() {
    let table = table(&[("a", 1), ("b", 2), ("c", 3)], &[2]);
    assert_eq!(shown(&Layout::default(), &table), "c|ab");
    assert!(Layout::default().in_table(&table).layout(&table).is_usual());
}

#[test]
fn columns_are_ordered_hidden_widened_and_frozen() {
    let table = table(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)], &[0]);
    let layout = Layout {
        order: vec![name("d", 4), name("a", 1), name("b", 2), name("c", 3)],
        hidden: vec![name("b", 2)],
        widths: vec![(name("c", 3), 9)],
        frozen: Frozen::Through(name("a", 1)),
    };
    assert_eq!(shown(&layout, &table), "da|c9");
    assert_eq!(layout.in_table(&table).layout(&table), layout);
}

#[test]
fn a_layout_outlives_an_altered_table() {
    let before = table(&[("a", 1), ("b", 2), ("c", 3)], &[0]);
    let layout = Layout {
        order: vec![name("c", 3), name("a", 1), name("b", 2)],
        hidden: vec![name("b", 2)],
        widths: vec![(name("c", 3), 12)],
        frozen: Frozen::Through(name("c", 3)),
    };
    assert_eq!(shown(&layout, &before), "c12|a");
    // One is renamed, one is dropped, two are added, and what is left has another order.
    let after = table(&[("e", 5), ("total", 3), ("d", 4), ("a", 1)], &[3]);
    assert_eq!(shown(&layout, &after), "total12|aed");
    // Restored from a dump, numbers mean nothing: names do.
    let restored = table(&[("b", 1), ("a", 2), ("c", 3)], &[1]);
    assert_eq!(shown(&layout, &restored), "c12|a");
    let other = table(&[("x", 7), ("y", 8)], &[]);
    assert_eq!(shown(&layout, &other), "|xy");
}

#[test]
fn what_would_hide_everything_hides_nothing() {
    let table = table(&[("a", 1)], &[0]);
    let layout = Layout {
        hidden: vec![name("a", 1)],
        ..Layout::default()
    };
    assert_eq!(shown(&layout, &table), "a");
}

proptest! {
    #[test]
    fn an_arrangement_comes_back_from_its_layout(
        order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        hidden in prop::collection::vec(any::<bool>(), 6),
        widths in prop::collection::vec(prop::option::of(1..60_u16), 6),
        frozen in 0..=6_usize,
        keys in 0..3_usize,
    ) {
        let names = ["a", "b b", "c\"c", "d\nd", "値段", "f"];
        let columns: Vec<(&str, i16)> = names.into_iter().zip(1..).collect();
        let table = table(&columns, &(0..keys).collect::<Vec<_>>());
        let mut columns: Vec<Arranged> = order
            .iter()
            .map(|at| Arranged { position: *at, hidden: hidden[*at], width: widths[*at] })
            .collect();
        columns[0].hidden = false;
        let arrangement = Arrangement { columns, frozen };
        let layout = arrangement.layout(&table);
        let text = serde_json::to_string(&layout).expect("json");
        let read: Layout = serde_json::from_str(&text).expect("a layout");
        prop_assert_eq!(read.in_table(&table), arrangement);
    }
}
