//! Which columns a refusal is about: by the names in it, by the place of a parameter, or because no
//! other value can be meant. No text of the server is read.

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use super::Sent;
use crate::db::contract::records::RejectionKind;
use crate::db::shape::Known;
use crate::db::sql::quoted;
use crate::domain::fits;
use crate::domain::table::{Column, ColumnFacts, ColumnKind};
use crate::domain::value::{Entry, Value};

pub(super) fn columns(error: &DbError, kind: RejectionKind, sent: &Sent<'_>) -> Vec<usize> {
    let ours = is_ours(error, sent.known);
    // A domain's constraint has a name of its own.
    let by_constraint = error
        .constraint()
        .filter(|_| ours && error.datatype().is_none())
        .and_then(|name| sent.known.constraints.iter().find(|one| one.name == name));
    let by_name = error.column().filter(|_| ours);
    match (kind, by_constraint, by_name) {
        (_, Some(constraint), _) => constraint.columns.clone(),
        (_, None, Some(name)) => sent.known.position(name).into_iter().collect(),
        (RejectionKind::BadValue | RejectionKind::Check, None, None) => {
            match parameter(error).and_then(|n| sent.params.get(n - 1).copied().flatten()) {
                Some(column) => vec![column],
                None => suspects(error, sent),
            }
        }
        _ => Vec::new(),
    }
}

/// Whether the error is about this table, and not one that a trigger wrote.
pub(super) fn is_ours(error: &DbError, known: &Known) -> bool {
    let same = |table: &str| match error.schema() {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(table)) == known.table,
        None => table == known.bare_name,
    };
    error.table().is_none_or(same)
}

/// Whether an error is about this table itself.
pub(super) fn is_of(error: &Error, known: &Known) -> bool {
    error
        .as_db_error()
        .is_none_or(|error| is_ours(error, known))
}

/// The parameter that the server could not read, from its note on where it was: `... $3`.
fn parameter(error: &DbError) -> Option<usize> {
    // One line: what a function notes has several, and its parameters are its own.
    let note = error.where_().filter(|note| !note.contains('\n'))?;
    let digits = note.split('$').nth(1)?;
    let end = digits
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok().filter(|n| *n > 0)
}

/// Columns whose values cannot fit, where the server names none; the only one, where the server met
/// it before any function did.
fn suspects(error: &DbError, sent: &Sent<'_>) -> Vec<usize> {
    let typed = || {
        sent.entries.iter().filter_map(|entry| match &entry.entry {
            Entry::Value(Value::Text(text)) => Some((
                entry.column,
                sent.known.shape.columns.get(entry.column)?,
                text,
            )),
            _ => None,
        })
    };
    if let Some(domain) = error.datatype() {
        let of_domain =
            typed().filter(|(_, column, _)| is_domain(error, domain, &column.type_name));
        return of_domain.map(|(place, ..)| place).collect();
    }
    if ["428C9", "42601"].contains(&error.code().code()) {
        let filled = typed().filter(|(_, column, _)| column.generated);
        return filled.map(|(place, ..)| place).collect();
    }
    let found: Vec<usize> = typed()
        .filter(|(_, column, text)| cannot_fit(column, text))
        .map(|(place, ..)| place)
        .collect();
    let alone = error.code().code().starts_with("22") && error.where_().is_none();
    match (found.is_empty(), typed().count()) {
        (true, 1) if alone => typed().map(|(place, ..)| place).collect(),
        _ => found,
    }
}

/// Whether a value is certainly none of its column.
fn cannot_fit(column: &Column, text: &str) -> bool {
    let ColumnFacts { base, modifier, .. } = &column.facts;
    match column.kind {
        ColumnKind::Text {
            max_chars: Some(most),
        } => text.chars().count() > most as usize,
        ColumnKind::Enum { ref labels } => !labels.iter().any(|label| label == text),
        _ if base == "bit" || base == "varbit" => usize::try_from(*modifier)
            .is_ok_and(|most| text.len() > most || base == "bit" && text.len() != most),
        _ => fits::fault(base, *modifier, text).is_some(),
    }
}

/// Whether a type's written name is that of the domain which refused.
fn is_domain(error: &DbError, domain: &str, type_name: &str) -> bool {
    let plain = type_name.replace('"', "");
    let schema = error.schema().unwrap_or_default();
    plain == domain || plain == format!("{schema}.{domain}")
}
