//! Whether rows stand on the other side of where a page starts; no search.

use super::position::{self, Look, Rank};
use crate::db::contract::Fault;
use crate::db::filter;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::Statement;
use crate::domain::query::{Cursor, PageQuery};

/// Whether rows stand on the other side of where a page starts.
pub(super) fn others(
    known: &Known,
    query: &PageQuery,
    ranks: &[Rank],
    cursor: &Cursor,
    look: Look,
    inclusive: bool,
) -> Result<Statement, Fault> {
    let back = match look {
        Look::Forward => Look::Backward,
        Look::Backward => Look::Forward,
    };
    // Where there is an index, one step along it. The server would drop the order from an `exists`, and
    // might read half of the table until a row is met; else the first that is met will do.
    let first = ranks.first().and_then(|rank| rank.column);
    let walked = first.is_some_and(|column| known.columns[column].indexed);
    let mut sql = Sql::new(match walked {
        true => "select coalesce((select true from ",
        false => "select exists (select from ",
    });
    sql.push(&known.table).push(" t");
    filter::push(&mut sql, known, &query.filter)?;
    let beyond = position::beyond(&mut sql, ranks, cursor, back, inclusive)?;
    sql.push(" and ").push(&beyond);
    match walked {
        true => {
            sql.push(&position::order_by(ranks, back));
            sql.push(" limit 1), false)");
        }
        false => {
            sql.push(" limit 1)");
        }
    }
    Ok(sql.finish())
}
