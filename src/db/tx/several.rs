//! Several units of work in one round trip, each its own transaction with an answer of its own.

use std::time::{Duration, Instant};

use tokio_postgres::Row;

use super::{
    Broken, Piece, Statement, ends_connection, identify, in_order, judge, renaming, send, send_text,
};
use crate::db::contract::Fault;
use crate::db::pool::Link;

/// What is to be run, one transaction after the other.
pub(in crate::db) struct Several<'a> {
    /// Another name for the connection, set before everything and for good.
    pub rename: Option<String>,
    /// How each transaction begins.
    pub begin: &'static str,
    /// What comes first in each and returns nothing of interest.
    pub prelude: &'a [Statement],
    /// The work of each.
    pub units: Vec<&'a [Statement]>,
}

/// Runs units in one round trip. A refused one ends with its own COMMIT, which then undoes it; those
/// after it go on. Where replies are missing, every unit says for itself whether it is known.
pub(in crate::db) async fn run_several(
    link: &mut Link,
    several: Several<'_>,
    limit: Duration,
) -> Vec<Result<Vec<Vec<Row>>, Broken>> {
    let started = Instant::now();
    link.begin();
    let rename: Vec<Statement> = several.rename.into_iter().map(renaming).collect();
    let slot = link.backend();
    let client = link.client();
    let mut pieces: Vec<Piece<'_>> = rename.iter().map(|one| send(client, one)).collect();
    pieces.extend(identify(client, &slot));
    let before = pieces.len();
    for unit in &several.units {
        pieces.push(send_text(client, several.begin, &[]));
        pieces.extend(several.prelude.iter().map(|one| send(client, one)));
        pieces.extend(unit.iter().map(|one| send(client, one)));
        pieces.push(send_text(client, "COMMIT", &[]));
    }
    let Ok(mut replies) = tokio::time::timeout(limit, in_order(pieces)).await else {
        let lost = || Err(Broken::Unknown(Fault::ConnectionLost));
        return several.units.iter().map(|_| lost()).collect();
    };
    if replies.iter().all(|reply| !ends_connection(reply)) {
        link.settle();
    }
    let ended = link.ended();
    replies.drain(..before);
    let first = 1 + several.prelude.len();
    let mut answers = Vec::with_capacity(several.units.len());
    for unit in &several.units {
        let rest = replies.split_off(first + unit.len() + 1);
        let own = std::mem::replace(&mut replies, rest);
        answers.push(judge(own, first, started.elapsed(), ended.clone()));
    }
    answers
}
