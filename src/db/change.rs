//! Guarded changes as statements: exactly one row or none, values as text without a cast.
//!
//! The statement itself fails when it would change a second row, because COMMIT is on its way
//! before the count is known.

mod answer;
mod bare;
mod through;

use sha2::{Digest, Sha256};
use tokio_postgres::types::Type;

use super::contract::Fault;
use super::contract::records::Save;
use super::open::Open;
use super::record;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::{Param, Statement};
use crate::domain::record::{FieldChange, Guard, RecordKey, RequestId, Verb};
use crate::domain::table::TableId;
use crate::domain::value::{Entry, Value};

use answer::{plain_count, push_key_back, push_returning, wrap};
pub(super) use bare::{bare_delete, bare_insert, bare_update};

/// The number of a row that has just been written: it is the transaction's own. Partitioned tables
/// give no system column back, so it is never asked of the row.
pub(super) const OWN_XMIN: &str = "pg_catalog.pg_current_xact_id()::xid::text";

/// Begins the error by which a second row undoes a change in the plain way.
pub(super) const SECOND_ROW: &str = "rowhouse: would change rows: ";

/// What is to be done to one record.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Change it.
    Update(Save),
    /// Create it.
    Insert {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The columns to send.
        entries: Vec<FieldChange>,
    },
    /// Delete it.
    Delete {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The key.
        key: RecordKey,
        /// What must still hold.
        guard: Guard,
        /// Every value that was read.
        base: Vec<Value>,
    },
}

/// A change as statements.
pub(super) struct Work {
    /// The statements; the last one answers with the number of rows and the record. In the shared way
    /// the first one passes the gate.
    pub statements: Vec<Statement>,
    /// Which column each parameter of the last statement is for.
    pub columns: Vec<Option<usize>>,
    /// Whether the answer holds the record.
    pub returning: bool,
}

impl Change {
    pub(super) fn request(&self) -> RequestId {
        match self {
            Self::Update(save) => save.request,
            Self::Insert { request, .. } | Self::Delete { request, .. } => *request,
        }
    }

    pub(super) fn table(&self) -> TableId {
        match self {
            Self::Update(save) => save.table,
            Self::Insert { table, .. } | Self::Delete { table, .. } => *table,
        }
    }

    pub(super) fn verb(&self) -> Verb {
        match self {
            Self::Update(_) => Verb::Update,
            Self::Insert { .. } => Verb::Insert,
            Self::Delete { .. } => Verb::Delete,
        }
    }

    /// The key under which the record is now, as far as this change says it.
    pub(super) fn key(&self, known: &Known) -> Option<RecordKey> {
        let (old, entries) = match self {
            Self::Delete { key, .. } => return Some(key.clone()),
            Self::Update(save) => (Some(&save.key), &save.changes),
            Self::Insert { entries, .. } => (None, entries),
        };
        let key = known.shape.key.iter().enumerate().map(|(place, column)| {
            match entries.iter().find(|entry| entry.column == *column) {
                Some(entry) => match &entry.entry {
                    Entry::Value(value) => value.as_text().map(str::to_owned),
                    Entry::Default => None,
                },
                None => old.and_then(|old| old.0.get(place).cloned()),
            }
        });
        key.collect::<Option<Vec<String>>>()
            .filter(|key| !key.is_empty())
            .map(RecordKey)
    }

    /// Puts the statements together.
    pub(super) fn work(&self, open: &Open, known: &Known) -> Result<Work, Fault> {
        let mut work = match self {
            _ if known.through => through::work(self, known)?,
            Self::Update(save) => update(open, known, save)?,
            Self::Insert { entries, .. } => insert(open, known, self.request(), entries)?,
            Self::Delete {
                key, guard, base, ..
            } if open.is_shared() => delete_through_layer(self, known, key, guard, base)?,
            Self::Delete {
                key, guard, base, ..
            } => delete(known, key, guard, base)?,
        };
        if open.is_shared() {
            let begin = open.save_gate(self.request(), self.hash(known))?;
            work.statements.insert(0, begin);
        }
        Ok(work)
    }

    /// Puts it together as one of several changes of a transaction, which completes no save by itself: it
    /// answers with the key, a row for each row that it changed.
    pub(super) fn part(&self, known: &Known) -> Result<Work, Fault> {
        if known.through {
            return through::part(self, known);
        }
        let mut columns = Vec::new();
        let mut sql = match self {
            Self::Update(save) => {
                let mut sql = Sql::new("update ");
                push_update(&mut sql, &mut columns, known, save)?;
                sql
            }
            Self::Insert { entries, .. } => {
                let mut sql = Sql::new("insert into ");
                push_insert(&mut sql, &mut columns, known, entries)?;
                sql
            }
            Self::Delete { .. } => return Err(shape::outdated()),
        };
        push_key_back(&mut sql, known);
        Ok(Work {
            statements: vec![sql.finish()],
            columns,
            returning: known.shape.rights.view,
        })
    }

    /// A hash of what is asked for, so that a number stands for one change only.
    pub(super) fn hash(&self, known: &Known) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        add(&known.table);
        let (verb, key, entries) = match self {
            Self::Update(save) => ("update", save.key.0.as_slice(), save.changes.as_slice()),
            Self::Insert { entries, .. } => ("insert", &[][..], entries.as_slice()),
            Self::Delete { key, .. } => ("delete", key.0.as_slice(), &[][..]),
        };
        add(verb);
        key.iter().for_each(|part| add(part));
        for entry in entries {
            add(known
                .columns
                .get(entry.column)
                .map_or("", |c| c.name.as_str()));
            match &entry.entry {
                Entry::Value(Value::Text(text)) => add(text),
                Entry::Value(Value::Null) => add("\u{0}null"),
                Entry::Default => add("\u{0}default"),
            }
        }
        hash.finalize().to_vec()
    }
}

