//! Many rows: read by their keys, and changed several at once, each in a transaction of its own with
//! the guard, the number and the truth of a single save.

use super::change::{Change, Work};
use super::contract::Fault;
use super::contract::many::One;
use super::contract::records::SaveOutcome;
use super::open::Open;
use super::record;
use super::row;
use super::save;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::{Broken, Param, Statement};
use crate::domain::draft::Stored;
use crate::domain::record::{Record, RecordKey, RequestId};
use crate::domain::table::TableId;

/// Reads records whole by their keys, in no certain order; those that are not there are left out.
pub(super) async fn load(
    open: &Open,
    table: TableId,
    keys: &[RecordKey],
) -> Result<Vec<Record>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let known = shape::load(open, table).await?;
    let statements = vec![select(&known, keys)?, shape::mark(table, open.is_shared())];
    let answers = shape::forgetting(open, table, open.read(statements).await)?;
    let [rows, mark] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, &known, mark).await?;
    rows.iter()
        .map(|answer| record::read(&known, answer, 0))
        .collect()
}

/// Carries changes out in order. Most take one round trip together; whatever is not plainly stored
/// (somebody was faster, it was refused, no reply came) is found out one by one, as for one save.
pub(super) async fn carry_out(open: &Open, all: Vec<One>) -> Vec<Result<SaveOutcome, Fault>> {
    let changes: Vec<Change> = all.into_iter().map(Change::from).collect();
    let stored = match together(open, &changes).await {
        Ok(stored) => stored,
        Err(fault) => return changes.iter().map(|_| Err(fault.clone())).collect(),
    };
    let mut outcomes = Vec::with_capacity(changes.len());
    let mut lost = false;
    for (change, stored) in changes.into_iter().zip(stored) {
        outcomes.push(match stored {
            Some(outcome) => Ok(outcome),
            // Nobody answers any more: what may have been sent is asked about later, under its number.
            None if lost => Err(open.unsent_or_unknown(change.request())),
            None => save::carry_out(open, change).await,
        });
        lost |= matches!(
            outcomes.last(),
            Some(Err(Fault::OutcomeUnknown
                | Fault::ConnectionLost
                | Fault::Unreachable { .. }))
        );
    }
    outcomes
}

/// Sends changes of one table in one round trip; `None` for each that is not plainly stored.
async fn together(open: &Open, changes: &[Change]) -> Result<Vec<Option<SaveOutcome>>, Fault> {
    let nothing = || changes.iter().map(|_| None).collect();
    let Some(first) = changes.first() else {
        return Ok(Vec::new());
    };
    let known = shape::load(open, first.table()).await?;
    let sent_before = changes
        .iter()
        .any(|change| open.unanswered.holds(change.request()));
    let other = changes.iter().any(|change| change.table() != first.table());
    // A rule lets nothing stand around a statement; what was sent before is asked about one by one.
    if changes.len() < 2 || other || sent_before || (known.has_rules && !open.is_shared()) {
        return Ok(nothing());
    }
    let works: Vec<Work> = changes
        .iter()
        .map(|change| change.work(open, &known))
        .collect::<Result<_, _>>()?;
    let numbers = changes.iter().map(Change::request);
    let units = works.iter().map(|work| work.statements.as_slice());
    let answers = open
        .save_several(&numbers.collect::<Vec<_>>(), units.collect())
        .await?;
    let pairs = changes.iter().zip(&works).zip(answers);
    Ok(pairs
        .map(|((change, work), answer)| {
            // What was answered is not in doubt any more, whatever the answer was.
            if !matches!(answer, Err(Broken::Unknown(_))) {
                open.unanswered.end(change.request());
            }
            save::plainly_stored(&known, change, work, &answer.ok()?)
        })
        .collect())
}

/// Says what became of saves that were sent by a program that is gone, all in one round trip.
pub(super) async fn settle(
    open: &Open,
    numbers: &[RequestId],
) -> Result<Vec<Option<Stored>>, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "only the shared layer knows the numbers of saves".into(),
        });
    }
    let ask = Statement::new(
        "select o.known and coalesce(o.rows, 0) > 0, o.record_key, o.version::text \
         from unnest($1::text[]) with ordinality q(id, at), \
              lateral rowhouse.save_outcome(q.id) o order by q.at",
        vec![Param::Texts(
            numbers.iter().map(ToString::to_string).collect(),
        )],
    );
    let answers = open
        .write(&[ask])
        .await
        .map_err(|broken| broken.into_fault())?;
    let rows = answers.first().map_or(&[][..], Vec::as_slice);
    rows.iter()
        .map(|found| {
            let stored: Option<bool> = row::column(found, 0)?;
            let key: Option<Vec<String>> = row::column(found, 1)?;
            Ok(match stored {
                Some(true) => Some(Stored {
                    key: key.map(RecordKey),
                    version: row::version(found, Some(2))?,
                }),
                _ => None,
            })
        })
        .collect()
}

fn select(known: &Known, keys: &[RecordKey]) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select ");
    sql.push(&record::columns(known, "t.xmin::text"));
    sql.push(" from ").push(&known.table).push(" t where ");
    record::push_keys(&mut sql, known, keys)?;
    Ok(sql.finish())
}

impl From<One> for Change {
    fn from(one: One) -> Self {
        match one {
            One::Save(save) => Self::Update(save),
            One::Create {
                request,
                table,
                entries,
            } => Self::Insert {
                request,
                table,
                entries,
            },
            One::Delete {
                request,
                table,
                key,
                guard,
                base,
            } => Self::Delete {
                request,
                table,
                key,
                guard,
                base,
            },
        }
    }
}
