//! The grid of rows: headings, columns, the row under the cursor, marks; no state and no paging.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::text::{self, Align};
use crate::domain::glyph::width;
use crate::theme::{Mark, Role, Theme};

/// A grid as it is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// The columns that are shown, from the left.
    pub columns: &'a [Column<'a>],
    /// The rows that are shown, from the top.
    pub rows: &'a [Row<'a>],
    /// Which of the rows is under the cursor.
    pub selected: Option<usize>,
    /// Which of the columns is under the cursor.
    pub column: Option<usize>,
    /// How many columns, from the left, the person had stay: a line stands after them.
    pub frozen: usize,
    /// What rows were searched for; where a value has it, it is marked.
    pub found: &'a str,
}

/// A column of a grid.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Its width in cells.
    pub width: u16,
    /// Where its values stand.
    pub align: Align,
    /// Whether rows are sorted by it, and how.
    pub sort: Option<Sort>,
    /// Which of the sorted columns it is, from 1, where there are several.
    pub rank: Option<usize>,
}

/// How rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// A row of a grid.
#[derive(Clone, Debug, Default)]
pub struct Row<'a> {
    /// Its values, one for each column.
    pub cells: Vec<Cell<'a>>,
    /// The sign that stands before a value, where it has one; none at all where no value has.
    pub signs: Vec<Option<char>>,
    /// What happened to it.
    pub state: RowState,
    /// Whether it is marked, to be changed with others.
    pub marked: bool,
    /// Whether edits of one's own are kept for it.
    pub dirty: bool,
    /// Whether somebody else is at it, and what they do.
    pub presence: Option<At>,
}

/// What somebody does at a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// Somebody else reads it.
    Reading,
    /// The same person edits it at another terminal.
    Elsewhere,
    /// Somebody else edits it.
    Editing,
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowState {
    /// Nothing.
    #[default]
    Ordinary,
    /// Somebody else just changed it.
    Changed,
    /// It was deleted and is still shown.
    Gone,
}

/// A value in a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// NULL, which is not the empty text.
    Null,
    /// Nothing yet: the value is on its way.
    Unread,
    /// A text.
    Text(&'a str),
    /// The beginning of a longer text.
    Beginning(&'a str),
}

/// The cells at the left: gutter, and a blank.
const LEFT: u16 = 3;
/// The cells between two columns. After the first one the mark of the row stands in their middle.
const BETWEEN: u16 = 2;
const AFTER_FIRST: u16 = 3;

/// Draws a grid and returns where the cursor belongs: at the row under it.
pub fn draw(grid: &Grid<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    text::fill(Role::Row, theme, area, buffer);
    headings(grid, theme, text::line(area, 0), buffer);
    after_frozen(grid, theme, area, buffer);
    for (number, row) in grid.rows.iter().enumerate() {
        let line = text::line(area, number + 1);
        if line.is_empty() {
            break;
        }
        draw_row(grid, row, theme, line, buffer);
        if grid.selected == Some(number) {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                text::moved(line, 1),
                buffer,
            );
        }
    }
    let y = u16::try_from(grid.selected?).ok()?.saturating_add(1);
    let seen = y < area.height && area.width > 1;
    seen.then(|| Position::new(area.x + 1, area.y + y))
}

/// Draws a line after the columns that stay, down to the last row.
fn after_frozen(grid: &Grid<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let last = grid.frozen.checked_sub(1);
    let places = places(grid.columns, text::line(area, 0));
    let Some(place) = last.and_then(|last| places.get(last)) else {
        return;
    };
    for number in 0..=grid.rows.len() {
        let line = text::moved(text::line(area, number), place.right() - area.x);
        if !line.is_empty() {
            text::put(theme.mark(Mark::Down), Role::Border, theme, line, buffer);
        }
    }
}

/// Shares room among columns. `wanted` is the width each would like; the first `pinned` ones and
/// those from `first` on are shown, as far as they fit. Returns their numbers and widths.
pub fn share(wanted: &[u16], pinned: usize, first: usize, room: u16) -> Vec<(usize, u16)> {
    let mut left = room.saturating_sub(LEFT);
    let mut shown = Vec::new();
    let pinned = pinned.min(wanted.len());
    for number in (0..pinned).chain(first.max(pinned)..wanted.len()) {
        let gap = match shown.len() {
            0 => 0,
            1 => AFTER_FIRST,
            _ => BETWEEN,
        };
        let wish = wanted[number].clamp(NARROWEST, WIDEST);
        let width = wish.min(left.saturating_sub(gap));
        if width < wish.min(READABLE) && !shown.is_empty() {
            break;
        }
        left = left.saturating_sub(gap + width);
        shown.push((number, width));
    }
    for (number, width) in &mut shown {
        let more = wanted[*number].saturating_sub(*width).min(left);
        *width += more;
        left -= more;
    }
    shown
}

/// No column is narrower, unless the whole grid is.
const NARROWEST: u16 = 3;
/// No column is wider while others want room.
const WIDEST: u16 = 32;
/// A column that cannot have this much of what it wants is not begun.
const READABLE: u16 = 6;

/// The areas of the columns in a line.
fn places(columns: &[Column<'_>], line: Rect) -> Vec<Rect> {
    let mut x = LEFT.min(line.width);
    let mut places = Vec::with_capacity(columns.len());
    for (number, column) in columns.iter().enumerate() {
        let place = text::moved(line, x);
        places.push(Rect {
            width: place.width.min(column.width),
            ..place
        });
        let gap = if number == 0 { AFTER_FIRST } else { BETWEEN };
        x = x.saturating_add(column.width).saturating_add(gap);
    }
    places
}

fn headings(grid: &Grid<'_>, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let places = places(grid.columns, line);
    for (number, (column, place)) in grid.columns.iter().zip(places).enumerate() {
        heading(column, theme, place, buffer);
        if grid.column != Some(number) {
            continue;
        }
        text::lay_over(Role::Selection, theme, place, buffer);
        // Where no heading has the mark, the cursor is in the first column.
        if number > 0 && place.x > line.x {
            let before = Rect {
                x: place.x - 1,
                width: 1,
                ..place
            };
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                before,
                buffer,
            );
        }
    }
}

