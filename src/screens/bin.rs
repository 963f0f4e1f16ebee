//! The bin: deleted records of a table that are still gone, and what was deleted with each. Restoring
//! opens a new record with the old values, or creates record and dependents one after another.

mod restoring;
pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::forms::wish::{Put, Wish};
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, QueryId, Reply, Request};
use crate::domain::history::{DeletedRecord, Remains};
use crate::domain::record::Verb;
use crate::domain::table::TableId;
use crate::domain::{scroll, text};
use crate::input::action::{Action, BrowserAction, HistoryAction, ListAction, Scope};
use crate::input::event::Key;

use restoring::Restoring;

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
    /// The records that are about to be created together, until that is confirmed.
    offered: Vec<Remains>,
    /// Records that are being created one after another.
    restoring: Option<Restoring>,
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
    /// What came of creating records again.
    Results { scrolled: usize },
}

/// What the values of a record are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Whole,
    Form,
    Together,
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
                // What comes of it is told wherever the person is.
                restoring: self.restoring.take(),
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
            Action::History(HistoryAction::RestoreTogether) => self.ask(Purpose::Together, out),
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
        if self.loading.awaits(query) {
            return self.loaded(reply, out);
        }
        let Some((_, purpose)) = self.asked.take_if(|(asked, _)| *asked == query) else {
            return;
        };
        match reply {
            Ok(Reply::History(HistoryReply::RemainsLoaded(remains))) => {
                self.found(purpose, remains, cx, out);
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

    /// Creating record and dependents together was confirmed.
    pub fn restore_confirmed(&mut self, cx: &Context, out: &mut Outbox) {
        let remains = std::mem::take(&mut self.offered);
        if remains.is_empty() || self.is_restoring() {
            return;
        }
        let mut restoring = Restoring::new(remains);
        restoring.go_on(cx, out);
        self.restoring = Some(restoring);
        self.shows = Shows::Results { scrolled: 0 };
    }

    /// Takes an answer about a record that is being created again.
    pub fn restored(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(restoring) = &mut self.restoring else {
            return;
        };
        if restoring.take(query, reply, cx, out) {
            let (mood, line) = restoring.in_words();
            out.tell(mood, line);
            self.loading = Loadable::Idle;
        }
    }

    fn is_restoring(&self) -> bool {
        self.restoring.as_ref().is_some_and(|one| !one.is_over())
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
        if purpose == Purpose::Together && self.is_restoring() {
            return out.tell(
                Mood::Told,
                "Records are still being created; their list follows",
            );
        }
        let request = Request::History(HistoryRequest::LoadRemains {
            table,
            key: record.entry.key.clone(),
            entry: record.entry.id,
        });
        self.asked = Some((out.ask(request), purpose));
    }

    fn found(&mut self, purpose: Purpose, remains: Vec<Remains>, cx: &Context, out: &mut Outbox) {
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
            Purpose::Together => self.offer(remains, cx, out),
        }
    }

    /// Asks whether all of it is to be created again.
    fn offer(&mut self, remains: Vec<Remains>, cx: &Context, out: &mut Outbox) {
        let others = remains.len() - 1;
        let name = remains.first().map_or(String::new(), label);
        let mut tables: Vec<TableId> = Vec::new();
        for one in &remains[1..] {
            if !tables.contains(&one.table) {
                tables.push(one.table);
            }
        }
        let mut lines: Vec<String> = tables
            .into_iter()
            .map(|table| {
                let count = remains[1..].iter().filter(|one| one.table == table).count();
                format!(
                    "{}: {}",
                    table_name(table, cx),
                    words::count(count, "record")
                )
            })
            .collect();
        lines.push("Each is an ordinary save of its own; a list says what came of each.".into());
        let with = match others {
            0 => String::new(),
            others => format!(" and {}", words::count(others, "dependent record")),
        };
        out.overlay(Overlay::Confirm(Confirm {
            title: format!("Create {name}{with} again?"),
            lines,
            yes: "create".into(),
            then: Confirmed::RestoreTogether,
            danger: false,
        }));
        self.offered = remains;
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
                let lines = view::whole(remains, cx.room.columns).len();
                *scrolled = scroll_by(*scrolled, by, lines, cx);
            }
            Shows::Results { scrolled } => {
                let lines = self.restoring.as_ref().map_or(0, Restoring::lines);
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
