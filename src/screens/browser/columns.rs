//! Which columns of a table fit on the screen, how wide they are and where they begin; pure
//! arithmetic, no drawing.

use crate::domain::glyph;
use crate::domain::layout::{Arranged, Arrangement, Frozen, Layout};
use crate::domain::query::Row;
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;

mod reach;
#[cfg(test)]
mod tests;

/// Cells before the first column: the gutter and a blank.
pub const LEFT: u16 = 3;
/// Cells between two columns; after the first one there is room for the mark of a row.
const GAP: u16 = 2;
const FIRST_GAP: u16 = 3;
/// A column is never narrower, so that its heading can be told.
const NARROWEST: u16 = 4;
/// A column is never made wider.
const WIDEST: u16 = 400;
/// No heading makes a column wider than this.
const WIDEST_HEADING: u16 = 18;
/// The rest of a column is worth showing at the right edge from this many cells on.
const WORTHWHILE: u16 = 6;

/// A column that stays while others scroll leaves them at least this much.
const SCROLLING: u16 = 16;

/// The columns of a grid as the person arranged them, with their widths and the column cursor.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// All columns of the table, hidden ones too.
    arrangement: Arrangement,
    /// What is known of each column, by its position in the shape.
    about: Vec<About>,
    /// The positions of those that are shown, in order.
    all: Vec<usize>,
    /// How many of them stay at the left, and whether the person said so.
    keys: usize,
    chosen: bool,
    cursor: usize,
    /// The first of those that are not frozen which is shown.
    first: usize,
    /// How many stayed at the left when they were fitted last.
    stayed: usize,
    /// The width of the grid that they were fitted to last.
    width: u16,
}

#[derive(Clone, Copy, Debug)]
struct About {
    /// What its name takes.
    bare: u16,
    /// What the heading takes, with room for the mark of a sort.
    heading: u16,
    /// What the widest value met so far takes.
    content: u16,
    /// The most that its kind is given at first.
    cap: u16,
    /// How wide the person made it.
    chosen: Option<u16>,
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
    /// Whether the person had it stay while others scroll.
    pub frozen: bool,
}

impl Columns {
    /// Lays out a table's columns as the person arranged them.
    pub fn new(shape: &Shape, layout: &Layout) -> Self {
        let about = shape.columns.iter().map(|column| {
            let name = cells(glyph::width(&text::line(&column.name)));
            About {
                bare: name,
                heading: (name + 2).min(WIDEST_HEADING),
                content: 0,
                cap: cap(&column.kind),
                chosen: None,
            }
        });
        let mut columns = Self {
            about: about.collect(),
            ..Self::default()
        };
        columns.lay_out(shape, layout);
        columns
    }

    /// Arranges them anew; the cursor stays on its column, if that is shown.
    pub fn lay_out(&mut self, shape: &Shape, layout: &Layout) {
        let chosen = layout.frozen != Frozen::Key;
        self.arrange(layout.in_table(shape), chosen);
    }

    fn arrange(&mut self, arrangement: Arrangement, chosen: bool) {
        let under = self.current();
        let shown = |columns: &[Arranged]| -> Vec<usize> {
            let shown = columns.iter().filter(|column| !column.hidden);
            shown.map(|column| column.position).collect()
        };
        for column in &arrangement.columns {
            self.about[column.position].chosen = column.width;
        }
        self.all = shown(&arrangement.columns);
        self.keys = shown(&arrangement.columns[..arrangement.frozen]).len();
        self.chosen = chosen;
        self.arrangement = arrangement;
        let at = under.and_then(|under| self.all.iter().position(|at| *at == under));
        let last = self.all.len().saturating_sub(1);
        self.cursor = at.unwrap_or(self.cursor.min(last));
    }

    /// Returns every column of the table, in the order in which they are arranged.
    pub fn arrangement(&self) -> &Arrangement {
        &self.arrangement
    }

    /// Changes how they are arranged and returns how that is remembered.
    pub fn change(&mut self, shape: &Shape, change: impl FnOnce(&mut Arrangement)) -> Layout {
        let mut arrangement = self.arrangement.clone();
        change(&mut arrangement);
        let was = self.arrangement.frozen;
        let mut layout = arrangement.layout(shape);
        if !self.chosen && arrangement.frozen == was {
            layout.frozen = Frozen::Key;
        }
        self.lay_out(shape, &layout);
        layout
    }

    /// Returns the positions in the shape of those that are shown, in order.
    pub fn shown(&self) -> &[usize] {
        &self.all
    }

