//! Following a reference to its record, and the way back and forward through where one was. What is
//! remembered of a table is how it was filtered and sorted and where the cursor stood; no rows.

use std::sync::Arc;

use super::fetch::Then;
use super::seek::Seek;
use super::{Browser, View};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::domain::query::{Condition, Cursor, Filter, PageFrom, Test};
use crate::domain::record::RecordKey;
use crate::domain::reference::Reference;
use crate::domain::table::{Shape, TableId};
use crate::domain::text;
use crate::domain::value::Value;

/// How many tables back one can go.
const LONGEST: usize = 50;
/// How many tables the title names at most.
const CRUMBS: usize = 4;

/// Where one was, and where one came back from.
#[derive(Debug, Default)]
pub(super) struct Way {
    back: Vec<Stop>,
    ahead: Vec<Stop>,
    /// Whether one came here by following.
    followed: bool,
    /// What is to be shown first of the table that is being opened.
    landing: Option<Landing>,
    /// Whether one is on the way back to a table whose rows are still held.
    coming_back: bool,
}

/// A table as it was left.
#[derive(Clone, Debug)]
struct Stop {
    table: TableId,
    shape: Arc<Shape>,
    view: View,
    /// Where the screen began.
    from: PageFrom,
    /// The record under the cursor, and where it stands.
    here: Option<(RecordKey, Cursor)>,
    column: Option<usize>,
    followed: bool,
}

/// What is to be shown first of a table.
#[derive(Clone, Debug)]
enum Landing {
    /// The record that holds these values in these columns, by their exact names.
    Record(Vec<(String, String)>),
    /// What was shown when it was left.
    Stop(Box<Stop>),
}

