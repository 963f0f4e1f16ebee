//! Values of the row under the cursor, whole: at once where the grid has them so, else asked for.

use super::Browser;
use crate::app::context::Context;
use crate::app::copying::copy_value;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::records::{Look, Looked};
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::export::Form;
use crate::domain::value::{Cell, Value};

/// Values that are on their way.
#[derive(Debug)]
pub(super) struct Fetch {
    query: QueryId,
    columns: Vec<usize>,
    then: Then,
}

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The value is looked into.
    Peek,
    /// The value goes to the clipboard.
    CopyValue,
    /// The row goes to the clipboard.
    CopyRow(Form),
    /// The record is gone to that they refer to, along one of the table's references.
    Follow(usize),
}

impl Browser {
    /// Has values of the row under the cursor whole, and goes on with them.
    pub(super) fn with_values(
        &mut self,
        columns: Vec<usize>,
        then: Then,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let row = self.window.as_ref().and_then(|window| window.current());
        let (Some(table), Some(shape), Some(row)) = (self.table, self.shape.clone(), row) else {
            return out.tell(Mood::Told, "There is no record here");
        };
        let cells: Vec<&Cell> = columns
            .iter()
            .filter_map(|column| row.cell(*column))
            .collect();
        let whole =
            cells.len() == columns.len() && cells.iter().all(|one| one.whole_chars.is_none());
        let values = cells.iter().map(|cell| cell.value.clone()).collect();
        let key = row.key.clone();
        match key {
            _ if whole => self.values_are_here(&columns, values, true, then, cx, out),
            None => self.values_are_here(&columns, values, false, then, cx, out),
            Some(key) => {
                let named = columns.iter().filter_map(|at| shape.columns.get(*at));
                let named = named.map(|column| (column.name.clone(), Some(column.number)));
                let look = Look {
                    table,
                    key,
                    columns: named.collect(),
                };
                let request = RecordsRequest::LookAtRecords(vec![look]);
                let query = out.ask(Request::Records(request));
                self.fetch = Some(Fetch {
                    query,
                    columns,
                    then,
                });
            }
        }
    }

    /// Whether the person waits for values.
    pub(super) fn is_fetching(&self, query: QueryId) -> bool {
        self.fetch
            .as_ref()
            .is_some_and(|fetch| fetch.query == query)
    }

    /// Stops waiting for values; says whether that was under way.
    pub(super) fn stop_fetching(&mut self, out: &mut Outbox) -> bool {
        let Some(fetch) = self.fetch.take() else {
            return false;
        };
        out.cancel(fetch.query);
        true
    }

    /// Takes the values.
    pub(super) fn fetched(&mut self, reply: Result<Reply, Fault>, cx: &Context, out: &mut Outbox) {
        let Some(fetch) = self.fetch.take() else {
            return;
        };
        let looked = match reply {
            Ok(Reply::Records(RecordsReply::RecordsLookedAt(mut looked))) => looked.pop(),
            Ok(_) | Err(Fault::Cancelled) => return,
            Err(fault) => return out.tell_problem(&Problem::from(fault)),
        };
        match looked {
            Some(Looked::There { values, .. }) => {
                let shape = self.shape.clone();
                let named = |column: &usize| {
                    let name = &shape.as_ref()?.columns.get(*column)?.name;
                    let found = values.iter().find(|(found, _)| found == name)?;
                    Some(found.1.clone())
                };
                let all: Option<Vec<Value>> = fetch.columns.iter().map(named).collect();
                match all {
                    Some(all) => {
                        self.values_are_here(&fetch.columns, all, true, fetch.then, cx, out);
                    }
                    None => out.tell(Mood::Warning, "This value cannot be read any more"),
                }
            }
            Some(Looked::Refused { why }) => out.tell(Mood::Warning, why),
            Some(Looked::Gone { .. }) | None => {
                out.tell(Mood::Warning, "The record is not there any more");
            }
        }
    }

    fn values_are_here(
        &mut self,
        columns: &[usize],
        values: Vec<Value>,
        whole: bool,
        then: Then,
        cx: &Context,
        out: &mut Outbox,
    ) {
        match (then, columns.first().copied(), values.first().cloned()) {
            (Then::Peek, Some(column), Some(value)) => self.open_peek(column, value, whole, cx),
            (_, _, _) if !whole => {
                let line = "A value is too long for the grid, and the row has no key to ask for it";
                out.tell(Mood::Warning, line);
            }
            (Then::Follow(reference), _, _) => self.follow_values(reference, &values, out),
            (Then::CopyValue, Some(_), Some(value)) => copy_value(&value, cx, out),
            (Then::CopyRow(form), _, _) => self.copy_row_of(columns, &values, form, cx, out),
            _ => {}
        }
    }
}