    /// Puts the cursor on a column, if it is shown, in a grid of this width.
    pub fn go_to(&mut self, position: usize, width: u16) {
        if let Some(at) = self.all.iter().position(|other| *other == position) {
            self.cursor = at;
            self.fit(width);
        }
    }

    /// Returns how wide a column is in a grid of this width: as shown, else as it would like to be.
    pub fn width_of(&self, position: usize, width: u16) -> u16 {
        let placed = self.placed(width);
        let placed = placed.iter().find(|place| place.position == position);
        placed.map_or_else(|| self.about[position].width(), |place| place.width)
    }

    /// Widens columns for values that are wider than those met so far; never narrows one, so that
    /// paging does not make the columns dance.
    pub fn learn(&mut self, rows: &[Row], width_of: impl Fn(usize, &Row) -> usize) {
        for (position, column) in self.about.iter_mut().enumerate() {
            let widest = rows.iter().map(|row| width_of(position, row)).max();
            column.content = column.content.max(cells(widest.unwrap_or(0)));
        }
    }

    /// Gives the headings of these columns room for which of several sorted ones they are.
    pub fn number(&mut self, positions: &[usize]) {
        for position in positions {
            let Some(column) = self.about.get_mut(*position) else {
                continue;
            };
            column.heading = column.heading.max(column.bare + 3).min(WIDEST_HEADING);
        }
    }

    /// Returns the position in the shape of the column under the cursor.
    pub fn current(&self) -> Option<usize> {
        self.all.get(self.cursor).copied()
    }

    /// Moves the column cursor, in a grid of this width.
    pub fn step(&mut self, columns: isize, width: u16) {
        let last = self.all.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(columns).min(last);
        self.fit(width);
    }

    /// Scrolls so that the column under the cursor is whole, in a grid of this width.
    pub fn fit(&mut self, width: u16) {
        self.width = width;
        let frozen = self.frozen(width);
        // One that has become too wide to stay scrolls with the others, and is not left out.
        if self.first <= self.stayed {
            self.first = frozen;
        }
        self.stayed = frozen;
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
        for index in self.shown_from(width) {
            let column = &self.about[self.all[index]];
            let room = rest.saturating_sub(gap_before(placed.len()));
            let own = column.width().min(room);
            if own < column.width().min(WORTHWHILE) && !placed.is_empty() {
                break;
            }
            rest = room - own;
            placed.push(Placed {
                position: self.all[index],
                width: own,
                under_cursor: index == self.cursor,
                frozen: self.chosen && index < self.keys,
            });
        }
        self.share_rest(&mut placed, rest);
        placed
    }

    /// Which column stands at a cell of a grid of this width, by its position.
    pub fn at(&self, x: u16, width: u16) -> Option<usize> {
        let mut end = LEFT;
        for (number, place) in self.placed(width).iter().enumerate() {
            end += place.width + gap_before(number + 1);
            if x < end {
                return Some(place.position);
            }
        }
        None
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
    fn shown_from(&self, width: u16) -> impl Iterator<Item = usize> {
        let frozen = self.frozen(width);
        (0..frozen).chain(self.first.max(frozen)..self.all.len())
    }

    /// How many columns stay at the left: of the key's as many as leave half of the grid, of those
    /// that the person chose as many as leave the others something.
    fn frozen(&self, width: u16) -> usize {
        let mut used = 0;
        let most = match self.chosen {
            true => width.saturating_sub(SCROLLING),
            false => width / 2,
        };
        let keys = self.all.iter().take(self.keys);
        let fit = keys.take_while(|column| {
            used += self.about[**column].width() + GAP;
            used <= most
        });
        fit.count()
    }

    /// How many of the columns that are to stay at the left do, and how many are to.
    pub fn staying(&self, width: u16) -> (usize, usize) {
        (self.frozen(width), self.keys)
    }

    fn is_whole(&self, index: usize, width: u16) -> bool {
        let mut used = LEFT;
        for (number, column) in self.shown_from(width).enumerate() {
            used += gap_before(number) + self.about[self.all[column]].width();
            if column == index || used > width {
                break;
            }
        }
        used <= width
    }

    /// Gives cells that are left over to columns whose values are cut, from left to right; the person
    /// chose the others' widths.
    fn share_rest(&self, placed: &mut [Placed], mut rest: u16) {
        for place in placed {
            let whole = &self.about[place.position];
            let content = whole.chosen.map_or(whole.content, |_| 0);
            let gets = content.saturating_sub(place.width).min(rest);
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

impl About {
    fn width(&self) -> u16 {
        let usual = self.content.min(self.cap).max(self.heading);
        self.chosen.unwrap_or(usual).clamp(NARROWEST, WIDEST)
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
