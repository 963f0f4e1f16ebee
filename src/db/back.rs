//! Bringing back: creations and changes of several tables, all in one transaction under one number. What
//! the server refuses is left out with all that needs it, and the rest is tried again; nothing is stored
//! until all that is left passes together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio_postgres::Error;
use tokio_postgres::Row;

use super::change::Change;
use super::contract::Fault;
use super::contract::many::{One, Returned};
use super::fault;
use super::miss;
use super::open::Open;
use super::reject::{self, Sent};
use super::row;
use super::shape::{self, Known};
use super::tx::{Broken, Param, Statement};
use crate::domain::record::{RecordKey, RequestId};
use crate::domain::table::TableId;
use crate::domain::value::{Entry, Value};

/// How often it is asked again when no reply came.
const ASKED_AGAIN: u32 = 3;

/// How many may be refused before it is given up: then something else is wrong.
const MOST_REFUSED: usize = 50;

/// One of them, as it is sent.
struct Part {
    change: Change,
    known: Arc<Known>,
    /// The positions of those that have to be there.
    needs: Vec<usize>,
}

/// What is refused, and why.
enum Ended {
    /// All that was sent is stored.
    Stored(Vec<Vec<Row>>),
    /// It was stored before, under this number.
    Before,
    /// One of those sent is refused, by its place among them; `None` when it is all of them together.
    Refused(Option<usize>, Error, Duration),
}

/// Carries it out; says of each what came of it.
pub(super) async fn carry_out(
    open: &Open,
    request: RequestId,
    all: Vec<(One, Vec<usize>)>,
) -> Result<Vec<Returned>, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "only the shared layer keeps what was deleted".into(),
        });
    }
    let parts = prepare(open, all).await?;
    let hash = hash(&parts);
    let mut came: Vec<Option<Returned>> = parts.iter().map(|_| None).collect();
    for _ in 0..=MOST_REFUSED {
        let sent: Vec<usize> = (0..parts.len()).filter(|at| came[*at].is_none()).collect();
        if sent.is_empty() {
            return Ok(came.into_iter().flatten().collect());
        }
        match attempt(open, request, &hash, &parts, &sent).await? {
            Ended::Stored(answers) => {
                for (at, answer) in sent.into_iter().zip(answers) {
                    came[at] = Some(returned(&answer)?);
                }
                return Ok(came.into_iter().flatten().collect());
            }
            Ended::Before => return found(open, &parts).await,
            Ended::Refused(place, error, after) => {
                // What is only found wrong at the end concerns all of them.
                let blamed = place.and_then(|place| sent.get(place)).copied();
                let by = &parts[blamed.or(sent.first().copied()).unwrap_or_default()];
                let why = Returned::Refused(why(open, by, &error, after).await?);
                match blamed {
                    Some(at) => leave_out(&parts, &mut came, at, why),
                    None => sent.iter().for_each(|at| came[*at] = Some(why.clone())),
                }
            }
        }
    }
    let given_up = || Returned::Refused("not tried: too many others were refused".into());
    Ok(came
        .into_iter()
        .map(|one| one.unwrap_or_else(given_up))
        .collect())
}

async fn prepare(open: &Open, all: Vec<(One, Vec<usize>)>) -> Result<Vec<Part>, Fault> {
    let mut tables: HashMap<TableId, Arc<Known>> = HashMap::new();
    let mut parts = Vec::with_capacity(all.len());
    for (one, needs) in all {
        let change = Change::from(one);
        let table = change.table();
        let known = match tables.get(&table) {
            Some(known) => Arc::clone(known),
            None => shape::load(open, table).await?,
        };
        tables.insert(table, Arc::clone(&known));
        parts.push(Part {
            change,
            known,
            needs,
        });
    }
    Ok(parts)
}

/// The same for each try, so that a number stands for one wish.
fn hash(parts: &[Part]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.change.hash(&part.known));
    }
    hash.finalize().to_vec()
}

