//! What hangs on records: one round trip once a table's foreign keys are known, and never more than
//! a limit of rows of each kind.

mod graph;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::Row;

use super::contract::Fault;
use super::open::Open;
use super::record;
use super::row;
use super::shape::{self, Known};
use super::sql::{Sql, quoted};
use super::tx::Statement;
use crate::domain::dependents::{Dependents, Found, Link, MOST, Referring};
use crate::domain::record::RecordKey;
use crate::domain::table::{TableId, TableName};
use crate::domain::value::Value;
use graph::{Edge, Graph, LARGE};

/// The foreign keys as they were found last, by table: what is counted next time is asked together
/// with whether they are still so.
#[derive(Default)]
pub(super) struct Graphs(Mutex<HashMap<TableId, Arc<Graph>>>);

impl Graphs {
    fn find(&self, table: TableId) -> Option<Arc<Graph>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&table).cloned()
    }

    fn keep(&self, table: TableId, graph: Arc<Graph>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(table, graph);
    }
}

/// Loads what hangs on records of a table.
pub(super) async fn load(
    open: &Open,
    table: TableId,
    keys: &[RecordKey],
) -> Result<Dependents, Fault> {
    let known = shape::load(open, table).await?;
    let mut graph = match open.graphs.find(table) {
        Some(graph) => graph,
        None => Arc::new(graph::read(
            &open.read(graph::questions(table, open.is_shared())).await?,
        )?),
    };
    for _ in 0..3 {
        let questions = graph::questions(table, open.is_shared());
        let about = questions.len();
        let counts = Counts::new(&known, &graph, keys)?;
        let mut statements = questions;
        statements.extend(counts.statements);
        let answers = open.read(statements).await;
        let answers = shape::forgetting(open, table, answers)?;
        let now = Arc::new(graph::read(&answers[..about.min(answers.len())])?);
        open.graphs.keep(table, now.clone());
        if now == graph {
            return told(&known, &graph, keys, &answers[about..]);
        }
        graph = now;
    }
    Err(shape::outdated())
}

/// The statements that count, one per way that may be read, after one that reads what is referred to.
struct Counts {
    statements: Vec<Statement>,
}

impl Counts {
    fn new(known: &Known, graph: &Graph, keys: &[RecordKey]) -> Result<Self, Fault> {
        let mut statements = vec![referred(known, graph, keys)?];
        for way in graph.ways(known.shape.id) {
            if way.iter().all(|edge| edge.readable) {
                statements.push(count(known, &way, keys)?);
            }
        }
        Ok(Self { statements })
    }
}

