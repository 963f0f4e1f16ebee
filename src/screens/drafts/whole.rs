//! Everything in the draft under the cursor, whole: also what fits no field any more. Pure.

use super::Drafts;
use super::words;
use crate::app::context::Context;
use crate::domain::draft::{Draft, DraftField};
use crate::domain::value::{Entry, Value};
use crate::domain::{text, wrap};
use crate::input::action::ListAction;
use crate::theme::Role;

/// One line: how far it is set in, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The cells before it.
    pub before: u16,
    /// What it says.
    pub text: String,
    /// How it looks.
    pub role: Role,
}

impl Drafts {
    /// Shows the draft whole, or the list again.
    pub(super) fn show_whole(&mut self, cx: &Context) {
        self.whole = match self.whole {
            None => self.current(cx).map(|_| 0),
            Some(_) => None,
        };
    }

    /// Moves in the draft that is shown whole, or goes back to the list.
    pub(super) fn step_whole(&mut self, action: ListAction, cx: &Context) {
        let Some(draft) = self.current(cx) else {
            self.whole = None;
            return;
        };
        let page = usize::from(cx.room.rows.saturating_sub(1)).max(1);
        let last = lines(draft, cx).len().saturating_sub(page);
        let at = self.whole.unwrap_or_default();
        self.whole = Some(match action {
            ListAction::Back => {
                self.whole = None;
                return;
            }
            ListAction::Up => at.saturating_sub(1),
            ListAction::Down => (at + 1).min(last),
            ListAction::PageUp => at.saturating_sub(page),
            ListAction::PageDown => (at + page).min(last),
            ListAction::First => 0,
            ListAction::Last => last,
            ListAction::Left | ListAction::Right | ListAction::Find => at,
        });
    }
}

/// Returns the lines of a draft: each changed field with what was made of it and what was read.
pub(super) fn lines(draft: &Draft, cx: &Context) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut put = |before: u16, text: &str, role: Role| {
        let room = usize::from(cx.room.columns.saturating_sub(before + 1)).max(8);
        let shown = text::block(text);
        let wrapped = wrap::lines(&shown, room).into_iter();
        lines.extend(wrapped.map(|part| Line {
            before,
            text: shown[part].trim_end_matches('\n').to_owned(),
            role,
        }));
    };
    for (field, yours) in draft.changed() {
        put(3, &heading(draft, field, cx), Role::FieldLabel);
        put(5, &said("", yours), Role::FieldChanged);
        // Of many rows nothing was read.
        if draft.rows.is_none() {
            let base = Entry::Value(field.base.clone());
            put(5, &said("was ", &base), Role::Base);
        }
    }
    for name in &draft.left_out {
        let line = format!("{}: a secret, not kept: type it again", text::line(name));
        put(3, &line, Role::StatusWarning);
    }
    if !draft.held.is_empty() {
        put(3, &words::held(draft), Role::Dirty);
    }
    lines
}

/// The name of a field, and what became of its column, as far as the table is known.
fn heading(draft: &Draft, field: &DraftField, cx: &Context) -> String {
    let name = text::line(&field.column);
    let table = cx.table_named(&draft.table);
    let Some(shape) = table.and_then(|table| cx.shapes.get(&table.id)) else {
        return name.into_owned();
    };
    match draft.column_of(field, shape) {
        None => format!("{name}: there is no such column any more"),
        Some(at) if shape.columns[at].name != field.column => {
            format!("{name}: called {} now", text::line(&shape.columns[at].name))
        }
        Some(_) => name.into_owned(),
    }
}

fn said(before: &str, entry: &Entry) -> String {
    let what = match entry {
        Entry::Default => "the default",
        Entry::Value(Value::Null) => "NULL",
        Entry::Value(Value::Text(text)) if text.is_empty() => "the empty text",
        Entry::Value(Value::Text(text)) => text,
    };
    format!("{before}{what}")
}
