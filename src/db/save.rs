//! Carries a change out and tells the truth about it, also when the reply was lost.
//!
//! A save whose reply is missing is asked for again under the same number: the shared layer knows
//! numbers, and in the plain way the guard decides, because it does not hold a second time.

use std::time::Duration;

use serde::Deserialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

use super::change::{Change, Work};
use super::contract::Fault;
use super::contract::records::{Miss, RejectionKind, SaveOutcome, Swallowed};
use super::fault;
use super::miss::{self, Before};
use super::open::Open;
use super::receipts;
use super::record;
use super::reject::{self, Sent};
use super::row;
use super::rules;
use super::settle;
use super::shape::{self, Known};
use super::tx::Broken;
use crate::domain::record::{FieldChange, RecordKey};
use crate::domain::value::{Entry, Value};

/// How often a save whose reply is missing is asked for again.
const ASKED_AGAIN: u32 = 3;

/// How long a save may take until it is said that nothing is known of it; it is asked again once
/// the server answers.
const TOLD_WITHIN: Duration = Duration::from_secs(15);

/// What the shared layer keeps of a save.
#[derive(Deserialize)]
struct Stored {
    rows: i32,
    key: Option<Vec<String>>,
}

/// Carries a change out: exactly one row, or none and why.
pub(super) async fn carry_out(open: &Open, change: Change) -> Result<SaveOutcome, Fault> {
    let known = shape::load(open, change.table()).await?;
    let stopped = open.unanswered.resume(change.request());
    let mut again = stopped || open.unanswered.holds(change.request());
    let trying = try_until_known(open, &known, &change, &mut again);
    let outcome = match tokio::time::timeout(TOLD_WITHIN.max(open.limit()), trying).await {
        Ok(outcome) => outcome,
        Err(_) => {
            again |= open.unanswered.holds(change.request());
            Err(Fault::ConnectionLost)
        }
    };
    match shape::forgetting(open, change.table(), outcome) {
        Err(fault) if again => Err(match fault {
            Fault::SessionOver { .. } | Fault::MustChoosePassword | Fault::Cancelled => fault,
            // The first try may have been stored, whatever stood in the way of asking again.
            _ => Fault::OutcomeUnknown,
        }),
        Err(Fault::Locked { holder: None }) => {
            let holder = open.unanswered.holder(change.request());
            open.unanswered.end(change.request());
            Err(Fault::Locked { holder })
        }
        known => {
            open.unanswered.end(change.request());
            known
        }
    }
}

async fn try_until_known(
    open: &Open,
    known: &Known,
    change: &Change,
    again: &mut bool,
) -> Result<SaveOutcome, Fault> {
    let mut work = change.work(open, known)?;
    // A receipt is written behind what it is of; the answer is that of the statement before.
    let receipt = receipts::writing(open, known, change);
    let behind = usize::from(receipt.is_some());
    work.statements.extend(receipt);
    if *again && !may_be_repeated(open, known, change) {
        return Err(Fault::OutcomeUnknown);
    }
    for attempt in 0..=ASKED_AGAIN {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(150 << attempt)).await;
        }
        let sent = match known.has_rules && !open.is_shared() {
            true => rules::carry_out(open, known, change).await,
            false => open
                .save(change.request(), &work.statements)
                .await
                .and_then(|answers| {
                    // Invariant: a unit gives an answer per statement.
                    let last = answers.into_iter().rev().nth(behind).unwrap_or_default();
                    read(known, &work, &last).map_err(Broken::Unknown)
                }),
        };
        match sent {
            Ok(Answer { rows: 0, .. }) => {
                return nothing_changed(open, known, change, *again).await;
            }
            Ok(answer) if known.has_rules && !open.is_shared() && !answer.shows(change) => {
                let instead = miss::instead(open, known, change.verb()).await?;
                return Ok(instead.map_or_else(|| answer.outcome(change), SaveOutcome::Missed));
            }
            Ok(answer) => return Ok(answer.outcome(change)),
            Err(Broken::Refused {
                statement,
                error,
                after,
            }) => {
                if statement.is_none()
                    || (open.is_shared() && statement == Some(0) && is_of_gate(&error))
                {
                    return Err(fault::of_statement(&error, Some(after)));
                }
                return refused(open, known, change, &work, &error, *again)
                    .await
                    .unwrap_or_else(|| Err(fault::of_statement(&error, Some(after))));
            }
            Err(Broken::Unsent(fault)) if !*again => return Err(fault),
            Err(Broken::Unsent(_)) => {}
            Err(Broken::Unknown(_)) => {
                *again = true;
                if !may_be_repeated(open, known, change) {
                    break;
                }
            }
        }
    }
    Err(Fault::OutcomeUnknown)
}

/// Whether the gate spoke, not the change. In the shared way a save's first statement is the gate.
fn is_of_gate(error: &Error) -> bool {
    let code = error.code().map(SqlState::code);
    matches!(code, Some("RH401" | "RH403" | "RH426"))
}

/// What a change answered.
pub(super) struct Answer {
    /// How many rows it changed: one or none.
    pub rows: i32,
    /// The record as it is now, where it may be seen.
    pub record: Option<crate::domain::record::Record>,
}

impl Answer {
    /// Whether what is there now shows that it was done.
    fn shows(&self, change: &Change) -> bool {
        self.record.is_some() != matches!(change, Change::Delete { .. })
    }

    fn outcome(self, change: &Change) -> SaveOutcome {
        match change {
            Change::Delete { .. } => SaveOutcome::Deleted,
            _ => SaveOutcome::Saved(self.record.map(Box::new)),
        }
    }
}

