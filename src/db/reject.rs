//! Why the server refused values: kind, columns and words, from one error.

mod more;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use super::change::SECOND_ROW;
use super::contract::records::{Rejection, RejectionKind};
use super::fault;
use super::shape::Known;
use super::sql::quoted;
use crate::domain::record::FieldChange;
use crate::domain::table::ColumnKind;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

pub(super) use more::complete;

/// What was sent, as far as an error may speak of it.
pub(super) struct Sent<'a> {
    /// The table.
    pub known: &'a Known,
    /// Which column each parameter was for.
    pub params: &'a [Option<usize>],
    /// The entries.
    pub entries: &'a [FieldChange],
}

/// What a refusal of a change means; `None` when it is not about its values.
pub(super) fn rejection(error: &Error, sent: &Sent<'_>) -> Option<Rejection> {
    let error = error.as_db_error()?;
    if error.message().contains(SECOND_ROW) {
        return Some(Rejection {
            kind: RejectionKind::Raised,
            columns: Vec::new(),
            message: "this key names more than one record; nothing was changed".into(),
            detail: None,
            hint: None,
            constraint: None,
            other: None,
        });
    }
    let kind = kind(error)?;
    Some(Rejection {
        kind,
        columns: columns(error, kind, sent),
        message: fault::words(error),
        // Ours names the kind of error there, for the client.
        detail: error
            .detail()
            .filter(|_| error.code().code() != "RH403")
            .map(harmless),
        hint: error.hint().map(harmless),
        constraint: error.constraint().map(harmless),
        other: None,
    })
}

fn harmless(text: &str) -> String {
    text::block(text).into_owned()
}

fn kind(error: &DbError) -> Option<RejectionKind> {
    let code = error.code().code();
    let kind = match code {
        "23502" => RejectionKind::Null,
        "23505" => RejectionKind::Unique,
        "23503" | "23001" => RejectionKind::ForeignKey,
        "23514" | "44000" => RejectionKind::Check,
        "23P01" => RejectionKind::Exclusion,
        "42501" => RejectionKind::NotPermitted,
        "RH403" if error.detail() == Some("permission") => RejectionKind::NotPermitted,
        "428C9" | "42804" => RejectionKind::BadValue,
        // A mistake in a function of the database's own.
        _ if code.starts_with("42") && fault::is_inside(error) => RejectionKind::Raised,
        _ => match (code.get(..2)?, code.as_bytes().first()?) {
            ("22", _) => RejectionKind::BadValue,
            ("23", _) => RejectionKind::Check,
            ("P0", _) => RejectionKind::Raised,
            // States that only a trigger or function of the database's own can have made up.
            (class, b'5'..=b'9' | b'I'..=b'Z')
                if !["53", "54", "55", "57", "58", "RH", "XX"].contains(&class) =>
            {
                RejectionKind::Raised
            }
            _ => return None,
        },
    };
    Some(kind)
}

fn columns(error: &DbError, kind: RejectionKind, sent: &Sent<'_>) -> Vec<usize> {
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
fn is_ours(error: &DbError, known: &Known) -> bool {
    let same = |table: &str| match error.schema() {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(table)) == known.table,
        None => table == known.bare_name,
    };
    error.table().is_none_or(same)
}

/// Whether an error is about this table itself.
fn is_of(error: &Error, known: &Known) -> bool {
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

/// Columns whose values cannot fit, where the server names none: too long, or too many digits.
fn suspects(error: &DbError, sent: &Sent<'_>) -> Vec<usize> {
    let too_long = error.code().code() == "22001";
    let fits = |entry: &&FieldChange| {
        let Entry::Value(Value::Text(text)) = &entry.entry else {
            return false;
        };
        let Some(column) = sent.known.shape.columns.get(entry.column) else {
            return false;
        };
        match column.kind {
            ColumnKind::Text {
                max_chars: Some(most),
            } if too_long => text.chars().count() > most as usize,
            _ if too_long => error.message().contains(&column.type_name),
            ColumnKind::Number => precision(&column.type_name)
                .is_some_and(|numbers| error.detail().is_some_and(|d| names(d, numbers))),
            _ => false,
        }
    };
    let found = sent.entries.iter().filter(fits);
    found.map(|entry| entry.column).collect()
}

/// The two numbers of `numeric(8,2)`.
fn precision(type_name: &str) -> Option<(&str, &str)> {
    type_name
        .strip_prefix("numeric(")?
        .strip_suffix(')')?
        .split_once(',')
}

/// Whether a detail speaks of this precision and scale, in whatever language.
fn names(detail: &str, (precision, scale): (&str, &str)) -> bool {
    let mut numbers = detail
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|number| !number.is_empty());
    numbers.next() == Some(precision) && numbers.next() == Some(scale)
}
