//! Where a row that is gone stood among rows read since, as far as the rows themselves tell the
//! order they are in; no guess where they contradict each other.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::domain::query::{Cursor, Row};
use crate::domain::value::Value;

#[cfg(test)]
mod tests;

/// What two positions differ in first: which of their values, and whether one of the two is NULL,
/// which has a direction of its own.
type Difference = (usize, bool);

/// The directions that rows in the table's order were seen to follow; `None` where they follow
/// none that is known here, as texts do under most collations.
#[derive(Default)]
pub(super) struct Order(BTreeMap<Difference, Option<Ordering>>);

impl Order {
    /// Learns from two neighbours, in the order they stand in.
    pub(super) fn learn(&mut self, pair: &[Row]) {
        let [first, second] = pair else { return };
        let Some((difference, way)) = compare(&first.cursor, &second.cursor) else {
            return;
        };
        let known = self.0.entry(difference).or_insert(Some(way));
        if *known != Some(way) {
            *known = None;
        }
    }

    /// Returns how many of these rows stand before a row that is not among them, if that is
    /// certain of every one.
    pub(super) fn place(&self, row: &Row, rows: &[Row]) -> Option<usize> {
        let before = rows
            .iter()
            .map(|other| self.stands_before(&other.cursor, &row.cursor))
            .collect::<Option<Vec<bool>>>()?;
        let place = before.iter().take_while(|is_before| **is_before).count();
        let is_split_once = before[place..].iter().all(|is_before| !is_before);
        is_split_once.then_some(place)
    }

    fn stands_before(&self, one: &Cursor, other: &Cursor) -> Option<bool> {
        let (difference, way) = compare(one, other)?;
        let known = self.0.get(&difference).copied().flatten()?;
        Some(way == known)
    }
}

/// Returns what two positions differ in first, and how.
fn compare(one: &Cursor, other: &Cursor) -> Option<(Difference, Ordering)> {
    let mut pairs = one.values.iter().zip(&other.values).enumerate();
    let (rank, (one, other)) = pairs.find(|(_, (one, other))| one != other)?;
    let way = match (one, other) {
        (Value::Text(one), Value::Text(other)) => texts(one, other),
        (one, _) => match one.is_null() {
            true => Ordering::Less,
            false => Ordering::Greater,
        },
    };
    let with_null = one.is_null() || other.is_null();
    (way != Ordering::Equal).then_some(((rank, with_null), way))
}

fn texts(one: &str, other: &str) -> Ordering {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.cmp(other),
    }
}

/// Reads a number, not the words that also stand for one.
fn number(text: &str) -> Option<f64> {
    let is_written_in_digits = text.ends_with(|last: char| last.is_ascii_digit());
    is_written_in_digits.then(|| text.parse().ok()).flatten()
}
