//! A save that is to be stopped: ended where it still runs, and told truly what became of it.
//!
//! What was said stays true: a save of which it is said that it was not stored is never stored
//! afterwards. The shared layer makes its number void; in the plain way its backend is ended first.

use std::time::{Duration, Instant};

use super::change::Change;
use super::contract::Fault;
use super::contract::records::SaveOutcome;
use super::open::Open;
use super::record;
use super::row;
use super::save;
use super::shape::{self, Known};
use super::tx::{Param, Statement};
use super::unanswered::Slot;
use crate::domain::record::RecordKey;

/// A backend of this very client: its number alone could be somebody else's by now.
const OURS: &str = "\
from pg_catalog.pg_stat_activity a
where a.pid = $1 and a.pid <> pg_catalog.pg_backend_pid() and a.usename = session_user
  and a.application_name = pg_catalog.current_setting('application_name')";

/// How long a backend may take to end, and how often it is looked.
const GONE_WITHIN: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Stops a save and says what became of it: stored, or [`Fault::Cancelled`] when it was not and
/// never will be, or [`Fault::OutcomeUnknown`].
pub(super) async fn settle(open: &Open, change: &Change) -> Result<SaveOutcome, Fault> {
    let backend = open.unanswered.stop(change.request());
    let outcome = match shape::load(open, change.table()).await {
        Ok(known) if open.is_shared() => shared(open, &known, change, backend).await,
        Ok(known) => plain(open, &known, change, backend).await,
        Err(fault) => Err(fault),
    };
    match outcome {
        Ok(stored) => {
            open.unanswered.end(change.request());
            Ok(stored)
        }
        Err(fault @ (Fault::Cancelled | Fault::SessionOver { .. } | Fault::MustChoosePassword)) => {
            Err(fault)
        }
        Err(_) => Err(Fault::OutcomeUnknown),
    }
}

/// The layer knows numbers: what became of one is asked, and one that never came is made void.
async fn shared(
    open: &Open,
    known: &Known,
    change: &Change,
    backend: Option<Slot>,
) -> Result<SaveOutcome, Fault> {
    // Where it does not end, the layer waits for it.
    let _ = end(open, backend).await;
    outcome(open, known, change).await
}

/// What the layer keeps under a number; after this it is not carried out any more.
pub(super) async fn outcome(
    open: &Open,
    known: &Known,
    change: &Change,
) -> Result<SaveOutcome, Fault> {
    let ask = Statement::new(
        "select known, coalesce(rows, 0), record_key from rowhouse.save_outcome($1)",
        vec![Param::text(change.request().to_string())],
    );
    let answers = open.write(&[ask]).await.map_err(|b| b.into_fault())?;
    let found = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    let stored: Option<bool> = row::column(found, 0)?;
    let rows: i32 = row::column(found, 1)?;
    if stored != Some(true) || rows == 0 {
        return Err(Fault::Cancelled);
    }
    let key: Option<Vec<String>> = row::column(found, 2)?;
    match (change, key) {
        (Change::Delete { .. }, _) => Ok(SaveOutcome::Deleted),
        (_, None) => Ok(SaveOutcome::Saved(None)),
        (_, Some(key)) => {
            let record = record::load(open, known.shape.id, &RecordKey(key)).await?;
            Ok(SaveOutcome::Saved(record.map(Box::new)))
        }
    }
}

/// Nothing knows numbers: once its backend is gone, the record itself tells.
async fn plain(
    open: &Open,
    known: &Known,
    change: &Change,
    backend: Option<Slot>,
) -> Result<SaveOutcome, Fault> {
    let was_sent = backend.is_some();
    if !end(open, backend).await? {
        return Err(Fault::OutcomeUnknown);
    }
    if !was_sent {
        return Err(Fault::Cancelled);
    }
    if !save::may_be_repeated(open, known, change) {
        return Err(Fault::OutcomeUnknown);
    }
    if let Some(stored) = save::done_before(open, known, change).await? {
        return Ok(stored);
    }
    let (key, guard, base) = match change {
        Change::Insert { .. } => return Err(Fault::Cancelled),
        Change::Update(save) => (&save.key, &save.guard, &save.base),
        Change::Delete {
            key, guard, base, ..
        } => (key, guard, base),
    };
    let now = record::load(open, known.shape.id, key).await?;
    let as_it_was = now.is_some_and(|now| match &guard.xmin {
        Some(xmin) => now.guard.xmin.as_ref() == Some(xmin),
        None => now.values == *base,
    });
    match as_it_was {
        true => Err(Fault::Cancelled),
        // Somebody saved since, before this one or over it: the record does not tell which.
        false => Err(Fault::OutcomeUnknown),
    }
}

/// Ends the backend of a save; true when nothing runs there any more.
async fn end(open: &Open, backend: Option<Slot>) -> Result<bool, Fault> {
    let Some(slot) = backend else {
        return Ok(true);
    };
    // Behind a pooler a backend is not ours to end.
    let Some(backend) = slot.get().copied().filter(|_| !open.server.pooler) else {
        return Ok(false);
    };
    let began = Instant::now();
    let ending = open.read(vec![about(
        "select pg_catalog.pg_terminate_backend(a.pid) ",
        backend,
    )]);
    match ending.await {
        // Where the owner of the database took that right from everybody.
        Err(Fault::NotPermitted { .. }) => return Ok(false),
        ended => ended?,
    };
    while began.elapsed() < GONE_WITHIN {
        let answers = open.read(vec![about("select true ", backend)]).await?;
        if answers.iter().all(Vec::is_empty) {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(false)
}

fn about(what: &str, backend: i32) -> Statement {
    Statement::new(format!("{what}{OURS}"), vec![Param::int4(backend)])
}
