//! How long signing in takes: the whole of it, and the part that is spent in the database.

use std::time::Instant;

use super::lab::{Got, Lab, sign_in};
use super::report::{Promise, Report, median};

/// What the server says of the functions that signing in calls; functions that these call are in
/// their time. Then of the one that a new connection calls before a name is typed, when nobody waits.
const SPENT: &str = "\
select coalesce(sum(calls) filter (where funcname <> 'ready'), 0)::int8,
       coalesce(sum(total_time) filter (where funcname <> 'ready'), 0)::float8,
       coalesce(sum(total_time) filter (where funcname = 'ready'), 0)::float8
  from pg_stat_user_functions
 where schemaname = 'rowhouse' and (funcname like 'login\\_%' or funcname = 'ready')";

/// How often it is asked whether the server has counted all of them.
const ASKED: usize = 20_000;

/// Measures both.
pub async fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    let database = "alter database lab set track_functions = 'all'";
    lab.owner.batch_execute(database).await?;
    lab.owner.batch_execute("select pg_stat_reset()").await?;
    let mut times = Vec::new();
    for _ in 0..lab.scale.sign_ins {
        // Connected first, as the client is while somebody types.
        let database = lab.stranger().await?;
        let started = Instant::now();
        sign_in(&database, 0).await?;
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    let whole = median(&mut times);
    let (spent, before) = settled(lab).await?;
    report.compare(
        "whole sign-in",
        (format!("{whole:.0} ms"), whole),
        "the promised second",
        (String::new(), 1_000.0),
        Some(Promise::AtMost(1.0)),
    );
    report.compare(
        "sign-in, time in the database",
        (format!("{spent:.2} ms"), spent),
        "the promised 5 ms",
        (String::new(), 5.0),
        Some(Promise::AtMost(1.0)),
    );
    report.note(
        "the same, while a name is typed",
        format!("{before:.2} ms"),
        "spent by a new connection to get ready",
    );
    Ok(())
}

/// The mean time of one sign-in's three calls, and of what went before. A connection tells what it
/// counted when it ends.
async fn settled(lab: &Lab) -> Got<(f64, f64)> {
    let due = 3 * lab.scale.sign_ins as i64;
    for _ in 0..ASKED {
        let row = lab.owner.query_one(SPENT, &[]).await?;
        if row.get::<_, i64>(0) == due {
            let each = |place: usize| row.get::<_, f64>(place) / lab.scale.sign_ins as f64;
            return Ok((each(1), each(2)));
        }
    }
    Err("the server did not count every call".into())
}