impl Browser {
    /// Goes to the record that the value under the cursor refers to.
    pub(super) fn follow_reference(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(shape), Some(column)) = (&self.shape, self.columns.current()) else {
            return out.tell(Mood::Told, "There is no record here");
        };
        let named = |column: usize| text::line(&shape.columns[column].name).into_owned();
        let leads = |one: &Reference| one.columns.contains(&column);
        let Some(place) = shape.references.iter().position(leads) else {
            let columns = shape.references.iter().map(|one| named(one.columns[0]));
            let columns: Vec<String> = columns.collect();
            let line = match columns.as_slice() {
                [] => "No column of this table refers to another record".to_owned(),
                [one] => format!("{} refers to no record; {one} does", named(column)),
                _ => format!(
                    "{} refers to no record; these do: {}",
                    named(column),
                    columns.join(", ")
                ),
            };
            return out.tell(Mood::Told, line);
        };
        let reference = &shape.references[place];
        if !reference.readable || cx.table(reference.table).is_none() {
            let name = reference.name.to_string();
            let line = format!("You may not read {}", text::line(&name));
            return out.tell(Mood::Warning, line);
        }
        let columns = reference.columns.clone();
        self.with_values(columns, Then::Follow(place), cx, out);
    }

    /// Goes to the record that these values refer to.
    pub(super) fn follow_values(&self, place: usize, values: &[Value], out: &mut Outbox) {
        let shape = self.shape.as_ref();
        let Some((shape, reference)) =
            shape.and_then(|shape| Some((shape, shape.references.get(place)?)))
        else {
            return;
        };
        let mut found = Vec::new();
        let pairs = reference.columns.iter().zip(&reference.theirs);
        for ((column, theirs), value) in pairs.zip(values) {
            let Some(value) = value.as_text() else {
                let name = text::line(&shape.columns[*column].name);
                let line = format!("{name} is NULL: it refers to no record");
                return out.tell(Mood::Told, line);
            };
            found.push((theirs.clone(), value.to_owned()));
        }
        out.go(Go::Follow {
            table: reference.table,
            values: found,
        });
    }

    /// Whether the column under the cursor refers to other records.
    pub(super) fn refers(&self) -> bool {
        let (Some(shape), Some(column)) = (&self.shape, self.columns.current()) else {
            return false;
        };
        let mut references = shape.references.iter();
        references.any(|one| one.columns.contains(&column))
    }

    /// Shows the record of a table that holds these values, in the grid, with the cursor on it. Says
    /// whether the table has to be gone to.
    pub fn follow_to(
        &mut self,
        table: TableId,
        values: Vec<(String, String)>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        self.leave_stop();
        self.way.followed = true;
        self.land_on(table, Landing::Record(values), cx, out);
    }

    /// Goes back to where one was before, or forward again.
    pub(super) fn go_along(&mut self, forward: bool, cx: &Context, out: &mut Outbox) {
        let stop = match forward {
            true => self.way.ahead.pop(),
            false => self.way.back.pop(),
        };
        let Some(stop) = stop else {
            let line = match forward {
                true => "There is nothing further on",
                false => "There is nothing further back",
            };
            return out.tell(Mood::Told, line);
        };
        if cx.table(stop.table).is_none() {
            return out.tell(Mood::Warning, "That table is not there any more");
        }
        if let Some(here) = self.here() {
            match forward {
                true => self.way.back.push(here),
                false => self.way.ahead.push(here),
            }
        }
        self.way.followed = stop.followed;
        let table = stop.table;
        self.land_on(table, Landing::Stop(Box::new(stop)), cx, out);
        if self.table != Some(table) {
            out.go(Go::Instead(Place::Browser(table)));
        }
    }

    /// One level back leads to a table: it is shown as it was left, if it was left last.
    pub fn come_back(&mut self, table: TableId) {
        let last = self.way.back.pop_if(|stop| stop.table == table);
        let other = self.table != Some(table);
        let (Some(stop), true) = (last, other) else {
            return;
        };
        if let Some(here) = self.here() {
            self.way.ahead.push(here);
        }
        self.way.followed = stop.followed;
        let held = self.before.as_ref();
        self.way.coming_back = held.is_some_and(|before| before.table == Some(table));
        if !self.way.coming_back {
            self.way.landing = Some(Landing::Stop(Box::new(stop)));
        }
    }

    /// Whether one is on the way back to a table whose rows are still held; told once.
    pub(super) fn is_coming_back(&mut self) -> bool {
        std::mem::take(&mut self.way.coming_back)
    }

    /// Whether it is known what is to be shown first of the table that is gone to.
    pub(super) fn is_landing(&self) -> bool {
        self.way.landing.is_some()
    }

    /// Remembers what is shown before another table, or other rows, take its place.
    pub(super) fn leave_stop(&mut self) {
        let Some(here) = self.here() else { return };
        self.way.ahead.clear();
        self.way.back.push(here);
        if self.way.back.len() > LONGEST {
            self.way.back.remove(0);
        }
        self.way.followed = false;
    }

    /// Says that one came to what is shown now by following.
    pub(super) fn came_by_following(&mut self) {
        self.way.followed = true;
    }

    /// Sets how the table begins, once its columns are known, and says from where it is read.
    pub(super) fn land(&mut self, cx: &Context) -> PageFrom {
        let (Some(landing), Some(shape)) = (self.way.landing.take(), self.shape.clone()) else {
            return PageFrom::First;
        };
        match landing {
            Landing::Record(values) => self.land_on_record(&shape, &values),
            Landing::Stop(stop) if stop.shape.has_columns_of(&shape) => {
                self.wanted = stop.view;
                if let Some(column) = stop.column {
                    let width = self.parts(cx.room).grid;
                    self.columns.go_to(column, width);
                }
                self.seek = stop.here.map(|(key, cursor)| Seek::new(key, cursor));
                stop.from
            }
            Landing::Stop(_) => PageFrom::First,
        }
    }

    /// The tables that one followed through to this one, before its name: `rental › customer › `.
    pub(super) fn crumbs(&self) -> String {
        let mut names = Vec::new();
        let mut followed = self.way.followed;
        for stop in self.way.back.iter().rev() {
            if !followed {
                break;
            }
            names.push(text::line(&stop.shape.name.to_string()).into_owned());
            followed = stop.followed;
        }
        let more = names.len() > CRUMBS;
        names.truncate(CRUMBS);
        let mut crumbs = if more {
            "… › ".to_owned()
        } else {
            String::new()
        };
        for name in names.iter().rev() {
            crumbs.push_str(name);
            crumbs.push_str(" › ");
        }
        crumbs
    }

    fn land_on(&mut self, table: TableId, landing: Landing, cx: &Context, out: &mut Outbox) {
        self.way.landing = Some(landing);
        if self.table == Some(table) && self.shape.is_some() {
            self.find = None;
            self.wanted = View::default();
            let from = self.land(cx);
            self.read_anew(from, true, cx, out);
        }
    }

    fn land_on_record(&mut self, shape: &Shape, values: &[(String, String)]) -> PageFrom {
        let place = |name: &str| shape.column_named(&text::line(name));
        let places: Option<Vec<(usize, &String)>> = values
            .iter()
            .map(|(name, value)| Some((place(name)?, value)))
            .collect();
        let Some(places) = places else {
            return PageFrom::First;
        };
        self.wanted = View::default();
        let value = |column: &usize| places.iter().find(|(place, _)| place == column);
        let key: Option<Vec<String>> = shape
            .key
            .iter()
            .map(|column| value(column).map(|(_, value)| (*value).clone()))
            .collect();
        match key {
            Some(key) if !key.is_empty() && key.len() == places.len() => {
                let cursor = Cursor {
                    values: key.iter().map(Value::text).collect(),
                };
                self.seek = Some(Seek::wanted(RecordKey(key), cursor.clone()));
                PageFrom::From(cursor)
            }
            _ => {
                let conditions = places.into_iter().map(|(column, value)| {
                    Condition::new(column, Test::Equals(Value::text(value)))
                });
                self.wanted.filter = Filter {
                    quick: String::new(),
                    conditions: conditions.collect(),
                };
                PageFrom::First
            }
        }
    }

    /// What is shown now, to come back to.
    fn here(&self) -> Option<Stop> {
        let (table, shape, window) = (self.table?, self.shape.clone()?, self.window.as_ref()?);
        let current = window.current();
        let top = window.visible().next();
        let from = match top {
            Some((0, _)) | None => window.refresh_from(),
            Some((_, row)) => PageFrom::From(row.cursor.clone()),
        };
        Some(Stop {
            table,
            shape,
            view: self.shown.clone(),
            from,
            here: current.and_then(|row| Some((row.key.clone()?, row.cursor.clone()))),
            column: self.columns.current(),
            followed: self.way.followed,
        })
    }
}
