//! A page from a share of the rows on: where that is, the server's statistics tell, or some rows read
//! at random, or the first and the last value; nothing is counted and the table is not read.

mod sampled;

use tokio_postgres::Row as Answer;
use tokio_postgres::types::Type;

use sampled::{Asked, Found};

use super::position::{self, Rank};
use super::search;
use crate::db::contract::Fault;
use crate::db::contract::records::ShareLoaded;
use crate::db::open::Open;
use crate::db::row;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::jump::{self, How};
use crate::domain::query::{Cursor, Direction, PageFrom, PageQuery};
use crate::domain::value::Value;

/// About how many rows are read at random; of a table with fewer all are.
const SAMPLED: f64 = 20_000.0;

/// Loads the page that begins at so many millionths of the rows.
pub(in crate::db) async fn load(
    open: &Open,
    mut query: PageQuery,
    share: u32,
) -> Result<ShareLoaded, Fault> {
    let known = shape::load(open, query.table).await?;
    let ranks = position::ranks(&known, &query.sort)?;
    let cannot = |why| Ok(ShareLoaded::Cannot(why));
    let Some(first) = ranks.first().filter(|_| !known.is_unordered()) else {
        return cannot("the rows have no order that could be followed");
    };
    let share = f64::from(share.min(jump::WHOLE)) / f64::from(jump::WHOLE);
    let some = !query.filter.is_empty() || search::serves(&known, &query, &ranks);
    let found = match first.column {
        _ if some => None,
        Some(column) => by_value(open, &known, first, column, share).await?,
        None if ranks.len() == 1 => by_place(open, &known, share).await?,
        None => None,
    };
    let asked = Asked {
        known: &known,
        query: &query,
        ranks: &ranks,
        share,
    };
    let found = match found {
        Some((value, how)) => Found::At(
            Cursor {
                values: vec![value],
            },
            how,
        ),
        None => asked.find(open).await?,
    };
    let (cursor, how) = match found {
        Found::At(cursor, how) => (cursor, how),
        Found::Cannot(why) => return cannot(why),
    };
    query.from = PageFrom::From(cursor);
    let page = super::load(open, query).await?;
    Ok(ShareLoaded::Page(page, how))
}

/// The value at a share of the rows: by statistics, else by rows read at random, else as if values
/// were evenly spread. All three are asked for at once, and answered as far as they are needed.
async fn by_value(
    open: &Open,
    known: &Known,
    rank: &Rank,
    column: usize,
    share: f64,
) -> Result<Option<(Value, How)>, Fault> {
    let base = known.shape.columns[column].facts.base.as_str();
    let share = match rank.direction {
        Direction::Ascending => share,
        Direction::Descending => 1.0 - share,
    };
    // Lists of lists cannot be told from lists.
    if !known.columns[column].ordered || base.starts_with('_') {
        return Ok(None);
    }
    let statements = vec![
        quantile(known, column, share),
        sample(known, column, share),
        ends(known, column),
    ];
    let answers = shape::forgetting(open, known.shape.id, open.read(statements).await)?;
    let [quantile, sample, ends] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    if let Some(found) = quantile.first() {
        return read_quantile(found, base).map(Some);
    }
    if let Some(value) = row::raw(row::only(sample)?, 0)? {
        return Ok(Some((Value::Text(value), How::Sample)));
    }
    let ends = row::only(ends)?;
    let (low, high) = (row::raw(ends, 0)?, row::raw(ends, 1)?);
    let value = low.zip(high);
    let value = value.and_then(|(low, high)| jump::between(base, &low, &high, share));
    Ok(value.map(|value| (Value::Text(value), How::Evenly)))
}

/// The value at a share of the rows by the column's statistics: values that are frequent count by how
/// frequent they are, and between the bounds of the histogram there are equally many rows.
fn quantile(known: &Known, column: usize, share: f64) -> Statement {
    let cast = &known.columns[column].cast;
    let mut sql = Sql::new("with asked as (select ");
    let share = sql.bind(float(share));
    sql.push(&share).push(" as share), s as materialized (");
    sql.push(&format!(
        "select st.null_frac::float8 as nulls, st.most_common_vals::text::{cast}[] as often,
                st.most_common_freqs as shares, st.histogram_bounds::text::{cast}[] as bounds,
                greatest(a.last_analyze, a.last_autoanalyze) as at
         from pg_catalog.pg_stats st left join pg_catalog.pg_stat_all_tables a on a.relid = "
    ));
    let table = sql.bind(Param::oid(known.shape.id.0));
    sql.push(&table).push(" where ");
    statistics_of(&mut sql, known, column);
    sql.push(" order by st.inherited desc limit 1),");
    sql.push(
        " points as (
           select u.v, u.f::float8 as w, false as bound from s, unnest(s.often, s.shares) u(v, f)
           union all
           select u.v, case when u.n = 1 then 0 else
                    (1 - s.nulls - coalesce((select sum(f) from unnest(s.shares) f), 0))
                    / (cardinality(s.bounds) - 1) end,
                  true
           from s, unnest(s.bounds) with ordinality u(v, n)),
         summed as (
           select v, w, bound, sum(w) over (order by v, bound rows unbounded preceding) as upto,
                  lag(v) over (order by v, bound) as before
           from points),
         hit as (
           select p.* from summed p, asked where p.upto >= asked.share - 1e-9
           order by p.v, p.bound limit 1)
         select h.v::text, h.before::text,
                ((asked.share - (h.upto - h.w)) / nullif(h.w, 0))::float8, h.bound, s.at
         from s cross join asked left join hit h on true
         where exists (select from points)",
    );
    sql.finish()
}

