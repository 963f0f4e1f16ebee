//! The benchmark of the terminal, tiny: that it runs, and what does not depend on the machine. Its
//! times mean nothing here.

#[path = "../../benches/terminal/keys.rs"]
mod keys;
#[path = "../../benches/terminal/lab.rs"]
mod lab;
#[path = "../../benches/terminal/pty.rs"]
mod pty;
#[path = "../../benches/terminal/report.rs"]
mod report;
#[path = "../../benches/terminal/rest.rs"]
mod rest;
#[path = "../../benches/terminal/slow.rs"]
mod slow;
#[path = "../../benches/terminal/starts.rs"]
mod starts;

use lab::{Got, Lab, Scale};
use report::Report;

#[test]
fn the_benchmark_of_the_terminal_runs_and_every_byte_is_counted() -> Got<()> {
    let lab = Lab::open(Scale::quick())?;
    assert!(lab.about()?.starts_with("PostgreSQL"));
    let mut report = Report::default();
    starts::measure(&lab, &mut report)?;
    keys::measure(&lab, &mut report)?;
    rest::measure(&lab, &mut report)?;
    slow::measure(&lab, &mut report)?;
    // Bytes and keys are the same on every machine, however much else it does.
    let counted = |unit: &'static str| report.lines.iter().filter(move |line| line.unit == unit);
    assert!(counted("bytes").count() >= 6, "{report}");
    assert!(counted("keys").count() >= 1, "{report}");
    for line in counted("bytes").chain(counted("keys")) {
        let most = line.most.expect("a limit");
        assert!(line.figure <= most, "{}\n{report}", line.what);
    }
    assert!(counted("ms").all(|line| line.figure.is_finite() && line.figure >= 0.0));
    Ok(())
}
