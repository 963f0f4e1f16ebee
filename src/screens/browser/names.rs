//! What the records are called that rows refer to: it comes with the rows, once it is known of which
//! tables they are. That is asked beside the first rows and keeps nothing waiting.

use super::{Browser, chips};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, LookupReply, LookupRequest, QueryId, Reply, Request};
use crate::domain::query::Test;
use crate::domain::reference;

impl Browser {
    /// The only part of the filter with what the record is called that it names, where the rows tell it.
    pub(super) fn filter_named(&self) -> Option<String> {
        let filter = &self.shown.filter;
        let alone = filter.quick.is_empty() && self.wanted.filter == *filter;
        let ([one], true) = (filter.conditions.as_slice(), alone) else {
            return None;
        };
        let (Test::Equals(value), false) = (&one.test, one.off) else {
            return None;
        };
        let rows = self.window.as_ref()?.rows();
        let cells = rows.iter().filter_map(|row| row.cell(one.column));
        let label = cells
            .filter(|cell| cell.value == *value)
            .find_map(|cell| cell.label.as_deref())?;
        let part = chips::part(one, self.shape.as_deref()?);
        Some(format!("{part} · {label}"))
    }

    /// The first rows are here: asks once of the tables that they refer to.
    pub(super) fn learn_names(&mut self, out: &mut Outbox) {
        let Some(shape) = self.shape.as_ref().filter(|_| self.names_asked.is_none()) else {
            return;
        };
        let tables = reference::tables_named(shape);
        if tables.is_empty() {
            return;
        }
        let request = Request::Lookup(LookupRequest::Learn(tables));
        self.names_asked = Some(out.ask(request));
    }

    /// Takes the answer; says whether it was asked for here. With something new the rows are read again.
    pub(super) fn names_answered(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> bool {
        if self.names_asked != Some(query) {
            return false;
        }
        if let Ok(Reply::Lookup(LookupReply::Learned(true))) = reply {
            self.read_again(cx, out);
        }
        true
    }
}
