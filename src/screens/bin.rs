//! The bin: deleted records of a table that are still gone, and what was deleted with each. Restoring
//! opens a new record with the old values; with all that went along it goes through its own screen.

pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::forms::wish::{Put, Wish};
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, QueryId, Reply, Request};
use crate::domain::history::{DeletedRecord, Remains};
use crate::domain::record::Verb;
use crate::domain::run::{Gone, Which};
use crate::domain::table::TableId;
use crate::domain::{scroll, text};
use crate::input::action::{Action, BrowserAction, HistoryAction, ListAction, Scope};
use crate::input::event::Key;

/// The deleted records of a table.
#[derive(Debug, Default)]
pub struct Bin {
    table: Option<TableId>,
    /// The records that were read, the latest deletion first.
    records: Vec<DeletedRecord>,
    /// Whether there are earlier ones.
    more: bool,
    /// The page that is awaited, or why there is none.
    loading: Loadable<()>,
    /// Whether it is the first page.
    first: bool,
    /// The record under the cursor.
    selected: usize,
    /// What is shown instead of the list.
    shows: Shows,
    /// The values of a record are asked for, and what for.
    asked: Option<(QueryId, Purpose)>,
}

/// What is shown.
#[derive(Debug, Default)]
enum Shows {
    /// The deleted records.
    #[default]
    List,
    /// One of them with all its values.
    Whole {
        remains: Box<Remains>,
        scrolled: usize,
    },
}

/// What the values of a record are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Whole,
    Form,
}

