//! Receipts of merges that nobody was asked about: a list, and one of them with its three values.
//! Taking a value back opens the form with it; saving there is an ordinary save.

mod put;
#[cfg(test)]
mod tests;
pub mod view;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, QueryId, ReceiptsReply, ReceiptsRequest, Reply, Request};
use crate::domain::receipt::{MergedField, Receipt, Side};
use crate::domain::record::RecordKey;
use crate::domain::scroll;
use crate::domain::table::TableId;
use crate::input::action::{Action, BrowserAction, ConflictAction, ListAction, Scope};
use crate::input::event::Key;

/// Receipts of merges that nobody was asked about.
#[derive(Debug, Default)]
pub struct Receipts {
    /// The table and the record from which the person came.
    about: (Option<TableId>, Option<RecordKey>),
    /// Those that were read, the newest first.
    receipts: Vec<Receipt>,
    /// Whether there are earlier ones.
    more: bool,
    /// The page that is awaited, or why there is none.
    loading: Loadable<()>,
    /// Whether it is the first page.
    first: bool,
    /// The receipt under the cursor.
    selected: usize,
    /// The field under the cursor, while one receipt is looked at.
    field: Option<usize>,
}

impl Receipts {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Receipts, Scope::List, Scope::AppList]
    }

    /// Turns to a table, a record, or all of one's own: what was read of another is not shown as these.
    pub fn turn_to(&mut self, about: (Option<TableId>, Option<RecordKey>)) {
        if self.about != about {
            *self = Self {
                about,
                ..Self::default()
            };
        }
    }

    /// The person came here, or back. `kept` are those of this run, where nothing is installed.
    pub fn arrived(&mut self, kept: &[Receipt], cx: &Context, out: &mut Outbox) {
        if cx.is_shared() {
            return self.read(true, out);
        }
        self.receipts = kept.iter().rev().cloned().collect();
        self.loading = Loadable::Ready(());
        self.more = false;
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Browser(BrowserAction::Open) if self.field.is_none() => self.look(),
            Action::Browser(BrowserAction::Open) => self.open(out),
            Action::Browser(BrowserAction::Reload) if cx.is_shared() => {
                self.loading = Loadable::Idle;
                self.read(true, out);
            }
            Action::Conflict(ConflictAction::TakeBack) => self.put(None, cx, out),
            Action::Conflict(ConflictAction::TakeYours) => self.put(Some(Side::Yours), cx, out),
            Action::Conflict(ConflictAction::TakeTheirs) => self.put(Some(Side::Theirs), cx, out),
            Action::Conflict(ConflictAction::TakeWas) => self.put(Some(Side::Was), cx, out),
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
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if !self.loading.awaits(query) {
            return;
        }
        self.loading = Loadable::Ready(());
        match reply {
            Ok(Reply::Receipts(ReceiptsReply::ReceiptsListed { receipts, more })) => {
                let here = self.current().map(|receipt| receipt.id);
                if self.first {
                    self.receipts.clear();
                }
                self.receipts.extend(receipts);
                self.more = more;
                let found = self.receipts.iter().position(|one| Some(one.id) == here);
                self.field = self.field.filter(|_| found.is_some());
                self.selected = found.unwrap_or(0);
            }
            Ok(_) => {}
            Err(Fault::Cancelled) if self.receipts.is_empty() => out.go(Go::Back),
            Err(Fault::Cancelled) => {}
            Err(fault) => {
                let problem = Problem::from(fault);
                // The list that is shown is the one before: that has to be said.
                if !self.receipts.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.loading.awaits(query) && self.receipts.is_empty()
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let back = Action::List(ListAction::Back);
        if self.receipts.is_empty() {
            return vec![back];
        }
        let mut hints = vec![Action::Browser(BrowserAction::Open)];
        if self.field.is_some() {
            let puts = [
                ConflictAction::TakeBack,
                ConflictAction::TakeYours,
                ConflictAction::TakeTheirs,
                ConflictAction::TakeWas,
            ];
            hints = puts.map(Action::Conflict).into();
            hints.push(Action::Browser(BrowserAction::Open));
        } else if cx.is_shared() {
            hints.push(Action::Browser(BrowserAction::Reload));
        }
        hints.push(back);
        hints
    }

    fn current(&self) -> Option<&Receipt> {
        self.receipts.get(self.selected)
    }

    /// The field under the cursor of the receipt that is looked at.
    fn current_field(&self) -> Option<&MergedField> {
        self.current()?.fields.get(self.field?)
    }

    fn look(&mut self) {
        self.field = self.current().map(|_| 0);
    }

    fn open(&self, out: &mut Outbox) {
        if let Some(receipt) = self.current() {
            out.go(Go::Open {
                table: receipt.table,
                key: Some(receipt.key.clone()),
                edit: false,
            });
        }
    }

    fn read(&mut self, first: bool, out: &mut Outbox) {
        if self.loading.is_waiting() || !first && !self.more {
            return;
        }
        self.first = first;
        let last = self.receipts.last().map(|receipt| receipt.id);
        let (table, key) = self.about.clone();
        let before = last.filter(|_| !first);
        let request = Request::Receipts(ReceiptsRequest::ListReceipts { table, key, before });
        self.loading = Loadable::Waiting(out.ask(request));
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(3)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) if self.field.is_some() => return self.field = None,
            (_, ListAction::Back) => return out.go(Go::Back),
            _ => return,
        };
        if let Some(field) = self.field {
            let fields = self.current().map_or(0, |receipt| receipt.fields.len());
            self.field = Some(scroll::step(field, by, fields));
            return;
        }
        self.selected = scroll::step(self.selected, by, self.receipts.len());
        if self.selected + 1 >= self.receipts.len() {
            self.read(false, out);
        }
    }
}
