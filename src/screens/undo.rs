//! One's own last changes, the newest first, each with what taking it back would do. Other people's
//! work is not in the list; taking back opens the form, and saving there is an ordinary save.

mod runs;
mod take_back;
#[cfg(test)]
mod tests;
pub mod view;

use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Past};
use crate::app::problem::Problem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, QueryId, Reply, Request};
use crate::domain::history::OwnChange;
use crate::domain::run::Own;
use crate::domain::scroll;
use crate::input::action::{Action, BrowserAction, BulkAction, HistoryAction, ListAction, Scope};
use crate::input::event::Key;

/// One's own last changes.
#[derive(Debug, Default)]
pub struct Undo {
    /// The changes that were read, the newest first; those of many rows in one.
    changes: Vec<Own>,
    /// Whether there are earlier ones.
    more: bool,
    /// The page that is awaited, or why there is none.
    loading: Loadable<()>,
    /// Whether it is the first page.
    first: bool,
    /// The change under the cursor.
    selected: usize,
    /// A deletion that is to be taken back, until it is known what went with it.
    asked: Option<(QueryId, Box<OwnChange>)>,
}

impl Undo {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Undo, Scope::List, Scope::AppList]
    }

    /// The person came here, or back.
    pub fn arrived(&mut self, _cx: &Context, out: &mut Outbox) {
        self.read(true, out);
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::History(HistoryAction::UndoChange) => self.take_back(cx, out),
            Action::History(HistoryAction::ShowHistory) => self.show_history(cx, out),
            Action::Browser(BrowserAction::Open) => self.open(out),
            Action::Browser(BrowserAction::Reload) => {
                self.loading = Loadable::Idle;
                self.read(true, out);
            }
            Action::List(action) => self.step(action, cx, out),
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
        if let Some((_, change)) = self.asked.take_if(|(asked, _)| *asked == query) {
            return take_back::went(&change, reply, cx, out);
        }
        if !self.loading.awaits(query) {
            return;
        }
        self.loading = Loadable::Ready(());
        match reply {
            Ok(Reply::History(HistoryReply::MyChangesLoaded { changes, more })) => {
                let here = self.current().map(Own::id);
                if self.first {
                    self.changes.clear();
                }
                self.changes.extend(changes);
                self.more = more;
                let found = |change: &Own| Some(change.id()) == here;
                self.selected = self.changes.iter().position(found).unwrap_or(0);
            }
            Ok(_) => {}
            Err(Fault::Cancelled) if self.changes.is_empty() => out.go(Go::Back),
            Err(Fault::Cancelled) => {}
            Err(fault) => {
                let problem = Problem::from(fault);
                // The list that is shown is the one before: that has to be said.
                if !self.changes.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.loading.awaits(query) && self.changes.is_empty()
            || self
                .asked
                .as_ref()
                .is_some_and(|(asked, _)| *asked == query)
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        let back = Action::List(ListAction::Back);
        if self.changes.is_empty() {
            return vec![back];
        }
        let one = matches!(self.current(), Some(Own::Change(_)));
        let history = one.then_some(Action::History(HistoryAction::ShowHistory));
        let mut hints = vec![
            Action::History(HistoryAction::UndoChange),
            Action::Browser(BrowserAction::Open),
        ];
        hints.extend(history);
        hints.extend([Action::Browser(BrowserAction::Reload), back]);
        hints
    }

    fn current(&self) -> Option<&Own> {
        self.changes.get(self.selected)
    }

    fn read(&mut self, first: bool, out: &mut Outbox) {
        if self.loading.is_waiting() || !first && !self.more {
            return;
        }
        self.first = first;
        let last = self.changes.last().map(Own::id);
        let before = last.filter(|_| !first);
        let request = Request::History(HistoryRequest::LoadMyChanges { before });
        self.loading = Loadable::Waiting(out.ask(request));
    }

    fn open(&self, out: &mut Outbox) {
        match self.current() {
            Some(Own::Change(change)) => out.go(Go::Open {
                table: change.table,
                key: Some(change.entry.key.clone()),
                edit: false,
            }),
            Some(Own::Run(run)) => out.go(Go::TakeRunBack(run.clone())),
            None => {}
        }
    }

    fn show_history(&self, cx: &Context, out: &mut Outbox) {
        match self.current() {
            Some(Own::Change(change)) => out.go(Go::History(Past {
                table: change.table,
                key: change.entry.key.clone(),
                column: None,
            })),
            Some(Own::Run(_)) => {
                let list = words::key(Action::Browser(BrowserAction::Open), Scope::Undo, cx);
                let open = words::key(Action::Bulk(BulkAction::OpenRow), Scope::Bulk, cx);
                let line = format!(
                    "A history is of one record: {list} lists these, and {open} opens the one there"
                );
                out.tell(Mood::Told, line);
            }
            None => {}
        }
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(3)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return out.go(Go::Back),
            _ => return,
        };
        self.selected = scroll::step(self.selected, by, self.changes.len());
        if self.selected + 8 > self.changes.len() {
            self.read(false, out);
        }
    }
}
