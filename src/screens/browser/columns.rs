//! Which columns of a table fit on the screen, how wide they are and where they begin; pure
//! arithmetic, no drawing.

use crate::domain::glyph;
use crate::domain::query::Row;
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;

#[cfg(test)]
mod tests;

/// Cells before the first column: the gutter and a blank.
pub const LEFT: u16 = 3;
/// Cells between two columns; after the first one there is room for the mark of a row.
const GAP: u16 = 2;
const FIRST_GAP: u16 = 3;
/// A column is never narrower, so that its heading can be told.
const NARROWEST: u16 = 4;
/// No heading makes a column wider than this.
const WIDEST_HEADING: u16 = 18;
/// The rest of a column is worth showing at the right edge from this many cells on.
const WORTHWHILE: u16 = 6;

/// The columns of a grid, the key's first, with their widths and the column cursor.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// In the order shown.
    all: Vec<Column>,
    /// How many of them stay at the left.
    keys: usize,
    cursor: usize,
    /// The first of those that are not frozen which is shown.
    first: usize,
}

#[derive(Clone, Debug)]
struct Column {
    /// The position in the shape's columns.
    position: usize,
    /// What its name takes.
    bare: u16,
    /// What the heading takes, with room for the mark of a sort.
    heading: u16,
    /// What the widest value met so far takes.
    content: u16,
    /// The most that its kind is given at first.
    cap: u16,
}

/// A column on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The position in the shape's columns.
    pub position: usize,
    /// How many cells it has.
    pub width: u16,
    /// Whether the column cursor is on it.
    pub under_cursor: bool,
}

impl Columns {
    /// Lays out a table's columns, the key's first.
    pub fn new(shape: &Shape) -> Self {
        let others = (0..shape.columns.len()).filter(|position| !shape.key.contains(position));
        let all = shape.key.iter().copied().chain(others);
        let column = |position: usize| {
            let column = &shape.columns[position];
            let name = cells(glyph::width(&text::line(&column.name)));
            Column {
                position,
                bare: name,
                heading: (name + 2).min(WIDEST_HEADING),
                content: 0,
                cap: cap(&column.kind),
            }
        };
        Self {
            all: all.map(column).collect(),
            keys: shape.key.len(),
            cursor: 0,
            first: 0,
        }
    }

    /// Widens columns for values that are wider than those met so far; never narrows one, so that
    /// paging does not make the columns dance.
    pub fn learn(&mut self, rows: &[Row], width_of: impl Fn(usize, &Row) -> usize) {
        for column in &mut self.all {
            let widest = rows.iter().map(|row| width_of(column.position, row)).max();
            column.content = column.content.max(cells(widest.unwrap_or(0)));
        }
    }

    /// Gives the headings of these columns room for which of several sorted ones they are.
    pub fn number(&mut self, positions: &[usize]) {
        let named = |column: &&mut Column| positions.contains(&column.position);
        for column in self.all.iter_mut().filter(named) {
            column.heading = column.heading.max(column.bare + 3).min(WIDEST_HEADING);
        }
    }

    /// Returns the position in the shape of the column under the cursor.
    pub fn current(&self) -> Option<usize> {
        self.all.get(self.cursor).map(|column| column.position)
    }

    /// Returns the positions in the shape of the columns, in the order in which they are shown.
    pub fn positions(&self) -> Vec<usize> {
        self.all.iter().map(|column| column.position).collect()
    }

    /// Moves the column cursor, in a grid of this width.
    pub fn step(&mut self, columns: isize, width: u16) {
        let last = self.all.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(columns).min(last);
        self.fit(width);
    }

    /// Scrolls so that the column under the cursor is whole, in a grid of this width.
    pub fn fit(&mut self, width: u16) {
        let frozen = self.frozen(width);
        self.first = self.first.clamp(frozen, self.all.len().max(frozen));
        if self.cursor < frozen {
            return;
        }
        self.first = self.first.min(self.cursor);
        while self.first < self.cursor && !self.is_whole(self.cursor, width) {
            self.first += 1;
        }
        // Room that is left over at the right is for those hidden at the left.
        let last = self.all.len().saturating_sub(1);
        while self.first > frozen && self.is_whole(last, width) {
            self.first -= 1;
            if !self.is_whole(last, width) {
                self.first += 1;
                break;
            }
        }
    }

    /// Returns the columns on the screen from left to right, in a grid of this width.
    pub fn placed(&self, width: u16) -> Vec<Placed> {
        let mut rest = width.saturating_sub(LEFT);
        let mut placed: Vec<Placed> = Vec::new();
        for index in self.shown(width) {
            let column = &self.all[index];
            let room = rest.saturating_sub(gap_before(placed.len()));
            let own = column.width().min(room);
            if own < column.width().min(WORTHWHILE) && !placed.is_empty() {
                break;
            }
            rest = room - own;
            placed.push(Placed {
                position: column.position,
                width: own,
                under_cursor: index == self.cursor,
            });
        }
        self.share_rest(&mut placed, rest);
        placed
    }

    /// Whether columns are hidden at the left and at the right, in a grid of this width.
    pub fn hidden(&self, width: u16) -> (bool, bool) {
        let frozen = self.frozen(width);
        let shown = self.placed(width).len();
        let first = self.first.max(frozen);
        let left = first > frozen;
        (left, shown + first - frozen < self.all.len())
    }

    /// The columns that are shown if they fit: the frozen ones, and those from the first on.
    fn shown(&self, width: u16) -> impl Iterator<Item = usize> {
        let frozen = self.frozen(width);
        (0..frozen).chain(self.first.max(frozen)..self.all.len())
    }

    /// How many key columns stay at the left: as many as leave half of the grid.
    fn frozen(&self, width: u16) -> usize {
        let mut used = 0;
        let keys = self.all.iter().take(self.keys);
        let fit = keys.take_while(|column| {
            used += column.width() + GAP;
            used <= width / 2
        });
        fit.count()
    }

    fn is_whole(&self, index: usize, width: u16) -> bool {
        let mut used = LEFT;
        for (number, column) in self.shown(width).enumerate() {
            used += gap_before(number) + self.all[column].width();
            if column == index {
                break;
            }
        }
        used <= width
    }

    /// Gives cells that are left over to columns whose values are cut, from left to right.
    fn share_rest(&self, placed: &mut [Placed], mut rest: u16) {
        for place in placed {
            let whole = self.all.iter().find(|c| c.position == place.position);
            let wants = whole.map_or(0, |column| column.content.saturating_sub(place.width));
            let gets = wants.min(rest);
            place.width += gets;
            rest -= gets;
        }
    }
}

fn gap_before(number: usize) -> u16 {
    match number {
        0 => 0,
        1 => FIRST_GAP,
        _ => GAP,
    }
}

impl Column {
    fn width(&self) -> u16 {
        self.content.min(self.cap).max(self.heading).max(NARROWEST)
    }
}

/// The most cells that a kind of column is given at first; what is left over comes on top.
fn cap(kind: &ColumnKind) -> u16 {
    match kind {
        ColumnKind::Text { .. } => 32,
        ColumnKind::Number => 20,
        ColumnKind::Boolean => 5,
        ColumnKind::Enum { .. } => 20,
        ColumnKind::Date => 12,
        ColumnKind::Time => 20,
        ColumnKind::Json | ColumnKind::Other => 24,
        ColumnKind::Bytes => 16,
    }
}

fn cells(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX).min(400)
}
