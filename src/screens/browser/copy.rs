//! The clipboard: the value under the cursor, or its row, whole and exact. What the terminal does with
//! it nobody tells, and so it is not claimed.

use super::Browser;
use super::fetch::Then;
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::Overlay;
use crate::domain::clipboard::{Clipboard, MOST};
use crate::domain::export::{Form, Scribe};
use crate::domain::number::grouped;
use crate::domain::value::Value;
use crate::input::action::{Action, RowsAction, Scope};

impl Browser {
    /// Copies the value under the cursor.
    pub(super) fn copy_value(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(peek) = &self.peek {
            return match peek.is_whole() {
                true => copy_value(peek.value(), cx, out),
                false => out.tell(
                    Mood::Warning,
                    "Nothing was copied: only the beginning is here",
                ),
            };
        }
        if let Some(column) = self.columns.current() {
            self.with_values(vec![column], Then::CopyValue, cx, out);
        }
    }

    /// Asks how the row under the cursor is to be copied.
    pub(super) fn ask_how_to_copy(&self, out: &mut Outbox) {
        match self.window.as_ref().and_then(|window| window.current()) {
            Some(_) => out.overlay(Overlay::CopyRow),
            None => out.tell(Mood::Told, "There is no record here"),
        }
    }

    /// Copies the row under the cursor.
    pub fn copy_row(&mut self, form: Form, cx: &Context, out: &mut Outbox) {
        let columns = self.shown_columns().to_vec();
        self.with_values(columns, Then::CopyRow(form), cx, out);
    }

    pub(super) fn copy_row_of(
        &self,
        columns: &[usize],
        values: &[Value],
        form: Form,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(shape) = &self.shape else { return };
        let named = columns.iter().filter_map(|at| shape.columns.get(*at));
        let named = named.map(|column| (column.name.as_str(), column));
        let mut scribe = Scribe::new(form, true, named);
        let mut text = String::new();
        scribe.row(&mut text, values.iter().map(Value::as_text));
        copy(text.trim_end_matches('\n'), "the row", cx, out);
    }
}

/// Copies a value.
pub(super) fn copy_value(value: &Value, cx: &Context, out: &mut Outbox) {
    match value.as_text() {
        None => out.tell(Mood::Told, "Nothing was copied: this is NULL, not a text"),
        Some("") => out.tell(Mood::Told, "Nothing was copied: this is the empty text"),
        Some(text) => copy(text, "the value", cx, out),
    }
}

fn copy(text: &str, what: &str, cx: &Context, out: &mut Outbox) {
    let said = cx.clipboard.in_words();
    let number = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    if cx.clipboard == Clipboard::None {
        let line = format!("Nothing was copied: {said}; {}", writes(cx));
        return out.tell(Mood::Warning, line);
    }
    if text.len() > MOST {
        let line = format!(
            "Nothing was copied: {what} takes {} bytes, and terminals take {} at most; {}",
            number(text.len()),
            number(MOST),
            writes(cx)
        );
        return out.tell(Mood::Warning, line);
    }
    out.effect(Effect::Copy(text.to_owned()));
    let chars = number(text.chars().count());
    let signs = if chars == "1" {
        "character"
    } else {
        "characters"
    };
    out.tell(
        Mood::Done,
        format!("Sent {what} to the clipboard, {chars} {signs}; {said}"),
    );
}

/// Says which key writes to a file what the clipboard does not take.
fn writes(cx: &Context) -> String {
    let key = words::key(Action::Rows(RowsAction::WriteRows), Scope::Grid, cx);
    format!("{key} writes to a file")
}
