//! What the grid says in words: how many rows, who is here, why something is not offered.

use crate::app::context::Context;
use crate::app::forms::words::{at_record, clock, key};
use crate::domain::number::grouped;
use crate::domain::query::Row;
use crate::domain::record::{LastChange, RecordKey, Verb};
use crate::domain::session::Presence;
use crate::domain::table::{ReadOnly, Shape, TableKind};
use crate::domain::text;
use crate::input::action::{Action, BrowserAction, ListAction, Scope};

use super::{Browser, Count, Load, Purpose};

impl Browser {
    /// Says which clock the times of the column under the cursor are shown by, where they are moments.
    pub(super) fn zone_in_words(&self, cx: &Context) -> Option<String> {
        let shape = self.shape.as_deref()?;
        let column = shape.columns.get(self.columns.current()?)?;
        if !super::cell::has_zone(&column.type_name) {
            return None;
        }
        let now = cx.now.to_zoned(cx.zone.clone());
        let zone = match cx.zone.iana_name() {
            Some(name) => name.to_owned(),
            None => now.strftime("UTC%:z").to_string(),
        };
        let name = text::line(&column.name);
        Some(format!("{name} is shown by the clock of {zone}"))
    }

    /// Says how many rows there are, for the status line.
    pub fn standing(&self, cx: &Context) -> String {
        let landed = self.landed_in_words();
        let landed = landed.map_or(String::new(), |landed| format!("{landed} · "));
        format!("{}{landed}{}", self.marked_in_words(), self.how_many(cx))
    }

    /// Says how many rows there are, and whether these are all or those in the person's reach.
    pub(super) fn how_many(&self, cx: &Context) -> String {
        let rights = self.shape.as_ref().map(|shape| shape.rights);
        let count = self.count_in_words(cx);
        match rights {
            Some(rights) if !rights.view && rights.insert => {
                "you may create records here, and see none".into()
            }
            Some(rights) if rights.partly && count.contains("row") => {
                format!("{count} in your reach")
            }
            _ => count,
        }
    }

    /// Says how many rows there are: counted, all of them seen, estimated, or that there are more.
    fn count_in_words(&self, cx: &Context) -> String {
        let reads = |load: &Load| {
            matches!(
                load.purpose,
                Purpose::Shape
                    | Purpose::Anew(_)
                    | Purpose::Share(_)
                    | Purpose::Refresh { asked: true }
            )
        };
        if self.load.as_ref().is_some_and(reads) {
            return "reading".into();
        }
        let Some(window) = &self.window else {
            return String::new();
        };
        let held = u64::try_from(window.count()).unwrap_or(u64::MAX);
        let estimate = self.estimate(cx).filter(|rows| *rows > held);
        if self.shown.filter.is_empty() {
            return match self.count {
                Count::Waiting(_) => "counting".into(),
                Count::Exact(rows) => format!("counted {}", rows_in_words(rows)),
                Count::Unknown if window.is_whole() => rows_in_words(held),
                Count::Unknown if window.is_partial() => {
                    format!("only the first {}", rows_in_words(held))
                }
                Count::Unknown => match estimate {
                    Some(rows) => format!("≈ {}", rows_in_words(rows)),
                    None => format!("more than {}", rows_in_words(held)),
                },
            };
        }
        let of = estimate.map_or(String::new(), |rows| format!(" of ≈ {}", grouped(rows)));
        let (rows, held) = (held, grouped(held));
        match self.count {
            Count::Waiting(_) => format!("counting, more than {held}{of}"),
            Count::Exact(rows) => format!("counted {}{of} rows", grouped(rows)),
            Count::Unknown if window.is_whole() && of.is_empty() => rows_in_words(rows),
            Count::Unknown if window.is_whole() => format!("{held}{of} rows"),
            Count::Unknown => format!("more than {held}{of} rows"),
        }
    }

    /// Whether counting would tell something new.
    pub(super) fn is_uncounted(&self) -> bool {
        let whole = self.window.as_ref().is_none_or(|window| window.is_whole());
        self.count == Count::Unknown && !whole
    }

    /// Says what became of the row under the cursor, which is shown but gone.
    pub(super) fn gone_in_words(&self, cx: &Context) -> String {
        let key = self.current_key();
        let name = match (key, self.shape.as_deref()) {
            (Some(key), Some(shape)) => record(shape, key),
            _ => "This row".into(),
        };
        match self.change_here() {
            Some(change) => {
                let at = clock(change.at, cx);
                let who = &change.username;
                match change.verb {
                    Verb::Delete | Verb::Truncate => format!("{name} was deleted by {who} at {at}"),
                    _ => format!("{name} was changed by {who} at {at} and has left these rows"),
                }
            }
            None => format!("{name} is not among these rows any more"),
        }
    }

