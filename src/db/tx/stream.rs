//! One transaction whose rows are taken one by one, however many: a cursor, read on in pieces.
//!
//! Everything in it is of one snapshot, it works behind a pooler that lends a connection for one
//! transaction only, and nothing is held in memory but the row that is taken.

use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, future};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row, RowStream};

use super::{
    Broken, Piece, Reply, Statement, Unit, ends_connection, identify, in_order, is_fatal, refused,
    send, send_text,
};
use crate::db::contract::Fault;
use crate::db::pool::Link;

/// Begins a unit and leaves it open; rows per statement of its work. One that is refused is taken
/// back whole.
pub(in crate::db) async fn begin_stream(
    link: &mut Link,
    unit: Unit<'_>,
    limit: Duration,
) -> Result<Vec<Vec<Row>>, Broken> {
    let started = Instant::now();
    link.begin();
    let slot = link.backend();
    let client = link.client();
    let mut pieces: Vec<Piece<'_>> = vec![send_text(client, unit.begin, &[])];
    pieces.extend(identify(client, &slot));
    pieces.extend(unit.prelude.iter().map(|one| send(client, one)));
    let first = pieces.len();
    pieces.extend(unit.statements.iter().map(|one| send(client, one)));
    let Ok(mut replies) = tokio::time::timeout(limit, in_order(pieces)).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    let refusal = replies.iter().position(Result::is_err);
    let Some(place) = refusal else {
        return Ok(replies
            .split_off(first)
            .into_iter()
            .filter_map(Result::ok)
            .collect());
    };
    match replies.swap_remove(place) {
        Err(error) => Err(take_back(link, error, started, limit).await),
        Ok(_) => Err(Broken::Unknown(Fault::ConnectionLost)),
    }
}

/// Asks for the next rows of a cursor, after passing the gate again; what that answered comes along.
pub(in crate::db) async fn next_rows(
    link: &mut Link,
    gate: Option<&Statement>,
    fetch: &str,
    limit: Duration,
) -> Result<Rows, Broken> {
    let started = Instant::now();
    let client = link.client();
    let passing = async {
        match gate {
            Some(gate) => send(client, gate).await,
            None => Ok(Vec::new()),
        }
    };
    let none = std::iter::empty::<(&(dyn ToSql + Sync), Type)>();
    // The gate is polled first, and so sent first.
    let (passed, rows) = future::join(passing, client.query_typed_raw(fetch, none)).await;
    match (passed, rows) {
        (Ok(passed), Ok(rows)) => Ok(Rows {
            passed,
            rows: Box::pin(rows),
            started,
        }),
        (Err(error), _) | (_, Err(error)) => Err(take_back(link, error, started, limit).await),
    }
}

/// Rows that are on their way.
pub(in crate::db) struct Rows {
    /// What the gate answered.
    pub passed: Vec<Row>,
    rows: Pin<Box<RowStream>>,
    started: Instant,
}

impl Rows {
    /// Takes the next one; `None` after the last.
    pub(in crate::db) async fn next(
        &mut self,
        link: &mut Link,
        limit: Duration,
    ) -> Result<Option<Row>, Broken> {
        match self.rows.next().await {
            None => Ok(None),
            Some(Ok(row)) => Ok(Some(row)),
            Some(Err(error)) => Err(take_back(link, error, self.started, limit).await),
        }
    }
}

/// Ends it.
pub(in crate::db) async fn end_stream(link: &mut Link, limit: Duration) -> Result<(), Broken> {
    let started = Instant::now();
    let client = link.client();
    let ending = tokio::time::timeout(limit, send_text(client, "COMMIT", &[]));
    match ending.await {
        Ok(Ok(_)) => {
            link.settle();
            Ok(())
        }
        Ok(Err(error)) => Err(refused(None, error, started.elapsed())),
        Err(_) => Err(Broken::Unknown(Fault::ConnectionLost)),
    }
}

/// Takes a unit back that the server refused, so that the connection can go on.
async fn take_back(link: &mut Link, error: Error, started: Instant, limit: Duration) -> Broken {
    let after = started.elapsed();
    if error.as_db_error().is_none() || is_fatal(&error) {
        let ended = link.ended().unwrap_or(Fault::ConnectionLost);
        return match error.as_db_error() {
            Some(_) => refused(None, error, after),
            None => Broken::Unknown(ended),
        };
    }
    let client = link.client();
    let back: Result<Reply, _> =
        tokio::time::timeout(limit, send_text(client, "ROLLBACK", &[])).await;
    if back.is_ok_and(|reply| !ends_connection(&reply)) {
        link.settle();
    }
    refused(None, error, after)
}