/// The columns of the record that direct dependents refer to.
fn referenced<'a>(known: &Known, graph: &'a Graph) -> Vec<&'a str> {
    let direct = graph
        .edges
        .iter()
        .filter(|edge| edge.parent == known.shape.id.0 && edge.readable);
    let mut names: Vec<&str> = direct
        .flat_map(|edge| edge.referenced.iter().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Reads what direct dependents of one record refer to.
fn referred(known: &Known, graph: &Graph, keys: &[RecordKey]) -> Result<Statement, Fault> {
    let columns = referenced(known, graph);
    let texts: Vec<String> = columns
        .iter()
        .map(|name| format!("t.{}::text", quoted(name)))
        .collect();
    let mut sql = Sql::new("select ");
    sql.push(&match texts.is_empty() {
        true => "true".to_owned(),
        false => texts.join(", "),
    });
    sql.push(" from ").push(&known.table).push(" t where ");
    record::push_keys(&mut sql, known, &keys[..keys.len().min(1)])?;
    Ok(sql.finish())
}

/// Counts the rows at the end of a way, up to the limit.
fn count(known: &Known, way: &[&Edge], keys: &[RecordKey]) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select count(*) from (select 1 from ");
    sql.push(&known.table).push(" t");
    for (place, edge) in way.iter().enumerate() {
        let parent = match place {
            0 => "t".to_owned(),
            _ => format!("c{}", place - 1),
        };
        let child = format!("c{place}");
        let pairs = edge.columns.iter().zip(&edge.referenced);
        let pairs: Vec<String> = pairs
            .map(|(column, referenced)| {
                let (column, referenced) = (quoted(column), quoted(referenced));
                format!("{child}.{column} = {parent}.{referenced}")
            })
            .collect();
        let source = source(edge, way.get(place + 1));
        sql.push(&format!(
            " join {source} {child} on {}",
            pairs.join(" and ")
        ));
        if place == 0 && edge.child == known.shape.id {
            sql.push(&format!(" and {}", is_another(known)));
        }
    }
    sql.push(" where ");
    record::push_keys(&mut sql, known, keys)?;
    sql.push(&format!(" limit {}) x", MOST + 1));
    Ok(sql.finish())
}

/// A table of dependents; of a large one that would have to be searched whole only a beginning.
fn source(edge: &Edge, next: Option<&&Edge>) -> String {
    let name = table(&edge.name);
    if !edge.costly {
        return name;
    }
    let referenced = next.map_or(&[][..], |next| next.referenced.as_slice());
    let mut columns: Vec<String> = edge
        .columns
        .iter()
        .chain(referenced)
        .map(|c| quoted(c))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    format!("(select {} from {name} limit {LARGE})", columns.join(", "))
}

/// A row that refers to itself stands in nobody's way.
fn is_another(known: &Known) -> String {
    let same: Vec<String> = known
        .shape
        .key
        .iter()
        .map(|column| {
            let name = &known.columns[*column].name;
            format!("c0.{name}::text = t.{name}::text")
        })
        .collect();
    format!("not ({})", same.join(" and "))
}

fn table(name: &TableName) -> String {
    format!("{}.{}", quoted(&name.schema), quoted(&name.name))
}

fn told(
    known: &Known,
    graph: &Graph,
    keys: &[RecordKey],
    answers: &[Vec<Row>],
) -> Result<Dependents, Fault> {
    let single = keys.len() == 1;
    let record = answers.first().and_then(|rows| rows.first());
    let columns = referenced(known, graph);
    let value = |name: &str| -> Result<Option<Value>, Fault> {
        let place = columns.iter().position(|column| *column == name);
        match (record.filter(|_| single), place) {
            (Some(record), Some(place)) => Ok(Some(row::raw(record, place)?.into())),
            _ => Ok(None),
        }
    };
    let mut counts = answers.iter().skip(1);
    let mut links = Vec::new();
    for way in graph.ways(known.shape.id) {
        let Some((last, before)) = way.split_last() else {
            continue;
        };
        let found = match way.iter().all(|edge| edge.readable) {
            true => {
                let rows = counts.next().map_or(&[][..], Vec::as_slice);
                found(row::column(row::only(rows)?, 0)?, &way)
            }
            false => Found::Unread,
        };
        let mut referring = Vec::new();
        for (place, name) in last.columns.iter().enumerate() {
            let referenced = last.referenced.get(place).filter(|_| before.is_empty());
            referring.push(Referring {
                number: last.numbers.get(place).copied().unwrap_or_default(),
                name: name.clone(),
                value: referenced.map_or(Ok(None), |name| value(name))?,
            });
        }
        links.push(Link {
            table: last.child,
            name: last.name.clone(),
            columns: referring,
            via: before.iter().map(|edge| edge.name.clone()).collect(),
            fate: last.fate,
            found,
        });
    }
    Ok(Dependents {
        links,
        denied: graph.denied.clone(),
    })
}

fn found(counted: i64, way: &[&Edge]) -> Found {
    let rows = counted.unsigned_abs();
    Found::Rows {
        rows: rows.min(MOST),
        more: rows > MOST || way.iter().any(|edge| edge.costly),
    }
}