/// The condition that finds a column's statistics.
fn statistics_of(sql: &mut Sql, known: &Known, column: usize) {
    let table = sql.bind(Param::oid(known.shape.id.0));
    let column = sql.bind(Param::text(&known.columns[column].bare_name));
    sql.push(&format!(
        "(st.schemaname, st.tablename) = (
           select n.nspname, c.relname from pg_catalog.pg_class c
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = {table})
         and st.attname = {column}"
    ));
}

fn read_quantile(found: &Answer, base: &str) -> Result<(Value, How), Fault> {
    let how = How::Statistics {
        of: row::column(found, 4)?,
    };
    // Beyond the last value there are only rows without one.
    let Some(high) = row::raw(found, 0)? else {
        return Ok((Value::Null, how));
    };
    let within: Option<f64> = row::column(found, 2)?;
    let is_bound: Option<bool> = row::column(found, 3)?;
    let low = row::raw(found, 1)?.filter(|_| is_bound == Some(true));
    let value = low
        .zip(within)
        .and_then(|(low, within)| jump::between(base, &low, &high, within.clamp(0.0, 1.0)));
    Ok((Value::Text(value.unwrap_or(high)), how))
}

/// The value at a share of some rows, where there are no statistics that may be read: of blocks of
/// the table that are chosen at random. Nothing where rows are not stored in blocks of the table's.
fn sample(known: &Known, column: usize, share: f64) -> Statement {
    if !sampled::can_be_sampled(known) {
        return Statement::new("select null::text", Vec::new());
    }
    let value = known.sortable(column);
    let mut sql = Sql::new("select (pg_catalog.percentile_disc(");
    let share = sql.bind(float(share));
    sql.push(&format!(
        "{share}) within group (order by {value}))::text from "
    ));
    sql.push(&known.table);
    sql.push(" t tablesample system (least(100, ");
    sampled::push_part(&mut sql, known, SAMPLED);
    sql.push(
        ")) repeatable (1) where (select not exists (select from pg_catalog.pg_stats st where ",
    );
    statistics_of(&mut sql, known, column);
    sql.push("))");
    sql.finish()
}

fn float(value: f64) -> Param {
    Param::Text(Type::FLOAT8, Some(value.to_string()))
}

/// The first and the last value there is, each by one step along an index; nothing without one.
fn ends(known: &Known, column: usize) -> Statement {
    if !known.columns[column].indexed {
        return Statement::new("select null::text, null::text", Vec::new());
    }
    let (table, value) = (&known.table, known.sortable(column));
    let text = known.text(column);
    let end = |way: &str| {
        format!(
            "(select {text} from {table} t where {value} is not null order by {value} {way} limit 1)"
        )
    };
    let both = format!("select {}, {}", end("asc"), end("desc"));
    Statement::new(both, Vec::new())
}

/// The address of the row at a share of the table's file.
async fn by_place(open: &Open, known: &Known, share: f64) -> Result<Option<(Value, How)>, Fault> {
    let mut sql = Sql::new("select pg_catalog.pg_relation_size(");
    let table = sql.bind(Param::oid(known.shape.id.0));
    sql.push(&table);
    sql.push("::pg_catalog.regclass) / pg_catalog.current_setting('block_size')::int8");
    let answers = open.read(vec![sql.finish()]).await?;
    let size = answers.first().and_then(|rows| rows.first());
    let blocks: Option<i64> = size.map(|size| row::column(size, 0)).transpose()?.flatten();
    // The number of a block has 32 bits.
    let block = blocks.map(|blocks| (blocks as f64 * share) as u32);
    Ok(block.map(|block| (Value::Text(format!("({block},0)")), How::Place)))
}