impl Bin {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Bin, Scope::List, Scope::AppList]
    }

    /// The person came here, or back.
    pub fn arrived(&mut self, table: TableId, _cx: &Context, out: &mut Outbox) {
        if self.table != Some(table) {
            *self = Self {
                table: Some(table),
                ..Self::default()
            };
        }
        self.read(true, out);
    }

    /// Others deleted or created something here.
    pub fn followed(&mut self, items: &[FeedItem], out: &mut Outbox) {
        let concerns = |item: &FeedItem| {
            Some(item.table) == self.table && matches!(item.verb, Verb::Insert | Verb::Delete)
        };
        if items.iter().any(concerns) {
            self.read(true, out);
        }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::History(HistoryAction::ShowWhole) => match self.shows {
                Shows::List => self.ask(Purpose::Whole, out),
                _ => self.shows = Shows::List,
            },
            Action::History(HistoryAction::RestoreRecord) => self.ask(Purpose::Form, out),
            Action::History(HistoryAction::RestoreTogether) => self.bring_back(out),
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
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if self.loading.awaits(query) {
            return self.loaded(reply, out);
        }
        let Some((_, purpose)) = self.asked.take_if(|(asked, _)| *asked == query) else {
            return;
        };
        match reply {
            Ok(Reply::History(HistoryReply::RemainsLoaded(remains))) => {
                self.found(purpose, remains, out);
            }
            Ok(_) | Err(Fault::Cancelled) => {}
            Err(fault) => out.tell_problem(&Problem::from(fault)),
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.loading.awaits(query) && self.records.is_empty()
            || self.asked.is_some_and(|(asked, _)| asked == query)
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let back = Action::List(ListAction::Back);
        let Some(record) = self.current().filter(|_| matches!(self.shows, Shows::List)) else {
            return vec![back];
        };
        let shape = self.table.and_then(|table| cx.shapes.get(&table));
        let may = shape.is_none_or(|shape| shape.may_insert());
        let mut hints = vec![Action::History(HistoryAction::ShowWhole)];
        if may {
            hints.push(Action::History(HistoryAction::RestoreRecord));
        }
        if may && !record.dependents.is_empty() {
            hints.push(Action::History(HistoryAction::RestoreTogether));
        }
        hints.push(Action::Browser(BrowserAction::Reload));
        hints.push(back);
        hints
    }

    /// Goes to what bringing the record back with all that went along would do.
    fn bring_back(&self, out: &mut Outbox) {
        let (Some(table), Some(record)) = (self.table, self.current()) else {
            return;
        };
        let which = Which::Records(vec![(record.entry.key.clone(), record.entry.id)]);
        out.go(Go::BringBack(Box::new(Gone { table, which })));
    }

    fn current(&self) -> Option<&DeletedRecord> {
        self.records.get(self.selected)
    }

    fn read(&mut self, first: bool, out: &mut Outbox) {
        let Some(table) = self.table else { return };
        if self.loading.is_waiting() || !first && !self.more {
            return;
        }
        self.first = first;
        let last = self.records.last().map(|record| record.entry.id);
        let before = last.filter(|_| !first);
        let request = Request::History(HistoryRequest::LoadBin { table, before });
        self.loading = Loadable::Waiting(out.ask(request));
    }

    fn loaded(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        self.loading = Loadable::Ready(());
        match reply {
            Ok(Reply::History(HistoryReply::BinLoaded { records, more })) => {
                let here = self.current().map(|record| record.entry.id);
                if self.first {
                    self.records.clear();
                }
                self.records.extend(records);
                self.more = more;
                let found = |record: &DeletedRecord| Some(record.entry.id) == here;
                let last = self.records.len().saturating_sub(1);
                let place = self.records.iter().position(found);
                self.selected = place.unwrap_or(self.selected.min(last));
            }
            Ok(_) => {}
            Err(Fault::Cancelled) if self.records.is_empty() => out.go(Go::Back),
            Err(Fault::Cancelled) => {}
            Err(fault) => {
                let problem = Problem::from(fault);
                // The list that is shown is the one before: that has to be said.
                if !self.records.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    fn ask(&mut self, purpose: Purpose, out: &mut Outbox) {
        let (Some(table), Some(record)) = (self.table, self.current()) else {
            return;
        };
        let request = Request::History(HistoryRequest::LoadRemains {
            table,
            of: vec![(record.entry.key.clone(), record.entry.id)],
        });
        self.asked = Some((out.ask(request), purpose));
    }

    fn found(&mut self, purpose: Purpose, remains: Vec<Remains>, out: &mut Outbox) {
        let Some(record) = remains.first() else {
            self.read(true, out);
            return out.tell(Mood::Warning, "This record is not in the bin any more");
        };
        match purpose {
            Purpose::Whole => {
                let remains = Box::new(record.clone());
                self.shows = Shows::Whole {
                    remains,
                    scrolled: 0,
                };
            }
            Purpose::Form => {
                let what = format!("{} from the bin", label(record));
                let put = Put::creating(what, record.values.iter().cloned(), record.withheld);
                out.go(Go::OpenWith {
                    table: record.table,
                    key: None,
                    wish: Box::new(Wish::Put(put)),
                });
            }
        }
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(3)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) if matches!(self.shows, Shows::List) => return out.go(Go::Back),
            (_, ListAction::Back) => {
                self.shows = Shows::List;
                return self.read(true, out);
            }
            _ => return,
        };
        match &mut self.shows {
            Shows::List => {
                self.selected = scroll::step(self.selected, by, self.records.len());
                if self.selected + 8 > self.records.len() {
                    self.read(false, out);
                }
            }
            Shows::Whole { remains, scrolled } => {
                let lines = past::remains::lines(remains, cx.room.columns).len();
                *scrolled = scroll_by(*scrolled, by, lines, cx);
            }
        }
    }
}

fn scroll_by(scrolled: usize, by: isize, lines: usize, cx: &Context) -> usize {
    let most = (lines + 2).saturating_sub(usize::from(cx.room.rows));
    scrolled.saturating_add_signed(by).min(most)
}

/// The record as it is called.
fn label(remains: &Remains) -> String {
    text::line(&remains.key.to_string()).into_owned()
}

fn table_name(table: TableId, cx: &Context) -> String {
    let name = cx.table(table).map(|table| table.name.to_string());
    text::line(&name.unwrap_or_else(|| "another table".into())).into_owned()
}
