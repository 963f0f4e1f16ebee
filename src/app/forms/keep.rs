//! What a person typed as a text of their own, to be kept in a file whatever becomes of the record;
//! no files here.

use std::fmt::Write;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::record::RecordKey;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::{Form, Mode, draft};

/// How much of table and key is readable in a file's name.
const READABLE_CHARS: usize = 60;

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

/// The file's name without its ending: table, key and time, safe everywhere.
fn name(form: &Form, cx: &Context) -> String {
    let table = form.shape.as_ref().map_or("", |shape| &shape.name.name);
    let key = match &form.key {
        Some(key) => key.0.join("-"),
        None => form.label(),
    };
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
    let at = cx.now.to_zoned(cx.zone.clone());
    let mut text = format!(
        "Typed in Rowhouse and not saved, as it stood on {}\ntable: {}\n{}\n",
        at.strftime("%Y-%m-%d %H:%M:%S %:z"),
        form.table_label(),
        which(form),
    );
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
        let name = text::line(name);
        push(
            &mut text,
            &format!("== {name} holds a secret and is left out"),
        );
    }
    text
}

fn which(form: &Form) -> String {
    let line = |key: &RecordKey| text::line(&key.to_string()).into_owned();
    match &form.key {
        Some(key) => format!("key: {}", line(key)),
        None if form.mode == Mode::Many => {
            let keys: Vec<String> = form.rows.keys.iter().map(line).collect();
            format!("for {}: {}", form.label(), keys.join("; "))
        }
        None => "key: none yet, the record is new".into(),
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
