//! One unit of reading in which a statement that is refused does not take the others with it.

use std::time::{Duration, Instant};

use tokio_postgres::{Error, Row};

use super::{Broken, Piece, Unit, ends_connection, in_order, refused, send, send_text};
use crate::db::contract::Fault;
use crate::db::pool::Link;

/// Where a refused statement is taken back to: what the prelude set stays.
const MARK: &str = "SAVEPOINT rowhouse_each";
const BACK: &str = "ROLLBACK TO SAVEPOINT rowhouse_each";

/// Runs a unit in one round trip; rows, or what the server said, per statement of its work.
pub(in crate::db) async fn run_each(
    link: &mut Link,
    unit: Unit<'_>,
    limit: Duration,
) -> Result<Vec<Result<Vec<Row>, Error>>, Broken> {
    let started = Instant::now();
    link.begin();
    let client = link.client();
    let mut pieces: Vec<Piece<'_>> = vec![send_text(client, unit.begin, &[])];
    pieces.extend(unit.prelude.iter().map(|one| send(client, one)));
    pieces.push(send_text(client, MARK, &[]));
    let first = pieces.len();
    for statement in unit.statements {
        pieces.push(send(client, statement));
        pieces.push(send_text(client, BACK, &[]));
    }
    pieces.push(send_text(client, "COMMIT", &[]));
    let Ok(mut replies) = tokio::time::timeout(limit, in_order(pieces)).await else {
        return Err(Broken::Unknown(Fault::ConnectionLost));
    };
    if replies.iter().any(ends_connection) {
        return Err(Broken::Unknown(
            link.ended().unwrap_or(Fault::ConnectionLost),
        ));
    }
    link.settle();
    let work = replies.split_off(first);
    for reply in replies {
        reply.map_err(|error| refused(None, error, started.elapsed()))?;
    }
    Ok(work
        .into_iter()
        .step_by(2)
        .take(unit.statements.len())
        .collect())
}
