//! What a person typed as a text of their own, to be kept in a file whatever becomes of the record;
//! no files here.

use std::fmt::Write;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::draft::Draft;
use crate::domain::record::RecordKey;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::{Form, Mode, draft, words};

/// How much of table and key is readable in a file's name.
const READABLE_CHARS: usize = 60;

const NEW: &str = "key: none yet, the record is new";

/// Asks for a file of everything that is typed, secrets left out; the form stays as it is.
pub fn keep(form: &Form, cx: &Context, out: &mut Outbox) {
    let changed = form.is_changed() || form.draft.kept.iter().any(|field| field.yours.is_some());
    if !changed {
        return out.tell(Mood::Told, "Nothing is typed that could be kept in a file");
    }
    out.effect(Effect::KeepYours {
        name: name(form, cx),
        text: written(form, cx),
    });
}

/// Asks for a file of everything that is in a draft; the draft stays as it is.
pub fn keep_draft(draft: &Draft, cx: &Context, out: &mut Outbox) {
    let label = match (&draft.rows, &draft.key) {
        (Some(rows), _) => words::count(rows.keys.len(), "row"),
        (None, Some(key)) => key.0.join("-"),
        (None, None) => "new".to_owned(),
    };
    out.effect(Effect::KeepYours {
        name: file_name(&draft.table.name, &label, cx),
        text: written_in(draft, cx),
    });
}

/// The file's name without its ending: table, key and time, safe everywhere.
fn name(form: &Form, cx: &Context) -> String {
    let table = form.shape.as_ref().map_or("", |shape| &shape.name.name);
    let key = match &form.key {
        Some(key) => key.0.join("-"),
        None => form.label(),
    };
    file_name(table, &key, cx)
}

fn file_name(table: &str, key: &str, cx: &Context) -> String {
    let safe = |sign: char| {
        if sign.is_ascii_alphanumeric() {
            sign
        } else {
            '-'
        }
    };
    let record: String = format!("{table}-{key}")
        .chars()
        .map(safe)
        .take(READABLE_CHARS)
        .collect();
    let at = cx.now.to_zoned(cx.zone.clone());
    format!("{}-{}", record.to_lowercase(), at.strftime("%Y%m%d-%H%M%S"))
}

/// Everything that is typed. Values stand whole and untouched, each below the name of its field.
fn written(form: &Form, cx: &Context) -> String {
    let mut text = head(cx.now, &form.table_label(), &which(form), cx);
    let secrets = draft::secrets(form, cx);
    for column in 0..form.fields.len() {
        let name = form.column(column).map_or("", |column| &column.name);
        match form.entry(column) {
            Some(entry) if !secrets.iter().any(|secret| secret == name) => {
                put(&mut text, name, &entry);
            }
            _ => {}
        }
    }
    for field in &form.draft.kept {
        if let Some(entry) = &field.yours {
            put(&mut text, &field.column, entry);
        }
    }
    let continued = form.draft.left_out.iter();
    let continued = continued.filter(|name| !secrets.contains(name));
    for name in secrets.iter().chain(continued) {
        put_secret(&mut text, name);
    }
    text
}

/// Everything that is in a draft.
fn written_in(draft: &Draft, cx: &Context) -> String {
    let table = draft.table.to_string();
    let line = |key: &RecordKey| text::line(&key.to_string()).into_owned();
    let which = match (&draft.rows, &draft.key) {
        (Some(rows), _) => {
            let keys: Vec<String> = rows.keys.iter().map(line).collect();
            let count = words::count(keys.len(), "row");
            format!("for {count}: {}", keys.join("; "))
        }
        (None, Some(key)) => format!("key: {}", line(key)),
        (None, None) => NEW.to_owned(),
    };
    let mut text = head(draft.typed_at, &text::line(&table), &which, cx);
    for (field, entry) in draft.changed() {
        put(&mut text, &field.column, entry);
    }
    for name in &draft.left_out {
        put_secret(&mut text, name);
    }
    if !draft.held.is_empty() {
        let keys = draft.held.join(" ");
        let keys = text::line(&keys);
        push(
            &mut text,
            &format!("== typed before the record had come, by the names of the keys\n{keys}"),
        );
    }
    text
}

fn head(at: Timestamp, table: &str, which: &str, cx: &Context) -> String {
    let at = at.to_zoned(cx.zone.clone());
    let at = at.strftime("%Y-%m-%d %H:%M:%S %:z");
    format!("Typed in Rowhouse and not saved, as it stood on {at}\ntable: {table}\n{which}\n")
}

fn put_secret(text: &mut String, name: &str) {
    let name = text::line(name);
    push(text, &format!("== {name} holds a secret and is left out"));
}

fn which(form: &Form) -> String {
    let line = |key: &RecordKey| text::line(&key.to_string()).into_owned();
    match &form.key {
        Some(key) => format!("key: {}", line(key)),
        None if form.mode == Mode::Many => {
            let keys: Vec<String> = form.rows.keys.iter().map(line).collect();
            format!("for {}: {}", form.label(), keys.join("; "))
        }
        None => NEW.into(),
    }
}

fn put(text: &mut String, name: &str, entry: &Entry) {
    let name = text::line(name);
    match entry {
        Entry::Default => push(text, &format!("== {name} is set to its default")),
        Entry::Value(Value::Null) => push(text, &format!("== {name} is set to NULL")),
        Entry::Value(Value::Text(value)) if value.is_empty() => {
            push(text, &format!("== {name} is set to the empty text"));
        }
        Entry::Value(Value::Text(value)) => push(text, &format!("== {name}\n{value}")),
    }
}

fn push(text: &mut String, part: &str) {
    // A text takes whatever is written to it.
    let _ = write!(text, "\n{part}\n");
}