/// The outcome of a change whose every reply was good and which changed its one row.
pub(super) fn plainly_stored(
    known: &Known,
    change: &Change,
    work: &Work,
    answers: &[Vec<Row>],
) -> Option<SaveOutcome> {
    let answer = read(known, work, answers.last()?).ok()?;
    (answer.rows == 1).then(|| answer.outcome(change))
}

fn read(known: &Known, work: &Work, rows: &[Row]) -> Result<Answer, Fault> {
    // In the shared way a change that met no row returns none.
    let Some(first) = rows.first() else {
        return Ok(Answer {
            rows: 0,
            record: None,
        });
    };
    let rows: i32 = row::column(first, 0)?;
    Ok(Answer {
        rows,
        record: match work.returning && rows == 1 {
            true => Some(record::read(known, first, 1)?),
            false => None,
        },
    })
}

/// Whether sending a change a second time cannot do it twice: the shared layer knows its number,
/// a guard does not hold twice, and a key that is given cannot be created twice.
pub(super) fn may_be_repeated(open: &Open, known: &Known, change: &Change) -> bool {
    open.is_shared() || !matches!(change, Change::Insert { .. }) || change.key(known).is_some()
}

async fn nothing_changed(
    open: &Open,
    known: &Known,
    change: &Change,
    again: bool,
) -> Result<SaveOutcome, Fault> {
    let (key, guard, base) = match change {
        Change::Insert { .. } => {
            let miss = miss::dropped(open, known).await?;
            return Ok(SaveOutcome::Missed(taken_back(open, known, miss)));
        }
        Change::Update(save) => (&save.key, &save.guard, save.base.as_slice()),
        Change::Delete {
            key, guard, base, ..
        } => (key, guard, base.as_slice()),
    };
    // The shared layer would have known its number: what is there now is somebody else's doing.
    if again
        && !open.is_shared()
        && let Some(outcome) = done_before(open, known, change).await?
    {
        return Ok(outcome);
    }
    let before = Before { key, guard, base };
    let miss = miss::diagnose(open, known, before, change.verb()).await?;
    Ok(SaveOutcome::Missed(taken_back(open, known, miss)))
}

/// Where the count is known before the commit, nothing that a rule did instead is kept.
fn taken_back(open: &Open, known: &Known, miss: Miss) -> Miss {
    match miss {
        Miss::Swallowed(swallowed) => Miss::Swallowed(Swallowed {
            undone: known.has_rules && !open.is_shared(),
            ..swallowed
        }),
        other => other,
    }
}

/// Whether a change that was sent before, without an answer, is there now.
pub(super) async fn done_before(
    open: &Open,
    known: &Known,
    change: &Change,
) -> Result<Option<SaveOutcome>, Fault> {
    let Some(key) = change.key(known) else {
        return Ok(None);
    };
    let entries = match change {
        Change::Delete { .. } => {
            let found = miss::holds(open, known, &key, &[]).await?;
            return Ok(found.is_none().then_some(SaveOutcome::Deleted));
        }
        Change::Update(save) => &save.changes,
        Change::Insert { entries, .. } => entries,
    };
    let values: Vec<(usize, &Value)> = entries.iter().filter_map(value_of).collect();
    Ok(match miss::holds(open, known, &key, &values).await? {
        Some((record, true)) => Some(SaveOutcome::Saved(Some(Box::new(record)))),
        _ => None,
    })
}

fn value_of(change: &FieldChange) -> Option<(usize, &Value)> {
    match &change.entry {
        Entry::Value(value) => Some((change.column, value)),
        Entry::Default => None,
    }
}

/// What a refusal means; `None` when it is a fault.
async fn refused(
    open: &Open,
    known: &Known,
    change: &Change,
    work: &Work,
    error: &Error,
    again: bool,
) -> Option<Result<SaveOutcome, Fault>> {
    if error.code().is_some_and(|code| code.code() == "RH208") {
        return Some(stored(open, known, change, error).await);
    }
    if again && error.code().is_some_and(|code| code.code() == "RH409") {
        // It was stopped meanwhile, and its number made void.
        return Some(settle::outcome(open, known, change).await);
    }
    let sent = Sent::of(known, &work.columns, change);
    let rejection = reject::rejection(error, &sent)?;
    // Where nothing knows numbers the first try may have created it: then its key is there, with just
    // these values.
    let in_doubt = again && !open.is_shared() && matches!(change, Change::Insert { .. });
    if in_doubt && rejection.kind == RejectionKind::Unique {
        match done_before(open, known, change).await {
            Ok(Some(outcome)) => return Some(Ok(outcome)),
            Ok(None) => {}
            Err(_) => return Some(Err(Fault::OutcomeUnknown)),
        }
    }
    let rejection = reject::complete(open, known, change, error, rejection).await;
    Some(Ok(SaveOutcome::Rejected(rejection)))
}

/// The outcome that the shared layer kept under this number.
async fn stored(
    open: &Open,
    known: &Known,
    change: &Change,
    error: &Error,
) -> Result<SaveOutcome, Fault> {
    let detail = error.as_db_error().and_then(|error| error.detail());
    let stored: Option<Stored> = detail.and_then(|detail| serde_json::from_str(detail).ok());
    match (stored, change) {
        (None, _) => Err(Fault::OutcomeUnknown),
        (Some(Stored { rows: 0, .. }), _) => nothing_changed(open, known, change, false).await,
        (Some(_), Change::Delete { .. }) => Ok(SaveOutcome::Deleted),
        (Some(Stored { key: None, .. }), _) => Ok(SaveOutcome::Saved(None)),
        (Some(Stored { key: Some(key), .. }), _) => {
            let record = record::load(open, known.shape.id, &RecordKey(key)).await?;
            Ok(SaveOutcome::Saved(record.map(Box::new)))
        }
    }
}
