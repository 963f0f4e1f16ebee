//! Reads rows without panicking: a column that is not as expected is a Fault.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::contract::Fault;
use crate::domain::text;

/// Reads a column, NULL as `None` where the type is an Option.
pub(super) fn column<'a, T: FromSql<'a>>(row: &'a Row, place: usize) -> Result<T, Fault> {
    row.try_get(place).map_err(|_| Fault::Outdated {
        message: "the server's answer is not as this client knows it: update the client, or the \
                  database with rowhouse init"
            .into(),
    })
}

/// Reads a text exactly as it is.
pub(super) fn raw(row: &Row, place: usize) -> Result<Option<String>, Fault> {
    column(row, place)
}

/// Reads a text for showing; NULL becomes the empty text.
pub(super) fn shown(row: &Row, place: usize) -> Result<String, Fault> {
    Ok(shown_or_null(row, place)?.unwrap_or_default())
}

/// Reads a text for showing.
pub(super) fn shown_or_null(row: &Row, place: usize) -> Result<Option<String>, Fault> {
    let text: Option<&str> = column(row, place)?;
    Ok(text.map(|text| text::line(text).into_owned()))
}

/// Reads a list of texts for showing.
pub(super) fn shown_list(row: &Row, place: usize) -> Result<Vec<String>, Fault> {
    let texts: Option<Vec<&str>> = column(row, place)?;
    let texts = texts.unwrap_or_default();
    Ok(texts
        .iter()
        .map(|one| text::line(one).into_owned())
        .collect())
}

/// Reads a time.
pub(super) fn time(row: &Row, place: usize) -> Result<Timestamp, Fault> {
    column(row, place)
}

/// The only row of an answer that always has one.
pub(super) fn only(rows: &[Row]) -> Result<&Row, Fault> {
    rows.first().ok_or_else(|| Fault::Outdated {
        message: "the server gave no answer where one was due".into(),
    })
}

/// Reads a version, where the table has one.
pub(super) fn version(row: &Row, place: Option<usize>) -> Result<Option<i64>, Fault> {
    let Some(place) = place else {
        return Ok(None);
    };
    Ok(raw(row, place)?.and_then(|text| text.parse().ok()))
}
