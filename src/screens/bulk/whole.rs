//! One row of a change of many, shown whole: its record, why it stands as it does, every value that
//! would change or was changed; pure, for update and view alike.

use super::{Bulk, Work, words};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::domain::bulk::{Deed, Item, State};
use crate::domain::value::Entry;
use crate::domain::{text, wrap};
use crate::input::action::{Action, BulkAction, ListAction};
use crate::theme::Role;

/// The row that is shown whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// Its position among the rows.
    pub at: usize,
    /// The lines scrolled down.
    pub scrolled: usize,
}

/// One line: what it is of, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The field, above its values; nothing where the line goes on.
    pub label: String,
    /// What it says.
    pub text: String,
    /// The purpose of its colour.
    pub role: Role,
}

/// The cells left of the text.
pub(super) const LEFT: usize = 5;

impl Bulk {
    /// Shows the row under the cursor whole.
    pub(super) fn show_whole(&mut self) {
        let shown = self.shown();
        let at = shown.get(self.selected.min(shown.len().saturating_sub(1)));
        self.whole = at.map(|at| Whole {
            at: *at,
            scrolled: 0,
        });
    }

    /// What the keys do while a row is shown whole: other keys than these wait until it is closed.
    pub(super) fn act_whole(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        let (Some(work), Some(whole)) = (&self.work, self.whole) else {
            return;
        };
        let Some(item) = work.items.get(whole.at) else {
            self.whole = None;
            return;
        };
        let page = usize::from(cx.room.rows).saturating_sub(3).max(1);
        let lines = lines(work, item, cx, usize::from(cx.room.columns)).len();
        let most = lines.saturating_sub(page);
        let scrolled = whole.scrolled;
        let to = match action {
            Action::Bulk(BulkAction::OpenRow) => return self.open_row(out),
            Action::Bulk(BulkAction::ShowRow) | Action::List(ListAction::Back) => {
                self.whole = None;
                return;
            }
            Action::List(ListAction::Up) => scrolled.saturating_sub(1),
            Action::List(ListAction::Down) => scrolled + 1,
            Action::List(ListAction::PageUp) => scrolled.saturating_sub(page),
            Action::List(ListAction::PageDown) => scrolled + page,
            Action::List(ListAction::First) => 0,
            Action::List(ListAction::Last) => most,
            _ => scrolled,
        };
        self.whole = Some(Whole {
            scrolled: to.min(most),
            ..whole
        });
    }
}

/// Names the row and how it stands: `BFM-003 of equipment: refused`.
pub(super) fn heading(work: &Work, item: &Item) -> String {
    let key = item.key.to_string();
    let table = work.shape.name.to_string();
    format!(
        "{} of {}: {}",
        text::line(&key),
        text::line(&table),
        words::state(work, item)
    )
}

/// Everything that is known of a row, wrapped.
pub(super) fn lines(work: &Work, item: &Item, cx: &Context, width: usize) -> Vec<Line> {
    let room = width.saturating_sub(LEFT + 1).max(10);
    let mut lines = Vec::new();
    for (said, role) in standing(work, item, cx) {
        put(&mut lines, "", &said, role, room);
    }
    match work.deed {
        Deed::Delete | Deed::Restore => {
            let columns = work.shape.columns.iter();
            let values = item.record.iter().flat_map(|record| &record.values);
            for (column, value) in columns.zip(values) {
                blank(&mut lines);
                put(
                    &mut lines,
                    &column.name,
                    &value.shown(),
                    Role::FieldValue,
                    room,
                );
            }
        }
        Deed::Change | Deed::TakeBack => {
            let (before, after) = match item.state {
                State::Done(_) => ("was", "now"),
                _ => ("is ", "to "),
            };
            for step in item.steps() {
                blank(&mut lines);
                let was = format!("{before}  {}", step.from.shown());
                put(
                    &mut lines,
                    &words::column(work, step.column),
                    &was,
                    Role::Base,
                    room,
                );
                let to = match step.to {
                    Entry::Default => "its default".into(),
                    Entry::Value(value) => value.shown(),
                };
                put(
                    &mut lines,
                    "",
                    &format!("{after}  {to}"),
                    Role::FieldChanged,
                    room,
                );
            }
        }
    }
    lines
}

/// Why the row stands as it does.
fn standing(work: &Work, item: &Item, cx: &Context) -> Vec<(String, Role)> {
    let mut said = Vec::new();
    let role = match &item.state {
        State::Refused(_) | State::Unknown(_) => Role::StatusError,
        State::Skipped(_) | State::Barred(_) => Role::StatusWarning,
        _ => Role::Text,
    };
    match &item.state {
        State::Waiting | State::Sent(_) => {
            said.extend(words::presence(work, item, cx).map(|who| (who, Role::Presence)));
        }
        _ => said.push((words::detail(work, item, cx), role)),
    }
    if matches!(item.state, State::Refused(_) | State::Skipped(_)) {
        said.push(("Nothing of this row was written".into(), Role::Muted));
    }
    said.retain(|(line, _)| !line.is_empty());
    said
}

fn blank(lines: &mut Vec<Line>) {
    if !lines.is_empty() {
        put(lines, "", "", Role::Text, LEFT);
    }
}

fn put(lines: &mut Vec<Line>, label: &str, said: &str, role: Role, room: usize) {
    if !label.is_empty() {
        lines.push(Line {
            label: text::line(label).into_owned(),
            text: String::new(),
            role,
        });
    }
    let parts = wrap::lines(said, room).into_iter();
    lines.extend(parts.map(|part| Line {
        label: String::new(),
        text: said[part].trim_end_matches(' ').to_owned(),
        role,
    }));
}
