//! The rows of the list of records that a field can refer to; pure.

use super::rows::Row;
use crate::app::finding::Line;
use crate::app::forms::Form;
use crate::app::forms::finder;
use crate::domain::text;
use crate::theme::Role;

/// The most entries that are shown at once.
const MOST_SHOWN: usize = 9;

/// Returns the rows under the field; none while the list is closed.
pub fn rows(form: &Form) -> Vec<Row> {
    let Some(finder) = &form.finder else {
        return Vec::new();
    };
    let table = finder::reference(form).map_or(String::new(), |one| one.name.to_string());
    let (head, cells) = finder.list.head();
    let mut rows = vec![Row {
        cursor: Some(cells),
        beside: Some(format!("in {}", text::line(&table))),
        ..Row::new(head, Role::DialogTitle)
    }];
    let lines = finder.list.lines(MOST_SHOWN).into_iter();
    rows.extend(lines.map(|line| match line {
        Line::Record { words, selected } => Row {
            selected,
            ..Row::new(format!("  {words}"), Role::Dialog)
        },
        Line::Told(line) => Row::new(line, Role::Muted),
        Line::Fault(line) => Row::new(line, Role::FieldError),
    }));
    rows
}