    fn estimate(&self, cx: &Context) -> Option<u64> {
        let listed = self.table.and_then(|table| cx.table(table));
        if self.shape.as_ref().is_some_and(|shape| shape.rights.partly) {
            return None;
        }
        let shape = self.shape.as_ref().and_then(|shape| shape.estimated_rows);
        shape.or_else(|| listed.and_then(|table| table.estimated_rows))
    }
}

/// Says of a table in which no row is seen what that means.
pub fn nothing(shape: Option<&Shape>) -> &'static str {
    match shape.map(|shape| shape.rights) {
        Some(rights) if !rights.view => "What is created here is kept, and not shown to you",
        Some(rights) if rights.partly => "No row is in your reach",
        _ => "The table has no rows",
    }
}

/// Names a record: the key's columns and values when there are several, else the value.
pub fn record(shape: &Shape, key: &RecordKey) -> String {
    let values = key.0.iter().map(|value| text::line(value));
    let numbered = |name: &str, value: &str| format!("{} {value}", text::line(name));
    let names = shape.key.iter().filter_map(|at| shape.columns.get(*at));
    let pairs: Vec<String> = names
        .zip(values)
        .map(|(column, value)| match value.parse::<f64>() {
            Ok(_) => numbered(&column.name, &value),
            Err(_) => value.into_owned(),
        })
        .collect();
    pairs.join(", ")
}

/// Describes a row by its first few values, a line each.
pub fn describe(shape: &Shape, row: &Row) -> Vec<String> {
    let told = row.read().filter_map(|(at, cell)| {
        let is_told = !shape.key.contains(&at) && !cell.value.is_null();
        Some((shape.columns.get(at).filter(|_| is_told)?, cell))
    });
    let lines = told.map(|(column, cell)| {
        let value = text::line(cell.value.as_text().unwrap_or_default()).into_owned();
        let short: String = value.chars().take(40).collect();
        let cut = if short == value { "" } else { "…" };
        format!("{}: {short}{cut}", text::line(&column.name))
    });
    lines.take(4).collect()
}

/// Says who is on a record, since when.
pub fn presence(shape: &Shape, presence: &Presence, cx: &Context) -> String {
    at_record(presence, &record(shape, &presence.key), cx)
}

/// Says after who is on a record that the person has edits of it too: the row has one mark for both.
pub fn beside_draft(others: String, drafted: bool) -> String {
    match drafted {
        true => format!("{others} · your draft waits"),
        false => others,
    }
}

/// Whether the person has unsaved edits of a record that are not open at another terminal.
pub fn has_draft(shape: &Shape, key: &RecordKey, cx: &Context) -> bool {
    let mut drafts = cx.drafts.iter().filter(|draft| !draft.elsewhere);
    drafts.any(|draft| draft.is_of(&shape.name, Some(key)))
}

/// Returns ` by NAME at TIME`, as far as it is known.
pub fn by(change: Option<&LastChange>, cx: &Context) -> String {
    change.map_or(String::new(), |change| {
        format!(" by {} at {}", change.username, clock(change.at, cx))
    })
}

/// Says why records of a table cannot be changed, created or deleted by this person.
pub fn not_offered(shape: &Shape, what: &str) -> String {
    match &shape.read_only {
        Some(reason) => format!("Nothing can be {what} here: {}", why_read_only(reason)),
        None => format!(
            "You have no right to let records of {} be {what}",
            shape.name
        ),
    }
}

/// Says why a table opens read-only.
pub fn why_read_only(reason: &ReadOnly) -> &'static str {
    reason.why()
}

/// Says why a row without a key cannot be opened.
pub fn no_key() -> &'static str {
    "A row without a key cannot be opened: nothing would tell it from another"
}

pub(super) fn rows_in_words(rows: u64) -> String {
    match rows {
        1 => "1 row".into(),
        rows => format!("{} rows", grouped(rows)),
    }
}

/// What helps where the rows of a view could not be read: it may compute fewer of them, or be filled.
pub(super) fn what_helps(shape: Option<&Shape>, cx: &Context) -> Option<String> {
    let key = |action| key(action, Scope::Grid, cx);
    let again = key(Action::Browser(BrowserAction::Reload));
    let find = key(Action::List(ListAction::Find));
    match shape?.kind {
        TableKind::View => Some(format!(
            "The view itself fails: {find} asks for fewer of its rows, {again} tries again"
        )),
        TableKind::MaterialisedView => Some(format!(
            "Its owner fills it with: refresh materialized view; {again} tries again"
        )),
        _ => None,
    }
}
