//! What a key costs in a grid of 120x40: time, processor time, bytes, pieces.

use std::thread;
use std::time::Duration;

use super::lab::{Got, Lab};
use super::pty::{Step, Terminal};
use super::report::{Report, median, ms};

/// So many keys leave the cursor within the page, where nothing scrolls.
const ROWS_ON_SCREEN: usize = 32;

/// A person has looked at the list for so long before a table is opened.
const LOOKED: Duration = Duration::from_millis(300);

/// Measures opening the tables, then moving about, as it is and in thin mode.
pub fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    for (table, down, first, last) in [
        (
            "equipment",
            0,
            "EQ-0007919",
            format!(" {} ", lab.scale.rows),
        ),
        ("long", 1, " C1 ", format!(" C{} ", lab.scale.long)),
    ] {
        first_time(lab, report, table, (down, first))?;
        let mut terminal = at(lab, down)?;
        terminal.press("enter", Some(first))?;
        let (mut opened, mut to_last, mut to_first) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..lab.scale.starts {
            to_last.push(terminal.press("G", Some(&last))?.settled);
            to_first.push(terminal.press("g", Some(first))?.settled);
            terminal.press("q", Some("equipment"))?;
            opened.push(terminal.press("enter", Some(first))?.settled);
        }
        report.times(format!("{table}: opened again"), opened, 10.0);
        report.times(format!("{table}: to the last page"), to_last, 10.0);
        report.times(format!("{table}: to the first page"), to_first, 10.0);
    }
    shared(lab, report)?;
    moving(lab, report, false)?;
    moving(lab, report, true)
}

/// Starts the client; its list of tables is shown, the cursor so many lines down.
fn at(lab: &Lab, down: usize) -> Got<Terminal> {
    let mut terminal = Terminal::start(lab.plain(None, &[])?, None)?;
    terminal.wait_for("equipment")?;
    for _ in 0..down {
        terminal.press("down", None)?;
    }
    Ok(terminal)
}

/// Opens a table for the first time: at once, and after the cursor has rested on it.
fn first_time(
    lab: &Lab,
    report: &mut Report,
    table: &str,
    (down, first): (usize, &str),
) -> Got<()> {
    for (what, looked) in [("at once", Duration::ZERO), ("looked at before", LOOKED)] {
        let mut took = Vec::new();
        for _ in 0..lab.scale.starts {
            let mut terminal = at(lab, down)?;
            thread::sleep(looked);
            took.push(terminal.press("enter", Some(first))?.settled);
        }
        report.times(format!("{table}: opened first, {what}"), took, 10.0);
    }
    Ok(())
}

/// Opens a shared table: for the first time, at once and after the cursor has rested on it, and again.
fn shared(lab: &Lab, report: &mut Report) -> Got<()> {
    for (what, looked) in [("at once", Duration::ZERO), ("looked at before", LOOKED)] {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for _ in 0..lab.scale.starts {
            let mut terminal = lab.signed_in()?;
            // The table is listed.
            terminal.wait_for("≈")?;
            thread::sleep(looked);
            first.push(terminal.press("enter", Some("EQ-"))?.settled);
            terminal.press("q", Some("tables"))?;
            again.push(terminal.press("enter", Some("EQ-"))?.settled);
        }
        report.times(format!("signed in: opened first, {what}"), first, 10.0);
        report.times(format!("signed in: opened again, {what}"), again, 10.0);
    }
    Ok(())
}

fn moving(lab: &Lab, report: &mut Report, thin: bool) -> Got<()> {
    let mut command = lab.plain(None, &["--table", "equipment"])?;
    command.env("ROWHOUSE_THIN", if thin { "on" } else { "off" });
    let mut terminal = Terminal::start(command, None)?;
    terminal.wait_for("EQ-0007919")?;
    // The record beside the grid follows when keys have rested; here none is shown.
    terminal.press("v", None)?;
    let manner = if thin { "thin" } else { "usual" };
    let (cursor, scroll) = if thin { (40.0, 170.0) } else { (250.0, 400.0) };
    let fits = lab.scale.keys.min(ROWS_ON_SCREEN);
    let steps = press(&mut terminal, "down", fits)?;
    told(
        report,
        &format!("{manner}: cursor, one row down"),
        &steps,
        Some(cursor),
        Some(1.0),
    );
    press(&mut terminal, "down", ROWS_ON_SCREEN + 4 - fits)?;
    let steps = press(&mut terminal, "down", lab.scale.keys)?;
    told(
        report,
        &format!("{manner}: scrolling by one row"),
        &steps,
        Some(scroll),
        Some(1.0),
    );
    let steps = press(&mut terminal, "pgdn", lab.scale.keys.min(20))?;
    told(
        report,
        &format!("{manner}: a page down"),
        &steps,
        Some(5_000.0),
        None,
    );
    Ok(())
}

fn press(terminal: &mut Terminal, key: &str, times: usize) -> Got<Vec<Step>> {
    (0..times).map(|_| terminal.press(key, None)).collect()
}

/// Tells the middle of each figure; the first key may have to do what later ones need not.
fn told(
    report: &mut Report,
    what: &str,
    steps: &[Step],
    bytes: Option<f64>,
    limit_ms: Option<f64>,
) {
    let settled = steps.iter().map(|step| step.settled).collect();
    report.times(format!("{what}, time"), settled, limit_ms.unwrap_or(10.0));
    let cpu = median(steps.iter().filter_map(|step| step.cpu).map(ms));
    match limit_ms {
        Some(most) => report.limit(format!("{what}, processor"), cpu, "ms", most),
        None => report.note(format!("{what}, processor"), cpu, "ms"),
    }
    let sent = median(steps.iter().map(|step| step.bytes as f64));
    match bytes {
        Some(most) => report.limit(format!("{what}, bytes"), sent, "bytes", most),
        None => report.note(format!("{what}, bytes"), sent, "bytes"),
    }
    let writes = median(steps.iter().map(|step| step.writes as f64));
    report.limit(format!("{what}, writes"), writes, "", 1.0);
}
