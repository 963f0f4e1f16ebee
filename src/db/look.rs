//! Looks at several records at once, for comparing drafts with them: one round trip, one more where
//! a table is not known yet. What cannot be read of one leaves the others their answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio_postgres::{Error, Row};

use super::contract::Fault;
use super::contract::records::{Look, Looked};
use super::miss;
use super::open::Open;
use super::row;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::Statement;
use super::{fault, record};
use crate::domain::record::{LastChange, Verb};
use crate::domain::table::TableId;
use crate::domain::value::Value;

type Tables = BTreeMap<TableId, Arc<Known>>;
type Answer = Result<Vec<Row>, Error>;

/// What is asked about one record; `None` where nothing can be.
struct Asked<'a> {
    look: &'a Look,
    known: Option<&'a Known>,
    /// The columns that exist and may be read: the name asked for, and the position.
    places: Vec<(&'a str, usize)>,
    statement: Option<Statement>,
}

/// Looks at records; what was found of each, in the order of the question.
pub(super) async fn at(open: &Open, looks: &[Look]) -> Result<Vec<Looked>, Fault> {
    let tables: BTreeSet<TableId> = looks.iter().map(|look| look.table).collect();
    let known = shape::all(open, &tables).await?;
    match once(open, looks, &known).await {
        // A table was altered since it became known: its columns are read anew, once.
        Err(Fault::Outdated { .. }) => {
            let known = shape::all(open, &tables).await?;
            once(open, looks, &known).await
        }
        found => found,
    }
}

async fn once(open: &Open, looks: &[Look], known: &Tables) -> Result<Vec<Looked>, Fault> {
    let mut asked: Vec<Asked<'_>> = looks.iter().map(|look| ask(look, known)).collect();
    let mut statements = Vec::new();
    for one in &mut asked {
        let Some(statement) = one.statement.take() else {
            continue;
        };
        statements.push(statement);
        if let Some(known) = one.known.filter(|_| open.is_shared()) {
            statements.push(miss::last_change(known, &one.look.key));
        }
    }
    statements.extend(
        known
            .keys()
            .map(|table| shape::mark(*table, open.is_shared())),
    );
    let mut answers = open.read_each(&statements).await?;
    let marks = answers.split_off(answers.len() - known.len());
    for (known, mark) in known.values().zip(marks) {
        let mark = mark.map_err(|error| fault::of_statement(&error, None))?;
        shape::check_mark(open, known, &mark).await?;
    }
    let mut answers = answers.into_iter();
    let found = asked.into_iter().map(|one| {
        if one.known.is_none() {
            return Ok(refused(&shape::outdated()));
        }
        let row = answers.next();
        let by = open.is_shared().then(|| answers.next()).flatten();
        read(&one, row, by)
    });
    found.collect()
}

/// Makes the question about one record. Where its key cannot be one of the table any more nothing
/// is asked, and it counts as not known.
fn ask<'a>(look: &'a Look, known: &'a Tables) -> Asked<'a> {
    let table = known.get(&look.table).map(Arc::as_ref);
    let mut asked = Asked {
        look,
        known: None,
        places: Vec::new(),
        statement: None,
    };
    let Some(known) = table else { return asked };
    let places = look.columns.iter().filter_map(|(name, number)| {
        let numbered = |number: i16| {
            let mut columns = known.shape.columns.iter();
            columns.position(|column| column.number == number)
        };
        let place = number.and_then(numbered);
        let place = place.or_else(|| known.shape.column_named(name))?;
        known.columns[place]
            .readable
            .then_some((name.as_str(), place))
    });
    asked.places = places.collect();
    let mut sql = Sql::new("select ");
    let columns = record::some_columns(
        known,
        "t.xmin::text",
        asked.places.iter().map(|(_, place)| *place),
    );
    sql.push(&columns).push(" from ");
    sql.push(&known.table).push(" t where ");
    if record::push_key(&mut sql, known, &look.key).is_ok() {
        asked.known = Some(known);
        asked.statement = Some(sql.finish());
    }
    asked
}

fn read(asked: &Asked<'_>, row: Option<Answer>, by: Option<Answer>) -> Result<Looked, Fault> {
    let rows = match row {
        Some(Ok(rows)) => rows,
        Some(Err(error)) => return Ok(refused(&fault::of_statement(&error, None))),
        None => return Ok(refused(&shape::outdated())),
    };
    // Who did it is not told to everybody; the rest is true without it.
    let by: Option<LastChange> = match by {
        Some(Ok(rows)) => rows.first().map(miss::changed_by).transpose()?,
        Some(Err(_)) | None => None,
    };
    let Some(found) = rows.first() else {
        let by = by.filter(|by| by.verb == Verb::Delete);
        return Ok(Looked::Gone { by });
    };
    let mut values = Vec::new();
    for (at, (name, _)) in asked.places.iter().enumerate() {
        values.push(((*name).to_owned(), Value::from(row::raw(found, at + 2)?)));
    }
    Ok(Looked::There {
        guard: record::guard(found, 0)?,
        values,
        by,
    })
}

fn refused(fault: &Fault) -> Looked {
    Looked::Refused {
        why: fault.to_string(),
    }
}