/// Draws the name of a column; the mark of a sort stands after it and is no part of it.
fn heading(column: &Column<'_>, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let Some(sort) = column.sort else {
        let (title, align) = (column.title, column.align);
        text::put_in(title, false, align, Role::Column, theme, place, buffer);
        return;
    };
    let mark = theme.mark(match sort {
        Sort::Ascending => Mark::Ascending,
        Sort::Descending => Mark::Descending,
    });
    let rank = column.rank.map_or(String::new(), |rank| rank.to_string());
    let mark = format!("{mark}{rank}");
    let room = usize::from(place.width).saturating_sub(width(&mark) + 1);
    let title = format!("{} {mark}", text::beginning(column.title, room));
    let role = Role::ColumnSorted;
    text::put_in(&title, false, column.align, role, theme, place, buffer);
}

fn draw_row(grid: &Grid<'_>, row: &Row<'_>, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let places = places(grid.columns, line);
    for (number, (column, cell)) in grid.columns.iter().zip(&row.cells).enumerate() {
        let place = &places[number];
        let sign = row.signs.get(number).copied().flatten();
        let (shown, cut, role) = match cell {
            Cell::Null => (theme.mark(Mark::Null), false, Role::ValueNull),
            Cell::Unread => (theme.mark(Mark::Cut), false, Role::Muted),
            Cell::Text(text) => (*text, false, value_role(row.state, column.align)),
            Cell::Beginning(text) => (*text, true, value_role(row.state, column.align)),
        };
        text::put_in(shown, cut, column.align, role, theme, *place, buffer);
        if !matches!(cell, Cell::Null | Cell::Unread) && !grid.found.is_empty() {
            let found = matched(shown, grid.found, column.align, *place);
            text::lay_over(Role::ValueMatch, theme, found, buffer);
        }
        if let Some(sign) = sign {
            flag(
                sign,
                theme,
                line,
                value_place(shown, column.align, *place),
                buffer,
            );
        }
    }
    let state = match row.state {
        RowState::Ordinary => None,
        RowState::Changed => Some((Mark::Changed, Role::RowChanged)),
        RowState::Gone => Some((Mark::Gone, Role::RowGone)),
    };
    if let Some((mark, role)) = state {
        text::put(theme.mark(mark), role, theme, line, buffer);
    }
    if row.marked {
        let place = text::moved(line, LEFT - 1);
        text::put(theme.mark(Mark::Marked), Role::Choice, theme, place, buffer);
    }
    let who = match (row.presence, row.dirty) {
        (Some(At::Editing), _) => Some((Mark::Editing, Role::Presence)),
        (_, true) => Some((Mark::Dirty, Role::Dirty)),
        (Some(At::Elsewhere), false) => Some((Mark::Elsewhere, Role::Presence)),
        (Some(At::Reading), false) => Some((Mark::Presence, Role::Presence)),
        (None, false) => None,
    };
    if let (Some((mark, role)), Some(first)) = (who, places.first()) {
        let place = text::moved(line, first.right() + 1 - line.x);
        text::put(theme.mark(mark), role, theme, place, buffer);
    }
}

/// Where a value begins in its column.
fn value_place(shown: &str, align: Align, place: Rect) -> Rect {
    let cells = u16::try_from(width(shown)).unwrap_or(u16::MAX);
    match align {
        Align::Left => place,
        Align::Right => text::moved(place, place.width.saturating_sub(cells)),
    }
}

/// Puts a sign into the blank before a value, and has the value stand out as much.
fn flag(sign: char, theme: &Theme, line: Rect, place: Rect, buffer: &mut Buffer) {
    let before = text::moved(line, place.x.saturating_sub(1 + line.x));
    let sign = sign.encode_utf8(&mut [0; 4]).to_owned();
    text::put(&sign, Role::StatusWarning, theme, before, buffer);
    text::lay_over(Role::StatusWarning, theme, place, buffer);
}

/// Returns the cells in which a text has what was searched for, upper or lower case.
fn matched(shown: &str, wanted: &str, align: Align, place: Rect) -> Rect {
    let lower = shown.to_lowercase();
    let wanted = wanted.to_lowercase();
    // Where letters change their length with their case the places would not be the same.
    let at = lower.find(&wanted).filter(|_| lower.len() == shown.len());
    let parts = at.and_then(|at| Some((shown.get(..at)?, shown.get(at..at + wanted.len())?)));
    let Some((before, found)) = parts else {
        return Rect { width: 0, ..place };
    };
    let cells = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
    let shift = match align {
        Align::Left => 0,
        Align::Right => place.width.saturating_sub(cells(shown)),
    };
    let place = text::moved(place, shift.saturating_add(cells(before)));
    Rect {
        width: cells(found).min(place.width),
        ..place
    }
}

fn value_role(state: RowState, align: Align) -> Role {
    match (state, align) {
        (RowState::Changed, _) => Role::RowChanged,
        (RowState::Gone, _) => Role::RowGone,
        (RowState::Ordinary, Align::Right) => Role::ValueNumber,
        (RowState::Ordinary, Align::Left) => Role::Row,
    }
}
