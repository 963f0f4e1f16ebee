//! Days and times typed in words: told under the field while they are typed, made exact as soon as
//! the field is left, so that what is sent and kept is the value that was shown.

use jiff::Timestamp;

use crate::app::context::Context;
use crate::domain::value::{Entry, Value};
use crate::domain::when::{self, Kind, Meaning};

use super::{Form, draft};

/// Returns what the words in a field mean now.
pub fn meaning(form: &Form, column: usize, cx: &Context) -> Option<Meaning> {
    let field = form.fields.get(column)?;
    if field.locked.is_some() || !field.is_touched() || field.text.is_empty() {
        return None;
    }
    read(form, column, field.text.text(), cx.now, cx)
}

/// Makes every word exact that was typed.
pub fn settle(form: &mut Form, cx: &Context) {
    for column in 0..form.fields.len() {
        if let Some(meaning) = meaning(form, column, cx) {
            if form.fields[column].text.text() == meaning.value {
                continue;
            }
            form.fields[column].put(&Entry::Value(Value::text(meaning.value)));
            draft::typed(form, cx);
        }
    }
}

/// Makes a word of a draft exact as of when it was typed: `today` was that day.
pub fn as_of(form: &Form, column: usize, entry: &Entry, at: Timestamp, cx: &Context) -> Entry {
    let Entry::Value(Value::Text(text)) = entry else {
        return entry.clone();
    };
    match read(form, column, text, at, cx) {
        Some(meaning) => Entry::Value(Value::text(meaning.value)),
        None => entry.clone(),
    }
}

fn read(form: &Form, column: usize, text: &str, at: Timestamp, cx: &Context) -> Option<Meaning> {
    let kind = Kind::of(&form.column(column)?.facts.base)?;
    when::meaning(text, kind, &at.to_zoned(cx.zone.clone()))
}
