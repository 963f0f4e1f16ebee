//! The list of tables with fuzzy find: its state, and what the house calls.

mod act;
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

use find::Found;

/// The list of tables with fuzzy find.
#[derive(Debug, Default)]
pub struct Tables {
    /// The tables shown, the best first while something is looked for.
    found: Vec<Found>,
    /// The table under the cursor; it stays when the list is read again.
    selected: Option<TableId>,
    /// The first line shown.
    top: usize,
    /// The line to find by, while it is open.
    find: Option<TextField>,
    /// The question under way.
    asked: Option<QueryId>,
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

    /// The person came here.
    pub fn arrived(&mut self, cx: &Context, out: &mut Outbox) {
        self.find = None;
        self.list(cx);
        self.ask(out);
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let mine = self.asked.take_if(|asked| *asked == query).is_some();
        match reply {
            Ok(_) => {
                self.listed = true;
                self.problem = None;
                self.list(cx);
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
        self.found = find::find(&cx.tables, pattern);
        if self.position().is_none() {
            self.selected = self.found.first().map(|found| found.table);
        }
        self.scroll(cx);
    }

    /// Returns the place of the cursor in the list.
    fn position(&self) -> Option<usize> {
        let selected = self.selected?;
        self.found.iter().position(|found| found.table == selected)
    }

    fn scroll(&mut self, cx: &Context) {
        let line = self.position().map_or(0, |at| self.line_of(at));
        let height = self.height(cx);
        self.top = scroll::follow(self.top, line, height, self.lines());
        // The heading above the first table of a schema is seen with it.
        let headed = line > 0 && self.heading_before(line);
        if headed && self.top == line {
            self.top -= 1;
        }
    }

    /// How many lines are shown below the title.
    fn height(&self, cx: &Context) -> usize {
        usize::from(cx.room.rows.saturating_sub(2).max(1))
    }
}
