//! Checks that need no server: all of them at once, each on its field. The server has the last word.

use crate::domain::fits;
use crate::domain::table::{Column, ColumnKind};
use crate::domain::value::{Entry, Value};

use super::field::FieldError;
use super::{Form, Mode};

/// Checks what is about to be sent; marks the fields and goes to the first. Says how many are wrong.
pub fn check(form: &mut Form) -> usize {
    form.clear_errors();
    let mut wrong = Vec::new();
    for column in 0..form.fields.len() {
        if let Some(what) = fault(form, column) {
            form.fields[column].error = Some(FieldError::new(what));
            wrong.push(column);
        }
    }
    let on_one = wrong.contains(&form.focus);
    if let (Some(first), false) = (wrong.first(), on_one) {
        form.focus = *first;
    }
    to_json_fault(form);
    wrong.len()
}

/// Puts the cursor where the JSON under it breaks off.
fn to_json_fault(form: &mut Form) {
    let focus = form.focus;
    let is_json = form
        .column(focus)
        .is_some_and(|column| column.kind == ColumnKind::Json);
    let Some(field) = form.fields.get_mut(focus).filter(|_| is_json) else {
        return;
    };
    if field.error.is_some()
        && let Some(fault) = json_fault(field.text.text())
    {
        field.text.place_cursor(fault.byte);
    }
}

fn fault(form: &Form, column: usize) -> Option<String> {
    let shape = form.shape.as_ref()?;
    let about = shape.columns.get(column)?;
    let field = form.fields.get(column)?;
    if field.locked.is_some() {
        return None;
    }
    match form.entry(column) {
        Some(Entry::Default) => None,
        Some(Entry::Value(value)) => value_fault(about, &value),
        None if form.mode == Mode::Create => missing(about, &field.content()),
        None => None,
    }
}

fn missing(column: &Column, content: &Entry) -> Option<String> {
    let null = matches!(content, Entry::Value(Value::Null));
    (null && column.not_null).then(|| "a value is needed here".to_owned())
}

/// Says what is wrong with a value, as far as can be told without the server.
pub fn value_fault(column: &Column, value: &Value) -> Option<String> {
    let Some(text) = value.as_text() else {
        return column
            .not_null
            .then(|| "a value is needed here; it cannot be NULL".to_owned());
    };
    match &column.kind {
        ColumnKind::Text {
            max_chars: Some(most),
        } => {
            let chars = text.trim_end_matches(' ').chars().count();
            let most = usize::try_from(*most).unwrap_or(usize::MAX);
            (chars > most).then(|| format!("{chars} characters, at most {most} fit"))
        }
        ColumnKind::Enum { labels } if !labels.iter().any(|label| label == text) => {
            Some("is none of the values of this field".into())
        }
        ColumnKind::Boolean if !is_boolean(text) => Some("is neither true nor false".into()),
        ColumnKind::Date if !may_be_date(text) => Some("is not a date".into()),
        ColumnKind::Json => json_fault(text).map(|fault| fault.what),
        _ => fits::fault(&column.facts.base, column.facts.modifier, text),
    }
}

/// Where a text breaks off being JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// What is wrong and where, in a sentence.
    pub what: String,
    /// The byte of the text.
    pub byte: usize,
}

/// Says where a text is not JSON.
pub fn json_fault(text: &str) -> Option<JsonFault> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let said = error.to_string();
    // What is only too deep for this reader may be fine for the server.
    if said.starts_with("recursion limit") {
        return None;
    }
    let (line, column) = (error.line(), error.column());
    let reason = said.split(" at line ").next().unwrap_or_default();
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1));
    Some(JsonFault {
        what: format!("is not JSON: line {line}, column {column}: {reason}"),
        byte: (start.unwrap_or(0) + column.saturating_sub(1)).min(text.len()),
    })
}

fn is_boolean(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let words = ["true", "false", "yes", "no", "on", "off", "1", "0"];
    words
        .iter()
        .any(|word| !text.is_empty() && word.starts_with(text.as_str()))
}

/// Whether the server might read it as a date: it knows many forms, and all have a digit or a word.
fn may_be_date(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    let words = [
        "today",
        "tomorrow",
        "yesterday",
        "now",
        "epoch",
        "infinity",
        "-infinity",
    ];
    words.contains(&word.as_str()) || word.chars().any(|c| c.is_ascii_digit())
}
