//! Why a guarded change met no row: changed, gone, not permitted, or swallowed; and by whom.

use tokio_postgres::Row;

use super::contract::Fault;
use super::contract::records::Miss;
use super::open::Open;
use super::record;
use super::row;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::{Param, Statement};
use crate::domain::record::{Guard, LastChange, Record, RecordKey, Verb};
use crate::domain::value::Value;

/// What the person knew of the record.
pub(super) struct Before<'a> {
    pub key: &'a RecordKey,
    pub guard: &'a Guard,
    pub base: &'a [Value],
}

/// Finds out why nothing was changed.
pub(super) async fn diagnose(
    open: &Open,
    known: &Known,
    before: Before<'_>,
) -> Result<Miss, Fault> {
    let mut statements = vec![record::select(known, before.key)?];
    if open.is_shared() {
        statements.push(last_change(known, before.key));
    }
    let answers = shape::forgetting(open, known.shape.id, open.read(statements).await)?;
    let by = || answers.get(1).and_then(|rows| rows.first()).map(changed_by);
    let Some(found) = answers.first().and_then(|rows| rows.first()) else {
        return Ok(Miss::Deleted {
            by: by().transpose()?.filter(|by| by.verb == Verb::Delete),
        });
    };
    let theirs = record::read(known, found, 0)?;
    if is_other(known, &before, &theirs) {
        return Ok(Miss::Changed {
            theirs: Box::new(theirs),
            by: by().transpose()?,
        });
    }
    // Row security lets nobody lock what they may not change.
    let mut sql = Sql::new("select true from ");
    sql.push(&known.table).push(" t where ");
    record::push_key(&mut sql, known, before.key)?;
    sql.push(" for no key update");
    let locked = open.write(&[sql.finish()]).await;
    match locked {
        Ok(rows) if rows.iter().flatten().next().is_some() => Ok(Miss::Swallowed),
        Ok(_) => Ok(Miss::NotPermitted),
        Err(broken) => match broken.into_fault() {
            Fault::NotPermitted { .. } => Ok(Miss::NotPermitted),
            fault => Err(fault),
        },
    }
}

/// Reads the record and says whether it holds what was sent, as its types compare.
pub(super) async fn holds(
    open: &Open,
    known: &Known,
    key: &RecordKey,
    entries: &[(usize, &Value)],
) -> Result<Option<(Record, bool)>, Fault> {
    let mut sql = Sql::new("select ");
    sql.push(&record::columns(known, "t.xmin::text"));
    sql.push(", true");
    for (column, value) in entries {
        let detail = known.columns.get(*column).ok_or_else(shape::outdated)?;
        if !detail.readable {
            continue;
        }
        let text = value.as_text().map(str::to_owned);
        let test = match detail.equal {
            true => format!(
                " and t.{} is not distinct from {}",
                detail.name,
                sql.bind(Param::untyped(text.as_deref()))
            ),
            false => format!(
                " and t.{}::text is not distinct from {}",
                detail.name,
                sql.bind(Param::Text(tokio_postgres::types::Type::TEXT, text))
            ),
        };
        sql.push(&test);
    }
    sql.push(" from ").push(&known.table).push(" t where ");
    record::push_key(&mut sql, known, key)?;
    let answers = open.read(vec![sql.finish()]).await?;
    let Some(found) = answers.first().and_then(|rows| rows.first()) else {
        return Ok(None);
    };
    let same: Option<bool> = row::column(found, 2 + known.columns.len())?;
    Ok(Some((record::read(known, found, 0)?, same == Some(true))))
}

fn is_other(known: &Known, before: &Before<'_>, theirs: &Record) -> bool {
    let (was, is) = (before.guard, &theirs.guard);
    let version = was.version.filter(|_| known.version.is_some());
    if version.is_none() && was.xmin.is_none() {
        return before.base != theirs.values;
    }
    version.is_some() && version != is.version || was.xmin.is_some() && was.xmin != is.xmin
}

/// Asks who changed a record last.
pub(super) fn last_change(known: &Known, key: &RecordKey) -> Statement {
    Statement::new(
        "select verb, username, display_name, station, at from rowhouse.last_change($1, $2)",
        vec![Param::oid(known.shape.id.0), Param::Texts(key.0.clone())],
    )
}

/// Reads who changed a record last.
pub(super) fn changed_by(found: &Row) -> Result<LastChange, Fault> {
    Ok(LastChange {
        verb: verb(row::column(found, 0)?),
        username: row::shown(found, 1)?,
        display_name: row::shown(found, 2)?,
        station: row::shown(found, 3)?,
        at: row::time(found, 4)?,
    })
}

/// A verb as the shared layer writes it.
pub(super) fn verb(word: &str) -> Verb {
    match word {
        "insert" => Verb::Insert,
        "delete" => Verb::Delete,
        "truncate" => Verb::Truncate,
        _ => Verb::Update,
    }
}
