//! The rows of a table that are held: a few screens around the cursor; no questions, no drawing.

use crate::domain::query::{Cursor, Page, PageFrom, Row};
use crate::domain::record::RecordKey;
use order::Order;

mod order;
#[cfg(test)]
mod tests;

/// The most rows asked for at once, however tall the terminal.
const LARGEST_PAGE: usize = 500;

/// A few screens of rows, in the sort's order, with the cursor on one of them.
#[derive(Clone, Debug, Default)]
pub struct Window {
    rows: Vec<Row>,
    more_before: bool,
    more_after: bool,
    /// Whether there is no paging on from these rows: a view without a key.
    unpaged: bool,
    cursor: usize,
    top: usize,
    height: usize,
    /// Whether the row under the cursor is no longer where it was read: it goes once the cursor does.
    gone: bool,
}

/// An end of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Rows before the first one held.
    Before,
    /// Rows after the last one held.
    After,
}

impl Window {
    /// Makes a window of a first page, the cursor on its first row or, from [`PageFrom::Last`], on
    /// its last.
    pub fn open(page: Page, from: &PageFrom, height: usize) -> Self {
        let mut window = Self {
            rows: page.rows,
            more_before: page.more_before,
            more_after: page.more_after,
            unpaged: page.partial,
            height: height.max(1),
            ..Self::default()
        };
        if *from == PageFrom::Last {
            window.cursor = window.rows.len().saturating_sub(1);
        }
        window.scroll();
        window
    }

