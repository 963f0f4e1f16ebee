//! Rows that only moved up or down: which block of rows to scroll instead of sending it anew, where
//! that costs less. No bytes here.
//!
//! A terminal scrolls whole lines. What stands beside the rows that moved is scrolled with them and
//! sent anew afterwards, so that such a block is scrolled only when it pays all the same.

use std::ops::Range;

use super::cell::Cell;

/// A block of rows that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The first row of the block.
    pub top: usize,
    /// The row after its last.
    pub end: usize,
    /// By how many rows, and whether upwards, as when somebody scrolls down.
    pub by: By,
}

/// How far and in which direction rows move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// So many rows up; blank ones come in at the bottom.
    Up(usize),
    /// So many rows down; blank ones come in at the top.
    Down(usize),
}

/// What beginning a piece of a row costs, in cells: the move there, mostly.
const PIECE: usize = 6;
/// What the scrolling itself costs, in cells.
const SCROLL: usize = 24;
/// No terminal is so small that a block of fewer rows is worth a look.
const FEWEST: usize = 3;

impl Shift {
    /// The row of what is shown that a row of the block shows after it moved; none where a blank
    /// one came in.
    pub fn source(&self, y: usize) -> Option<usize> {
        let from = match self.by {
            By::Up(by) => y + by,
            By::Down(by) => y.checked_sub(by)?,
        };
        (self.top..self.end).contains(&from).then_some(from)
    }
}

/// Finds the block that is worth scrolling on the way from what is shown to what is wanted.
pub fn find(shown: &[Cell], wanted: &[Cell], columns: usize) -> Option<Shift> {
    if columns == 0 || shown.len() != wanted.len() {
        return None;
    }
    let changed = changed_rows(shown, wanted, columns)?;
    if changed.len() < FEWEST {
        return None;
    }
    let span = changed_columns(shown, wanted, columns, changed.clone());
    let digests = |cells: &[Cell]| -> Vec<Option<u64>> {
        let rows = cells.chunks_exact(columns);
        rows.map(|row| digest(&row[span.clone()])).collect()
    };
    let (old, new) = (digests(shown), digests(wanted));
    let shift = likeliest(&old, &new, &changed)?;
    let row = |y: usize| y * columns..(y + 1) * columns;
    let (mut without, mut with) = (0, SCROLL);
    for y in shift.top..shift.end {
        let target = &wanted[row(y)];
        without += cost(Some(&shown[row(y)]), target);
        with += cost(shift.source(y).map(|from| &shown[row(from)]), target);
    }
    (with < without).then_some(shift)
}

/// From the first row that is not shown as wanted to behind the last.
fn changed_rows(shown: &[Cell], wanted: &[Cell], columns: usize) -> Option<Range<usize>> {
    let rows = shown
        .chunks_exact(columns)
        .zip(wanted.chunks_exact(columns));
    let mut changed = rows.enumerate().filter(|(_, (old, new))| old != new);
    let first = changed.next()?.0;
    let last = changed.next_back().map_or(first, |(y, _)| y);
    Some(first..last + 1)
}

/// From the leftmost column that is not shown as wanted to behind the rightmost: what stands beside
/// the rows that moved is mostly outside.
fn changed_columns(
    shown: &[Cell],
    wanted: &[Cell],
    columns: usize,
    rows: Range<usize>,
) -> Range<usize> {
    let cells = rows.start * columns..rows.end * columns;
    let (shown, wanted) = (&shown[cells.clone()], &wanted[cells]);
    let (mut first, mut end) = (columns, 0);
    for (old, new) in shown
        .chunks_exact(columns)
        .zip(wanted.chunks_exact(columns))
    {
        let differs = |x: &usize| old[*x].glyph != new[*x].glyph;
        if let Some(x) = (0..first).find(differs) {
            first = x;
        }
        if let Some(x) = (end..columns).rev().find(differs) {
            end = x + 1;
        }
    }
    first.min(end)..end
}

/// What a row says, in a number; its colours do not count, as the row under the cursor has others.
/// None for a blank row, which is like any other.
fn digest(row: &[Cell]) -> Option<u64> {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut blank = true;
    for cell in row {
        blank &= matches!(cell.glyph, ' ' | '\0');
        sum = (sum ^ u64::from(u32::from(cell.glyph))).wrapping_mul(0x0100_0000_01b3);
    }
    (!blank).then_some(sum)
}

/// Finds how far most of the rows that say something moved, and from where to where.
fn likeliest(old: &[Option<u64>], new: &[Option<u64>], changed: &Range<usize>) -> Option<Shift> {
    let moved =
        |from: usize, to: usize| new[to].is_some() && old[from] == new[to] && old[to] != new[to];
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..changed.len() {
        let pairs = || (changed.start..changed.end - by).map(|y| (y, y + by));
        let up: Vec<usize> = pairs()
            .filter(|(low, high)| moved(*high, *low))
            .map(|(y, _)| y)
            .collect();
        let down: Vec<usize> = pairs()
            .filter(|(low, high)| moved(*low, *high))
            .map(|(y, _)| y)
            .collect();
        for (rows, by_rows) in [(up, By::Up(by)), (down, By::Down(by))] {
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                continue;
            };
            let shift = Shift {
                top: *first,
                end: last + by + 1,
                by: by_rows,
            };
            if best.is_none_or(|(most, _)| rows.len() > most) {
                best = Some((rows.len(), shift));
            }
        }
    }
    best.map(|(_, shift)| shift)
}

/// About what it costs to turn a row into another, in cells; from a blank one where none is given.
pub fn cost(from: Option<&[Cell]>, to: &[Cell]) -> usize {
    let (mut sum, mut within) = (0, false);
    let blank = to.iter().rev().take_while(|cell| **cell == Cell::BLANK);
    let blank_from = to.len() - blank.count();
    for (x, cell) in to.iter().enumerate() {
        let same = from.map_or(&Cell::BLANK, |from| &from[x]) == cell;
        if !same && x >= blank_from {
            // What is blank to the end is erased at once.
            return sum + PIECE;
        }
        if !same {
            sum += if within { 1 } else { PIECE + 1 };
        }
        within = !same;
    }
    sum
}
