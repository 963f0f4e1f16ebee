//! What the records are called that a page's rows refer to: read along with the page, each by its key,
//! under the policies of its own table. Only of tables that are known already; nothing is asked for it.

use std::sync::Arc;

use super::search;
use crate::db::open::Open;
use crate::db::shape::Known;
use crate::domain::reference::naming;
use crate::domain::table::TableId;

/// The longest name that is read.
const CHARS: usize = 40;

/// The name of what a column refers to.
#[derive(Debug)]
pub(super) struct Label {
    /// The column that refers, by its position.
    pub column: usize,
    /// The table that is referred to.
    pub table: TableId,
    /// The name, as an expression over the rows of the page.
    pub expression: String,
}

/// The names that can be read with these columns of a table.
pub(super) fn of(open: &Open, known: &Known, columns: &[usize]) -> Vec<Label> {
    let references = known.shape.references.iter();
    let mut labels: Vec<Label> = Vec::new();
    for reference in references.filter(|one| one.readable) {
        // A key of several columns is named by none of them alone.
        let ([column], [theirs]) = (reference.columns.as_slice(), reference.theirs.as_slice())
        else {
            continue;
        };
        let taken = labels.iter().any(|label| label.column == *column);
        if taken || !columns.contains(column) {
            continue;
        }
        let target = open.shapes.find(reference.table);
        let target = target.filter(|target| is_quick(open, target, theirs));
        let expression = target.and_then(|target| expression(known, *column, &target, theirs));
        if let Some(expression) = expression {
            open.shapes.names_rows(reference.table);
            labels.push(Label {
                column: *column,
                table: reference.table,
                expression,
            });
        }
    }
    labels
}

/// How many rows of a table are read anew for every row of a page, where no index finds the one.
const FEW: u64 = 1_000;

/// Whether the record of a key is found by its index. A policy keeps the index from types whose
/// comparison could tell of hidden rows.
fn is_quick(open: &Open, target: &Known, theirs: &str) -> bool {
    let indexed = |key| search::trusted(target, key);
    !open.is_shared()
        || target.position(theirs).is_some_and(indexed)
        || target.shape.estimated_rows.is_some_and(|rows| rows <= FEW)
}

fn expression(known: &Known, column: usize, target: &Arc<Known>, theirs: &str) -> Option<String> {
    let ours = known
        .columns
        .get(column)
        .filter(|one| one.readable && one.equal)?;
    let key = target.position(theirs)?;
    let readable = |place: &usize| target.columns[*place].readable;
    if !readable(&key) {
        return None;
    }
    let names = naming(&target.shape, &[key]);
    let names = names.into_iter().filter(readable);
    let names: Vec<String> = names
        .map(|place| format!("r.{}::text", target.columns[place].name))
        .collect();
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "(select pg_catalog.left(pg_catalog.concat_ws(' ', {}), {CHARS}) from {} r \
         where r.{} = t.{} limit 1)",
        names.join(", "),
        target.table,
        target.columns[key].name,
        ours.name
    ))
}
