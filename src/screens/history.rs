//! The timeline of one record or of one of its fields, the record as it was, and the way back:
//! restoring opens the form with old values as edits.

mod act;
mod restore;
mod rows;
pub mod view;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Past};
use crate::app::problem::Problem;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, QueryId, Reply, Request};
use crate::domain::history::{AsOf, EntryId, HistoryEntry};
use crate::domain::record::Record;
use crate::domain::table::TableId;
use crate::input::action::{Action, BrowserAction, HistoryAction, ListAction, Scope};
use crate::input::event::Key;

/// The timeline of one record or of one of its fields.
#[derive(Debug, Default)]
pub struct History {
    /// Whose.
    of: Option<Past>,
    /// The entries that were read, the newest first.
    entries: Vec<HistoryEntry>,
    /// Whether there are earlier ones.
    more: bool,
    /// The page that is awaited, or why there is none.
    loading: Loadable<()>,
    /// Whether the page that is awaited is the newest, to be put before what is here.
    newest: bool,
    /// The entry under the cursor.
    selected: usize,
    /// The field of it under the cursor.
    field: usize,
    /// What is shown.
    shows: Shows,
    /// A question about one entry, and what for.
    asked: Option<(QueryId, Purpose)>,
}

/// What is shown.
#[derive(Debug, Default)]
enum Shows {
    /// The entries.
    #[default]
    List,
    /// The values of one entry whole.
    Whole {
        /// The entry.
        entry: Box<HistoryEntry>,
        /// Lines scrolled.
        scrolled: usize,
    },
    /// The record as it was.
    AsOf(Box<Then>),
}

/// The record as it was after an entry.
#[derive(Debug)]
struct Then {
    of: Past,
    entry: HistoryEntry,
    past: AsOf,
    present: Option<Record>,
    /// When the record was changed last.
    changed_at: Timestamp,
    /// The column under the cursor.
    column: usize,
    /// Lines of its value scrolled.
    scrolled: usize,
}

/// What a question about one entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// Showing its values whole.
    Whole,
    /// Showing the record as it was.
    View,
    /// Restoring the version.
    Restore,
    /// Restoring one field, by its place in the entry.
    Field(usize),
}

