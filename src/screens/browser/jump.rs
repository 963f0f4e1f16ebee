//! Jumping in the grid: to its ends, to a key, to a share of the rows; what came of it is told, with
//! how exact it is.

use super::seek::{Seek, named_by_position};
use super::words::rows_in_words;
use super::{Browser, Purpose, words};
use crate::app::context::Context;
use crate::app::forms::words::clock;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::db::contract::records::ShareLoaded;
use crate::db::contract::{RecordsRequest, Request};
use crate::domain::jump::{self, How, Jump, WHOLE};
use crate::domain::query::{Cursor, Page, PageFrom};
use crate::domain::record::{Record, RecordKey};
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;
use crate::domain::value::Value;
use crate::input::line::TextField;

/// Where somebody jumped to, while rows from there on are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Landed {
    /// The share, in millionths.
    share: u32,
    /// The row that stood there.
    at: Cursor,
}

impl Browser {
    /// Asks where to jump.
    pub(super) fn ask_where(&mut self) {
        if self.shape.is_some() && self.window.is_some() {
            self.asking = Some(TextField::line());
        }
    }

    /// Says what can be typed to jump, while it is asked.
    pub(super) fn jumps_in_words(&self) -> Option<String> {
        let shape = self.shape.as_deref().filter(|_| self.asking.is_some())?;
        let names = shape.key.iter().filter_map(|at| shape.columns.get(*at));
        let names: Vec<_> = names.map(|column| text::line(&column.name)).collect();
        Some(match names.as_slice() {
            [] => "A share of the rows such as 50%, first or last".to_owned(),
            names => format!(
                "A key ({}), a share of the rows such as 50%, first or last",
                names.join(", ")
            ),
        })
    }

