//! Pages of made-up rows: filtered, sorted and cut as the database would.

use std::cmp::Ordering;

use crate::domain::query::{Cursor, Direction, Filter, Page, PageFrom, PageQuery, Row};
use crate::domain::record::{Guard, RecordKey};
use crate::domain::value::{Cell, Value};

/// BFM number, description, hours, version.
pub type Given = (String, Option<String>, i64, i64);

/// What a question about rows returns.
pub fn page(given: &[Given], partial: bool, query: &PageQuery) -> Page {
    let rows = given.iter();
    let rows = rows.filter(|row| matches(row, &query.filter));
    let sort: Vec<usize> = query.sort.iter().map(|sort| sort.column).collect();
    let mut rows: Vec<Row> = rows.map(|row| read(row, &sort)).collect();
    // As the key follows the last column sorted by.
    let last = query.sort.last().map(|sort| sort.direction);
    rows.sort_by(|a, b| {
        let pairs = a.cursor.values.iter().zip(&b.cursor.values).enumerate();
        let turned = |(at, (a, b)): (usize, (&Value, &Value))| {
            let own = query.sort.get(at).map(|sort| sort.direction).or(last);
            match own {
                Some(Direction::Descending) => b.cmp(a),
                _ => a.cmp(b),
            }
        };
        pairs.map(turned).fold(Ordering::Equal, Ordering::then)
    });
    let place = |cursor: &Cursor| rows.iter().position(|row| row.cursor == *cursor);
    let after = |cursor: &Cursor| {
        let upto = |row: &&Row| row.cursor.values <= cursor.values;
        place(cursor).map_or(rows.iter().take_while(upto).count(), |at| at + 1)
    };
    let limit = usize::from(query.limit);
    let (start, end) = match &query.from {
        PageFrom::First => (0, limit),
        PageFrom::Last => (rows.len().saturating_sub(limit), rows.len()),
        PageFrom::After(cursor) => (after(cursor), after(cursor) + limit),
        PageFrom::From(cursor) => {
            let start = place(cursor).unwrap_or_else(|| after(cursor));
            (start, start + limit)
        }
        PageFrom::Row(cursor) => {
            let start = place(cursor).unwrap_or(0);
            (start, start + limit)
        }
        PageFrom::Before(cursor) => {
            let end = place(cursor).unwrap_or_else(|| after(cursor));
            (end.saturating_sub(limit), end)
        }
    };
    let end = end.min(rows.len());
    Page {
        more_before: start > 0,
        more_after: end < rows.len(),
        rows: rows[start..end].to_vec(),
        partial,
    }
}

/// Whether the quick text of a filter is in it.
pub fn matches(row: &Given, filter: &Filter) -> bool {
    let quick = filter.quick.as_str();
    let text = row.1.as_deref().unwrap_or_default();
    row.0.contains(quick) || text.contains(quick)
}

/// One of them as the database returns it.
pub fn read(row: &Given, sort: &[usize]) -> Row {
    let cells = [
        Value::text(&*row.0),
        Value::from(row.1.clone()),
        Value::Text(row.2.to_string()),
    ];
    let sorted = sort.iter().map(|at| cells[*at].clone());
    let values = sorted.chain([cells[0].clone()]).collect();
    Row {
        key: Some(RecordKey(vec![row.0.clone()])),
        cursor: Cursor { values },
        guard: Guard {
            version: Some(row.3),
            xmin: None,
        },
        cells: cells.into_iter().map(Cell::whole).collect(),
        columns: None,
    }
}
