//! How long it takes from the start of the program to its first screen, and to a table's rows.

use super::lab::{Got, Lab};
use super::pty::Terminal;
use super::report::Report;

/// Measures both.
pub fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    let (mut unconfigured, mut first, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..lab.scale.starts {
        unconfigured.push(Terminal::start(lab.unconfigured(), None)?.first_screen()?);
        first.push(Terminal::start(lab.plain(None, &[])?, None)?.first_screen()?);
        let command = lab.plain(None, &["--table", "equipment"])?;
        rows.push(Terminal::start(command, None)?.wait_for("EQ-0007919")?);
    }
    report.times(
        "start to the first screen, nothing configured",
        unconfigured,
        12.0,
    );
    report.times("start to the first screen, with a server", first, 12.0);
    report.times("start with --table to its rows", rows, 40.0);
    Ok(())
}
