//! Which questions about rows are put, and when: one at a time, the person's own first.

use super::window::{Edge, Window};
use super::{Browser, Count, Load, Purpose, View};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{CatalogRequest, QueryId, RecordsRequest, Request};
use crate::domain::query::{Filter, PageFrom, PageQuery};
use crate::domain::table::{Shape, TableKind};

/// The most characters of one value in a page; the record has them whole.
const CELL_CHARS: u16 = 120;

impl Browser {
    /// Opens the table: its columns first, where they are not known, then its first rows.
    pub(super) fn open(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(table) = self.table else { return };
        self.problem = None;
        if cx.shapes.contains_key(&table) {
            self.take_shape(cx);
            self.open_with_view(cx, out);
            let from = self.land(cx);
            return self.read_anew(from, true, cx, out);
        }
        self.ask_shape(out);
    }

    /// Asks for the table's columns; its rows are asked for once they are here.
    pub(super) fn ask_shape(&mut self, out: &mut Outbox) {
        let Some(table) = self.table else { return };
        let request = Request::Catalog(CatalogRequest::LoadShape { table });
        self.put(Purpose::Shape, request, true, out);
    }

    /// Takes over what the house knows of the table's columns.
    pub(super) fn take_shape(&mut self, cx: &Context) {
        let known = self.table.and_then(|table| cx.shapes.get(&table));
        if let Some(shape) = known {
            let layout = cx.memory().layout(&shape.name);
            self.columns = super::columns::Columns::new(shape, &layout);
            self.shape = Some(shape.clone());
            self.columns.fit(self.parts(cx.room).grid);
            self.take_preset();
        }
    }

    /// Reads rows as the person wants them, instead of those shown.
    pub(super) fn read_anew(
        &mut self,
        from: PageFrom,
        holding: bool,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let is_unpaged = |shape: &&Shape| shape.key.is_empty() && shape.kind != TableKind::Table;
        let limit = match self.shape.as_deref().filter(is_unpaged) {
            Some(_) => Window::unpaged_limit(),
            None => Window::page_limit(usize::from(self.parts(cx.room).rows)),
        };
        self.owed = 0;
        let query = self.page_query(&self.wanted, from.clone(), limit, cx);
        self.ask_page(Purpose::Anew(from), query, holding, out);
    }

    /// Reads the rows that are shown again; the cursor stays on its row.
    pub(super) fn refresh(&mut self, asked: bool, cx: &Context, out: &mut Outbox) {
        let Some(window) = &self.window else { return };
        if self.load.is_some() {
            self.stale = true;
            return;
        }
        self.stale = false;
        let (from, limit) = (window.refresh_from(), window.refresh_limit());
        let query = self.page_query(&self.shown, from, limit, cx);
        self.ask_page(Purpose::Refresh { asked }, query, false, out);
    }

    /// Reads just the rows that are held again, beside whatever the person does.
    pub(super) fn read_again(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(window) = self.window.as_ref().filter(|_| self.load.is_none()) else {
            self.stale = self.window.is_some();
            return;
        };
        let limit = u16::try_from(window.rows().len().max(1)).unwrap_or(u16::MAX);
        let query = self.page_query(&self.shown, window.refresh_from(), limit, cx);
        self.ask_page(Purpose::Refresh { asked: false }, query, false, out);
    }

    /// Asks for more rows before the cursor needs them, when nothing else is under way.
    pub(super) fn prefetch(&mut self, cx: &Context, out: &mut Outbox) {
        if self.load.is_some() {
            return;
        }
        if self.stale {
            return self.refresh(false, cx, out);
        }
        if let Some(edge) = self.window.as_ref().and_then(Window::wants) {
            self.extend(edge, false, cx, out);
        }
    }

    /// Asks for more rows at one end; with `holding` the keys that follow wait for them.
    pub(super) fn extend(&mut self, edge: Edge, holding: bool, cx: &Context, out: &mut Outbox) {
        if let Some(load) = &mut self.load {
            match load.purpose {
                // They are on their way already.
                Purpose::Extend(under_way) if under_way == edge => {
                    load.holding |= holding;
                    out.hold = holding.then_some(load.query).or(out.hold);
                    return;
                }
                Purpose::Refresh { .. } => self.stale = true,
                // Other rows are on their way: these are not shown much longer.
                Purpose::Shape | Purpose::Anew(_) | Purpose::Find(_) | Purpose::Share(_) => {
                    return self.owed = 0;
                }
                Purpose::Extend(_) => {}
            }
        }
        let from = self.window.as_ref().and_then(|w| w.extend_from(edge));
        let Some(from) = from else { return };
        let limit = Window::page_limit(usize::from(self.parts(cx.room).rows));
        let query = self.page_query(&self.shown, from, limit, cx);
        self.ask_page(Purpose::Extend(edge), query, holding, out);
    }

