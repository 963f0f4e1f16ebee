//! One unit of work: BEGIN, statements and COMMIT in one round trip; no table known here.
//!
//! The pieces are futures polled in order, so that all are on their way before the first reply.
//! Then COMMIT answers success even after a failed statement: a unit is committed only if
//! **every** reply was good.

mod each;
mod several;
mod statement;
mod stream;

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::contract::Fault;
use super::fault;
use super::pool::Link;
use super::unanswered::Slot;

pub(super) use each::run_each;
pub(super) use several::{Several, run_several};
pub(super) use statement::{Param, Statement};
pub(super) use stream::{begin_stream, end_stream, next_rows};

/// Begins a unit that may write; the level is said so that no default of a role changes it.
pub(super) const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Begins a unit that only reads, whatever functions a view calls.
pub(super) const READ: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY";

/// Names the process behind a connection.
const WHO: &str = "select pg_catalog.pg_backend_pid()";

/// Why a unit did not come to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server refused a statement; nothing was committed.
    Refused {
        /// Which statement of the work; their number stands for COMMIT, `None` for what is before.
        statement: Option<usize>,
        /// The server's words.
        error: Error,
        /// After how long.
        after: Duration,
    },
    /// Nothing was sent.
    Unsent(Fault),
    /// It was sent, and replies are missing: it may have been committed.
    Unknown(Fault),
}

impl Broken {
    /// What it means where nothing could have been changed, or where it does not matter.
    pub(super) fn into_fault(self) -> Fault {
        match self {
            Self::Refused { error, after, .. } => fault::of_statement(&error, Some(after)),
            Self::Unsent(fault) | Self::Unknown(fault) => fault,
        }
    }

    /// The SQLSTATE when the server refused.
    pub(super) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Refused { error, .. } => error.code(),
            Self::Unsent(_) | Self::Unknown(_) => None,
        }
    }
}

/// What is to be run in one transaction.
pub(super) struct Unit<'a> {
    /// Another name for the connection, set before the transaction and for good.
    pub rename: Option<String>,
    /// [`READ`] or [`WRITE`].
    pub begin: &'static str,
    /// What comes first and returns nothing of interest.
    pub prelude: &'a [Statement],
    /// The work.
    pub statements: &'a [Statement],
}

/// Runs a unit in one round trip; rows per statement of its work.
///
/// Dropping the future leaves the link dirty, so that it is cancelled and thrown away.
pub(super) async fn run(
    link: &mut Link,
    unit: Unit<'_>,
    limit: Duration,
) -> Result<Vec<Vec<Row>>, Broken> {
    let started = Instant::now();
    link.begin();
    let rename: Vec<Statement> = unit.rename.into_iter().map(renaming).collect();
    let slot = link.backend();
    let client = link.client();
    let mut pieces: Vec<Piece<'_>> = rename.iter().map(|one| send(client, one)).collect();
    pieces.push(send_text(client, unit.begin, &[]));
    pieces.extend(identify(client, &slot));
    pieces.extend(unit.prelude.iter().map(|one| send(client, one)));
    let first = pieces.len();
    pieces.extend(unit.statements.iter().map(|one| send(client, one)));
    pieces.push(send_text(client, "COMMIT", &[]));
    let Ok(replies) = tokio::time::timeout(limit, in_order(pieces)).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    if replies.iter().all(|reply| !ends_connection(reply)) {
        link.settle();
    }
    let ended = link.ended();
    judge(replies, first, started.elapsed(), ended)
}

/// Changes one row in two round trips: the change is counted before it is committed.
///
/// Any count but one is rolled back. `then` is read before the commit, in the same transaction.
pub(super) async fn run_counted(
    link: &mut Link,
    unit: Unit<'_>,
    then: Option<Statement>,
    limit: Duration,
) -> Result<(u64, Vec<Row>), Broken> {
    let started = Instant::now();
    link.begin();
    let slot = link.backend();
    let client = link.client();
    let mut pieces: Vec<Piece<'_>> = vec![send_text(client, unit.begin, &[])];
    pieces.extend(identify(client, &slot));
    pieces.extend(unit.prelude.iter().map(|one| send(client, one)));
    let counting = unit.statements.iter().map(|one| count(client, one));
    let opening = in_order(pieces);
    let counting = in_order(counting.collect());
    let both = futures_util::future::join(opening, counting);
    let Ok((opened, counted)) = tokio::time::timeout(limit, both).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    let refusal = opened.into_iter().find_map(Result::err);
    let counts: Result<Vec<u64>, Error> = counted.into_iter().collect();
    let (rows, error) = match (refusal, counts) {
        (None, Ok(counts)) => (counts.iter().sum(), None),
        (Some(error), _) | (None, Err(error)) => (0, Some(error)),
    };
    let mut ending: Vec<Piece<'_>> = Vec::new();
    if rows == 1 {
        ending.extend(then.iter().map(|one| send(client, one)));
        ending.push(send_text(client, "COMMIT", &[]));
    } else {
        ending.push(send_text(client, "ROLLBACK", &[]));
    }
    let Ok(mut ended) = tokio::time::timeout(limit, in_order(ending)).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    if ended.iter().all(|reply| !ends_connection(reply)) {
        link.settle();
    }
    if let Some(error) = error {
        return Err(refused(Some(0), error, started.elapsed()));
    }
    let after = started.elapsed();
    if let Some(Err(error)) = ended.pop() {
        return Err(match is_fatal(&error) {
            true => Broken::Unknown(fault::of_statement(&error, Some(after))),
            false => refused(Some(1), error, after),
        });
    }
    match ended.pop() {
        Some(Err(error)) => Err(refused(Some(1), error, after)),
        Some(Ok(found)) => Ok((rows, found)),
        None => Ok((rows, Vec::new())),
    }
}

