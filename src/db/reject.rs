//! Why the server refused values: kind, columns and words, from one error.

mod columns;
mod excluded;
mod more;
mod words;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use super::change::{Change, SECOND_ROW};
use super::contract::records::{Rejection, RejectionKind};
use super::fault;
use super::shape::Known;
use crate::domain::record::{FieldChange, Verb};
use crate::domain::secret::is_secret;
use crate::domain::table::{TableKind, TableName};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use columns::{columns, is_ours};
pub(super) use more::complete;
use words::{Case, Holder, Named};

/// A value that is longer is not repeated in a sentence.
const LONGEST_TYPED: usize = 30;

/// What was sent, as far as an error may speak of it.
pub(super) struct Sent<'a> {
    /// The table.
    pub known: &'a Known,
    /// Which column each parameter was for.
    pub params: &'a [Option<usize>],
    /// The entries.
    pub entries: &'a [FieldChange],
    /// What was read, where a record is changed.
    pub base: &'a [Value],
    /// What was tried.
    pub verb: Verb,
}

impl<'a> Sent<'a> {
    /// What a change sends.
    pub(super) fn of(known: &'a Known, params: &'a [Option<usize>], change: &'a Change) -> Self {
        Self {
            known,
            params,
            entries: entries(change),
            base: match change {
                Change::Update(save) => &save.base,
                _ => &[],
            },
            verb: change.verb(),
        }
    }
}

/// The entries that a change sends.
fn entries(change: &Change) -> &[FieldChange] {
    match change {
        Change::Update(save) => &save.changes,
        Change::Insert { entries, .. } => entries,
        Change::Delete { .. } => &[],
    }
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
    let columns = columns(error, kind, sent);
    let case = case(error, sent, kind, &columns);
    Some(Rejection {
        kind,
        columns,
        message: words::message(&case),
        detail: detail(error, &case, sent.known),
        hint: error.hint().filter(|_| !is_of_layer(error)).map(harmless),
        constraint: error.constraint().map(harmless),
        other: None,
    })
}

/// What an error by itself tells of the refusal.
fn case(error: &DbError, sent: &Sent<'_>, kind: RejectionKind, columns: &[usize]) -> Case {
    let known = sent.known;
    let elsewhere = error.table().filter(|_| !is_ours(error, known));
    let name = |schema: &str, name: &str| {
        let (schema, name) = (schema.to_owned(), name.to_owned());
        text::line(&TableName { schema, name }.to_string()).into_owned()
    };
    Case {
        code: error.code().code().to_owned(),
        kind,
        verb: sent.verb,
        fields: columns.iter().map(|place| named(sent, *place)).collect(),
        table: text::line(&known.shape.name.to_string()).into_owned(),
        elsewhere: elsewhere
            .filter(|_| columns.is_empty())
            .map(|table| name(error.schema().unwrap_or("public"), table)),
        rule: error.constraint().map(line),
        holds: None,
        parent: None,
        referred: error.code().code() == "23001",
        of_key: !columns.is_empty() && columns == known.shape.key,
        holder: Holder::Unknown,
        more_hold: false,
        domain: error.datatype().map(line),
        names_table: error.table().is_some(),
        partitioned: known.shape.kind == TableKind::Partitioned,
        said: fault::words(error),
    }
}

/// A field with what was typed in it, where that may be repeated.
fn named(sent: &Sent<'_>, place: usize) -> Named {
    let Some(column) = sent.known.shape.columns.get(place) else {
        return Named::default();
    };
    let entry = sent.entries.iter().find(|entry| entry.column == place);
    let readable = sent.known.columns.get(place).is_some_and(|it| it.readable);
    let held = match entry.map(|entry| &entry.entry) {
        Some(Entry::Value(value)) => value.as_text(),
        Some(Entry::Default) => None,
        None => sent
            .base
            .get(place)
            .filter(|_| readable)
            .and_then(Value::as_text),
    };
    let typed = held.map(line);
    let secret = is_secret(&sent.known.shape.name, column, &[]);
    Named {
        label: line(&column.name),
        type_name: line(&column.type_name),
        typed: typed.filter(|typed| !secret && typed.chars().count() <= LONGEST_TYPED),
    }
}

/// The server's own words and its detail, a line each. What it tells of a row that it refused, of
/// another's row, or of one that a function of the owner met, may be more than the person may see.
fn detail(error: &DbError, case: &Case, known: &Known) -> Option<String> {
    let code = error.code().code();
    let said = (case.kind != RejectionKind::Raised && !is_of_layer(error)).then_some(&case.said);
    let tells_row = matches!(code, "23502" | "23514" | "44000") && case.names_table
        || code.starts_with("23") && (known.through || case.elsewhere.is_some());
    let more = error
        .detail()
        .filter(|_| !tells_row && !is_of_layer(error))
        .map(harmless);
    let lines: Vec<String> = said.cloned().into_iter().chain(more).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Whether our own layer spoke, which names the kind of error in its detail, for the client.
fn is_of_layer(error: &DbError) -> bool {
    error.code().code().starts_with("RH")
}

fn harmless(text: &str) -> String {
    text::block(text).into_owned()
}

fn line(text: &str) -> String {
    text::line(text).into_owned()
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
        // PostgreSQL 13, of a column that the server fills.
        "42601" if !fault::is_inside(error) => RejectionKind::BadValue,
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
