//! A list of records that is found on the server as one types: what is typed, what was found for it,
//! which one is under the cursor, and how it reads. Where it stands, and what is done with the one that
//! is chosen, is no matter of its.

use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::lookup::Found;
use crate::db::contract::{Fault, LookupRequest, QueryId, Request};
use crate::domain::glyph;
use crate::domain::reference::Choice;
use crate::domain::table::TableId;
use crate::domain::text;
use crate::input::event::{Key, KeyCode};

/// The most records that are listed; typing finds the others.
pub const MOST: u16 = 20;
/// The widest a key is shown in its column.
const WIDEST_KEY: usize = 24;

/// A list of records that is found as one types.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// What was typed to find a record.
    pub typed: String,
    /// The entry under the cursor.
    pub selected: usize,
    /// What was found last, perhaps for less than what is typed by now.
    pub found: Option<Found>,
    /// Why nothing can be listed.
    pub problem: Option<String>,
    /// The question that is under way.
    pub query: Option<QueryId>,
    /// Whether something was chosen by typing or moving, so that going on takes it.
    pub moved: bool,
    /// Whether the first record is to be taken as soon as it is known.
    pub choosing: bool,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A record.
    Record {
        /// Its key and its names.
        words: String,
        /// Whether the cursor is on it.
        selected: bool,
    },
    /// Something about the list.
    Told(String),
    /// Why there is none.
    Fault(String),
}

impl Finding {
    /// Takes a key that is text; says whether something else is looked for.
    pub fn press(&mut self, key: Key) -> bool {
        match (key.text(), key.code) {
            (Some(sign), _) => self.typed.push(sign),
            (None, KeyCode::Backspace) if self.typed.pop().is_some() => {}
            _ => return false,
        }
        self.typed_on();
        true
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        let line = text.trim().chars().filter(|sign| !sign.is_control());
        self.typed.extend(line);
        self.typed_on();
    }

    /// Moves to another record.
    pub fn step(&mut self, forward: bool) {
        let found = self.found.as_ref().map_or(0, |found| found.choices.len());
        self.selected = match forward {
            true => (self.selected + 1).min(found.saturating_sub(1)),
            false => self.selected.saturating_sub(1),
        };
        self.moved = true;
    }

    /// Asks for what fits what is typed, by these columns of a table, by their exact names; none stand
    /// for its own key. An older question is to be given up before.
    pub fn ask(&mut self, table: TableId, key: Vec<String>, out: &mut Outbox) -> QueryId {
        self.problem = None;
        let query = out.ask(Request::Lookup(LookupRequest::Find {
            table,
            key,
            typed: self.typed.clone(),
            limit: MOST,
        }));
        self.query = Some(query);
        query
    }

    /// Gives the question up that is under way.
    pub fn stop(&mut self, out: &mut Outbox) -> Option<QueryId> {
        let query = self.query.take()?;
        out.cancel(query);
        Some(query)
    }

    /// Takes what was found; the cursor goes to the record with this key, until it was moved.
    pub fn take(&mut self, found: Found, present: Option<&[String]>) {
        self.query = None;
        let here = |choice: &Choice| Some(choice.key.as_slice()) == present;
        let here = found.choices.iter().position(here);
        let last = found.choices.len().saturating_sub(1);
        self.selected = match here.filter(|_| !self.moved) {
            Some(here) => here,
            None => self.selected.min(last),
        };
        self.found = Some(found);
    }

    /// Nothing could be found.
    pub fn fail(&mut self, fault: Fault) {
        self.query = None;
        self.problem = Some(Problem::from(fault).what);
        self.choosing = false;
    }

    /// The record under the cursor.
    pub fn here(&self) -> Option<&Choice> {
        self.found.as_ref()?.choices.get(self.selected)
    }

    /// What is typed, as it is shown, and after how many cells the cursor stands.
    pub fn head(&self) -> (String, usize) {
        let head = format!("/ {}", text::line(&self.typed));
        let cells = glyph::width(&head);
        (head, cells)
    }

    /// The lines of the list, at most so many records at once.
    pub fn lines(&self, most: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = self.problem.iter().cloned().map(Line::Fault).collect();
        match &self.found {
            Some(found) if found.choices.is_empty() => lines.push(Line::Told(match self.query {
                Some(_) => "reading…".into(),
                None => "no record fits; esc closes".into(),
            })),
            Some(found) => lines.extend(self.records(found, most)),
            None if self.problem.is_none() => lines.push(Line::Told("reading…".into())),
            None => {}
        }
        lines
    }

    fn records(&self, found: &Found, most: usize) -> Vec<Line> {
        let keys: Vec<String> = found.choices.iter().map(key).collect();
        let widest = keys.iter().map(|key| glyph::width(key)).max().unwrap_or(0);
        let widest = widest.min(WIDEST_KEY);
        let first = (self.selected + 1).saturating_sub(most.max(1));
        let shown = found.choices.iter().zip(&keys).enumerate();
        let shown = shown.skip(first).take(most.max(1));
        let mut lines: Vec<Line> = shown
            .map(|(number, (choice, key))| {
                let gap = " ".repeat(widest.saturating_sub(glyph::width(key)));
                Line::Record {
                    words: format!("{key}{gap}  {}", names(choice)),
                    selected: number == self.selected,
                }
            })
            .collect();
        let last = first + lines.len();
        if found.more || found.choices.len() > most {
            let all = match found.more {
                true => format!("{} and more: type to find", found.choices.len()),
                false => found.choices.len().to_string(),
            };
            lines.push(Line::Told(format!("{} to {last} of {all}", first + 1)));
        }
        lines
    }

    fn typed_on(&mut self) {
        self.selected = 0;
        self.moved = true;
    }
}

/// A key as it is listed: several columns with a comma between them.
pub fn key(choice: &Choice) -> String {
    let parts: Vec<_> = choice.key.iter().map(|part| text::line(part)).collect();
    parts.join(", ")
}

/// What a record is called beside its key.
pub fn names(choice: &Choice) -> String {
    let names = choice.labels.iter().filter(|name| !name.is_empty());
    let names: Vec<&str> = names.map(String::as_str).collect();
    names.join(" · ")
}

/// Why records of a table cannot be listed.
pub fn unreadable(table: &str) -> String {
    let name = text::line(table);
    format!("You may not read {name}, so it cannot be listed; type the key itself")
}