    /// Returns how many rows a question asks for when the grid has this height.
    pub fn page_limit(height: usize) -> u16 {
        let rows = (height.max(1) * 2).min(LARGEST_PAGE);
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Returns how many rows are asked for where there is no paging on from them.
    pub fn unpaged_limit() -> u16 {
        u16::try_from(LARGEST_PAGE).unwrap_or(u16::MAX)
    }

    /// Returns how many rows a question asks for that reads the whole window again.
    pub fn refresh_limit(&self) -> u16 {
        if self.unpaged {
            return Self::unpaged_limit();
        }
        let rows = (self.rows.len() + 8).max(self.height * 2);
        let rows = rows.min(LARGEST_PAGE * 6);
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// Returns where to read from so that the whole window is read again.
    pub fn refresh_from(&self) -> PageFrom {
        match self.rows.first() {
            Some(row) if self.more_before || self.top > 0 => PageFrom::From(row.cursor.clone()),
            _ => PageFrom::First,
        }
    }

    /// Returns the rows held.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the rows on the screen, with their positions among the rows held.
    pub fn visible(&self) -> impl Iterator<Item = (usize, &Row)> {
        let shown = self.rows.iter().enumerate();
        shown.skip(self.top).take(self.height)
    }

    /// Returns the row under the cursor.
    pub fn current(&self) -> Option<&Row> {
        self.rows.get(self.cursor)
    }

    /// Returns the position of the cursor among the rows held.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether the row under the cursor is no longer where it was read.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// Whether the cursor is on the table's first row.
    pub fn is_at_start(&self) -> bool {
        self.cursor == 0 && !self.more_before
    }

    /// Whether every row of the table (under its filter) is held.
    pub fn is_whole(&self) -> bool {
        !self.more_before && !self.more_after
    }

    /// Whether there are more rows, which cannot be paged to.
    pub fn is_partial(&self) -> bool {
        self.unpaged && !self.is_whole()
    }

    /// Returns how many rows of the table are held, without one that is gone.
    pub fn count(&self) -> usize {
        self.rows.len() - usize::from(self.gone)
    }

    /// Takes another height; the cursor stays on its row.
    pub fn resize(&mut self, height: usize) {
        self.height = height.max(1);
        self.scroll();
        self.trim_before();
        self.trim_after();
    }

    /// Moves the cursor by lines and returns how many lines are left to move once more rows are
    /// here.
    pub fn step(&mut self, lines: isize) -> isize {
        let left = self.travel(lines);
        self.scroll();
        left
    }

    /// Moves cursor and screen together by lines, as paging does; returns what is left to move.
    pub fn shift(&mut self, lines: isize) -> isize {
        let top = self.top;
        let left = self.travel(lines);
        self.top = top.saturating_add_signed(lines - left);
        self.scroll();
        left
    }

    /// Returns by how many lines a page moves.
    pub fn page(&self) -> isize {
        isize::try_from(self.height).unwrap_or(1)
    }

    /// Goes to the first row held; says whether it is the table's first.
    pub fn go_to_first(&mut self) -> bool {
        let is_here = self.unpaged || !self.more_before;
        if is_here {
            self.step(isize::MIN / 2);
        }
        is_here
    }

    /// Goes to the last row held; says whether it is the table's last.
    pub fn go_to_last(&mut self) -> bool {
        let is_here = self.unpaged || !self.more_after;
        if is_here {
            self.step(isize::MAX / 2);
        }
        is_here
    }

    /// Returns the end at which more rows should be asked for, when less than a screen is left.
    pub fn wants(&self) -> Option<Edge> {
        if self.unpaged {
            return None;
        }
        let below = self.rows.len().saturating_sub(self.top + self.height);
        if self.more_after && below < self.height {
            return Some(Edge::After);
        }
        (self.more_before && self.top < self.height).then_some(Edge::Before)
    }

    /// Returns where to read from to extend the window.
    pub fn extend_from(&self, edge: Edge) -> Option<PageFrom> {
        let position = |row: &Row| -> Cursor { row.cursor.clone() };
        match edge {
            Edge::Before => self.rows.first().map(position).map(PageFrom::Before),
            Edge::After => self.rows.last().map(position).map(PageFrom::After),
        }
    }

    /// Adds a page at one end and lets go of what is far away at the other.
    pub fn extend(&mut self, edge: Edge, mut page: Page) {
        self.keep_single(&mut page.rows);
        match edge {
            Edge::After => {
                self.more_after = page.more_after;
                self.rows.append(&mut page.rows);
                self.trim_before();
            }
            Edge::Before => {
                self.more_before = page.more_before;
                let added = page.rows.len();
                self.rows.splice(0..0, page.rows);
                self.cursor += added;
                self.top += added;
                self.trim_after();
            }
        }
        self.scroll();
    }

    /// Replaces every row by what was read again. The cursor stays on its row; when that is not
    /// among them it stays in its place, shown as gone.
    pub fn refresh(&mut self, page: Page) {
        let old = std::mem::take(&mut self.rows);
        let offset = self.cursor.saturating_sub(self.top);
        self.rows = page.rows;
        self.more_before = page.more_before;
        self.more_after = page.more_after;
        self.unpaged = page.partial;
        match old.get(self.cursor) {
            Some(row) if row.key.is_some() => self.settle(&old, row),
            _ => self.gone = false,
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.top = self.cursor.saturating_sub(offset);
        self.scroll();
        self.trim_before();
        self.trim_after();
    }

    /// Takes a deleted record out; the cursor goes to the row after it.
    pub fn remove(&mut self, key: &RecordKey) {
        let is_it = |row: &Row| row.key.as_ref() == Some(key);
        let Some(index) = self.rows.iter().position(is_it) else {
            return;
        };
        if index == self.cursor {
            self.gone = false;
        }
        self.take_out(index);
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.scroll();
    }

    /// Takes note that a record has another key.
    pub fn rename(&mut self, before: &RecordKey, now: &RecordKey) {
        for row in &mut self.rows {
            if row.key.as_ref() == Some(before) {
                row.key = Some(now.clone());
            }
        }
    }

    /// Puts the cursor on a row, by its position among those held.
    pub fn go_to_row(&mut self, index: usize) {
        let lines = isize::try_from(index).unwrap_or(0) - isize::try_from(self.cursor).unwrap_or(0);
        self.step(lines);
    }

    /// Puts the cursor on a record, if it is held; says whether it is.
    pub fn go_to(&mut self, key: &RecordKey) -> bool {
        let is_it = |row: &Row| row.key.as_ref() == Some(key);
        let found = self.rows.iter().position(is_it);
        if let Some(index) = found {
            self.go_to_row(index);
        }
        found.is_some()
    }

    /// Finds the cursor's row in what was read again, or puts it back in its place as gone.
    fn settle(&mut self, old: &[Row], row: &Row) {
        if let Some(index) = self.place_of(row) {
            self.cursor = index;
            self.gone = false;
            return;
        }
        let index = self.place_by_order(old, row);
        let index = index.unwrap_or_else(|| self.place_by_neighbours(old));
        self.rows.insert(index, row.clone());
        self.cursor = index;
        self.gone = true;
    }

    fn place_of(&self, row: &Row) -> Option<usize> {
        self.rows.iter().position(|new| new.key == row.key)
    }

    /// Returns where a row that is gone belongs, if the rows tell their order. Where it was shown
    /// as gone already it stood where it was put, and tells nothing.
    fn place_by_order(&self, old: &[Row], row: &Row) -> Option<usize> {
        let mut order = Order::default();
        self.rows.windows(2).for_each(|pair| order.learn(pair));
        for (index, pair) in old.windows(2).enumerate() {
            let is_of_gone = index == self.cursor || index + 1 == self.cursor;
            if !(self.gone && is_of_gone) {
                order.learn(pair);
            }
        }
        order.place(row, &self.rows)
    }

    /// Returns the place after the nearest row that stood before the cursor's and is still there,
    /// else before the nearest that stood after it.
    fn place_by_neighbours(&self, old: &[Row]) -> usize {
        let (before, after) = old.split_at(self.cursor);
        let after_it = before.iter().rev().find_map(|row| self.place_of(row));
        let before_it = || after.iter().skip(1).find_map(|row| self.place_of(row));
        match after_it {
            Some(index) => index + 1,
            None => before_it().unwrap_or(0),
        }
    }

    /// Moves the cursor as far as rows are held; returns what is left while there are more.
    fn travel(&mut self, lines: isize) -> isize {
        if lines == 0 || self.rows.is_empty() {
            return 0;
        }
        let from = isize::try_from(self.cursor).unwrap_or(isize::MAX);
        let mut target = from.saturating_add(lines);
        if self.gone {
            self.rows.remove(self.cursor);
            self.gone = false;
            target -= isize::from(lines > 0);
        }
        let last = isize::try_from(self.rows.len()).unwrap_or(isize::MAX) - 1;
        let reached = target.clamp(0, last.max(0));
        self.cursor = usize::try_from(reached).unwrap_or(0);
        match target - reached {
            _ if self.unpaged => 0,
            left if left > 0 && self.more_after => left,
            left if left < 0 && self.more_before => left,
            _ => 0,
        }
    }

    /// A record is held once: where it comes again, it has moved and the older row goes, unless
    /// the cursor is on it.
    fn keep_single(&mut self, incoming: &mut Vec<Row>) {
        let under_cursor = self.current().and_then(|row| row.key.clone());
        if !self.gone {
            incoming.retain(|row| row.key.is_none() || row.key != under_cursor);
        }
        for index in (0..self.rows.len()).rev() {
            let key = &self.rows[index].key;
            let again = key.is_some() && incoming.iter().any(|row| row.key == *key);
            if again && index != self.cursor {
                self.take_out(index);
            }
        }
    }

    fn take_out(&mut self, index: usize) {
        self.rows.remove(index);
        self.cursor -= usize::from(index < self.cursor);
        self.top -= usize::from(index < self.top);
    }

    fn trim_before(&mut self) {
        let surplus = self.top.saturating_sub(self.reserve());
        if surplus > 0 && !self.unpaged {
            self.rows.drain(..surplus);
            self.top -= surplus;
            self.cursor -= surplus;
            self.more_before = true;
        }
    }

    fn trim_after(&mut self) {
        let keep = self.top + self.height + self.reserve();
        if self.rows.len() > keep && !self.unpaged {
            self.rows.truncate(keep);
            self.more_after = true;
        }
    }

    /// How many rows are kept beyond the screen on the side one moves away from.
    fn reserve(&self) -> usize {
        self.height + self.height / 2
    }

    fn scroll(&mut self) {
        let lowest = (self.cursor + 1).saturating_sub(self.height);
        self.top = self.top.clamp(lowest, self.cursor.max(lowest));
        let full = self.rows.len().saturating_sub(self.height);
        self.top = self.top.min(full.max(lowest));
    }
}
