//! All rows that are asked for, in their order, behind a cursor: for files. No page, no limit.

use super::position::{self, Look};
use crate::db::contract::Fault;
use crate::db::contract::rows::{Extract, Which};
use crate::db::filter;
use crate::db::record;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::record::RecordKey;

/// The cursor's name.
pub(in crate::db) const NAME: &str = "rowhouse_rows";

/// The statement that opens the cursor over these columns, each as text.
pub(in crate::db) fn declare(
    known: &Known,
    wish: &Extract,
    columns: &[usize],
) -> Result<Statement, Fault> {
    let ranks = position::ranks(known, &wish.sort)?;
    let order = position::order_by(&ranks, Look::Forward);
    let mut sources: Vec<usize> = ranks.iter().filter_map(|rank| rank.column).collect();
    sources.extend(columns);
    sources.sort_unstable();
    sources.dedup();
    let names = sources.iter().map(|column| &known.columns[*column].name);
    let mut names: Vec<String> = names.map(|name| format!("t.{name}")).collect();
    if known.shape.key.is_empty() {
        names.extend(known.row_address.iter().map(|name| format!("t.{name}")));
    }
    let mut sql = Sql::new("declare ");
    sql.push(NAME).push(" no scroll cursor for select ");
    // Sorted as they are, made into text afterwards.
    let texts = columns.iter().map(|column| known.text(*column));
    sql.push(&listed(texts)).push(" from (select ");
    sql.push(&listed(names)).push(" from ");
    sql.push(&known.table).push(" t");
    match &wish.which {
        Which::Filtered(wanted) => filter::push(&mut sql, known, wanted)?,
        Which::Keys(keys) => {
            sql.push(" where ");
            push_keys(&mut sql, known, keys)?;
        }
    }
    sql.push(&order).push(") t").push(&order);
    Ok(sql.finish())
}

/// How many values of keys a statement holds one by one, so that an index finds them.
const ONE_BY_ONE: usize = 2_000;

/// Adds the test for any of some keys, however many: beyond some, reading the table once is faster.
fn push_keys(sql: &mut Sql, known: &Known, keys: &[RecordKey]) -> Result<(), Fault> {
    let key = &known.shape.key;
    if keys.len() * key.len() <= ONE_BY_ONE {
        return record::push_keys(sql, known, keys);
    }
    if keys.iter().any(|one| one.0.len() != key.len()) {
        return Err(shape::outdated());
    }
    let (mut ours, mut lists, mut names, mut theirs) = (vec![], vec![], vec![], vec![]);
    for (place, column) in key.iter().enumerate() {
        let values = keys.iter().map(|one| one.0[place].clone());
        let list = sql.bind(Param::Texts(values.collect()));
        lists.push(format!("pg_catalog.unnest({list})"));
        names.push(format!("k{place}"));
        let detail = &known.columns[*column];
        match detail.equal {
            true => {
                ours.push(format!("t.{}", detail.name));
                theirs.push(format!("k.k{place}::{}", detail.cast));
            }
            false => {
                ours.push(known.text(*column));
                theirs.push(format!("k.k{place}"));
            }
        }
    }
    let (ours, theirs) = (ours.join(", "), theirs.join(", "));
    let (lists, names) = (lists.join(", "), names.join(", "));
    sql.push(&format!(
        "({ours}) in (select {theirs} from rows from ({lists}) k({names}))"
    ));
    Ok(())
}

/// The columns of a wish that may be read.
pub(in crate::db) fn readable(known: &Known, wish: &Extract) -> Result<Vec<usize>, Fault> {
    let mut columns = Vec::new();
    for column in &wish.columns {
        let detail = known.columns.get(*column).ok_or_else(shape::outdated)?;
        if detail.readable {
            columns.push(*column);
        }
    }
    match (columns.is_empty(), known.has_columns) {
        (true, false) => Err(Fault::Other {
            message: "the table has no columns, so there is nothing to write".into(),
        }),
        (true, true) => Err(Fault::NotPermitted {
            message: "none of its columns may be read, so there is nothing to write".into(),
        }),
        (false, _) => Ok(columns),
    }
}

fn listed(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    match parts.is_empty() {
        true => "1".into(),
        false => parts.join(", "),
    }
}
