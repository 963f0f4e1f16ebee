//! Whether a known table, and what the person may do with it, are still as they were. What a role gives
//! may change unseen: one number tells with every answer that no role was changed, and where one was,
//! this person's rights are compared. No shapes are loaded here.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio_postgres::Row;

use super::Known;
use crate::db::contract::Fault;
use crate::db::open::Open;
use crate::db::row;
use crate::db::tx::{Param, Statement};
use crate::domain::table::TableId;

/// What differs after any ALTER or GRANT on it.
const MARK: &str = "\
select pg_catalog.md5(c.xmin::text || ':' || coalesce(pg_catalog.string_agg(
         a.attnum || ' ' || a.xmin::text, ',' order by a.attnum), ''))
from pg_catalog.pg_class c
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.oid = $1
group by c.xmin::text";

/// The same, and what differs after any change of what somebody may do.
const SHARED: &str = "\
select pg_catalog.md5(c.xmin::text || ':' || coalesce(pg_catalog.string_agg(
         a.attnum || ' ' || a.xmin::text, ',' order by a.attnum), '')), rowhouse.rights_number()
from pg_catalog.pg_class c
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.oid = $1
group by c.xmin::text";

/// What the person may do, as one text.
const SUM: &str = "select pg_catalog.md5(m::text) from rowhouse.my_table($1) m";

/// What was known of the person's rights, and when.
#[derive(Debug)]
pub(super) struct Rights {
    /// Under which number.
    number: AtomicI64,
    /// All of them, as one text.
    sum: String,
}

impl Rights {
    /// Of the answers to the mark, which is asked before, and to the rights themselves.
    pub(super) fn read((mark, rights): (&Row, &Row)) -> Result<Self, Fault> {
        Ok(Self {
            number: AtomicI64::new(row::column(mark, 1)?),
            sum: row::column(rights, 12)?,
        })
    }
}

/// Asks whether a table is still as it was.
pub(in crate::db) fn mark(table: TableId, shared: bool) -> Statement {
    let sql = if shared { SHARED } else { MARK };
    Statement::new(sql, vec![Param::oid(table.0)])
}

/// Compares a table's mark with the known one, and where roles were changed since, what the person may
/// do: then that takes a round trip of its own.
pub(in crate::db) async fn check_mark(
    open: &Open,
    known: &Known,
    found: &[Row],
) -> Result<(), Fault> {
    check_table(open, known, found)?;
    let (Some(rights), Some(found)) = (&known.rights, found.first()) else {
        return Ok(());
    };
    let number: i64 = row::column(found, 1)?;
    if rights.number.load(Ordering::Relaxed) == number {
        return Ok(());
    }
    let table = known.shape.id;
    let asked = Statement::new(SUM, vec![Param::oid(table.0)]);
    let answers = open.read(vec![asked]).await?;
    let sum: Option<&str> = match answers.first().and_then(|rows| rows.first()) {
        Some(found) => row::column(found, 0)?,
        None => None,
    };
    if sum == Some(rights.sum.as_str()) {
        rights.number.store(number, Ordering::Relaxed);
        return Ok(());
    }
    open.shapes.forget(table);
    Err(changed())
}

fn changed() -> Fault {
    Fault::Outdated {
        message: "what you may do with this table was changed meanwhile; it is read again".into(),
    }
}

/// Compares what was known of a table with what is known now: who asked for rows by the one is told.
pub(in crate::db) fn check_same(before: &Known, now: &Known) -> Result<(), Fault> {
    let sum = |known: &Known| known.rights.as_ref().map(|rights| rights.sum.clone());
    match (before.mark == now.mark, sum(before) == sum(now)) {
        (true, true) => Ok(()),
        (true, false) => Err(changed()),
        (false, _) => Err(super::outdated()),
    }
}

/// Compares a table's mark with the known one, and not what the person may do.
pub(in crate::db) fn check_table(open: &Open, known: &Known, found: &[Row]) -> Result<(), Fault> {
    let found: Option<&str> = match found.first() {
        Some(found) => row::column(found, 0)?,
        None => None,
    };
    if found == Some(known.mark.as_str()) {
        return Ok(());
    }
    open.shapes.forget(known.shape.id);
    Err(super::outdated())
}
