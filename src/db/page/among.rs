//! A page that begins at a row where that row is among those wanted, else at the first of them: both are
//! asked for in one round trip, and the server reads one of them.

use super::position::Rank;
use super::{Label, Plan};
use crate::db::contract::Fault;
use crate::db::filter;
use crate::db::open::Open;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::query::{Cursor, Page, PageFrom, PageQuery};
use crate::domain::value::Value;

/// Loads the page; the position names the row.
pub(super) async fn load(
    open: &Open,
    known: &Known,
    query: &PageQuery,
    cursor: &Cursor,
    labels: &[Label],
) -> Result<Page, Fault> {
    let from = |from| PageQuery {
        from,
        ..query.clone()
    };
    let (at_row, at_first) = (from(PageFrom::From(cursor.clone())), from(PageFrom::First));
    let mut here = Plan::new(known, &at_row, labels)?;
    let mut first = Plan::new(known, &at_first, labels)?;
    let row = Place {
        known,
        query,
        key: key(known, &here.ranks, cursor)?,
    };
    let mut asked = vec![
        row.gate(std::mem::take(&mut here.rows), "")?,
        row.gate(std::mem::take(&mut first.rows), "not ")?,
        shape::mark(query.table, open.is_shared()),
    ];
    asked.extend(here.others.take());
    let answers = shape::forgetting(open, query.table, open.read(asked).await)?;
    let [at_it, begin, mark, others @ ..] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, known, mark).await?;
    match at_it.is_empty() {
        true => first.page(known, &at_first, begin, None),
        false => here.page(known, &at_row, at_it, others.first().map(Vec::as_slice)),
    }
}

/// The row that is looked for.
struct Place<'a> {
    known: &'a Known,
    query: &'a PageQuery,
    key: Vec<(usize, &'a str)>,
}

impl Place<'_> {
    /// Lets a statement read something only where the row is, or is not, among those wanted. The
    /// condition has nothing of the statement's rows, so the server asks it once, before any is read.
    fn gate(&self, rows: Statement, not: &str) -> Result<Statement, Fault> {
        let known = self.known;
        let before = format!(
            ") page where (select {not}exists (select from {} t",
            known.table
        );
        let mut sql = Sql::around("select * from (", rows, &before);
        filter::push(&mut sql, known, &self.query.filter)?;
        for (column, value) in &self.key {
            let detail = &known.columns[*column];
            let test = match detail.equal {
                true => {
                    let value = detail.bind(&mut sql, Some(value));
                    format!(" and t.{} = {value}", detail.name)
                }
                false => {
                    let value = sql.bind(Param::text(*value));
                    format!(" and {} = {value}", known.text(*column))
                }
            };
            sql.push(&test);
        }
        sql.push("))");
        Ok(sql.finish())
    }
}

/// The key that a position names.
fn key<'a>(
    known: &Known,
    ranks: &[Rank],
    cursor: &'a Cursor,
) -> Result<Vec<(usize, &'a str)>, Fault> {
    let value = |column: &usize| {
        let at = ranks.iter().position(|rank| rank.column == Some(*column))?;
        Some((*column, cursor.values.get(at).and_then(Value::as_text)?))
    };
    let key: Option<Vec<_>> = known.shape.key.iter().map(value).collect();
    key.filter(|key| !key.is_empty())
        .ok_or_else(shape::outdated)
}
