//! Pages whose filter or sort would lose its index under a policy: the shared layer finds the keys,
//! and the rows are read from the table under its policies, in the same statement.

use serde_json::{Value as Json, json};
use tokio_postgres::types::Type;

use super::position::{Look, Rank};
use crate::db::contract::Fault;
use crate::db::filter::{self, no_time};
use crate::db::shape::{self, Known, Search};
use crate::db::sql::Sql;
use crate::db::tx::{Param, Statement};
use crate::domain::query::{Condition, Cursor, Direction, Filter, PageQuery, Test};
use crate::domain::value::Value;

/// Types whose comparisons the server trusts to tell nothing: their indexes serve under a policy.
const TRUSTED: &[&str] = &[
    "bit",
    "bool",
    "bpchar",
    "bytea",
    "char",
    "date",
    "float4",
    "float8",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "oid",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varbit",
    "varchar",
];

/// Whether a page is found so: the layer offers it, and a policy would cost more. The layer has a search
/// path of its own, by which tables and types have other names; as they are compared as numbers, their
/// policies leave them their indexes.
pub(super) fn serves(known: &Known, query: &PageQuery, ranks: &[Rank]) -> bool {
    let key = &known.shape.key;
    let named = !key.is_empty() && key.iter().all(|column| known.columns[*column].equal);
    let trusted = |column: usize| trusted(known, column);
    let sorted = ranks.iter().filter_map(|rank| rank.column);
    let tested = |one: &Condition| {
        let patterns = matches!(
            one.test,
            Test::Contains(_) | Test::Lacks(_) | Test::Begins(_)
        );
        !patterns && trusted(one.column)
    };
    let conditions = &query.filter.conditions;
    let by_path = |column: usize| known.columns.get(column).is_some_and(|one| one.by_path);
    let compared = sorted.clone().chain(key.iter().copied());
    let compared = compared.chain(conditions.iter().map(|one| one.column));
    known.searches
        && named
        && !compared.into_iter().any(by_path)
        && conditions
            .iter()
            .all(|one| one.column < known.columns.len())
        && (!query.filter.quick.is_empty()
            || !sorted.into_iter().all(trusted)
            || !conditions.iter().all(tested))
}

/// Whether a policy leaves a column's index to comparisons of it.
pub(super) fn trusted(known: &Known, column: usize) -> bool {
    let base = known.shape.columns[column].facts.base.as_str();
    TRUSTED.contains(&base)
}

/// Where a page begins and which way it goes.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    /// The position, where there is one.
    pub cursor: Option<&'a Cursor>,
    /// Whether the row at it belongs to the page.
    pub inclusive: bool,
    /// Which way.
    pub look: Look,
}

impl Start<'_> {
    /// What stands on the other side of it.
    pub(super) fn other_side(self) -> Self {
        Self {
            inclusive: !self.inclusive,
            look: match self.look {
                Look::Forward => Look::Backward,
                Look::Backward => Look::Forward,
            },
            ..self
        }
    }
}

/// The statement that reads the rows: `expressions` over `sources`, and after them the place of each row in
/// the order of the search, by which they are put in order here: that is cheaper than a sort of whole rows.
pub(super) fn rows(
    known: &Known,
    query: &PageQuery,
    ranks: &[Rank],
    start: Start<'_>,
    (expressions, sources): (&str, &str),
) -> Result<Statement, Fault> {
    // The keys are made values of their types apart: a cast in the join would be kept from the table
    // by its policies, and every row would be read.
    let key = known.shape.key.iter().map(|column| &known.columns[*column]);
    let (mut casts, mut joins) = (String::new(), String::new());
    for (place, detail) in key.enumerate() {
        let (name, cast, n) = (&detail.name, &detail.cast, place + 1);
        casts.push_str(&format!(", (key)[{n}]::{cast} as k{n}"));
        joins.push_str(&format!(" and t.{name} = k.k{n}"));
    }
    let mut sql = Sql::new("select ");
    sql.push(expressions)
        .push(", t.\"rowhouse place\" from (select ")
        .push(sources)
        .push(", k.place as \"rowhouse place\" from (select place")
        .push(&casts)
        .push(" from ");
    let limit = u32::from(query.limit) + 1;
    let found = found(&mut sql, known, &query.filter, ranks, start, limit)?;
    sql.push(&found).push(" offset 0) k join ");
    sql.push(&known.table).push(" t on true").push(&joins);
    sql.push(") t");
    Ok(sql.finish())
}

/// The statement that says whether rows stand beyond a position.
pub(super) fn others(
    known: &Known,
    query: &PageQuery,
    ranks: &[Rank],
    start: Start<'_>,
) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select ");
    if let Some(cursor) = start.cursor.filter(|_| start.inclusive) {
        push_at(&mut sql, known, query, ranks, cursor)?;
    }
    sql.push("exists (select from ");
    let found = found(&mut sql, known, &query.filter, ranks, start, 1)?;
    sql.push(&found).push(")");
    Ok(sql.finish())
}