    /// Counts the rows exactly; asked for again while it runs, it goes on.
    pub(super) fn count(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(_)) = (self.table, &self.window) else {
            return;
        };
        if matches!(self.count, Count::Waiting(_)) {
            return;
        }
        let filter = self.asked(&self.shown.filter, cx);
        let request = RecordsRequest::CountRows { table, filter };
        self.count = Count::Waiting(out.ask(Request::Records(request)));
    }

    /// Names what the person waits for, when it is this answer: other rows, or a count. Rows that
    /// are read ahead are not waited for.
    pub fn waits_for(&self, query: QueryId) -> Option<&'static str> {
        if self.count == Count::Waiting(query) {
            return Some("count");
        }
        if self.is_marking(query) {
            return Some("marking");
        }
        if self.is_fetching(query) {
            return Some("value");
        }
        if self.looks_for_dependents(query) {
            return Some("dependents");
        }
        let load = self.load.as_ref().filter(|load| load.query == query)?;
        let waited = load.holding || matches!(load.purpose, Purpose::Refresh { asked: true });
        match load.purpose {
            Purpose::Shape => Some("columns"),
            Purpose::Anew(_) | Purpose::Share(_) => Some("page"),
            Purpose::Find(_) => Some("record"),
            _ => waited.then_some("page"),
        }
    }

    /// Stops what the person waits for; says whether there was something.
    pub(super) fn stop(&mut self, out: &mut Outbox) -> bool {
        if self.stop_marking(out) || self.stop_fetching(out) {
            return true;
        }
        if let Count::Waiting(query) = self.count {
            self.count = Count::Unknown;
            out.cancel(query);
            return true;
        }
        let waits = |load: &mut Load| {
            matches!(
                load.purpose,
                Purpose::Shape
                    | Purpose::Anew(_)
                    | Purpose::Find(_)
                    | Purpose::Share(_)
                    | Purpose::Refresh { asked: true }
            )
        };
        let Some(load) = self.load.take_if(waits) else {
            return false;
        };
        out.cancel(load.query);
        self.give_up_way(&load.purpose);
        true
    }

    /// Other rows do not come: those before stay, and nothing that was to be found among them is
    /// looked for in the next ones.
    pub(super) fn give_up_way(&mut self, purpose: &Purpose) {
        self.wanted = self.shown.clone();
        self.sought = None;
        if matches!(purpose, Purpose::Anew(_)) {
            self.seek = None;
        }
    }

    /// A filter as it is asked for now, times in words made exact.
    pub(super) fn asked(&self, filter: &Filter, cx: &Context) -> Filter {
        let now = cx.now.to_zoned(cx.zone.clone());
        match &self.shape {
            Some(shape) => filter.as_of(shape, &now),
            None => filter.clone(),
        }
    }

    fn ask_page(
        &mut self,
        purpose: Purpose,
        query: Option<PageQuery>,
        holding: bool,
        out: &mut Outbox,
    ) {
        if let Some(query) = query {
            let request = Request::Records(RecordsRequest::LoadPage(query));
            self.put(purpose, request, holding, out);
        }
    }

    /// The question for a page, with the columns that are to be read.
    pub(super) fn page_query(
        &self,
        view: &View,
        from: PageFrom,
        limit: u16,
        cx: &Context,
    ) -> Option<PageQuery> {
        let columns = self.columns.to_read().map(|columns| columns.to_vec());
        let all = 0..self.shape.as_ref()?.columns.len();
        Some(PageQuery {
            table: self.table?,
            columns: columns.unwrap_or_else(|| all.collect()),
            sort: view.sort.clone(),
            filter: self.asked(&view.filter, cx),
            from,
            limit,
            cell_chars: CELL_CHARS,
        })
    }

    /// Puts a question in the stead of the one under way. Keys held for that one wait for this.
    pub(super) fn put(
        &mut self,
        purpose: Purpose,
        request: Request,
        holding: bool,
        out: &mut Outbox,
    ) {
        let before = self.load.take();
        let holding = holding || before.as_ref().is_some_and(|load| load.holding);
        let query = if holding {
            out.ask_holding(request)
        } else {
            out.ask(request)
        };
        if let Some(before) = before {
            out.cancel(before.query);
        }
        self.load = Some(Load {
            query,
            purpose,
            holding,
        });
    }
}
