//! One's own changes and runs, and what a run did record by record; no other past.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::super::contract::{Fault, HistoryReply};
use super::super::miss::verb;
use super::super::open::Open;
use super::super::row;
use super::super::tx::{Param, Statement};
use super::read::{entry, fields, values, whole_number};
use super::{SHORT_PAGE, cut, limit, number};
use crate::domain::history::{EntryId, OwnChange, Touched};
use crate::domain::record::{RecordKey, Verb};
use crate::domain::run::{Own, OwnRun, RunId, RunPlace, RunRow};
use crate::domain::table::TableId;

/// How many records of a run are read at once.
const RUN_PAGE: usize = 200;

/// One's own changes, and the runs between them, in one round trip.
pub(super) async fn my_changes(
    open: &Open,
    before: Option<EntryId>,
) -> Result<HistoryReply, Fault> {
    let one_by_one = Statement::new(
        "select id, at, verb, version::text, record_key, null::text[], old_values::text, \
                new_values::text, withheld, null::text, '', station, '', true, table_oid, \
                touched_verb, touched_columns, touched_at, touched_by, touched_mine \
         from rowhouse.my_changes($1, $2)",
        vec![number(before), limit(SHORT_PAGE)],
    );
    let at_once = Statement::new(
        "select id, run, at, table_oid, verb, row_count, is_more, columns, set_values::text \
         from rowhouse.my_runs($1, $2)",
        vec![number(before), limit(SHORT_PAGE)],
    );
    let answers = open.read(vec![one_by_one, at_once]).await?;
    let rows = |at: usize| answers.get(at).map_or(&[][..], Vec::as_slice).iter();
    let changes = rows(0).map(own_change).collect::<Result<_, _>>()?;
    let runs = rows(1).map(own_run).collect::<Result<_, _>>()?;
    let mut changes = Own::in_order(changes, runs);
    Ok(HistoryReply::MyChangesLoaded {
        more: cut(&mut changes, SHORT_PAGE),
        changes,
    })
}

fn own_change(found: &Row) -> Result<OwnChange, Fault> {
    Ok(OwnChange {
        table: TableId(row::column(found, 14)?),
        entry: entry(found)?,
        touched: touched(found, 15)?,
    })
}

/// Who touched the same since, from its verb on.
fn touched(found: &Row, start: usize) -> Result<Option<Touched>, Fault> {
    let word: Option<&str> = row::column(found, start)?;
    let Some(word) = word else { return Ok(None) };
    Ok(Some(Touched {
        verb: verb(word),
        columns: row::column::<Option<_>>(found, start + 1)?.unwrap_or_default(),
        at: row::time(found, start + 2)?,
        by: row::shown(found, start + 3)?,
        mine: row::column(found, start + 4)?,
    }))
}

fn own_run(found: &Row) -> Result<OwnRun, Fault> {
    Ok(OwnRun {
        id: EntryId(row::column(found, 0)?),
        run: RunId(row::column(found, 1)?),
        at: row::time(found, 2)?,
        table: TableId(row::column(found, 3)?),
        verb: verb(row::column(found, 4)?),
        rows: whole_number(found, 5)?,
        is_more: row::column(found, 6)?,
        columns: row::column::<Option<_>>(found, 7)?.unwrap_or_default(),
        set: values(found, 8)?.unwrap_or_default(),
    })
}

/// What a run did, after a place in it.
pub(super) async fn run(
    open: &Open,
    table: TableId,
    done: Verb,
    run: RunId,
    after: Option<RunPlace>,
) -> Result<HistoryReply, Fault> {
    let ask = Statement::new(
        "select id, request, record_key, old_values::text, new_values::text, withheld, along, \
                touched_verb, touched_columns, touched_at, touched_by, touched_mine \
         from rowhouse.my_run($1, $2, $3, $4, $5, $6)",
        vec![
            Param::text(run.0),
            Param::oid(table.0),
            Param::text(word(done).to_owned()),
            Param::Text(
                Type::TEXT,
                after.as_ref().map(|place| place.request.clone()),
            ),
            number(after.map(|place| place.entry)),
            limit(RUN_PAGE - 1),
        ],
    );
    let answers = open.read(vec![ask]).await?;
    let found = answers.first().map_or(&[][..], Vec::as_slice);
    let last = found.last().filter(|_| found.len() == RUN_PAGE);
    let next = last.map(|last| {
        Ok::<_, Fault>(RunPlace {
            request: row::column(last, 1)?,
            entry: EntryId(row::column(last, 0)?),
        })
    });
    let rows = found.iter().map(run_row).collect::<Result<Vec<_>, _>>()?;
    Ok(HistoryReply::RunLoaded {
        rows: rows.into_iter().flatten().collect(),
        next: next.transpose()?,
    })
}

/// A record of a run; `None` for one that may not be told of.
fn run_row(found: &Row) -> Result<Option<RunRow>, Fault> {
    let key: Option<Vec<String>> = row::column(found, 2)?;
    let Some(key) = key else { return Ok(None) };
    Ok(Some(RunRow {
        entry: EntryId(row::column(found, 0)?),
        key: RecordKey(key),
        fields: fields(values(found, 3)?, values(found, 4)?),
        withheld: whole_number(found, 5)?,
        along: row::column(found, 6)?,
        touched: touched(found, 7)?,
    }))
}

fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Insert => "insert",
        Verb::Update => "update",
        Verb::Delete => "delete",
        Verb::Truncate => "truncate",
    }
}
