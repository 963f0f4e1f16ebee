//! What the records are called that rows refer to: it comes with the rows, once it is known of which
//! tables they are. That is asked beside the first rows and keeps nothing waiting.

use super::Browser;
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, LookupReply, LookupRequest, QueryId, Reply, Request};
use crate::domain::reference;

impl Browser {
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
