//! The fields of a conflict that nobody changed: listed below the others when they are asked for.
//! There is nothing to decide about them.

use super::Conflict;
use super::rows::{Block, Line, heading};
use super::values::{beginning, shown};
use crate::app::forms::{Form, conflict, words};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::merge::Merged;
use crate::theme::Role;

/// Returns the columns that are neither decided nor merged: as they were, or changed alike by both.
fn columns(form: &Form) -> Vec<usize> {
    let merge = conflict::merge(form).unwrap_or_default();
    let clashing = conflict::clashing(form);
    let is_listed = |column: usize| clashing.iter().any(|item| item.column == column);
    let settled = |merged: &Merged| matches!(merged, Merged::Unchanged | Merged::Same);
    let fields = merge.fields.iter().enumerate();
    let rest = fields.filter(|(column, merged)| settled(merged) && !is_listed(*column));
    rest.map(|(column, _)| column).collect()
}

/// Returns the columns of those that are listed now.
pub fn listed(screen: &Conflict, form: &Form) -> Vec<usize> {
    match screen.shows_rest {
        true => columns(form),
        false => Vec::new(),
    }
}

/// Returns the columns that the cursor goes to, as they are listed.
pub fn stops(screen: &Conflict, form: &Form) -> Vec<usize> {
    let items = screen.items(form);
    let columns = items.iter().map(|item| item.column);
    columns.chain(listed(screen, form)).collect()
}

/// Lists all fields, or changes only.
pub fn toggle(screen: &mut Conflict, form: &Form, out: &mut Outbox) {
    let rest = columns(form);
    screen.shows_rest = !screen.shows_rest && !rest.is_empty();
    screen.whole = None;
    let fields = words::count(rest.len(), "field");
    let line = match screen.shows_rest {
        true => format!("All fields: {fields} unchanged below the others"),
        false => format!("Changes only: {fields} unchanged"),
    };
    out.tell(Mood::Told, line);
    let stops = stops(screen, form);
    if !stops.contains(&screen.column) {
        screen.column = stops.first().copied().unwrap_or(0);
    }
}

/// Returns their lines under a heading: one each, the value as it stays.
pub fn blocks(screen: &Conflict, form: &Form, room: usize) -> Vec<Block> {
    let columns = listed(screen, form);
    let mut blocks = Vec::with_capacity(columns.len() + 1);
    if !columns.is_empty() {
        blocks.push(heading("unchanged (a: changes only):"));
    }
    let theirs = form.conflict.as_ref().and_then(|met| met.theirs.as_ref());
    for column in columns {
        let value = theirs.and_then(|record| record.values.get(column));
        let focused = column == screen.column;
        let line = Line {
            focused,
            label: form.column_name(column),
            pieces: vec![(beginning(&shown(value), room), Role::Base)],
            cursor: focused.then_some(0),
            ..Line::default()
        };
        blocks.push(Block {
            column: Some(column),
            lines: vec![line],
        });
    }
    blocks
}
