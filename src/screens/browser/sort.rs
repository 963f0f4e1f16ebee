//! Sorting by one column alone, or by several; the cursor stays on its row.

use super::Browser;
use super::seek::{Seek, named_by_position};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::query::{Cursor, Direction, PageFrom, SortColumn};
use crate::domain::value::Value;

/// More columns than these are no order that a person can follow.
const MOST: usize = 9;

impl Browser {
    /// Sorts by the column under the cursor alone: upwards, downwards, by the key again.
    pub(super) fn sort(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(column), Some(_)) = (self.columns.current(), &self.window) else {
            return;
        };
        let now = match self.wanted.sort.as_slice() {
            [one] if one.column == column => Some(one.direction),
            _ => None,
        };
        let sort = turned(now).map(|direction| SortColumn { column, direction });
        self.sort_by(sort.into_iter().collect(), cx, out);
    }

    /// Sorts by the column under the cursor after those that are sorted by already; where it is one
    /// of them, turns it or takes it out.
    pub(super) fn sort_also(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(column), Some(_)) = (self.columns.current(), &self.window) else {
            return;
        };
        let mut sort = self.wanted.sort.clone();
        match sort.iter().position(|one| one.column == column) {
            None if sort.len() >= MOST => {
                let line = format!("Rows are sorted by {MOST} columns already, and by no more");
                return out.tell(Mood::Told, line);
            }
            None => sort.push(SortColumn {
                column,
                direction: Direction::Ascending,
            }),
            Some(at) => match turned(Some(sort[at].direction)) {
                Some(direction) => sort[at].direction = direction,
                None => {
                    sort.remove(at);
                }
            },
        }
        self.sort_by(sort, cx, out);
    }

    /// Reads the rows in another order. The cursor stays on its row, unless it was at the very
    /// beginning: who looks at the beginning goes on looking at it.
    pub(super) fn sort_by(&mut self, sort: Vec<SortColumn>, cx: &Context, out: &mut Outbox) {
        if sort.len() > 1 {
            let sorted: Vec<usize> = sort.iter().map(|one| one.column).collect();
            self.columns.number(&sorted);
        }
        self.wanted.sort = sort;
        let begins = self.window.as_ref().is_none_or(|w| w.is_at_start());
        self.seek = self.row_here().filter(|_| !begins);
        let from = match &self.seek {
            Some(seek) => PageFrom::From(seek.place().clone()),
            None => PageFrom::First,
        };
        self.read_anew(from, true, cx, out);
    }

    /// The row under the cursor and where it stands in the order that is wanted, as far as the
    /// grid has its values whole.
    pub(super) fn row_here(&self) -> Option<Seek> {
        let window = self.window.as_ref()?;
        let (shape, row) = (self.shape.as_deref()?, window.current()?);
        let key = row.key.clone().filter(|_| !window.is_gone())?;
        let value = |column: usize| -> Option<Value> {
            if let Some(place) = shape.key.iter().position(|one| *one == column) {
                return key.0.get(place).map(Value::text);
            }
            let cell = row.cell(column)?;
            cell.whole_chars.is_none().then(|| cell.value.clone())
        };
        let columns = named_by_position(&self.wanted.sort, shape);
        let values = columns.into_iter().map(value).collect::<Option<_>>()?;
        Some(Seek::new(key, Cursor { values }))
    }
}

/// What follows a direction: upwards, downwards, none.
fn turned(now: Option<Direction>) -> Option<Direction> {
    match now {
        None => Some(Direction::Ascending),
        Some(Direction::Ascending) => Some(Direction::Descending),
        Some(Direction::Descending) => None,
    }
}