impl History {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::History, Scope::List, Scope::AppList]
    }

    /// Turns to a record; what was read of another is forgotten.
    pub fn turn_to(&mut self, of: Past) {
        *self = Self {
            of: Some(of),
            ..Self::default()
        };
    }

    /// The person came here, or back.
    pub fn arrived(&mut self, _cx: &Context, out: &mut Outbox) {
        if self.of.is_none() {
            return out.go(Go::Back);
        }
        self.read_newest(out);
    }

    /// The table whose record is shown.
    pub fn table(&self) -> Option<TableId> {
        self.of.as_ref().map(|of| of.table)
    }

    /// Others changed something: what is new of this record is read.
    pub fn followed(&mut self, items: &[FeedItem], _cx: &Context, out: &mut Outbox) {
        let Some(of) = &self.of else { return };
        let latest = self.entries.first().map(HistoryEntry::key_after);
        let concerns = |item: &FeedItem| {
            let key = item.key.as_ref();
            item.table == of.table && (key.is_none() || key == Some(&of.key) || key == latest)
        };
        if items.iter().any(concerns) {
            self.read_newest(out);
        }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::History(action) => self.act_history(action, cx, out),
            Action::List(action) => self.act_list(action, cx, out),
            Action::Browser(BrowserAction::Reload) => {
                self.loading = Loadable::Idle;
                self.read_newest(out);
            }
            _ => {}
        }
    }

    /// Takes a key that no action has; nothing is typed here.
    pub fn key(&mut self, _key: Key, _cx: &Context, _out: &mut Outbox) {}

    /// Takes a paste.
    pub fn paste(&mut self, _text: &str, _cx: &Context, _out: &mut Outbox) {}

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.loading.awaits(query) {
            return self.loaded(reply, out);
        }
        let Some((_, purpose)) = self.asked.take_if(|(asked, _)| *asked == query) else {
            return;
        };
        match reply {
            Ok(Reply::History(reply)) => self.answered(purpose, reply, cx, out),
            Ok(_) | Err(Fault::Cancelled) => {}
            Err(fault) => out.tell_problem(&Problem::from(fault)),
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.loading.awaits(query) && self.entries.is_empty()
            || self.asked.is_some_and(|(asked, _)| asked == query)
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        let history = Action::History;
        let back = Action::List(ListAction::Back);
        match (&self.shows, self.current()) {
            (Shows::Whole { .. }, _) | (_, None) => vec![back],
            (Shows::AsOf(_), _) => vec![
                history(HistoryAction::RestoreVersion),
                history(HistoryAction::RestoreField),
                back,
            ],
            (Shows::List, Some(_)) => vec![
                history(HistoryAction::ShowWhole),
                history(HistoryAction::ViewAsOf),
                history(HistoryAction::RestoreVersion),
                history(HistoryAction::RestoreField),
                back,
            ],
        }
    }

    /// Says where one is, for the status line.
    pub fn standing(&self) -> String {
        match (self.entries.len(), self.more) {
            (0, _) => String::new(),
            (all, true) => format!("change {} of more than {all}", self.selected + 1),
            (all, false) => format!("change {} of {all}", self.selected + 1),
        }
    }

    /// The entry under the cursor.
    fn current(&self) -> Option<&HistoryEntry> {
        self.entries.get(self.selected)
    }

    fn read_newest(&mut self, out: &mut Outbox) {
        if !self.loading.is_waiting() {
            self.newest = true;
            self.read(None, out);
        }
    }

    fn read_earlier(&mut self, out: &mut Outbox) {
        let last = self.entries.last().map(|entry| entry.id);
        if self.more && !self.loading.is_waiting() {
            self.newest = false;
            self.read(last, out);
        }
    }

    fn read(&mut self, before: Option<EntryId>, out: &mut Outbox) {
        let Some(of) = &self.of else { return };
        let request = Request::History(HistoryRequest::LoadHistory {
            table: of.table,
            key: of.key.clone(),
            column: of.column.clone(),
            before,
        });
        self.loading = Loadable::Waiting(out.ask(request));
    }

    fn loaded(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        self.loading = Loadable::Ready(());
        match reply {
            Ok(Reply::History(HistoryReply::HistoryLoaded { entries, more })) => {
                self.take(entries, more);
            }
            Ok(_) => {}
            Err(Fault::Cancelled) if self.entries.is_empty() => out.go(Go::Back),
            Err(Fault::Cancelled) => {}
            Err(fault) => {
                let problem = Problem::from(fault);
                if !self.entries.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    /// Takes a page; the cursor stays on the entry where it is.
    fn take(&mut self, mut entries: Vec<HistoryEntry>, more: bool) {
        if let Some(column) = self.of.as_ref().and_then(|of| of.column.as_ref()) {
            for entry in &mut entries {
                entry.fields.retain(|field| field.column == *column);
                entry.withheld = 0;
            }
        }
        if !self.newest {
            self.entries.extend(entries);
            self.more = more;
            return;
        }
        let here = self.current().map(|entry| entry.id);
        let newest = self.entries.first().map(|entry| entry.id);
        // Where the pages do not meet, what is between is read again from the newest.
        let meets = newest.is_some_and(|newest| entries.iter().any(|entry| entry.id == newest));
        if meets {
            let new = entries
                .into_iter()
                .take_while(|entry| Some(entry.id) != newest);
            self.entries.splice(0..0, new);
        } else {
            self.entries = entries;
            self.more = more;
        }
        let place = self.entries.iter().position(|entry| Some(entry.id) == here);
        let at_top = self.selected == 0;
        match place {
            Some(place) if !at_top => self.selected = place,
            _ => self.selected = 0,
        }
        if place != Some(0) || !at_top {
            self.field = self.field.min(self.fields().saturating_sub(1));
        }
    }

    fn fields(&self) -> usize {
        self.current().map_or(0, |entry| entry.fields.len())
    }
}
