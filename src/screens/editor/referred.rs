//! The rows of the list of records that a field can refer to; pure.

use super::rows::Row;
use crate::app::forms::Form;
use crate::app::forms::finder::{self, Finder};
use crate::db::contract::lookup::Found;
use crate::domain::glyph;
use crate::domain::reference::Choice;
use crate::domain::text;
use crate::theme::Role;

/// The most entries that are shown at once.
const MOST_SHOWN: usize = 9;
/// The widest a key is drawn in its column.
const WIDEST_KEY: usize = 24;

/// Returns the rows under the field; none while the list is closed.
pub fn rows(form: &Form) -> Vec<Row> {
    let Some(finder) = &form.finder else {
        return Vec::new();
    };
    let table = finder::reference(form).map_or(String::new(), |one| one.name.to_string());
    let typed = text::line(&finder.typed).into_owned();
    let cursor = Some(2 + glyph::width(&typed));
    let mut rows = vec![Row {
        cursor,
        beside: Some(format!("in {}", text::line(&table))),
        ..Row::new(format!("/ {typed}"), Role::DialogTitle)
    }];
    if let Some(problem) = &finder.problem {
        rows.push(Row::new(problem.clone(), Role::FieldError));
    }
    match &finder.found {
        Some(found) => rows.extend(choices(finder, found)),
        None if finder.problem.is_none() => rows.push(Row::new("reading…", Role::Muted)),
        None => {}
    }
    rows
}

fn choices(finder: &Finder, found: &Found) -> Vec<Row> {
    if found.choices.is_empty() {
        let line = match finder.query {
            Some(_) => "reading…",
            None => "no record fits; esc closes",
        };
        return vec![Row::new(line, Role::Muted)];
    }
    let keys: Vec<String> = found.choices.iter().map(key).collect();
    let widest = keys.iter().map(|key| glyph::width(key)).max().unwrap_or(0);
    let widest = widest.min(WIDEST_KEY);
    let first = finder.selected.saturating_sub(MOST_SHOWN - 1);
    let shown = found.choices.iter().zip(&keys).enumerate();
    let mut rows = Vec::new();
    for (number, (choice, key)) in shown.skip(first).take(MOST_SHOWN) {
        let gap = " ".repeat(widest.saturating_sub(glyph::width(key)));
        let names: Vec<&str> = choice
            .labels
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .collect();
        rows.push(Row {
            selected: number == finder.selected,
            ..Row::new(format!("  {key}{gap}  {}", names.join(" · ")), Role::Dialog)
        });
    }
    let last = (first + MOST_SHOWN).min(found.choices.len());
    if found.more || found.choices.len() > MOST_SHOWN {
        let all = match found.more {
            true => format!("{} and more: type to find", found.choices.len()),
            false => found.choices.len().to_string(),
        };
        rows.push(Row::new(
            format!("{} to {last} of {all}", first + 1),
            Role::Muted,
        ));
    }
    rows
}

/// A key as it is listed: several columns with a comma between them.
fn key(choice: &Choice) -> String {
    let parts: Vec<_> = choice.key.iter().map(|part| text::line(part)).collect();
    parts.join(", ")
}
