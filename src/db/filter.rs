//! Filters as SQL predicates: fixed operators, values only as parameters.

use tokio_postgres::types::Type;

use super::contract::Fault;
use super::shape::{Detail, Known, Search};
use super::sql::{Sql, containing};
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
    for condition in &filter.conditions {
        let test = test(sql, known, condition)?;
        sql.push(" and ").push(&test);
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
    // Where the type has no equality, its text is compared, and the parameter is a text.
    let (column, kind) = match detail.equal {
        true => (format!("t.{}", detail.name), Type::UNKNOWN),
        false => (format!("t.{}::text", detail.name), Type::TEXT),
    };
    let mut bound = |text: &str| sql.bind(Param::Text(kind.clone(), Some(text.to_owned())));
    Ok(match &condition.test {
        Test::IsNull | Test::Equals(Value::Null) => format!("{column} is null"),
        Test::IsNotNull | Test::Differs(Value::Null) => format!("{column} is not null"),
        Test::Equals(Value::Text(text)) => format!("{column} = {}", bound(text)),
        Test::Differs(Value::Text(text)) => {
            format!("{column} is distinct from {}", bound(text))
        }
        Test::Between(low, high) => {
            let low = low
                .as_ref()
                .map(|low| format!("{column} >= {}", bound(low)));
            let high = high
                .as_ref()
                .map(|high| format!("{column} <= {}", bound(high)));
            let both: Vec<String> = low.into_iter().chain(high).collect();
            match both.is_empty() {
                true => "true".to_owned(),
                false => both.join(" and "),
            }
        }
        Test::Contains(text) => {
            let pattern = sql.bind(Param::text(containing(text)));
            match detail.search {
                Search::Plain => format!("t.{}::text ilike {pattern}", detail.name),
                _ => format!("{} ilike {pattern}", searched(detail)),
            }
        }
    })
}

/// A column as patterns are tried on it.
pub(super) fn searched(column: &Detail) -> String {
    match column.search {
        Search::Plain => format!("t.{}", column.name),
        Search::Recollated => format!("t.{} collate pg_catalog.\"default\"", column.name),
        Search::AsText | Search::No => format!("t.{}::text", column.name),
    }
}
