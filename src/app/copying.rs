//! The clipboard: what is sent to it, and what is said of that. What the terminal does with it nobody
//! tells, and so it is not claimed.

use super::context::Context;
use super::effect::Effect;
use super::forms::words;
use super::notice::Mood;
use super::outbox::Outbox;
use crate::domain::clipboard::{Clipboard, MOST};
use crate::domain::number::grouped;
use crate::domain::value::Value;
use crate::input::action::{Action, RowsAction, Scope};

/// Copies a value.
pub fn copy_value(value: &Value, cx: &Context, out: &mut Outbox) {
    match value.as_text() {
        None => out.tell(Mood::Told, "Nothing was copied: this is NULL, not a text"),
        Some("") => out.tell(Mood::Told, "Nothing was copied: this is the empty text"),
        Some(text) => copy(text, "the value", cx, out),
    }
}

/// Copies a text; `what` says what it is.
pub fn copy(text: &str, what: &str, cx: &Context, out: &mut Outbox) {
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
