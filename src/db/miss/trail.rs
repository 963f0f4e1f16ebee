//! What the trail says of a record since it was read: followed through changed keys, deletions, and
//! others that came under its key.

use tokio_postgres::Row;

use crate::db::contract::Fault;
use crate::db::record;
use crate::db::row;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::record::{LastChange, RecordKey, Verb};

/// What became of a record.
#[derive(Default)]
pub(super) struct Story {
    /// Under which key it is now, or was when it was deleted.
    pub key: Option<RecordKey>,
    /// Its newest change since it was read.
    pub last: Option<LastChange>,
    /// Whether a policy of the database's own keeps the trail from telling.
    pub is_denied: bool,
    /// Who created another record under its old key since.
    pub successor: Option<LastChange>,
}

impl Story {
    /// Whether the record was deleted.
    pub(super) fn is_gone(&self) -> bool {
        let last = self.last.as_ref().map(|last| last.verb);
        matches!(last, Some(Verb::Delete | Verb::Truncate))
    }

    /// Reads the answer.
    pub(super) fn read(rows: &[Row]) -> Result<Self, Fault> {
        let mut story = Self::default();
        for row in rows {
            let change = row::column::<Option<&str>>(row, 2)?
                .map(|_| change_from(row, 2))
                .transpose()?;
            match row::column::<&str>(row, 0)? {
                "now" => {
                    story.key = row::column::<Option<Vec<String>>>(row, 1)?.map(RecordKey);
                    story.last = change;
                }
                "after" => story.successor = change,
                "denied" => story.is_denied = true,
                _ => {}
            }
        }
        Ok(story)
    }
}

/// Asks what became of a record since the state with this number was read.
pub(super) fn question(known: &Known, key: &RecordKey, xmin: &str) -> Statement {
    let sql = "select kind, record_key, verb, username, display_name, station, at \
               from rowhouse.what_became($1, $2, $3)";
    Statement::new(sql, params(known, key, xmin))
}

/// Reads the record under the key that it has now, by the trail; what stands under the key that was read
/// also where it was deleted.
pub(super) fn select_now(known: &Known, key: &RecordKey, xmin: &str) -> Statement {
    let mut sql = Sql::new("with w as materialized (select record_key from rowhouse.what_became(");
    let params: Vec<String> = params(known, key, xmin)
        .into_iter()
        .map(|param| sql.bind(param))
        .collect();
    sql.push(&params.join(", "));
    sql.push(") where kind = 'now' and (verb is distinct from 'delete' or record_key = ");
    sql.push(&params[1]).push(")) select ");
    sql.push(&record::columns(known, "t.xmin::text"));
    sql.push(" from ").push(&known.table).push(" t where ");
    for (place, column) in known.shape.key.iter().enumerate() {
        let detail = &known.columns[*column];
        let and = if place == 0 { "" } else { " and " };
        let part = format!("(select w.record_key[{}] from w)", place + 1);
        sql.push(&match detail.equal {
            true => format!("{and}t.{} = {part}::{}", detail.name, detail.cast),
            false => format!("{and}{} = {part}", known.text(*column)),
        });
    }
    sql.finish()
}

fn params(known: &Known, key: &RecordKey, xmin: &str) -> Vec<Param> {
    vec![
        Param::oid(known.shape.id.0),
        Param::Texts(key.0.clone()),
        Param::text(xmin),
    ]
}

/// Asks who changed a record last.
pub(in crate::db) fn last_change(known: &Known, key: &RecordKey) -> Statement {
    Statement::new(
        "select verb, username, display_name, station, at from rowhouse.last_change($1, $2)",
        vec![Param::oid(known.shape.id.0), Param::Texts(key.0.clone())],
    )
}

/// Reads who changed a record last.
pub(in crate::db) fn changed_by(found: &Row) -> Result<LastChange, Fault> {
    change_from(found, 0)
}

fn change_from(found: &Row, start: usize) -> Result<LastChange, Fault> {
    Ok(LastChange {
        verb: verb(row::column(found, start)?),
        username: row::shown(found, start + 1)?,
        display_name: row::shown(found, start + 2)?,
        station: row::shown(found, start + 3)?,
        at: row::time(found, start + 4)?,
    })
}

/// A verb as the shared layer writes it.
pub(in crate::db) fn verb(word: &str) -> Verb {
    match word {
        "insert" => Verb::Insert,
        "delete" => Verb::Delete,
        "truncate" => Verb::Truncate,
        _ => Verb::Update,
    }
}
