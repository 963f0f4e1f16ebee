//! What the client costs while nobody touches it: memory in several states, bytes, processor time.

use std::thread;
use std::time::Duration;

use super::lab::{Got, Lab};
use super::pty::Terminal;
use super::report::Report;

/// The most resident memory, in MB.
const MEMORY: f64 = 10.0;
/// After so long, what a key began has come to rest.
const RESTED: Duration = Duration::from_millis(1_500);

/// Measures the plain way with each table, then the shared way after signing in.
pub fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    for (table, first) in [
        ("equipment", "EQ-0007919"),
        ("long", " C1 "),
        ("wide", "000001"),
    ] {
        let command = lab.plain(None, &["--table", table])?;
        let mut terminal = Terminal::start(command, None)?;
        terminal.wait_for(first)?;
        memory(&terminal, report, &format!("plain, {table} open"));
        terminal.press("G", None)?;
        for _ in 0..20 {
            terminal.press("pgup", None)?;
        }
        memory(&terminal, report, &format!("plain, {table} paged through"));
    }
    let mut terminal = lab.signed_in()?;
    memory(&terminal, report, "signed in");
    terminal.press("enter", Some("EQ-"))?;
    memory(&terminal, report, "signed in, table open");
    idle(lab, &terminal, report)
}

fn memory(terminal: &Terminal, report: &mut Report, what: &str) {
    // This measures rest; there is nothing else to wait for than that time passes.
    thread::sleep(RESTED);
    let megabytes = |kib: u64| kib as f64 / 1_024.0;
    if let Some(all) = terminal.resident("VmRSS:").map(megabytes) {
        report.limit(format!("memory: {what}"), all, "MB", MEMORY);
    }
    if let Some(own) = terminal.resident("RssAnon:").map(megabytes) {
        report.note(format!("memory: {what}, its own"), own, "MB");
    }
}

fn idle(lab: &Lab, terminal: &Terminal, report: &mut Report) -> Got<()> {
    let (bytes, cpu) = (terminal.bytes(), terminal.cpu());
    let idle = Duration::from_secs(lab.scale.idle_s);
    thread::sleep(idle);
    let sent = terminal.bytes() - bytes;
    report.limit(
        "idle, signed in: bytes to the terminal",
        sent as f64,
        "bytes",
        0.0,
    );
    if let Some((after, before)) = terminal.cpu().zip(cpu) {
        let share = after.since(&before).as_secs_f64() / idle.as_secs_f64() * 100.0;
        report.limit("idle, signed in: processor", share, "%", 0.2);
    }
    Ok(())
}
