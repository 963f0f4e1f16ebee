//! A record that another program holds: the save says who holds it, esc stops it within a second,
//! and the form is untouched.

use std::time::{Duration, Instant};

use rowhouse::db::admin;

use super::site::{Outcome, Site, edit};

const DESCRIPTION: &str = "select description from equipment where bfm_no = 'BFM-001'";

#[test]
fn a_save_that_waits_for_a_lock_names_its_holder_and_is_stopped_by_esc() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" new");
    terminal.wait_for("Compressor #1 new");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let other = runtime.block_on(admin::connect(&site.endpoint))?;
    runtime.block_on(other.batch_execute(
        "set application_name = 'payroll'; begin; \
         update equipment set location = location where bfm_no = 'BFM-001'",
    ))?;
    terminal.press("ctrl-s");
    terminal.wait_for("postgres (payroll) holds it  esc cancels");
    let pressed = Instant::now();
    terminal.press("esc");
    terminal.wait_for("Not saved: it was stopped; your edits are kept");
    let took = pressed.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    terminal.wait_for("Compressor #1 new");
    runtime.block_on(other.batch_execute("rollback"))?;
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1"], "never stored");
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version");
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1 new"]);

    // Nobody stops it: it is given up by itself, and says who was in the way.
    runtime.block_on(other.batch_execute(
        "set application_name = 'payroll'; begin; \
         update equipment set location = location where bfm_no = 'BFM-001'",
    ))?;
    terminal.send(b"er");
    terminal.press("ctrl-s");
    terminal.wait_for("Not saved, your edits are kept: postgres (payroll) holds it");
    runtime.block_on(other.batch_execute("rollback"))?;
    terminal.press("ctrl-s");
    terminal.wait_until("the rest saved", |screen| {
        let shown = screen.contents();
        shown.contains("Saved BFM-001 as version") && !shown.contains("1 change")
    });
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1 newer"]);
    Ok(())
}