    /// Jumps to what was typed, and closes the line; what cannot be read stays to be mended.
    pub(super) fn accept_jump(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(asking), Some(shape)) = (self.asking.take(), self.shape.clone()) else {
            return;
        };
        match Jump::read(asking.text(), &shape) {
            Err(why) => {
                out.tell(Mood::Warning, text::line(&why));
                self.asking = Some(asking);
            }
            Ok(jump) => self.jump(jump, &shape, cx, out),
        }
    }

    fn jump(&mut self, jump: Jump, shape: &Shape, cx: &Context, out: &mut Outbox) {
        match jump {
            Jump::First | Jump::Share(0) => self.go_to_end(&PageFrom::First, cx, out),
            Jump::Last | Jump::Share(WHOLE) => self.go_to_end(&PageFrom::Last, cx, out),
            Jump::Share(share) => self.jump_to_share(share, cx, out),
            Jump::Key(values) => self.jump_to_key(values, shape, cx, out),
        }
    }

    fn jump_to_key(&mut self, values: Vec<String>, shape: &Shape, cx: &Context, out: &mut Outbox) {
        let columns: Vec<_> = shape.key.iter().map(|at| &shape.columns[*at]).collect();
        let stored = columns.iter().zip(&values);
        let wrong = stored.clone().find(|(column, value)| {
            column.kind == ColumnKind::Number && value.parse::<f64>().is_err()
        });
        if let Some((column, value)) = wrong {
            let (name, value) = (text::line(&column.name), text::line(value));
            let line = format!("{value} is no {name}: that is a number");
            return out.tell(Mood::Warning, line);
        }
        let stored = stored.map(|(column, value)| jump::as_stored(value, column, &cx.zone));
        let key = RecordKey(stored.collect());
        let held = self
            .window
            .as_mut()
            .is_some_and(|window| window.go_to(&key));
        if held {
            return self.travel(cx, out, |_| 0);
        }
        let named = named_by_position(&self.wanted.sort, shape);
        if !named.iter().all(|column| shape.key.contains(column)) {
            // Where the record stands by what it is sorted by only the record tells.
            let request = RecordsRequest::LoadRecord {
                table: shape.id,
                key: key.clone(),
            };
            return self.put(Purpose::Find(key), Request::Records(request), true, out);
        }
        let value = |column: &usize| {
            let at = shape.key.iter().position(|key| key == column);
            at.map_or(Value::Null, |at| Value::text(&key.0[at]))
        };
        let cursor = Cursor {
            values: named.iter().map(value).collect(),
        };
        self.sought = Some(key);
        self.read_anew(PageFrom::From(cursor), true, cx, out);
    }

    /// The record that is jumped to was looked for: the rows from it on are read.
    pub(super) fn found(
        &mut self,
        key: &RecordKey,
        record: Option<Box<Record>>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let Some(record) = record else {
            let name = words::record(&shape, key);
            let line = format!("There is no record {name} that you may see");
            return out.tell(Mood::Warning, line);
        };
        let columns = named_by_position(&self.wanted.sort, &shape);
        let values = columns.iter().map(|column| record.values.get(*column));
        let values: Option<Vec<Value>> = values.map(Option::<&_>::cloned).collect();
        if let Some((values, key)) = values.zip(record.key) {
            let cursor = Cursor { values };
            self.seek = Some(Seek::new(key, cursor.clone()));
            self.read_anew(PageFrom::From(cursor), true, cx, out);
        }
    }

    /// The rows from a key on are here: tells where it is not the first of them.
    pub(super) fn arrive_at_key(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(key), Some(shape)) = (self.sought.take(), self.shape.clone()) else {
            return;
        };
        let name = words::record(&shape, &key);
        let window = self.window.as_ref();
        match window.and_then(|window| window.current()) {
            Some(row) if row.key.as_ref().is_some_and(|it| is_same(it, &key)) => {}
            Some(_) => out.tell(
                Mood::Told,
                format!("There is no {name} among these rows; the next one is shown"),
            ),
            None if window.is_some_and(|window| !window.is_whole()) => {
                let line = format!("No row comes at or after {name}; the last one is shown");
                out.tell(Mood::Told, line);
                self.read_anew(PageFrom::Last, true, cx, out);
            }
            None => {}
        }
    }

    fn jump_to_share(&mut self, share: u32, cx: &Context, out: &mut Outbox) {
        let Some(window) = &mut self.window else {
            return;
        };
        if window.is_whole() {
            let rows = window.count();
            let at = rows.saturating_sub(1) as f64 * f64::from(share) / f64::from(WHOLE);
            window.go_to_row(at.round() as usize);
            let line = format!("Row {} of {rows}", window.cursor() + 1);
            out.tell(Mood::Told, line);
            return self.travel(cx, out, |_| 0);
        }
        let view = self.wanted.clone();
        let limit = super::Window::page_limit(usize::from(self.parts(cx.room).rows));
        if let Some(query) = self.page_query(&view, PageFrom::First, limit, cx) {
            let request = RecordsRequest::LoadShare { query, share };
            self.put(Purpose::Share(share), Request::Records(request), true, out);
        }
    }

    /// The rows from a share on are here, or why they cannot be found.
    pub(super) fn share_loaded(
        &mut self,
        share: u32,
        loaded: ShareLoaded,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let (page, how): (Page, How) = match loaded {
            ShareLoaded::Page(page, how) => (page, how),
            ShareLoaded::Cannot(why) => {
                self.wanted = self.shown.clone();
                let line = format!("A share of the rows cannot be found here: {why}");
                return out.tell(Mood::Warning, line);
            }
        };
        if page.rows.is_empty() && page.more_before {
            return self.read_anew(PageFrom::Last, true, cx, out);
        }
        let at = page.rows.first().map(|row| row.cursor.clone());
        let from = PageFrom::From(Cursor { values: Vec::new() });
        self.opened(page, &from, cx, out);
        self.landed = at.map(|at| Landed { share, at });
        let about = percent(share);
        let line = match how {
            How::Statistics { of: Some(at) } => {
                let at = clock(at, cx);
                format!("About {about}, by the server's statistics of {at}")
            }
            How::Statistics { of: None } => format!("About {about}, by the server's statistics"),
            How::Sample => format!("About {about}, by some rows read at random"),
            How::Matching { rows } => {
                format!("About {about}, by {} read at random", rows_in_words(rows))
            }
            How::All { rows } => format!("{about} of {}", rows_in_words(rows)),
            How::Evenly => {
                format!("About {about}, if values are evenly spread between the first and the last")
            }
            How::Place => format!("About {about} of the table's file"),
        };
        out.tell(Mood::Told, line);
    }

    /// Says at which share of the rows one is, while the row that was jumped to is held.
    pub(super) fn landed_in_words(&self) -> Option<String> {
        let landed = self.landed.as_ref()?;
        let rows = self.window.as_ref()?.rows();
        let held = rows.iter().any(|row| row.cursor == landed.at);
        held.then(|| format!("about {}", percent(landed.share)))
    }
}

/// Whether a key is the one that was typed, numbers however they are written.
fn is_same(key: &RecordKey, typed: &RecordKey) -> bool {
    let same = |one: &String, other: &String| {
        let number = |text: &String| text.parse::<f64>().ok();
        one == other || number(one).is_some_and(|one| number(other) == Some(one))
    };
    key.0.len() == typed.0.len() && key.0.iter().zip(&typed.0).all(|(a, b)| same(a, b))
}

fn percent(share: u32) -> String {
    format!("{}%", f64::from(share) * 100.0 / f64::from(WHOLE))
}
