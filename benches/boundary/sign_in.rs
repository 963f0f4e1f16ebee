//! How long signing in takes: the whole of it, and the part that is spent in the database.

use std::time::Instant;

use super::lab::{Got, Lab, sign_in};
use super::report::{Promise, Report, median};

/// What the server says of the functions that signing in calls. Functions that these call are in
/// their time.
const SPENT: &str = "\
select coalesce(sum(calls), 0)::int8, coalesce(sum(total_time), 0)::float8
  from pg_stat_user_functions where schemaname = 'rowhouse' and funcname like 'login\\_%'";

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
    let spent = settled(lab).await?;
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
    Ok(())
}

/// The mean time of one sign-in's three calls. A connection tells what it counted when it ends.
async fn settled(lab: &Lab) -> Got<f64> {
    let due = 3 * lab.scale.sign_ins as i64;
    for _ in 0..ASKED {
        let row = lab.owner.query_one(SPENT, &[]).await?;
        if row.get::<_, i64>(0) == due {
            return Ok(row.get::<_, f64>(1) / lab.scale.sign_ins as f64);
        }
    }
    Err("the server did not count every call".into())
}
