//! Changes without anything around them, for tables whose rules allow nothing else.

use super::{push_guard, push_insert, push_update};
use crate::db::contract::Fault;
use crate::db::contract::records::Save;
use crate::db::record;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::Statement;
use crate::domain::record::{FieldChange, Guard, RecordKey};
use crate::domain::value::Value;

/// The update alone, for tables whose rules allow nothing around it.
pub(in crate::db) fn bare_update(known: &Known, save: &Save) -> Result<Statement, Fault> {
    let mut sql = Sql::new("update ");
    let mut columns = Vec::new();
    push_update(&mut sql, &mut columns, known, save)?;
    Ok(sql.finish())
}

/// The deletion alone, for the same tables.
pub(in crate::db) fn bare_delete(
    known: &Known,
    key: &RecordKey,
    guard: &Guard,
    base: &[Value],
) -> Result<Statement, Fault> {
    let mut sql = Sql::new("delete from ");
    sql.push(&known.table).push(" as t where ");
    record::push_key(&mut sql, known, key)?;
    push_guard(&mut sql, known, guard, base)?;
    Ok(sql.finish())
}

/// The creation alone, for the same tables.
pub(in crate::db) fn bare_insert(
    known: &Known,
    entries: &[FieldChange],
) -> Result<Statement, Fault> {
    let mut sql = Sql::new("insert into ");
    let mut columns = Vec::new();
    push_insert(&mut sql, &mut columns, known, entries)?;
    Ok(sql.finish())
}
