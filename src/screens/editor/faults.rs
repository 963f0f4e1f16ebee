//! What is wrong with a field, in rows: a few lines under the cursor, one elsewhere; pure.

use super::rows::Row;
use crate::app::forms::field::Field;
use crate::domain::wrap;
use crate::theme::Role;

/// The most lines of the reason under the cursor.
const MOST_LINES: usize = 3;
/// The most lines of what the server says to it.
const MOST_MORE: usize = 2;

/// Returns the rows of what is wrong with a field; all of it is told elsewhere by a key.
pub fn of(field: &Field, width: usize, focused: bool) -> Vec<Row> {
    let Some(error) = &field.error else {
        return Vec::new();
    };
    let most = if focused { MOST_LINES } else { 1 };
    let mut rows = rows(&error.what, width, most, Role::FieldError);
    if focused {
        rows.extend(rows_of_more(field, width));
    }
    rows
}

/// Whether something of it has no room.
pub fn is_cut(field: &Field, width: usize) -> bool {
    let Some(error) = &field.error else {
        return false;
    };
    let cut = |text: &str, most| wrap::first_lines(text, width, most).1;
    error.said.is_some() || cut(&error.what, MOST_LINES) || cut(&error.more().join("\n"), MOST_MORE)
}

fn rows_of_more(field: &Field, width: usize) -> Vec<Row> {
    let more = field.error.as_ref().map(|error| error.more().join("\n"));
    let more = more.filter(|more| !more.is_empty());
    more.map_or(Vec::new(), |more| {
        rows(&more, width, MOST_MORE, Role::Muted)
    })
}

fn rows(text: &str, width: usize, most: usize, role: Role) -> Vec<Row> {
    let (lines, _) = wrap::first_lines(text, width, most);
    lines.into_iter().map(|line| Row::new(line, role)).collect()
}