/// Sends those that are left, all in one transaction.
async fn attempt(
    open: &Open,
    request: RequestId,
    hash: &[u8],
    parts: &[Part],
    sent: &[usize],
) -> Result<Ended, Fault> {
    let mut statements = vec![open.save_gate(request, hash.to_vec())?];
    for at in sent {
        statements.extend(parts[*at].change.part(&parts[*at].known)?.statements);
    }
    statements.push(Statement::new(
        "select rowhouse.save_done($1, 1, null, null)",
        vec![Param::text(request.to_string())],
    ));
    let mut again = open.unanswered.holds(request);
    for attempt in 0..=ASKED_AGAIN {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(150 << attempt)).await;
        }
        match open.save(request, &statements).await {
            Ok(mut answers) => {
                open.unanswered.end(request);
                answers.pop();
                return Ok(Ended::Stored(answers.split_off(1)));
            }
            Err(Broken::Refused {
                statement,
                error,
                after,
            }) => return judged(open, request, (statement, error, after), sent.len(), again),
            Err(Broken::Unsent(fault)) if !again => {
                open.unanswered.end(request);
                return Err(fault);
            }
            Err(Broken::Unsent(_)) => {}
            Err(Broken::Unknown(_)) => again = true,
        }
    }
    Err(Fault::OutcomeUnknown)
}

/// What a refusal means: the gate's word is about all of it, and may be that it is done.
fn judged(
    open: &Open,
    request: RequestId,
    (statement, error, after): (Option<usize>, Error, Duration),
    sent: usize,
    again: bool,
) -> Result<Ended, Fault> {
    let code = error.code().map(|code| code.code().to_owned());
    let of_gate = statement.is_none_or(|place| place == 0);
    if of_gate && code.as_deref() == Some("RH208") {
        open.unanswered.end(request);
        return Ok(Ended::Before);
    }
    if of_gate && again {
        // The first try may have been stored, whatever stands in the way of asking again.
        return Err(Fault::OutcomeUnknown);
    }
    open.unanswered.end(request);
    match statement {
        None | Some(0) => Err(fault::of_statement(&error, Some(after))),
        Some(place) => Ok(Ended::Refused(
            (place <= sent).then(|| place - 1),
            error,
            after,
        )),
    }
}

/// Why one was refused; a fault where that is not about its values, and stops all of it.
async fn why(open: &Open, part: &Part, error: &Error, after: Duration) -> Result<String, Fault> {
    let columns = part.change.part(&part.known)?.columns;
    let sent = Sent::of(&part.known, &columns, &part.change);
    let Some(rejection) = reject::rejection(error, &sent) else {
        return Err(fault::of_statement(error, Some(after)));
    };
    let rejection = reject::complete(open, &part.known, &part.change, error, rejection).await;
    Ok(rejection.message)
}

/// Leaves one out, and all that needs it.
fn leave_out(parts: &[Part], came: &mut [Option<Returned>], at: usize, why: Returned) {
    came[at] = Some(why);
    let mut gone = vec![at];
    while let Some(missing) = gone.pop() {
        for (place, part) in parts.iter().enumerate() {
            if came[place].is_none() && part.needs.contains(&missing) {
                came[place] = Some(Returned::Needs(missing));
                gone.push(place);
            }
        }
    }
}

fn returned(answer: &[Row]) -> Result<Returned, Fault> {
    let Some(first) = answer.first() else {
        return Ok(Returned::Nothing);
    };
    let key: Vec<String> = row::column(first, 0)?;
    Ok(Returned::Back((!key.is_empty()).then_some(RecordKey(key))))
}

/// What is there, of all that was stored before under the same number.
async fn found(open: &Open, parts: &[Part]) -> Result<Vec<Returned>, Fault> {
    let mut came = Vec::with_capacity(parts.len());
    for part in parts {
        let key = part.change.key(&part.known);
        let there = match &key {
            Some(key) => {
                let values = values(&part.change);
                miss::holds(open, &part.known, key, &values).await?
            }
            None => None,
        };
        came.push(match there {
            Some((record, true)) => Returned::Back(record.key),
            _ => Returned::Nothing,
        });
    }
    Ok(came)
}

fn values(change: &Change) -> Vec<(usize, &Value)> {
    let entries = match change {
        Change::Update(save) => &save.changes,
        Change::Insert { entries, .. } => entries,
        Change::Delete { .. } => return Vec::new(),
    };
    let given = entries.iter().filter_map(|entry| match &entry.entry {
        Entry::Value(held) => Some((entry.column, held)),
        Entry::Default => None,
    });
    given.collect()
}
