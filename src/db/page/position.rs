//! Keyset positions: what stands after or before a row in a sort, as a predicate; no OFFSET.

use crate::db::contract::Fault;
use crate::db::shape::{Known, outdated};
use crate::db::sql::Sql;
use crate::db::tx::Param;
use crate::domain::query::{Cursor, Direction, SortColumn};

/// One thing rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rank {
    /// What is compared.
    pub expression: String,
    /// Its exact text, for the cursor.
    pub text: String,
    /// The direction.
    pub direction: Direction,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The column of the shape, when it is one.
    pub column: Option<usize>,
    /// The cast that a value needs which it is compared with.
    pub as_name: String,
}

/// Which way one looks from a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// To the rows after it.
    Forward,
    /// To the rows before it.
    Backward,
}

/// The full order of a page: the sort, then the key, so that no two rows are equal.
///
/// The key follows the direction of the last sorted column: then one comparison of whole rows, and
/// one walk along an index, does for the usual sort.
pub(super) fn ranks(known: &Known, sort: &[SortColumn]) -> Result<Vec<Rank>, Fault> {
    let mut ranks: Vec<Rank> = Vec::new();
    let rank = |column: usize, direction| Rank {
        expression: known.sortable(column),
        text: exact(known, column),
        direction,
        nullable: !known.columns[column].not_null,
        column: Some(column),
        as_name: known.columns[column].as_name(),
    };
    for one in sort {
        let readable = known.columns.get(one.column).is_some_and(|c| c.readable);
        if !readable {
            return Err(outdated());
        }
        if ranks.iter().all(|rank| rank.column != Some(one.column)) {
            ranks.push(rank(one.column, one.direction));
        }
    }
    let direction = ranks
        .last()
        .map_or(Direction::Ascending, |rank| rank.direction);
    for column in &known.shape.key {
        if ranks.iter().all(|rank| rank.column != Some(*column)) {
            ranks.push(rank(*column, direction));
        }
    }
    if known.shape.key.is_empty() {
        ranks.extend(known.row_address.iter().map(|address| Rank {
            expression: format!("t.{address}"),
            text: format!("t.{address}::text"),
            direction,
            nullable: false,
            column: None,
            as_name: String::new(),
        }));
    }
    Ok(ranks)
}

/// A column's exact text. What tables and types are called needs the right to look into their schemas;
/// their numbers do not.
fn exact(known: &Known, column: usize) -> String {
    let detail = &known.columns[column];
    let one = detail.by_path && !known.shape.columns[column].facts.base.starts_with('_');
    match one {
        true => format!("t.{}::oid::text", detail.name),
        false => known.text(column),
    }
}

/// `order by`, seen in a direction. PostgreSQL's own places for NULL are ours: last ascending,
/// first descending.
pub(super) fn order_by(ranks: &[Rank], look: Look) -> String {
    let parts: Vec<String> = ranks
        .iter()
        .map(|rank| match rises(rank, look) {
            true => format!("{} asc", rank.expression),
            false => format!("{} desc", rank.expression),
        })
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(" order by {}", parts.join(", ")),
    }
}

/// The rows beyond a position, or beyond and at it. A position may name only what comes first in the
/// order.
pub(super) fn beyond(
    sql: &mut Sql,
    ranks: &[Rank],
    cursor: &Cursor,
    look: Look,
    inclusive: bool,
) -> Result<String, Fault> {
    let ranks = match ranks.get(..cursor.values.len()) {
        Some(ranks) if !ranks.is_empty() => ranks,
        _ => return Err(outdated()),
    };
    let bound: Vec<Option<String>> = cursor
        .values
        .iter()
        .zip(ranks)
        .map(|(value, rank)| {
            let value = sql.bind(Param::untyped(Some(value.as_text()?)));
            Some(format!("{value}{}", rank.as_name))
        })
        .collect();
    let same_way = ranks
        .iter()
        .all(|rank| !rank.nullable && rises(rank, look) == rises(&ranks[0], look));
    let whole: Option<Vec<&str>> = bound.iter().map(Option::as_deref).collect();
    match whole {
        Some(values) if same_way => Ok(row_comparison(ranks, &values, look, inclusive)),
        _ => Ok(step_by_step(ranks, &bound, look, inclusive)),
    }
}

/// `(a, b) > ($1, $2)`.
fn row_comparison(ranks: &[Rank], values: &[&str], look: Look, inclusive: bool) -> String {
    let expressions: Vec<&str> = ranks.iter().map(|rank| rank.expression.as_str()).collect();
    let sign = match (rises(&ranks[0], look), inclusive) {
        (true, true) => ">=",
        (true, false) => ">",
        (false, true) => "<=",
        (false, false) => "<",
    };
    format!(
        "({}) {sign} ({})",
        expressions.join(", "),
        values.join(", ")
    )
}

/// Further in the first rank, or equal in it and further in the second, and so on.
fn step_by_step(ranks: &[Rank], values: &[Option<String>], look: Look, inclusive: bool) -> String {
    let mut steps = Vec::new();
    let mut equal = Vec::new();
    for (rank, value) in ranks.iter().zip(values) {
        let further = further(rank, value.as_deref(), look, false);
        if let Some(further) = further {
            let step: Vec<String> = equal.iter().cloned().chain([further]).collect();
            steps.push(step.join(" and "));
        }
        equal.push(match value {
            None => format!("{} is null", rank.expression),
            Some(value) => format!("{} = {value}", rank.expression),
        });
    }
    if inclusive {
        steps.push(equal.join(" and "));
    }
    let steps = match steps.is_empty() {
        true => "false".to_owned(),
        false => steps.join(" or "),
    };
    // Said once more for the first rank alone, which an index can use.
    match further(&ranks[0], values[0].as_deref(), look, true) {
        Some(first) => format!("({first}) and ({steps})"),
        None => format!("{} is null and ({steps})", ranks[0].expression),
    }
}

/// Beyond a value in one rank, or at it; `None` where nothing can be.
fn further(rank: &Rank, value: Option<&str>, look: Look, at_too: bool) -> Option<String> {
    let expression = &rank.expression;
    let equal = if at_too { "=" } else { "" };
    match (rises(rank, look), value) {
        // Behind NULL, the last one, there is nothing.
        (true, None) => None,
        (true, Some(value)) if rank.nullable => Some(format!(
            "({expression} >{equal} {value} or {expression} is null)"
        )),
        (true, Some(value)) => Some(format!("{expression} >{equal} {value}")),
        (false, None) if at_too => Some("true".to_owned()),
        (false, None) => Some(format!("{expression} is not null")),
        (false, Some(value)) => Some(format!("{expression} <{equal} {value}")),
    }
}

fn rises(rank: &Rank, look: Look) -> bool {
    (rank.direction == Direction::Ascending) == (look == Look::Forward)
}
