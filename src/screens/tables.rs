//! The list of tables with fuzzy find: its state, and what the house calls.

mod act;
mod ahead;
mod find;
pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::{CatalogRequest, Fault, QueryId, Reply, Request};
use crate::domain::scroll;
use crate::domain::table::TableId;
use crate::input::action::Scope;
use crate::input::line::TextField;

use find::Listing;

/// The list of tables with fuzzy find.
#[derive(Debug, Default)]
pub struct Tables {
    /// The tables shown, the best first while something is looked for.
    list: Listing,
    /// The room for what is to be known of a table.
    known: u16,
    /// The table under the cursor; it stays when the list is read again.
    selected: Option<TableId>,
    /// The first line shown.
    top: usize,
    /// The line to find by, while it is open.
    find: Option<TextField>,
    /// The question under way.
    asked: Option<QueryId>,
    /// The question for the columns of a table that may be opened next.
    ahead: Option<(QueryId, TableId)>,
    /// Whether the tables were listed at least once.
    listed: bool,
    problem: Option<Problem>,
}

impl Tables {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.find {
            Some(_) => &[Scope::Find],
            None => &[Scope::Tables, Scope::List, Scope::AppList],
        }
    }

    /// What the keys of the line to find by do, in a word each.
    pub fn line_words(&self) -> Option<[&'static str; 2]> {
        self.find.as_ref().map(|_| ["open", "all tables"])
    }

    /// The person came here.
    pub fn arrived(&mut self, cx: &Context, out: &mut Outbox) {
        self.find = None;
        self.list(cx);
        self.ask(out);
        self.rest(cx, out);
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.took_ahead(query, &reply, cx, out) {
            return;
        }
        let mine = self.asked.take_if(|asked| *asked == query).is_some();
        match reply {
            Ok(_) => {
                self.listed = true;
                self.problem = None;
                self.list(cx);
                self.rest(cx, out);
            }
            Err(Fault::Cancelled) => {}
            Err(fault) if mine => {
                let problem = Problem::from(fault);
                if self.listed {
                    out.tell_problem(&problem);
                }
                self.problem = Some(problem);
            }
            Err(_) => {}
        }
    }

    /// Whether the person waits for this answer.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.asked == Some(query)
    }

    fn ask(&mut self, out: &mut Outbox) {
        if let Some(before) = self.asked.take() {
            out.cancel(before);
        }
        self.asked = Some(out.ask(Request::Catalog(CatalogRequest::ListTables)));
    }

    /// Makes the list anew; the cursor stays on its table, if that is still shown.
    fn list(&mut self, cx: &Context) {
        let pattern = self.find.as_ref().map_or("", |find| find.text());
        self.list = find::list(&cx.tables, cx.memory(), pattern, self.height(cx));
        self.known = view::room_for_known(&cx.tables);
        if self.position().is_none() {
            self.selected = self.list.found.first().map(|found| found.table);
        }
        self.scroll(cx);
    }

    /// Returns the place of the cursor in the list.
    fn position(&self) -> Option<usize> {
        let selected = self.selected?;
        let mut found = self.list.found.iter();
        found.position(|found| found.table == selected)
    }

    fn scroll(&mut self, cx: &Context) {
        let position = self.position().unwrap_or(0);
        let line = self.list.line_of(position);
        self.top = scroll::follow(self.top, line, self.height(cx), self.list.lines());
        // The heading above a table is seen with it.
        if self.top == line && self.list.heading(position).is_some() {
            self.top = line.saturating_sub(1);
        }
    }

    /// The place has another size, or what is remembered of the person has changed.
    pub fn arrange(&mut self, cx: &Context) {
        if self.listed {
            self.list(cx);
        }
    }

    /// How many lines are shown below the title.
    fn height(&self, cx: &Context) -> usize {
        usize::from(cx.room.rows.saturating_sub(2).max(1))
    }
}
