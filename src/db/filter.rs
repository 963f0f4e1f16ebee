//! Filters as SQL predicates: fixed operators, values only as parameters.

use tokio_postgres::types::Type;

use super::contract::Fault;
use super::shape::{Detail, Known, Search};
use super::sql::{Sql, beginning, containing};
use super::tx::Param;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::value::Value;

/// Adds `where` and the filter's predicates; `true` where there are none.
pub(super) fn push(sql: &mut Sql, known: &Known, filter: &Filter) -> Result<(), Fault> {
    sql.push(" where true");
    if !filter.quick.is_empty() {
        let quick = quick(sql, known, &filter.quick);
        sql.push(" and ").push(&quick);
    }
    for group in filter.groups() {
        let tests: Result<Vec<String>, Fault> =
            group.iter().map(|one| test(sql, known, one)).collect();
        sql.push(&format!(" and ({})", tests?.join(" or ")));
    }
    Ok(())
}

/// Some searchable column contains the text.
fn quick(sql: &mut Sql, known: &Known, text: &str) -> String {
    let pattern = sql.bind(Param::text(containing(text)));
    let tests: Vec<String> = known
        .columns
        .iter()
        .filter(|column| column.readable && column.search != Search::No)
        .map(|column| format!("{} ilike {pattern}", searched(column)))
        .collect();
    match tests.is_empty() {
        // The parameter must stand somewhere, or its type is not known.
        true => format!("{pattern} is null"),
        false => format!("({})", tests.join(" or ")),
    }
}

fn test(sql: &mut Sql, known: &Known, condition: &Condition) -> Result<String, Fault> {
    let detail = known
        .columns
        .get(condition.column)
        .filter(|detail| detail.readable)
        .ok_or_else(super::shape::outdated)?;
    Ok(match &condition.test {
        Test::Contains(text) => like(sql, detail, &containing(text)),
        Test::Begins(text) => like(sql, detail, &beginning(text)),
        Test::Lacks(text) => format!("({}) is not true", like(sql, detail, &containing(text))),
        Test::Empty => format!("t.{}::text = ''", detail.name),
        Test::OneOf(values) => {
            let equal: Vec<String> = values
                .iter()
                .map(|value| compared(sql, detail, &Test::Equals(value.clone())))
                .collect();
            match equal.is_empty() {
                true => "false".to_owned(),
                false => format!("({})", equal.join(" or ")),
            }
        }
        Test::During(_) => return Err(no_time()),
        test => compared(sql, detail, test),
    })
}

/// Words that stand for no time in such a column.
pub(super) fn no_time() -> Fault {
    Fault::Other {
        message: "a condition asks for a time in words that this column does not hold".into(),
    }
}

/// A column compared as its type compares. Where the type has no equality its text is compared, and
/// the parameter is a text.
fn compared(sql: &mut Sql, detail: &Detail, test: &Test) -> String {
    let (column, kind) = match detail.equal {
        true => (format!("t.{}", detail.name), Type::UNKNOWN),
        false => (format!("t.{}::text", detail.name), Type::TEXT),
    };
    let cast = detail.as_name();
    let mut to = |sign: &str, text: &str| {
        let bound = sql.bind(Param::Text(kind.clone(), Some(text.to_owned())));
        format!("{column} {sign} {bound}{cast}")
    };
    match test {
        Test::IsNull | Test::Equals(Value::Null) => format!("{column} is null"),
        Test::IsNotNull | Test::Differs(Value::Null) => format!("{column} is not null"),
        Test::Equals(Value::Text(text)) => to("=", text),
        Test::Differs(Value::Text(text)) => to("is distinct from", text),
        Test::Less(text) => to("<", text),
        Test::More(text) => to(">", text),
        Test::Span(from, until) => format!("({} and {})", to(">=", from), to("<", until)),
        Test::Between(low, high) => {
            let low = low.as_ref().map(|low| to(">=", low));
            let high = high.as_ref().map(|high| to("<=", high));
            let both: Vec<String> = low.into_iter().chain(high).collect();
            match both.is_empty() {
                true => "true".to_owned(),
                false => format!("({})", both.join(" and ")),
            }
        }
        // Tests of texts, which are not compared so.
        _ => "false".to_owned(),
    }
}

/// A column's text under a pattern.
fn like(sql: &mut Sql, detail: &Detail, pattern: &str) -> String {
    let pattern = sql.bind(Param::text(pattern.to_owned()));
    match detail.search {
        Search::Plain => format!("t.{}::text ilike {pattern}", detail.name),
        _ => format!("{} ilike {pattern}", searched(detail)),
    }
}

/// A column as patterns are tried on it.
pub(super) fn searched(column: &Detail) -> String {
    match column.search {
        Search::Plain => format!("t.{}", column.name),
        Search::Recollated => format!("t.{} collate pg_catalog.\"default\"", column.name),
        Search::AsText | Search::No => format!("t.{}::text", column.name),
    }
}
