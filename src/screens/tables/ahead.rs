//! The columns of the table under the cursor, asked for once keys have rested: opening it then needs
//! its rows alone. What was altered since, and what a role gives no more, is noticed with the rows, as for
//! any table that is known.

use super::Tables;
use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::outbox::Outbox;
use crate::db::contract::{
    CatalogReply, CatalogRequest, Fault, LookupRequest, QueryId, Reply, Request,
};
use crate::domain::reference;
use crate::domain::table::TableId;

/// How long keys rest before the columns are asked for.
const REST_MS: u64 = 120;

impl Tables {
    /// The cursor is on a table: sets the timer, where its columns are not known.
    pub(super) fn rest(&self, cx: &Context, out: &mut Outbox) {
        if self.unknown(cx).is_some() {
            out.wake(Timer::Rest, REST_MS);
        }
    }

    /// Keys have rested: asks for the columns; one question at a time is enough.
    pub fn rested(&mut self, cx: &Context, out: &mut Outbox) {
        if self.ahead.is_some() {
            return;
        }
        if let Some(table) = self.unknown(cx) {
            let request = Request::Catalog(CatalogRequest::LoadShape { table });
            self.ahead = Some((out.ask(request), table));
        }
    }

    /// Takes the answer to what was asked ahead; says whether it was. The tables that the rows refer to
    /// are asked about next, so that their names come with the rows. Where it was refused, opening the
    /// table says why; where the cursor went on meanwhile, it may rest again.
    pub(super) fn took_ahead(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> bool {
        let Some((_, table)) = self.ahead.take_if(|(ahead, _)| *ahead == query) else {
            return false;
        };
        if self.selected != Some(table) {
            self.rest(cx, out);
        } else if let Ok(Reply::Catalog(CatalogReply::ShapeLoaded(shape))) = reply {
            let named = reference::tables_named(shape);
            if !named.is_empty() {
                let request = Request::Lookup(LookupRequest::LearnAhead(named));
                self.ahead = Some((out.ask(request), table));
            }
        }
        true
    }

    fn unknown(&self, cx: &Context) -> Option<TableId> {
        let shown = self.selected.filter(|_| self.position().is_some());
        shown.filter(|table| !cx.shapes.contains_key(table))
    }
}
