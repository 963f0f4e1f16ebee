//! The cursor follows a record: one that was just created, or one whose key was changed.

use super::{Browser, Purpose};
use crate::app::context::Context;
use crate::app::forms;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::query::{Cursor, PageFrom, SortColumn};
use crate::domain::record::{Record, RecordKey};
use crate::domain::table::{Shape, TableId};
use crate::domain::text;
use crate::input::action::{Action, RowsAction, Scope};

/// A record that the cursor is to stand on once the rows are read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seek {
    key: RecordKey,
    /// Where it stands in the rows as they are sorted.
    cursor: Cursor,
    why: Why,
}

/// Why a record is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The cursor was on it, or it was just made.
    Follow,
    /// The person wants to see this very record.
    Wanted,
    /// The cursor was on it, and other rows were asked for: that it is not among them is no news.
    Quiet,
}

impl Seek {
    /// Looks for a record where it stands in the rows as they are wanted.
    pub(super) fn new(key: RecordKey, cursor: Cursor) -> Self {
        Self {
            key,
            cursor,
            why: Why::Follow,
        }
    }

    /// Looks for the very record that the person wants to see.
    pub(super) fn wanted(key: RecordKey, cursor: Cursor) -> Self {
        Self {
            key,
            cursor,
            why: Why::Wanted,
        }
    }

    /// The same, and where it is not among the rows nothing is said.
    pub(super) fn quietly(self) -> Self {
        Self {
            why: Why::Quiet,
            ..self
        }
    }

    /// Where it stands.
    pub(super) fn place(&self) -> &Cursor {
        &self.cursor
    }
}

/// The columns that a position in rows names: those sorted by, then those of the key.
pub(super) fn named_by_position(sort: &[SortColumn], shape: &Shape) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    let sorted = sort.iter().map(|sort| sort.column);
    for column in sorted.chain(shape.key.iter().copied()) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

impl Browser {
    /// A record was created, or has another key than before: the cursor goes to it.
    pub fn follow_record(&mut self, table: TableId, before: Option<&RecordKey>, record: &Record) {
        let (Some(shape), Some(key)) = (self.shape.as_deref(), record.key.clone()) else {
            return;
        };
        if self.table != Some(table) {
            return;
        }
        let columns = named_by_position(&self.shown.sort, shape);
        let values = columns.iter().map(|column| record.values.get(*column));
        let Some(values) = values.map(Option::<&_>::cloned).collect() else {
            return;
        };
        let here = self.current_key() == before;
        if let (Some(window), Some(before)) = (&mut self.window, before) {
            window.rename(before, &key);
        }
        if here || before.is_none() {
            self.seek = Some(Seek::new(key, Cursor { values }));
        }
    }

    /// The rows were read again: puts the cursor on the record that it is to follow, and reads the
    /// rows around it where it is not among these. Says whether other rows are on their way.
    pub(super) fn find_sought(&mut self, cx: &Context, out: &mut Outbox) -> bool {
        let (Some(seek), Some(window)) = (self.seek.take(), &mut self.window) else {
            return false;
        };
        if !window.is_gone() && window.go_to(&seek.key) {
            return false;
        }
        if window.is_whole() {
            self.tell_hidden(&seek.key, out);
            return false;
        }
        let from = PageFrom::From(seek.cursor.clone());
        self.seek = Some(seek);
        self.wanted = self.shown.clone();
        self.read_anew(from, false, cx, out);
        matches!(
            self.load.as_ref().map(|load| &load.purpose),
            Some(Purpose::Anew(_))
        )
    }

    /// Other rows are here: the first is the record that the cursor is to follow, or it is hidden.
    pub(super) fn arrive_at_sought(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(seek), Some(window)) = (self.seek.take(), &mut self.window) else {
            return;
        };
        if window.go_to(&seek.key) || seek.why == Why::Quiet {
            return;
        }
        if seek.why == Why::Wanted {
            let key = text::line(&seek.key.to_string()).into_owned();
            let back = forms::words::key(Action::Rows(RowsAction::WayBack), Scope::Grid, cx);
            let line = format!("{key} is not there, or you may not see it; {back} goes back");
            return out.tell(Mood::Warning, line);
        }
        self.tell_hidden(&seek.key, out);
    }

    fn tell_hidden(&self, key: &RecordKey, out: &mut Outbox) {
        if !self.shown.filter.is_empty() {
            let key = text::line(&key.to_string()).into_owned();
            let line = format!("{key} is not among these rows: the filter leaves it out");
            out.tell(Mood::Told, line);
        }
    }
}
