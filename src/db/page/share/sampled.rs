//! The row at a share of those that are filtered, or that are ordered by what a policy takes the index
//! from: by some rows that are read at random, which are all in a small table. A large one is not read.

use super::{SAMPLED, float};
use crate::db::contract::Fault;
use crate::db::filter;
use crate::db::open::Open;
use crate::db::page::position::{self, Look, Rank};
use crate::db::row;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::jump::How;
use crate::domain::query::{Cursor, PageQuery};
use crate::domain::table::TableKind;
use crate::domain::value::Value;

/// So many rows that match tell well enough where a share of them is.
const ENOUGH: i64 = 100;
/// Where fewer do, so many times as many are read at random.
const MORE: f64 = 20.0;

/// Where a share of the rows is.
pub(super) enum Found {
    /// At a row.
    At(Cursor, How),
    /// Nowhere that could be told, and why.
    Cannot(&'static str),
}

/// What is asked for.
pub(super) struct Asked<'a> {
    pub known: &'a Known,
    pub query: &'a PageQuery,
    pub ranks: &'a [Rank],
    pub share: f64,
}

impl Asked<'_> {
    /// Finds the row.
    pub(super) async fn find(&self, open: &Open) -> Result<Found, Fault> {
        if !can_be_sampled(self.known) {
            return Ok(Found::Cannot(
                "there are no statistics that may be read, and no rows can be read at random",
            ));
        }
        for most in [SAMPLED, SAMPLED * MORE] {
            let answers = open.read(vec![self.sample(most)?]).await;
            let answers = shape::forgetting(open, self.known.shape.id, answers)?;
            let Some(found) = answers.first().and_then(|rows| rows.first()) else {
                continue;
            };
            let last = self.ranks.len();
            let rows: Option<i64> = row::column(found, last)?;
            let all: Option<bool> = row::column(found, last + 1)?;
            let rows = rows.unwrap_or(0);
            let all = all == Some(true);
            if !all && rows < ENOUGH && most == SAMPLED {
                continue;
            }
            let values = (0..last).map(|place| row::raw(found, place).map(Value::from));
            let values = values.collect::<Result<_, _>>()?;
            let rows = rows.unsigned_abs();
            let how = match all {
                true => How::All { rows },
                false => How::Matching { rows },
            };
            return Ok(Found::At(Cursor { values }, how));
        }
        Ok(Found::Cannot(
            "so few rows match that none was among those read at random",
        ))
    }

    /// The row at the share of rows that are read at random; without one where none of them matches.
    fn sample(&self, most: f64) -> Result<Statement, Fault> {
        let known = self.known;
        let texts: Vec<&str> = self.ranks.iter().map(|rank| rank.text.as_str()).collect();
        let columns = self.ranks.iter().filter_map(|rank| rank.column);
        let mut names: Vec<String> = columns
            .map(|column| format!("t.{}", known.columns[column].name))
            .collect();
        if known.shape.key.is_empty() {
            names.extend(known.row_address.iter().map(|name| format!("t.{name}")));
        }
        let order = position::order_by(self.ranks, Look::Forward);
        let mut sql = Sql::new("with part as (select least(100, ");
        push_part(&mut sql, known, most);
        sql.push(") as percent) select ")
            .push(&texts.join(", "))
            .push(", t.\"rowhouse rows\", (select percent >= 100 from part) from (select ")
            .push(&names.join(", "))
            .push(", row_number() over (")
            .push(order.trim_start())
            .push(") as \"rowhouse place\", count(*) over () as \"rowhouse rows\" from ")
            .push(&known.table)
            .push(" t tablesample system ((select percent from part)) repeatable (1)");
        filter::push(&mut sql, known, &self.query.filter)?;
        let share = sql.bind(float(self.share));
        sql.push(&format!(
            ") t where t.\"rowhouse place\" = greatest(1, ceil({share} * t.\"rowhouse rows\"))"
        ));
        Ok(sql.finish())
    }
}

/// Whether a table's rows are stored in blocks of its own or of its parts.
pub(super) fn can_be_sampled(known: &Known) -> bool {
    !matches!(known.shape.kind, TableKind::View | TableKind::Foreign)
}

/// Adds which percentage of the table holds about so many rows; may be more than all of it.
pub(super) fn push_part(sql: &mut Sql, known: &Known, most: f64) {
    let counted = known.shape.estimated_rows.filter(|rows| *rows > 0);
    let part = match counted {
        Some(rows) => 100.0 * most / (rows as f64).max(1.0),
        // About a hundred rows are in a block.
        None => most,
    };
    let part = sql.bind(float(part));
    sql.push(&part);
    if counted.is_some() {
        return;
    }
    let table = sql.bind(Param::oid(known.shape.id.0));
    let table = format!("{table}::oid::pg_catalog.regclass");
    let size = match known.shape.kind {
        TableKind::Partitioned => format!(
            "(select sum(pg_catalog.pg_relation_size(p.relid))
               from pg_catalog.pg_partition_tree({table}) p)::float8"
        ),
        _ => format!("pg_catalog.pg_relation_size({table})"),
    };
    sql.push(&format!(
        " / greatest({size} / pg_catalog.current_setting('block_size')::float8, 1)"
    ));
}
