//! Whether open records are as they were last read, where no feed tells: one round trip for all of
//! them, and nothing of a record that did not change.

use std::collections::BTreeSet;

use tokio_postgres::{Error, Row};

use super::change;
use super::contract::Fault;
use super::contract::records::{Watch, Watched};
use super::open::Open;
use super::record;
use super::row;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::Statement;
use crate::domain::table::TableId;

/// Looks at records; what was seen of each, in the order of the question.
pub(super) async fn at(open: &Open, watches: &[Watch]) -> Result<Vec<Watched>, Fault> {
    let tables: BTreeSet<TableId> = watches.iter().map(|watch| watch.table).collect();
    let known = shape::all(open, &tables).await?;
    let mut statements = Vec::new();
    let mut asked = Vec::new();
    for watch in watches {
        let known = known.get(&watch.table);
        let made = known.and_then(|known| statement(known, watch).ok());
        asked.push(made.is_some());
        statements.extend(made);
    }
    if statements.is_empty() {
        return Ok(vec![Watched::Unknown; watches.len()]);
    }
    let mut answers = open.read_each(&statements).await?.into_iter();
    let seen = asked
        .into_iter()
        .map(|asked| asked.then(|| answers.next()).flatten());
    seen.map(|answer| answer.map_or(Ok(Watched::Unknown), read))
        .collect()
}

/// Asks whether the guard still holds, and for nothing else.
fn statement(known: &Known, watch: &Watch) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select true");
    change::push_guard(&mut sql, known, &watch.guard, &watch.base)?;
    sql.push(" from ").push(&known.table).push(" t where ");
    record::push_key(&mut sql, known, &watch.key)?;
    Ok(sql.finish())
}

/// Reads one answer. A record that cannot be looked at, its right being taken for example, is told
/// of by whatever needs it next.
fn read(answer: Result<Vec<Row>, Error>) -> Result<Watched, Fault> {
    let Ok(rows) = answer else {
        return Ok(Watched::Unknown);
    };
    let Some(found) = rows.first() else {
        return Ok(Watched::Gone);
    };
    Ok(match row::column(found, 0)? {
        true => Watched::Same,
        false => Watched::Changed,
    })
}
