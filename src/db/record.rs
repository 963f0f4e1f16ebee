//! One record whole: reading it by its key; no changing.

use tokio_postgres::Row;

use super::contract::Fault;
use super::open::Open;
use super::row;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::{Param, Statement};
use crate::domain::record::{Guard, Record, RecordKey};
use crate::domain::table::TableId;
use crate::domain::value::Value;

/// Loads one record, or `None` when none can be seen under that key.
pub(super) async fn load(
    open: &Open,
    table: TableId,
    key: &RecordKey,
) -> Result<Option<Record>, Fault> {
    let known = shape::load(open, table).await?;
    let statements = vec![select(&known, key)?, shape::mark(table, open.is_shared())];
    let answers = shape::forgetting(open, table, open.read(statements).await)?;
    let [rows, mark] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, &known, mark).await?;
    rows.first()
        .map(|answer| read(&known, answer, 0))
        .transpose()
}

/// The statement that reads one record.
pub(super) fn select(known: &Known, key: &RecordKey) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select ");
    sql.push(&columns(known, "t.xmin::text")).push(" from ");
    sql.push(&known.table).push(" t where ");
    push_key(&mut sql, known, key)?;
    Ok(sql.finish())
}

/// The columns of a record as text, in the order in which [`read`] expects them.
///
/// `xmin` says where the row's transaction number comes from.
pub(super) fn columns(known: &Known, xmin: &str) -> String {
    some_columns(known, xmin, 0..known.columns.len())
}

/// The guard of a record and some of its columns as text.
pub(super) fn some_columns(
    known: &Known,
    xmin: &str,
    places: impl IntoIterator<Item = usize>,
) -> String {
    let version = match &known.version {
        Some(version) => format!("t.{version}::text"),
        None => "null::text".into(),
    };
    let xmin = match known.xmin {
        true => xmin,
        false => "null::text",
    };
    let values = places.into_iter().map(|place| {
        let text = match known.columns[place].readable {
            true => known.text(place),
            false => "null::text".into(),
        };
        format!("{text} as c{place}")
    });
    [
        format!("{version} as row_version"),
        format!("{xmin} as row_xmin"),
    ]
    .into_iter()
    .chain(values)
    .collect::<Vec<_>>()
    .join(", ")
}

/// Reads a record from an answer whose columns begin at a place.
pub(super) fn read(known: &Known, answer: &Row, start: usize) -> Result<Record, Fault> {
    let values = (0..known.columns.len())
        .map(|place| row::raw(answer, start + 2 + place).map(Value::from))
        .collect::<Result<Vec<_>, _>>()?;
    let key = known.shape.key.iter();
    let key: Option<Vec<String>> = key
        .map(|place| values[*place].as_text().map(str::to_owned))
        .collect();
    Ok(Record {
        key: key.filter(|key| !key.is_empty()).map(RecordKey),
        guard: guard(answer, start)?,
        values,
    })
}

/// Reads the guard with which the columns of a record begin.
pub(super) fn guard(answer: &Row, start: usize) -> Result<Guard, Fault> {
    Ok(Guard {
        version: row::version(answer, Some(start))?,
        xmin: row::raw(answer, start + 1)?,
    })
}

/// Adds the test for a key.
pub(super) fn push_key(sql: &mut Sql, known: &Known, key: &RecordKey) -> Result<(), Fault> {
    if key.0.len() != known.shape.key.len() || key.0.is_empty() {
        return Err(shape::outdated());
    }
    for (place, (column, value)) in known.shape.key.iter().zip(&key.0).enumerate() {
        let and = if place == 0 { "" } else { " and " };
        let test = match known.columns[*column].equal {
            true => {
                let detail = &known.columns[*column];
                let value = detail.bind(sql, Some(value));
                format!("{and}t.{} = {value}", detail.name)
            }
            // A row type takes no value whose type is not said.
            false => {
                let value = sql.bind(Param::text(value));
                format!("{and}{} = {value}", known.text(*column))
            }
        };
        sql.push(&test);
    }
    Ok(())
}

/// Adds the test for any of some keys.
pub(super) fn push_keys(sql: &mut Sql, known: &Known, keys: &[RecordKey]) -> Result<(), Fault> {
    if keys.is_empty() {
        return Err(shape::outdated());
    }
    sql.push("(");
    for (place, key) in keys.iter().enumerate() {
        sql.push(if place == 0 { "(" } else { " or (" });
        push_key(sql, known, key)?;
        sql.push(")");
    }
    sql.push(")");
    Ok(())
}
