//! The server is killed or stopped in the middle of a save: what became of it is found out by
//! itself where it was not known, and everything typed is there.

use std::fs;
use std::time::{Duration, Instant};

use rowhouse::db::admin;
use rowhouse::embedded::{Durability, Server};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

const DESCRIPTION: &str = "select description from equipment where bfm_no = 'BFM-001'";

const WAITS: &str = "\
    select count(*)::text from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";

/// In a form whose save waits for somebody's lock; then the server is ended by a signal.
fn ended_while_saving(
    site: &Site,
    signal: Signal,
) -> Result<Terminal, Box<dyn std::error::Error + Send + Sync>> {
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" new");
    terminal.wait_for("Compressor #1 new");
    // Nothing of these servers waits for the disk; what is written now outlives the kill.
    site.run("checkpoint");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let other = runtime.block_on(admin::connect(&site.endpoint))?;
    let hold = "begin; update equipment set location = location where bfm_no = 'BFM-001'";
    runtime.block_on(other.batch_execute(hold))?;
    terminal.press("ctrl-s");
    in_time("the save waits", || site.ask(WAITS) == ["1"]);
    let layout = site.own.as_ref().ok_or("a server of its own")?.layout();
    let pid = fs::read_to_string(layout.data.join("postmaster.pid"))?;
    let pid = Pid::from_raw(pid.lines().next().ok_or("a pid")?.parse()?).ok_or("a pid")?;
    kill_process(pid, signal)?;
    terminal.wait_for("No connection since ");
    terminal.wait_for("Compressor #1 new");
    in_time("the server is gone", || test_kill_process(pid).is_err());
    drop(other);
    Ok(terminal)
}

/// Waits for something that must come to be, but not for ever.
fn in_time(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::yield_now();
    }
}

fn restarted(site: &Site) -> Result<Server, Box<dyn std::error::Error + Send + Sync>> {
    let layout = site.own.as_ref().ok_or("a server of its own")?.layout();
    let again = Server::open(&layout.root, Durability::Disposable)?;
    assert!(again.started());
    Ok(again)
}

#[test]
fn a_save_whose_server_was_killed_is_settled_by_itself() -> Outcome {
    let site = Site::on_own_server()?;
    let mut terminal = ended_while_saving(&site, Signal::KILL)?;
    terminal.wait_for("It is not known whether this was saved");
    terminal.send(b"er");
    terminal.wait_for("Compressor #1 newer");
    let again = restarted(&site)?;
    // It is asked under its own number as soon as the server answers: stored once, and told.
    terminal.wait_for("Saved BFM-001 as version 6; 1 change typed since");
    terminal.wait_for("Compressor #1 newer");
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1 new"]);
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version 7");
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1 newer"]);
    drop(site);
    Ok(again.close()?)
}

#[test]
fn what_became_of_a_save_whose_server_was_stopped_is_told_truly() -> Outcome {
    const NOT: &str = "Not saved, your edits are kept: no connection to the server";
    const SAVED: &str = "Saved BFM-001 as version 6";
    let site = Site::on_own_server()?;
    let mut terminal = ended_while_saving(&site, Signal::INT)?;
    // Whoever held the lock may be ended first: then the save is stored before its own end.
    terminal.wait_until("what became of the save", |screen| {
        screen.contents().contains(NOT) || screen.contents().contains(SAVED)
    });
    let was_saved = terminal.contents().contains(SAVED);
    let again = restarted(&site)?;
    let stored = if was_saved {
        "Compressor #1 new"
    } else {
        "Compressor #1"
    };
    assert_eq!(site.ask(DESCRIPTION), [stored]);
    terminal.wait_until("the banner gone", |screen| {
        !screen.contents().contains("No connection since ")
    });
    if !was_saved {
        terminal.press("ctrl-s");
        terminal.wait_for(SAVED);
    }
    assert_eq!(site.ask(DESCRIPTION), ["Compressor #1 new"]);
    drop(site);
    Ok(again.close()?)
}
