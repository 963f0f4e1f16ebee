//! The record that an exclusion constraint found in the way: looked for with the operators of the
//! constraint itself, which the error does not name.

use tokio_postgres::error::DbError;
use tokio_postgres::types::Type;

use super::more::{Other, sent};
use crate::db::change::Change;
use crate::db::contract::Fault;
use crate::db::open::Open;
use crate::db::record;
use crate::db::row;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::record::RecordKey;

/// What a constraint compares its columns by, and which rows it holds for. The expressions of such a
/// constraint have no number: of those nothing is told.
const RULE: &str = "\
select array(select pg_catalog.format('operator(%I.%s)', n.nspname, o.oprname)
             from unnest(c.conexclop) with ordinality u(oid, place)
             join pg_catalog.pg_operator o on o.oid = u.oid
             join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
             order by u.place),
       pg_catalog.pg_get_expr(i.indpred, i.indrelid)
from pg_catalog.pg_constraint c
join pg_catalog.pg_index i on i.indexrelid = c.conindid
where c.conrelid = $1 and c.conname = $2 and c.contype = 'x' and 0 <> all (c.conkey)";

/// How a constraint compares.
struct Rule {
    operators: Vec<String>,
    holds_for: Option<String>,
}

/// Looks for a record that the refused one clashes with, and whether there are more of them.
pub(super) async fn other(
    open: &Open,
    known: &Known,
    change: &Change,
    error: &DbError,
    columns: &[usize],
) -> Result<(Other, bool), Fault> {
    let unknown = Ok((Other::Unknown, false));
    let Some(rule) = rule(open, known, error).await? else {
        return unknown;
    };
    let values = columns.iter().map(|column| sent(known, change, *column));
    let values: Option<Vec<_>> = values.collect();
    let Some(values) = values.filter(|values| values.len() == rule.operators.len()) else {
        return unknown;
    };
    if values.is_empty() || known.shape.key.is_empty() {
        return unknown;
    }
    let key = known.shape.key.iter().map(|place| known.text(*place));
    let mut sql = Sql::new("select array[");
    sql.push(&key.collect::<Vec<_>>().join(", "))
        .push("] from ");
    sql.push(&known.table).push(" t where true");
    for ((column, value), operator) in columns.iter().zip(&values).zip(&rule.operators) {
        let value = sql.bind(Param::untyped(value.as_text()));
        let name = &known.columns[*column].name;
        sql.push(&format!(" and t.{name} {operator} {value}"));
    }
    if let Some(holds_for) = &rule.holds_for {
        sql.push(&format!(" and ({holds_for})"));
    }
    if let Change::Update(save) = change {
        // What it was before is not in its own way.
        sql.push(" and not (");
        record::push_key(&mut sql, known, &save.key)?;
        sql.push(")");
    }
    sql.push(" order by 1 limit 2");
    let hides = Statement::new(
        "select pg_catalog.row_security_active($1)",
        vec![Param::oid(known.shape.id.0)],
    );
    let answers = open.read(vec![sql.finish(), hides]).await?;
    let [found, hides] = answers.as_slice() else {
        return unknown;
    };
    match found.first() {
        Some(first) => {
            let key = RecordKey(row::column(first, 0)?);
            Ok((Other::Seen(key), found.len() > 1))
        }
        None if row::column(row::only(hides)?, 0)? => Ok((Other::Hidden, false)),
        None => unknown,
    }
}

async fn rule(open: &Open, known: &Known, error: &DbError) -> Result<Option<Rule>, Fault> {
    let name = error.constraint().map(str::to_owned);
    let params = vec![Param::oid(known.shape.id.0), Param::Text(Type::TEXT, name)];
    let answers = open.read(vec![Statement::new(RULE, params)]).await?;
    let found = answers.first().and_then(|rows| rows.first());
    let read = |found| {
        Ok(Rule {
            operators: row::column(found, 0)?,
            holds_for: row::column(found, 1)?,
        })
    };
    found.map(read).transpose()
}
