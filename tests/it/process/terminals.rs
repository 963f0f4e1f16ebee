//! Several terminals of one person on one record: each keeps its own draft, and none of them is ever
//! lost or written over.

use std::time::{Duration, Instant};

use super::line::Line;
use super::site::{Outcome, Site, edit, find};
use crate::proxy::Mode;
use crate::pty::Terminal;

/// Waits until these are the descriptions of BFM-001 in the drafts on disk.
fn wait_for_drafts(site: &Site, expected: &[&str]) {
    let due = Instant::now() + Duration::from_secs(20);
    loop {
        let mut kept = site.descriptions();
        kept.sort();
        if kept == expected {
            return;
        }
        assert!(
            Instant::now() < due,
            "expected {expected:?}, on disk {kept:?}"
        );
        std::thread::yield_now();
    }
}

fn typed(site: &Site, text: &str) -> Terminal {
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(text.as_bytes());
    terminal.wait_for(text);
    terminal
}

#[test]
fn two_terminals_on_one_record_keep_a_draft_each_and_both_are_continued() -> Outcome {
    let site = Site::new()?;
    let mut one = typed(&site, " one");
    wait_for_drafts(&site, &["Compressor #1 one"]);
    let mut two = site.signed_in();
    find(&mut two);
    two.press("f2");
    two.wait_for("they stay there");
    two.press("end");
    two.send(b" two");
    wait_for_drafts(&site, &["Compressor #1 one", "Compressor #1 two"]);
    one.send(b" more");
    wait_for_drafts(&site, &["Compressor #1 one more", "Compressor #1 two"]);
    two.kill();
    one.kill();

    let mut again = site.signed_in();
    again.wait_for("2 drafts wait to be saved, none would conflict now");
    again.press("f7");
    again.wait_for("2 drafts");
    again.press("enter");
    again.wait_for("continued: 1 change not saved");
    // The cursor is in the field that was changed.
    again.send(b"!");
    wait_for_drafts(&site, &["Compressor #1 one more!", "Compressor #1 two"]);
    again.press("f7");
    again.wait_for("2 drafts");
    again.press("end enter");
    again.wait_for("Compressor #1 two");
    again.press("ctrl-s");
    again.wait_for("Saved BFM-001 as version 6");
    wait_for_drafts(&site, &["Compressor #1 one more!"]);
    again.press("f7");
    again.wait_for("1 would conflict");
    again.press("enter");
    again.wait_for("Compressor #1 one more!");
    Ok(())
}

#[test]
fn what_one_terminal_left_is_continued_at_the_other() -> Outcome {
    let site = Site::new()?;
    let mut one = typed(&site, " one");
    let mut two = site.signed_in();
    one.press("esc");
    one.wait_for("kept as a draft");
    wait_for_drafts(&site, &["Compressor #1 one"]);
    two.press("f7");
    two.wait_for("1 draft");
    // Until the first terminal has let go of it, the list says that it is open there.
    two.again_until(
        "the draft that nobody has open",
        || two.press_again("r"),
        |screen| {
            let shown = screen.contents();
            shown.contains("1 draft") && !shown.contains("open els")
        },
    );
    two.press("enter");
    two.wait_for("continued: 1 change not saved");
    two.send(b" two");
    wait_for_drafts(&site, &["Compressor #1 one two"]);
    // The first terminal has its typing still, and does not write over what the other made of it.
    one.press("f2");
    one.wait_for("here it goes on as a copy");
    one.press("end");
    one.send(b" again");
    wait_for_drafts(&site, &["Compressor #1 one again", "Compressor #1 one two"]);
    two.press("ctrl-x");
    two.wait_for("Throw your edits");
    two.press("y");
    wait_for_drafts(&site, &["Compressor #1 one again"]);
    Ok(())
}

#[test]
fn a_server_that_is_gone_keeps_neither_the_person_nor_the_typing() -> Outcome {
    let site = Site::new()?;
    let line = Line::to(&site.endpoint);
    let port = line.port().to_string();
    site.configure(&[("server", "\"127.0.0.1\""), ("port", &port)]);
    let mut terminal = typed(&site, " before");
    line.set(Mode::Refuse);
    terminal.wait_for("No connection since ");
    terminal.send(b" and after");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    wait_for_drafts(&site, &["Compressor #1 before and after"]);
    line.set(Mode::Pass);
    let again = site.signed_in();
    again.wait_for("1 draft waits to be saved, it would not conflict now");
    Ok(())
}
