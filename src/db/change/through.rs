//! Changes to tables that are written through a function of their owner, because their own
//! triggers need rights that the shared login must not have.

use tokio_postgres::types::Type;

use super::answer::{push_answer, push_count};
use super::{Change, OWN_XMIN, Work};
use crate::db::contract::Fault;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::Param;
use crate::domain::record::{FieldChange, Guard, RecordKey};
use crate::domain::value::Entry;

/// Puts the saving statement together; it answers as the direct ones do.
pub(super) fn work(change: &Change, known: &Known) -> Result<Work, Fault> {
    let (mut sql, columns, returning) = begin(change, known)?;
    match returning {
        true => push_answer(&mut sql, known, change.request()),
        false => push_count(&mut sql, change.request()),
    }
    Ok(Work {
        statements: vec![sql.finish()],
        columns,
        returning,
    })
}

/// One of several changes of a transaction, which completes no save by itself: it answers with the key.
pub(super) fn part(change: &Change, known: &Known) -> Result<Work, Fault> {
    let (mut sql, columns, returning) = begin(change, known)?;
    let key = known.shape.key.iter().filter(|_| returning);
    let key: Vec<String> = key.map(|column| format!("c{column}")).collect();
    sql.push(&format!(
        "select array[{}]::text[] from changed",
        key.join(", ")
    ));
    Ok(Work {
        statements: vec![sql.finish()],
        columns,
        returning,
    })
}

/// The change itself, as what is asked for its answer; which columns its parameters are for; and whether
/// it gives the record.
fn begin(change: &Change, known: &Known) -> Result<(Sql, Vec<Option<usize>>, bool), Fault> {
    let (verb, key, guard, entries): (_, Option<&RecordKey>, Option<&Guard>, &[FieldChange]) =
        match change {
            Change::Update(save) => ("update", Some(&save.key), Some(&save.guard), &save.changes),
            Change::Insert { entries, .. } => ("insert", None, None, entries),
            Change::Delete { key, guard, .. } => ("delete", Some(key), Some(guard), &[]),
        };
    let returning = verb != "delete" && known.shape.rights.view;
    let mut sql = Sql::new("with changed as (select ");
    sql.push(&columns(known, returning))
        .push(" from rowhouse.record_write(");
    let table = sql.bind(Param::oid(known.shape.id.0));
    let key = sql.bind(Param::Texts(key.map_or_else(Vec::new, |key| key.0.clone())));
    let version = guard
        .and_then(|guard| guard.version)
        .map(|version| version.to_string());
    let version = sql.bind(Param::Text(Type::INT8, version));
    let xmin = guard.and_then(|guard| guard.xmin.clone());
    let xmin = sql.bind(Param::Text(Type::TEXT, xmin));
    sql.push(&format!("{table}, '{verb}', {key}, {version}, {xmin}, "));
    let params = push_entries(&mut sql, known, entries, 4)?;
    let names = readable(known, returning).map(|place| known.columns[place].bare_name.clone());
    let names = sql.bind(Param::Texts(names.collect()));
    sql.push(&format!(", {names}) w) "));
    Ok((sql, params, returning))
}

/// The columns of the answer, as a record is read.
fn columns(known: &Known, returning: bool) -> String {
    if !returning {
        return "w.row_version".to_owned();
    }
    let mut list = vec![
        "w.row_version".to_owned(),
        format!("{OWN_XMIN} as row_xmin"),
    ];
    let mut position = 0;
    for (place, column) in known.columns.iter().enumerate() {
        list.push(match column.readable {
            true => {
                position += 1;
                format!("w.row_values[{position}] as c{place}")
            }
            false => format!("null::text as c{place}"),
        });
    }
    list.join(", ")
}

fn readable(known: &Known, returning: bool) -> impl Iterator<Item = usize> {
    (0..known.columns.len()).filter(move |place| returning && known.columns[*place].readable)
}

/// Adds names, values and defaulted columns; says which column each parameter is for.
fn push_entries(
    sql: &mut Sql,
    known: &Known,
    entries: &[FieldChange],
    bound: usize,
) -> Result<Vec<Option<usize>>, Fault> {
    let (mut names, mut values, mut defaults) = (Vec::new(), Vec::new(), Vec::new());
    let mut params = vec![None; bound];
    for entry in entries {
        let detail = known
            .columns
            .get(entry.column)
            .ok_or_else(shape::outdated)?;
        match &entry.entry {
            Entry::Default => defaults.push(detail.bare_name.clone()),
            Entry::Value(value) => {
                names.push(detail.bare_name.clone());
                let text = value.as_text().map(str::to_owned);
                values.push(sql.bind(Param::Text(Type::TEXT, text)));
                params.push(Some(entry.column));
            }
        }
    }
    let names = sql.bind(Param::Texts(names));
    let defaults = sql.bind(Param::Texts(defaults));
    sql.push(&format!(
        "{names}, array[{}]::text[], {defaults}",
        values.join(", ")
    ));
    Ok(params)
}
