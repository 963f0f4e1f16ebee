//! The record beside the grid: read when keys have rested, never delaying one.

use super::Browser;
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::{QueryId, RecordsRequest, Request};
use crate::domain::query::Row;
use crate::domain::record::Record;

/// The record beside the grid.
#[derive(Debug, Default)]
pub(super) struct RecordPane {
    /// Whether the person closed it.
    closed: bool,
    /// Of which row it is, as the grid shows it.
    of: Option<Row>,
    /// The question under way.
    pub waiting: Option<QueryId>,
    /// The whole record.
    record: Option<Box<Record>>,
    /// Why there is none.
    problem: Option<Problem>,
}

impl RecordPane {
    /// Keeps only whether it is closed.
    pub fn for_another_table(&self) -> Self {
        Self {
            closed: self.closed,
            ..Self::default()
        }
    }

    /// Whether it is to be shown where there is room.
    pub fn is_wanted(&self) -> bool {
        !self.closed
    }

    /// Takes what was read.
    pub fn take(&mut self, record: Option<Box<Record>>) {
        self.waiting = None;
        self.problem = None;
        self.record = record;
    }

    /// Takes why nothing was read.
    pub fn fail(&mut self, problem: Problem) {
        self.waiting = None;
        self.problem = Some(problem);
    }

    /// Forgets what was read, so that it is read again.
    pub fn forget(&mut self) {
        self.of = None;
        self.waiting = None;
    }

    /// Returns the whole record of a row, if it was read since the row looks like this.
    pub fn record(&self, row: &Row) -> Option<&Record> {
        let is_it = self.of.as_ref() == Some(row);
        self.record.as_deref().filter(|_| is_it)
    }

    /// Whether the record of a row was read and is not there.
    pub fn is_missing(&self, row: &Row) -> bool {
        let answered = self.waiting.is_none() && self.problem.is_none();
        self.of.as_ref() == Some(row) && answered && self.record.is_none()
    }

    /// Returns why the record of a row cannot be shown.
    pub fn problem(&self, row: &Row) -> Option<&Problem> {
        let is_it = self.of.as_ref() == Some(row);
        self.problem.as_ref().filter(|_| is_it)
    }
}

impl Browser {
    /// Reads the record under the cursor, unless it is here.
    pub(super) fn load_record(&mut self, cx: &Context, out: &mut Outbox) {
        let row = self.window.as_ref().and_then(|window| window.current());
        let (Some(table), Some(row)) = (self.table, row) else {
            return;
        };
        let Some(key) = row.key.clone() else { return };
        let of = Some(row.clone());
        if self.parts(cx.room).record == 0 || self.is_gone() || self.pane.of == of {
            return;
        }
        if let Some(before) = self.pane.waiting.take() {
            out.cancel(before);
        }
        let request = RecordsRequest::LoadRecord { table, key };
        self.pane = RecordPane {
            of,
            waiting: Some(out.ask(Request::Records(request))),
            ..self.pane.for_another_table()
        };
    }

    pub(super) fn toggle_pane(&mut self, cx: &Context, out: &mut Outbox) {
        if cx.room.columns < super::WIDE {
            return out.tell(
                crate::app::notice::Mood::Told,
                "The record is shown beside the grid from 120 columns on; enter opens it",
            );
        }
        self.pane.closed = !self.pane.closed;
        self.columns.fit(self.parts(cx.room).grid);
        self.load_record(cx, out);
    }
}
