//! Answers to the grid's questions; outdated ones are dropped.

use super::window::{Edge, Window};
use super::{Browser, Count, Load, Purpose, cell};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{CatalogReply, Fault, QueryId, RecordsReply, Reply};
use crate::domain::query::{Page, PageFrom};

impl Browser {
    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let known = self.names_answered(query, &reply, cx, out)
            || self.records_answered(query, &reply, out);
        if known || self.views_answered(query, &reply, cx, out) {
            return;
        }
        if let Some(load) = self.load.take_if(|load| load.query == query) {
            match reply {
                Ok(reply) => self.loaded(load, reply, cx, out),
                Err(fault) => self.load_failed(&load, fault, cx, out),
            }
        } else if self.count == Count::Waiting(query) {
            self.counted(reply, out);
        } else if self.pane.waiting == Some(query) {
            match reply {
                Ok(Reply::Records(RecordsReply::RecordLoaded(record))) => self.pane.take(record),
                Err(Fault::Cancelled) | Ok(_) => self.pane.forget(),
                Err(fault) => self.pane.fail(fault.into()),
            }
        } else if self.is_fetching(query) {
            self.fetched(reply, cx, out);
        } else if self.is_marking(query) {
            self.marking_answered(reply, out);
        } else if self.looks_for_dependents(query) {
            self.looked(reply, cx, out);
        } else if !self.whole_answered(query, &reply) {
            self.delete_answered(query, reply, cx, out);
        }
    }

    fn loaded(&mut self, load: Load, reply: Reply, cx: &Context, out: &mut Outbox) {
        match (load.purpose, reply) {
            (Purpose::Shape, Reply::Catalog(CatalogReply::ShapeLoaded(_))) => {
                self.take_shape(cx);
                self.open_with_view(cx, out);
                let from = self.land(cx);
                self.read_anew(from, load.holding, cx, out);
            }
            (Purpose::Anew(from), Reply::Records(RecordsReply::PageLoaded(page))) => {
                self.opened(page, &from, cx, out);
            }
            (Purpose::Share(share), Reply::Records(RecordsReply::ShareLoaded(loaded))) => {
                self.share_loaded(share, loaded, cx, out);
            }
            (Purpose::Find(key), Reply::Records(RecordsReply::RecordLoaded(record))) => {
                self.found(&key, record, cx, out);
            }
            (Purpose::Extend(edge), Reply::Records(RecordsReply::PageLoaded(page))) => {
                self.extended(edge, page, cx, out);
            }
            (Purpose::Refresh { .. }, Reply::Records(RecordsReply::PageLoaded(page))) => {
                self.refreshed(page, cx, out);
            }
            _ => {}
        }
    }

    pub(super) fn opened(&mut self, page: Page, from: &PageFrom, cx: &Context, out: &mut Outbox) {
        if self.shown.filter != self.wanted.filter {
            self.uncount(out);
        }
        if self.shown != self.wanted {
            self.changes.clear();
        }
        self.shown = self.wanted.clone();
        self.asked_for_is_here();
        self.learn(&page, cx);
        let rows = usize::from(self.parts(cx.room).rows);
        self.window = Some(Window::open(page, from, rows));
        self.problem = None;
        self.landed = None;
        self.arrive_at_sought(cx, out);
        self.arrive_at_key(cx, out);
        self.columns.fit(self.parts(cx.room).grid);
        self.prefetch(cx, out);
        self.follow_columns(cx, out);
        self.learn_names(out);
        self.rest(cx, out);
    }

    fn extended(&mut self, edge: Edge, page: Page, cx: &Context, out: &mut Outbox) {
        self.learn(&page, cx);
        if let Some(window) = &mut self.window {
            window.extend(edge, page);
        }
        match std::mem::take(&mut self.owed) {
            0 => {
                self.prefetch(cx, out);
                self.follow_columns(cx, out);
            }
            owed => self.travel(cx, out, |window| window.shift(owed)),
        }
    }

    fn refreshed(&mut self, page: Page, cx: &Context, out: &mut Outbox) {
        self.learn(&page, cx);
        let Some(window) = &mut self.window else {
            return;
        };
        if page.rows.is_empty() && (page.more_before || page.more_after) {
            // Everything that was shown is gone, but there are rows before.
            self.wanted = self.shown.clone();
            return self.read_anew(PageFrom::Last, false, cx, out);
        }
        window.refresh(page);
        self.problem = None;
        self.forget_changes();
        if self.find_sought(cx, out) {
            return;
        }
        self.columns.fit(self.parts(cx.room).grid);
        self.prefetch(cx, out);
        self.follow_columns(cx, out);
        self.rest(cx, out);
    }

    fn load_failed(&mut self, load: &Load, fault: Fault, cx: &Context, out: &mut Outbox) {
        self.owed = 0;
        self.keep_refused(load, &fault);
        self.give_up_way(&load.purpose);
        let lost = matches!(
            fault,
            Fault::ConnectionLost | Fault::Unreachable { .. } | Fault::SessionOver { .. }
        );
        let stopped = fault == Fault::Cancelled;
        let problem = Problem::from(fault);
        if self.window.is_none() && stopped {
            out.go(Go::Back);
        } else if self.window.is_none() {
            self.problem = Some(problem);
        } else if !lost && self.refuse_in_dialog(&problem) {
            // Told where it was typed; the rows before are still shown.
        } else if !lost && !stopped && load.purpose != (Purpose::Refresh { asked: false }) {
            out.tell_problem(&problem);
        }
        if stopped && self.stale {
            self.refresh(false, cx, out);
        }
    }

    fn counted(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        self.count = Count::Unknown;
        match reply {
            Ok(Reply::Records(RecordsReply::RowsCounted(rows))) => self.count = Count::Exact(rows),
            Ok(_) | Err(Fault::Cancelled) => {}
            Err(fault) => out.tell_problem(&fault.into()),
        }
    }

    /// The rows that were counted are not those shown any more.
    pub(super) fn uncount(&mut self, out: &mut Outbox) {
        if let Count::Waiting(query) = self.count {
            out.cancel(query);
        }
        self.count = Count::Unknown;
    }

    /// Widens columns for values that are wider than those before.
    fn learn(&mut self, page: &Page, cx: &Context) {
        let Some(shape) = &self.shape else { return };
        self.columns.learn(&page.rows, |position, row| {
            let kind = shape.columns.get(position);
            let cell = row.cell(position);
            match (kind, cell) {
                (Some(column), Some(cell)) => cell::width(cell, column, &cx.zone),
                _ => 0,
            }
        });
    }
}