/// Adds whether the row at a position is still there and among those that are shown. It nearly always
/// is, and then nothing has to be looked for; it is met by its key, which the policy leaves its index.
fn push_at(
    sql: &mut Sql,
    known: &Known,
    query: &PageQuery,
    ranks: &[Rank],
    cursor: &Cursor,
) -> Result<(), Fault> {
    let mut key = known.shape.key.iter();
    if cursor.values.len() != ranks.len() || !key.all(|column| trusted(known, *column)) {
        return Ok(());
    }
    sql.push("exists (select from ")
        .push(&known.table)
        .push(" t");
    filter::push(sql, known, &query.filter)?;
    for (rank, value) in ranks.iter().zip(&cursor.values) {
        let test = match value {
            Value::Null => "is null".to_owned(),
            Value::Text(text) => {
                let value = sql.bind(Param::untyped(Some(text)));
                format!("= {value}{}", rank.as_name)
            }
        };
        sql.push(&format!(" and {} {test}", rank.expression));
    }
    sql.push(") or ");
    Ok(())
}

fn found(
    sql: &mut Sql,
    known: &Known,
    filter: &Filter,
    ranks: &[Rank],
    start: Start<'_>,
    limit: u32,
) -> Result<String, Fault> {
    let number = |column: usize| known.shape.columns[column].number;
    let sort = ranks.iter().map(|rank| {
        let column = rank.column.ok_or_else(shape::outdated)?;
        let desc = rank.direction == Direction::Descending;
        Ok(json!({ "c": number(column), "desc": desc }))
    });
    let searched = (0..known.columns.len()).filter(|column| {
        let detail = &known.columns[*column];
        detail.readable && detail.search != Search::No
    });
    let groups = filter.groups();
    let conditions: Result<Vec<Vec<Json>>, Fault> =
        groups.iter().map(|group| in_search(known, group)).collect();
    let mut what = json!({
        "key": known.shape.key.iter().map(|column| number(*column)).collect::<Vec<_>>(),
        "sort": sort.collect::<Result<Vec<Json>, Fault>>()?,
        "back": start.look == Look::Backward,
        "with": start.inclusive,
        "words": filter.quick,
        "in": searched.map(number).collect::<Vec<_>>(),
        "all": conditions?.concat(),
        "limit": limit,
    });
    if let Some(cursor) = start.cursor {
        if cursor.values.len() != ranks.len() {
            return Err(shape::outdated());
        }
        what["from"] = cursor.values.iter().map(Value::as_text).collect();
    }
    let table = sql.bind(Param::oid(known.shape.id.0));
    let what = sql.bind(Param::Text(Type::JSONB, Some(what.to_string())));
    Ok(format!("rowhouse.search({table}, {what})"))
}

/// A group of conditions as the search names it: one alone that must hold, or lists of which one must.
fn in_search(known: &Known, group: &[&Condition]) -> Result<Vec<Json>, Fault> {
    let mut any: Vec<Vec<Json>> = Vec::new();
    for one in group {
        if !known.columns[one.column].readable {
            return Err(shape::outdated());
        }
        any.extend(tests(known.shape.columns[one.column].number, &one.test)?);
    }
    Ok(match any.len() {
        1 => any.remove(0),
        _ => vec![json!({ "any": any })],
    })
}

/// A test as the search names it: lists of which one must hold, each of tests that must all hold.
fn tests(number: i16, test: &Test) -> Result<Vec<Vec<Json>>, Fault> {
    let one = |op: &str, value: Option<&str>| json!({ "c": number, "op": op, "v": value });
    let all = match test {
        Test::IsNull | Test::Equals(Value::Null) => vec![one("null", None)],
        Test::IsNotNull | Test::Differs(Value::Null) => vec![one("some", None)],
        Test::Equals(Value::Text(text)) => vec![one("eq", Some(text))],
        Test::Differs(Value::Text(text)) => vec![one("ne", Some(text))],
        Test::Contains(text) => vec![one("has", Some(text))],
        Test::Lacks(text) => vec![one("lacks", Some(text))],
        Test::Begins(text) => vec![one("begins", Some(text))],
        Test::Less(text) => vec![one("lt", Some(text))],
        Test::More(text) => vec![one("gt", Some(text))],
        Test::Empty => vec![one("empty", None)],
        Test::Span(from, until) => vec![one("ge", Some(from)), one("lt", Some(until))],
        Test::Between(low, high) => {
            let low = low.as_deref().map(|low| one("ge", Some(low)));
            let high = high.as_deref().map(|high| one("le", Some(high)));
            low.into_iter().chain(high).collect()
        }
        Test::OneOf(values) => {
            let equal = values.iter().map(|value| match value {
                Value::Null => vec![one("null", None)],
                Value::Text(text) => vec![one("eq", Some(text))],
            });
            return Ok(equal.collect());
        }
        Test::During(_) => return Err(no_time()),
    };
    Ok(vec![all])
}
