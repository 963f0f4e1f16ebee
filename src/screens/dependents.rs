//! Who refers to a record: per table and foreign key how many rows, and what deleting the record
//! would do to them. Nothing is changed here.

#[cfg(test)]
mod tests;
pub mod view;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{DependentsReply, DependentsRequest, Fault, QueryId, Reply, Request};
use crate::domain::dependents::{self, Found, Link};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::domain::value::Value;
use crate::domain::{scroll, text};
use crate::input::action::{Action, BrowserAction, ListAction, Scope};

/// The list of who refers to a record.
#[derive(Debug, Default)]
pub struct Dependents {
    /// The record that is asked about.
    about: Option<About>,
    /// What is known.
    known: Loadable<dependents::Dependents>,
    /// The line under the cursor.
    selected: usize,
}

/// The record that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    table: TableId,
    key: RecordKey,
    /// Whether deleting it was asked for, and is refused because of what refers to it.
    refused: bool,
}

impl Dependents {
    /// Asks about another record; `refused` is what is known already when deleting it was refused.
    pub fn about(
        &mut self,
        table: TableId,
        key: RecordKey,
        refused: Option<dependents::Dependents>,
    ) {
        self.about = Some(About {
            table,
            key,
            refused: refused.is_some(),
        });
        self.selected = 0;
        self.known = refused.map_or(Loadable::Idle, Loadable::Ready);
    }

    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Dependents, Scope::List, Scope::AppList]
    }

    /// The person came here: what is not known yet is asked.
    pub fn arrived(&mut self, _cx: &Context, out: &mut Outbox) {
        if self.known.ready().is_none() {
            self.ask(out);
        }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Browser(BrowserAction::Open) => self.open(cx, out),
            Action::Browser(BrowserAction::Reload) => self.ask(out),
            Action::List(action) => self.step(action, cx, out),
            _ => {}
        }
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if !self.known.awaits(query) {
            return;
        }
        match reply {
            Ok(Reply::Dependents(DependentsReply::DependentsLoaded(known))) => {
                if let Some(about) = &mut self.about {
                    about.refused &= known.forbid();
                }
                self.known = Loadable::Ready(known);
            }
            Ok(_) => self.known = Loadable::Idle,
            Err(Fault::Cancelled) => {
                self.known = Loadable::Idle;
                out.go(Go::Back);
            }
            Err(fault) => self.known = Loadable::Failed(Problem::from(fault)),
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        let mut hints = Vec::new();
        if self.current().is_some() {
            hints.push(Action::Browser(BrowserAction::Open));
        }
        hints.push(Action::Browser(BrowserAction::Reload));
        hints.push(Action::List(ListAction::Back));
        hints
    }

    fn ask(&mut self, out: &mut Outbox) {
        let Some(about) = &self.about else {
            return out.go(Go::Back);
        };
        if matches!(self.known, Loadable::Waiting(_)) {
            return;
        }
        let request = DependentsRequest::LoadDependents {
            table: about.table,
            keys: vec![about.key.clone()],
        };
        self.known = Loadable::Waiting(out.ask(Request::Dependents(request)));
    }

    /// The links that are listed: those along which rows exist, or may.
    fn listed(&self) -> Vec<&Link> {
        let known = self.known.ready();
        let mut links: Vec<&Link> = known.map_or(Vec::new(), |known| known.existing().collect());
        links.sort_by_key(|link| (link.fate, link.via.len()));
        links
    }

    fn current(&self) -> Option<&Link> {
        let links = self.listed();
        let last = links.len().saturating_sub(1);
        links.get(self.selected.min(last)).copied()
    }

    /// Opens the rows under the cursor in the grid.
    fn open(&self, cx: &Context, out: &mut Outbox) {
        let Some(link) = self.current() else {
            return out.tell(Mood::Told, "No record refers to it");
        };
        let name = text::line(&link.name.to_string()).into_owned();
        if link.found == Found::Unread || cx.table(link.table).is_none() {
            return out.tell(Mood::Warning, format!("You may not read {name}"));
        }
        if let Some(between) = link.via.last() {
            let between = text::line(&between.to_string()).into_owned();
            return out.tell(
                Mood::Told,
                format!("These rows of {name} refer to rows of {between}: open those first"),
            );
        }
        let columns: Option<Vec<(i16, Value)>> = link
            .columns
            .iter()
            .map(|column| Some((column.number, column.value.clone()?)))
            .collect();
        match columns {
            Some(columns) => out.go(Go::Filtered {
                table: link.table,
                columns,
            }),
            None => out.tell(Mood::Warning, "The record is gone: read the list again"),
        }
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(4)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return out.go(Go::Back),
            _ => return,
        };
        self.selected = scroll::step(self.selected, by, self.listed().len());
    }

    /// The heading: what is asked, or why deleting is not offered.
    fn title(&self) -> String {
        let Some(about) = &self.about else {
            return String::new();
        };
        let key = text::line(&about.key.to_string()).into_owned();
        match about.refused {
            true => format!("{key} cannot be deleted while this is so"),
            false => format!("who refers to {key}"),
        }
    }
}