fn update(open: &Open, known: &Known, save: &Save) -> Result<Work, Fault> {
    let wraps = wrap(open);
    let mut sql = Sql::new(&format!("{wraps}update "));
    let mut columns = Vec::new();
    push_update(&mut sql, &mut columns, known, save)?;
    push_returning(&mut sql, open, known, save.request, true);
    Ok(Work {
        statements: vec![sql.finish()],
        columns,
        returning: true,
    })
}

fn insert(
    open: &Open,
    known: &Known,
    request: RequestId,
    entries: &[FieldChange],
) -> Result<Work, Fault> {
    let returning = known.shape.rights.view;
    let wraps = wrap(open);
    let mut sql = Sql::new(&format!("{wraps}insert into "));
    let mut columns = Vec::new();
    push_insert(&mut sql, &mut columns, known, entries)?;
    push_returning(&mut sql, open, known, request, returning);
    Ok(Work {
        statements: vec![sql.finish()],
        columns,
        returning,
    })
}

fn delete(known: &Known, key: &RecordKey, guard: &Guard, base: &[Value]) -> Result<Work, Fault> {
    let mut sql = Sql::new("with changed as (delete from ");
    sql.push(&known.table).push(" as t where ");
    record::push_key(&mut sql, known, key)?;
    push_guard(&mut sql, known, guard, base)?;
    sql.push(" returning 1) ").push(&plain_count());
    Ok(Work {
        statements: vec![sql.finish()],
        columns: Vec::new(),
        returning: false,
    })
}

fn delete_through_layer(
    change: &Change,
    known: &Known,
    key: &RecordKey,
    guard: &Guard,
    base: &[Value],
) -> Result<Work, Fault> {
    if guard.xmin.is_none() {
        return delete(known, key, guard, base);
    }
    let version = guard.version.map(|version| version.to_string());
    let params = vec![
        Param::text(change.request().to_string()),
        Param::oid(known.shape.id.0),
        Param::Texts(key.0.clone()),
        Param::Text(Type::INT8, version),
        Param::Text(Type::TEXT, guard.xmin.clone()),
    ];
    let sql = "select rowhouse.save_done($1, d.deleted, $3, $4) \
               from rowhouse.record_delete($2, $3, $4, $5) d(deleted)";
    Ok(Work {
        statements: vec![Statement::new(sql, params)],
        columns: Vec::new(),
        returning: false,
    })
}

fn push_update(
    sql: &mut Sql,
    columns: &mut Vec<Option<usize>>,
    known: &Known,
    save: &Save,
) -> Result<(), Fault> {
    sql.push(&known.table).push(" as t set ");
    for (place, change) in save.changes.iter().enumerate() {
        let detail = known
            .columns
            .get(change.column)
            .ok_or_else(shape::outdated)?;
        let comma = if place == 0 { "" } else { ", " };
        let value = bound(sql, columns, change);
        sql.push(&format!("{comma}{} = {value}", detail.name));
    }
    sql.push(" where ");
    record::push_key(sql, known, &save.key)?;
    push_guard(sql, known, &save.guard, &save.base)
}

fn push_insert(
    sql: &mut Sql,
    columns: &mut Vec<Option<usize>>,
    known: &Known,
    entries: &[FieldChange],
) -> Result<(), Fault> {
    sql.push(&known.table).push(" as t ");
    let mut names = Vec::new();
    let mut values = Vec::new();
    for entry in entries {
        let detail = known
            .columns
            .get(entry.column)
            .ok_or_else(shape::outdated)?;
        names.push(detail.name.clone());
        values.push(bound(sql, columns, entry));
    }
    match names.is_empty() {
        true => sql.push("default values"),
        false => sql.push(&format!(
            "({}) values ({})",
            names.join(", "),
            values.join(", ")
        )),
    };
    Ok(())
}

/// A value to store: without a cast, so that the column decides and nothing is cut silently.
fn bound(sql: &mut Sql, columns: &mut Vec<Option<usize>>, change: &FieldChange) -> String {
    match &change.entry {
        Entry::Default => "default".into(),
        Entry::Value(value) => {
            columns.push(Some(change.column));
            sql.bind(Param::untyped(value.as_text()))
        }
    }
}

/// What must still hold, best available first.
pub(super) fn push_guard(
    sql: &mut Sql,
    known: &Known,
    guard: &Guard,
    base: &[Value],
) -> Result<(), Fault> {
    let version = known.version.as_ref().zip(guard.version);
    if let Some((column, version)) = version {
        let version = sql.bind(Param::int8(version));
        sql.push(&format!(" and t.{column} = {version}"));
    }
    let xmin = guard.xmin.as_ref().filter(|_| known.xmin);
    if let Some(xmin) = xmin {
        let xmin = sql.bind(Param::text(xmin));
        sql.push(&format!(" and t.xmin::text = {xmin}"));
    }
    if version.is_some() || xmin.is_some() {
        return Ok(());
    }
    if base.len() != known.columns.len() {
        return Err(shape::outdated());
    }
    for (place, value) in base.iter().enumerate() {
        if known.columns[place].readable {
            let value = sql.bind(Param::Text(Type::TEXT, value.as_text().map(str::to_owned)));
            let text = known.text(place);
            sql.push(&format!(" and {text} is not distinct from {value}"));
        }
    }
    Ok(())
}
