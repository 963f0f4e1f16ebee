//! Which rows of a picture go first where the line cannot carry all of it in a moment: the row with
//! the cursor, what costs little, then what is near. No bytes here.

use std::ops::Range;

use ratatui::layout::Position;

use super::cell::Cell;
use super::scroll;

/// A row that costs no more is drawn before the long ones: the mark that leaves, a number.
const CHEAP: usize = 24;

/// From so many rows on it is shorter to scroll them out than to erase each.
pub const WORTH_SCROLLING: usize = 5;

/// What of a picture is drawn first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The rows that are drawn, in this order.
    pub first: Vec<usize>,
    /// Rows for later that show much of what is past, from top to bottom.
    pub stale: Vec<usize>,
}

/// Chooses among the rows that differ what there is room for, and at least one of them; none where
/// there is room for all.
pub fn choose(
    shown: &[Cell],
    wanted: &[Cell],
    columns: usize,
    differing: impl Iterator<Item = usize>,
    cursor: Option<Position>,
    room: usize,
) -> Option<Part> {
    let row = |y: usize| y * columns..(y + 1) * columns;
    let focus = cursor.map(|at| usize::from(at.y));
    let mut rows: Vec<(usize, usize)> = differing
        .map(|y| (y, scroll::cost(Some(&shown[row(y)]), &wanted[row(y)])))
        .collect();
    if rows.iter().map(|(_, cost)| cost).sum::<usize>() <= room {
        return None;
    }
    rows.sort_by_key(|(y, cost)| {
        let far = focus.map_or(*y, |focus| focus.abs_diff(*y));
        (focus != Some(*y), *cost > CHEAP, far)
    });
    let mut left = room;
    let mut part = Part::default();
    for (y, cost) in rows {
        let fits = part.stale.is_empty() && (cost <= left || part.first.is_empty());
        if fits {
            left = left.saturating_sub(cost);
            part.first.push(y);
        } else if cost > CHEAP && is_stale(&shown[row(y)], &wanted[row(y)]) {
            part.stale.push(y);
        } else {
            left = 0;
        }
    }
    part.stale.sort_unstable();
    Some(part)
}

/// Whether a good part of what a row shows is not what it is to show.
fn is_stale(shown: &[Cell], wanted: &[Cell]) -> bool {
    let says = |(old, _): &(&Cell, &Cell)| old.glyph != ' ';
    let told = || shown.iter().zip(wanted).filter(says);
    let past = told().filter(|(old, new)| old.glyph != new.glyph).count();
    past * 4 > told().count()
}

/// The runs of neighbouring rows among some that are in order.
pub fn runs(rows: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let neighbours = rows.chunk_by(|one, next| one + 1 == *next);
    neighbours.filter_map(|run| Some(*run.first()?..run.last()? + 1))
}
