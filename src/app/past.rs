//! How the past is told: who, what was done, values as they were kept; and the lines of an entry,
//! with the words that changed marked. Pure; drawn by the screens of the past.

use crate::app::context::Context;
use crate::app::forms::words;
use crate::domain::dependents::Dependents;
use crate::domain::history::{Author, FieldPast, HistoryEntry, Kept, Touched};
use crate::domain::number::grouped;
use crate::domain::record::Verb;
use crate::domain::text;
use crate::theme::Role;

pub use lines::{Line, field, fields};

mod lines;
pub mod remains;

/// What is said where the shared layer is missing.
pub const NEEDS_LAYER: &str = "The past is kept only by the shared layer: see rowhouse init";

/// What is said before a deletion of which nothing keeps what others held.
pub const NOT_KEPT: &str = "What goes along cannot come back here: only the shared layer keeps it";

/// Says what deleting would do to others, a line each.
pub fn hanging(known: &Dependents, cx: &Context) -> Vec<String> {
    let mut lines = known.lines();
    if known.changes_others() && !cx.is_shared() {
        lines.push(NOT_KEPT.into());
    }
    lines
}

/// Names who made a change: `jhymel`, `you`, `login postgres` for another program.
pub fn who(author: &Author) -> String {
    match (&author.username, author.mine) {
        (_, true) => "you".into(),
        (Some(name), false) => name.clone(),
        (None, false) => format!("login {}", author.db_user),
    }
}

/// Says more of who: the name, from where, by which login.
pub fn from(author: &Author) -> String {
    let mut parts = Vec::new();
    if author.username.is_some() && !author.display_name.is_empty() {
        parts.push(author.display_name.clone());
    }
    if !author.station.is_empty() {
        parts.push(format!("from {}", author.station));
    }
    if author.username.is_none() {
        parts.push("by another program".into());
    }
    parts.join(" · ")
}

/// Says what was done.
pub fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Insert => "created",
        Verb::Update => "changed",
        Verb::Delete => "deleted",
        Verb::Truncate => "emptied",
    }
}

/// Says what an entry did in a few words: the names of the fields, or the new key.
pub fn summary(entry: &HistoryEntry) -> String {
    let mut parts = Vec::new();
    if let Some(key) = &entry.new_key {
        parts.push(format!("is now {}", text::line(&key.to_string())));
    }
    if entry.verb == Verb::Update {
        let names: Vec<_> = entry
            .fields
            .iter()
            .map(|field| text::line(&field.column))
            .collect();
        parts.push(names.join(", "));
        if entry.withheld > 0 {
            parts.push(withheld(entry.withheld));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

/// Says who touched the same since, and how.
pub fn since(touched: &Touched, cx: &Context) -> String {
    let by = if touched.mine { "you" } else { &touched.by };
    let (by, at) = (text::line(by), words::clock(touched.at, cx));
    match touched.verb {
        Verb::Delete | Verb::Truncate => format!("deleted since by {by} at {at}"),
        Verb::Insert => format!("created again by {by} at {at}"),
        Verb::Update => {
            let names = touched.columns.iter().map(|name| text::line(name));
            let names = names.collect::<Vec<_>>().join(", ");
            let what = if names.is_empty() { "" } else { " " };
            format!("{names}{what}changed since by {by} at {at}")
        }
    }
}

/// Says that columns are left out.
pub fn withheld(columns: u32) -> String {
    let fields = words::count(usize::try_from(columns).unwrap_or(usize::MAX), "field");
    format!("{fields} not shown")
}

/// A value as it is shown, with what is missing of it; harmless, lines kept.
pub fn shown(kept: &Kept) -> String {
    match kept {
        Kept::Whole(value) => value.shown(),
        Kept::Short { beginning, chars } => {
            format!(
                "{}… ({} characters)",
                text::block(beginning),
                grouped(*chars)
            )
        }
        Kept::Cut { beginning, bytes } => format!(
            "{}… ({} bytes; only the beginning was kept)",
            text::block(beginning),
            grouped(*bytes)
        ),
    }
}

/// Says when: a time of today as a clock, another one with its date.
pub fn when(entry: &HistoryEntry, cx: &Context) -> String {
    words::clock(entry.at, cx)
}

/// Returns the values of a field in the order in which they are told: before, afterwards. Turned
/// round it says what taking the change back would do.
pub fn sides(field: &FieldPast, turned: bool) -> (Option<&Kept>, Option<&Kept>) {
    match turned {
        false => (field.old.as_ref(), field.new.as_ref()),
        true => (field.new.as_ref(), field.old.as_ref()),
    }
}

/// The role of a value that stands alone.
pub fn alone(before: bool) -> Role {
    if before { Role::Base } else { Role::FieldValue }
}