/// Runs single statements outside a transaction, each its own, in one round trip.
pub(super) async fn run_alone(
    link: &mut Link,
    statements: &[Statement],
    limit: Duration,
) -> Result<Vec<Vec<Row>>, Broken> {
    let started = Instant::now();
    link.begin();
    let client = link.client();
    let pieces = statements
        .iter()
        .map(|statement| send(client, statement))
        .collect();
    let Ok(replies) = tokio::time::timeout(limit, in_order(pieces)).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    if replies.iter().all(|reply| !ends_connection(reply)) {
        link.settle();
    }
    let mut rows = Vec::with_capacity(replies.len());
    for (statement, reply) in replies.into_iter().enumerate() {
        rows.push(reply.map_err(|error| refused(Some(statement), error, started.elapsed()))?);
    }
    Ok(rows)
}

type Reply = Result<Vec<Row>, Error>;
type Piece<'a, T = Vec<Row>> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

fn renaming(name: String) -> Statement {
    Statement::new(
        "select set_config('application_name', $1, false)",
        vec![Param::text(name)],
    )
}

fn send<'a>(client: &'a Client, statement: &'a Statement) -> Piece<'a> {
    send_text(client, &statement.sql, &statement.params)
}

fn send_text<'a>(client: &'a Client, sql: &'a str, params: &'a [Param]) -> Piece<'a> {
    Box::pin(async move { client.query_typed(sql, &typed(params)).await })
}

/// Asks which process is behind a connection, where that is not known: it answers before what may
/// wait long.
fn identify<'a>(client: &'a Client, slot: &'a Slot) -> Option<Piece<'a>> {
    let ask = async move {
        let rows = client.query_typed(WHO, &[]).await?;
        if let Some(found) = rows.first() {
            // Invariant: only a connection's own units name its process, and one at a time.
            let _ = slot.set(found.try_get(0)?);
        }
        Ok(rows)
    };
    slot.get().is_none().then(|| Box::pin(ask) as Piece<'a>)
}

fn count<'a>(client: &'a Client, statement: &'a Statement) -> Piece<'a, u64> {
    Box::pin(async move {
        let params = typed(&statement.params);
        client.execute_typed(&statement.sql, &params).await
    })
}

fn typed(params: &[Param]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    params
        .iter()
        .map(|param| (param as &(dyn ToSql + Sync), param.kind()))
        .collect()
}

/// Polls every piece once in order, so that they are sent in order, and then until all are done.
async fn in_order<T>(mut pieces: Vec<Piece<'_, T>>) -> Vec<Result<T, Error>> {
    let mut replies: Vec<Option<Result<T, Error>>> = pieces.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (piece, reply) in pieces.iter_mut().zip(&mut replies) {
            if reply.is_none()
                && let Poll::Ready(done) = piece.as_mut().poll(context)
            {
                *reply = Some(done);
            }
        }
        match replies.iter().all(Option::is_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    replies.into_iter().flatten().collect()
}

/// `first` is the place of the work's first statement.
fn judge(
    replies: Vec<Reply>,
    first: usize,
    after: Duration,
    ended: Option<Fault>,
) -> Result<Vec<Vec<Row>>, Broken> {
    let commit = replies.len() - 1;
    let mut rows = Vec::with_capacity(replies.len());
    for (place, reply) in replies.into_iter().enumerate() {
        match reply {
            Ok(found) => rows.push(found),
            Err(error) if error.as_db_error().is_none() => {
                return Err(Broken::Unknown(ended.unwrap_or(Fault::ConnectionLost)));
            }
            Err(error) if place == commit && is_fatal(&error) => {
                return Err(Broken::Unknown(fault::of_statement(&error, Some(after))));
            }
            Err(error) => return Err(refused(place.checked_sub(first), error, after)),
        }
    }
    rows.pop();
    Ok(rows.split_off(first))
}

fn refused(statement: Option<usize>, error: Error, after: Duration) -> Broken {
    match error.as_db_error() {
        Some(_) => Broken::Refused {
            statement,
            error,
            after,
        },
        None => Broken::Unknown(Fault::ConnectionLost),
    }
}

fn ends_connection(reply: &Reply) -> bool {
    match reply {
        Ok(_) => false,
        Err(error) => error.as_db_error().is_none() || is_fatal(error),
    }
}

fn is_fatal(error: &Error) -> bool {
    error
        .as_db_error()
        .and_then(|error| error.parsed_severity())
        .is_some_and(|severity| matches!(severity, Severity::Fatal | Severity::Panic))
}
