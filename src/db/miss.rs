//! Why a guarded change met no row: each cause told apart from the others, in one round trip.

mod facts;
mod holds;
mod trail;

use super::contract::Fault;
use super::contract::records::{Denied, Miss, Swallowed};
use super::open::Open;
use super::record;
use super::shape::{self, Known};
use super::sql::Sql;
use super::tx::Statement;
use crate::domain::record::{Guard, Record, RecordKey, Verb};
use crate::domain::value::Value;

use facts::Facts;
pub(super) use holds::holds;
pub(super) use trail::{changed_by, last_change, verb};

/// What the person knew of the record.
pub(super) struct Before<'a> {
    pub key: &'a RecordKey,
    pub guard: &'a Guard,
    pub base: &'a [Value],
}

/// Finds out why nothing came of an update or a deletion.
pub(super) async fn diagnose(
    open: &Open,
    known: &Known,
    before: Before<'_>,
    verb: Verb,
) -> Result<Miss, Fault> {
    // Row security lets nobody lock what they may not change. The lock comes first: what is read
    // after it cannot become another meanwhile.
    let locks = verb == Verb::Update;
    let mut statements = Vec::new();
    if locks {
        statements.push(lock(known, &before)?);
    }
    statements.push(record::select(known, before.key)?);
    statements.push(facts::question(open, known, verb));
    let xmin = before.guard.xmin.as_deref().filter(|_| open.is_shared());
    if let Some(xmin) = xmin {
        statements.push(trail::question(known, before.key, xmin));
        statements.push(trail::select_now(known, before.key, xmin));
    }
    let answers = match open.write(&statements).await {
        Ok(answers) => answers,
        Err(broken) => {
            return match shape::forgetting(open, known.shape.id, Err(broken.into_fault())) {
                Err(Fault::NotPermitted { .. }) => Ok(Miss::NotPermitted(Denied::Table)),
                other => other,
            };
        }
    };
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap_or_default();
    let locked = locks && !next().is_empty();
    let here = next();
    let here = here.first().map(|row| record::read(known, row, 0));
    let facts = Facts::read(&next())?;
    let mut seen = Seen {
        is_locked: locks.then_some(locked),
        here: here.transpose()?,
        facts,
        story: None,
        now: None,
    };
    if xmin.is_some() {
        seen.story = Some(trail::Story::read(&next())?);
        let now = next();
        let now = now.first().map(|row| record::read(known, row, 0));
        seen.now = now.transpose()?;
    }
    Ok(judge(known, &before, seen))
}

/// What the diagnosis saw.
struct Seen {
    /// Whether the record as it was read can be locked; `None` where that tells nothing.
    is_locked: Option<bool>,
    /// The record under the key that was read.
    here: Option<Record>,
    /// What the catalog says.
    facts: Facts,
    /// What the trail says.
    story: Option<trail::Story>,
    /// The record under the key that it has now, by the trail.
    now: Option<Record>,
}

fn judge(known: &Known, before: &Before<'_>, seen: Seen) -> Miss {
    if !seen.facts.may_view {
        return Miss::NotPermitted(Denied::Table);
    }
    let Some(story) = seen.story else {
        return match seen.here {
            None => Miss::Gone {
                may_be_hidden: seen.facts.row_security,
            },
            Some(theirs) if is_other(known, before, &theirs) => Miss::Changed {
                theirs: Box::new(theirs),
                by: None,
            },
            Some(_) => unchanged(seen.is_locked, seen.facts),
        };
    };
    let moved = story.key.as_ref().is_some_and(|key| key != before.key);
    if story.is_gone() {
        // What was read before the trail may have been deleted between the two: what is read after counts.
        let here = if moved { seen.here } else { seen.now };
        return match here.filter(|here| is_other(known, before, here)) {
            Some(theirs) => Miss::Replaced {
                theirs: Box::new(theirs),
                deleted: story.last,
                by: story.successor,
            },
            None => Miss::Deleted { by: story.last },
        };
    }
    match (seen.here, seen.now) {
        // What is told of a record that changed is kept back: this is another one.
        (Some(theirs), _) if story.is_denied && is_other(known, before, &theirs) => {
            Miss::Replaced {
                theirs: Box::new(theirs),
                deleted: None,
                by: None,
            }
        }
        (_, Some(theirs)) if moved => Miss::Moved {
            theirs: Box::new(theirs),
            by: story.last,
        },
        (_, None) if moved => Miss::Hidden,
        (Some(theirs), _) if is_other(known, before, &theirs) => Miss::Changed {
            theirs: Box::new(theirs),
            by: story.last,
        },
        (Some(_), _) => unchanged(seen.is_locked, seen.facts),
        // Of a record that is not seen nothing is told, not even that it is there.
        (None, _) if story.is_denied => Miss::Gone {
            may_be_hidden: true,
        },
        (None, _) => Miss::Hidden,
    }
}

/// The record is as it was read, and nothing was done to it.
fn unchanged(is_locked: Option<bool>, facts: Facts) -> Miss {
    if !facts.may {
        return Miss::NotPermitted(Denied::Table);
    }
    match is_locked {
        Some(false) => return Miss::NotPermitted(Denied::Row),
        // A deletion: only the catalog tells what can have kept the record.
        None if facts.triggers.is_empty() && facts.rules.is_empty() && facts.row_security => {
            return Miss::NotPermitted(Denied::Row);
        }
        _ => {}
    }
    Miss::Swallowed(Swallowed {
        or_policy: is_locked.is_none() && facts.policies && facts.row_security,
        by: facts.dropping(),
        undone: false,
    })
}

/// Finds out what can have dropped a creation that was not refused.
pub(super) async fn dropped(open: &Open, known: &Known) -> Result<Miss, Fault> {
    let facts = facts(open, known, Verb::Insert).await?;
    Ok(swallowed(facts.dropping()))
}

/// Finds out whether a rule did something else in the stead of a change that seems to be done.
pub(super) async fn instead(open: &Open, known: &Known, verb: Verb) -> Result<Option<Miss>, Fault> {
    let rules = facts(open, known, verb).await?.rules;
    Ok(Some(rules).filter(|rules| !rules.is_empty()).map(swallowed))
}

async fn facts(open: &Open, known: &Known, verb: Verb) -> Result<Facts, Fault> {
    let question = facts::question(open, known, verb);
    let answers = open.read(vec![question]).await?;
    Facts::read(answers.first().map_or(&[], Vec::as_slice))
}

fn swallowed(by: Vec<String>) -> Miss {
    Miss::Swallowed(Swallowed {
        by,
        ..Swallowed::default()
    })
}

fn lock(known: &Known, before: &Before<'_>) -> Result<Statement, Fault> {
    let mut sql = Sql::new("select true from ");
    sql.push(&known.table).push(" t where ");
    record::push_key(&mut sql, known, before.key)?;
    super::change::push_guard(&mut sql, known, before.guard, before.base)?;
    sql.push(" for no key update");
    Ok(sql.finish())
}

fn is_other(known: &Known, before: &Before<'_>, theirs: &Record) -> bool {
    let (was, is) = (before.guard, &theirs.guard);
    let version = was.version.filter(|_| known.version.is_some());
    if version.is_none() && was.xmin.is_none() {
        return before.base != theirs.values;
    }
    version.is_some() && version != is.version || was.xmin.is_some() && was.xmin != is.xmin
}
