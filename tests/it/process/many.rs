//! Many rows at once, and the program killed: what was set for them is there again.

use super::site::{Outcome, Site, find};
use crate::pty::Terminal;

/// Marks four rows and sets a field for them.
fn set(site: &Site) -> Terminal {
    let mut terminal = site.signed_in();
    find(&mut terminal);
    terminal.press("m m m m");
    terminal.wait_for("4 marked");
    terminal.press("E");
    terminal.wait_for("CHANGE 4 ROWS OF equipment");
    terminal
}

#[test]
fn kill_9_loses_neither_what_was_set_for_many_rows_nor_which_rows() -> Outcome {
    let site = Site::new()?;
    let mut terminal = set(&site);
    terminal.send(b"Acme");
    terminal.wait_for("Acme");
    let set = |site: &Site| {
        let drafts = site.drafts();
        let draft = drafts.first()?;
        let rows = draft.rows.as_ref()?.keys.len();
        let (field, _) = draft.changed().next()?;
        Some((rows, field.column.clone()))
    };
    let due = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut kept = set(&site);
    while kept.is_none() {
        assert!(std::time::Instant::now() < due, "never on disk");
        kept = set(&site);
    }
    terminal.kill();
    let (rows, field) = kept.unwrap_or_default();
    assert_eq!(rows, 4);

    let mut terminal = site.signed_in();
    terminal.wait_for("1 draft waits");
    terminal.press("f7");
    terminal.wait_for("1 field for 4 rows of equipment");
    terminal.press("enter");
    terminal.wait_for("CHANGE 4 ROWS OF equipment");
    terminal.wait_for("Acme");
    terminal.press("ctrl-s");
    terminal.wait_for("4 to change");
    terminal.press("a");
    terminal.wait_for("4 saved");
    let stored = site.ask(&format!(
        "select count(*)::text from equipment where {field} = 'Acme'"
    ));
    assert_eq!(stored, ["4"]);
    assert!(site.drafts().is_empty(), "nothing waits any more");
    Ok(())
}

/// How many rows hold what was set.
fn done(site: &Site) -> usize {
    let sql = "select count(*)::text from equipment where description = 'Spare'";
    site.ask(sql).concat().parse().unwrap()
}

#[test]
fn a_run_that_was_killed_half_way_goes_on_and_no_row_is_done_twice() -> Outcome {
    let site = Site::new()?;
    let before: usize = site
        .ask("select count(*)::text from equipment")
        .concat()
        .parse()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    terminal.press("M");
    terminal.wait_for(&format!("All {before} rows found are marked"));
    terminal.press("E");
    terminal.wait_for("ROWS OF equipment");
    terminal.send(b"Spare");
    terminal.press("ctrl-s");
    terminal.wait_for(&format!("{before} to change"));
    terminal.press("a");
    terminal.send(before.to_string().as_bytes());
    terminal.press("f8");
    let due = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while done(&site) < 20 {
        assert!(std::time::Instant::now() < due, "never half-way");
        std::thread::yield_now();
    }
    terminal.kill();
    let half = done(&site);
    assert!(half < before, "it was killed half-way: {half}");

    let mut terminal = site.signed_in();
    terminal.press("f7");
    terminal.wait_for(&format!(" of {before} saved"));
    let half = done(&site);
    terminal.wait_for(&format!("{half} of {before} saved"));
    terminal.press("enter");
    terminal.wait_for(&format!("{half} saved, {} to change", before - half));
    terminal.press("a");
    terminal.send((before - half).to_string().as_bytes());
    terminal.press("f8");
    terminal.wait_for(&format!("{before} saved"));
    assert_eq!(done(&site), before);
    let entries = "select count(*)::text from rowhouse_trail.entry where verb = 'update' \
        and table_name like '%equipment' and new_values ->> 'description' = 'Spare'";
    assert_eq!(site.ask(entries), [before.to_string()], "each row once");
    assert!(site.drafts().is_empty());
    Ok(())
}
