//! Typing ahead on a line of 300 ms: a screen that was asked for gets the keys that follow, one that
//! does not come gets none, and a dialog that nobody asked for takes none of what was typed before.

use std::time::Duration;

use super::line::Line;
use super::site::{Outcome, Site, find};
use crate::proxy::Mode;
use crate::pty::Terminal;

const FAR: Duration = Duration::from_millis(300);

/// Sends keys and text in one go, as they arrive from somebody who does not wait.
fn at_once(terminal: &mut Terminal, parts: &[&str]) {
    let key = |name: &str| name.parse::<rowhouse::input::event::Key>();
    let bytes: Vec<u8> = parts
        .iter()
        .flat_map(|part| match part.strip_prefix('<') {
            Some(name) => key(name).unwrap().encode(),
            None => part.as_bytes().to_vec(),
        })
        .collect();
    terminal.send(&bytes);
}

fn far_away() -> Result<(Site, Line), rowhouse::embedded::cluster::AnyError> {
    let site = Site::new()?;
    let line = Line::of(&site.endpoint, FAR);
    let port = line.port().to_string();
    site.configure(&[("server", "\"127.0.0.1\""), ("port", &port)]);
    Ok((site, line))
}

#[test]
fn a_form_gets_what_was_typed_while_it_was_on_its_way() -> Outcome {
    let (site, _line) = far_away()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    at_once(&mut terminal, &["<f2", "<end", " typed ahead", "<ctrl-s"]);
    terminal.wait_for("Saved BFM-001 as version");
    let stored = "select description from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(stored), ["Compressor #1 typed ahead"]);
    Ok(())
}

#[test]
fn what_was_typed_for_a_form_that_does_not_come_is_dropped_and_said() -> Outcome {
    let (site, line) = far_away()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    line.set(Mode::Refuse);
    // In the list D would ask to delete, and y would do it.
    at_once(&mut terminal, &["<f2", "Dynamo", "<enter"]);
    terminal.wait_for("What was typed meanwhile was dropped");
    line.set(Mode::Pass);
    terminal.wait_until("the line found again", |screen| {
        !screen.contents().contains("No connection since ")
    });
    let there = "select count(*)::text from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(there), ["1"]);
    Ok(())
}

#[test]
fn a_conflict_takes_no_key_that_was_typed_before_it_was_seen() -> Outcome {
    let (site, _line) = far_away()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    at_once(&mut terminal, &["<f2", "<end", " mine"]);
    terminal.wait_for("Compressor #1 mine");
    site.run("update equipment set description = 'Theirs' where bfm_no = 'BFM-001'");
    // y and t would decide, and ctrl-s would save what was decided.
    at_once(&mut terminal, &["<ctrl-s", " yet", "<ctrl-s", "ty"]);
    terminal.wait_for("0 of 1 decided");
    terminal.press("esc");
    terminal.wait_for("Compressor #1 mine yetty");
    let stored = "select description from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(stored), ["Theirs"]);
    Ok(())
}

#[test]
fn an_ended_session_takes_no_key_that_was_typed_before_it_was_seen() -> Outcome {
    let (site, _line) = far_away()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    at_once(&mut terminal, &["<f2", "<end", " mine"]);
    terminal.wait_for("Compressor #1 mine");
    site.run(
        "update rowhouse_private.session set ended_at = rowhouse_private.now(), \
         end_reason = 'shift is over' where ended_at is null",
    );
    at_once(&mut terminal, &["<ctrl-s", " still"]);
    terminal.wait_for("shift is over");
    assert!(!terminal.contents().contains("still"));
    site.type_password(&mut terminal, super::site::NAME);
    terminal.wait_for("Compressor #1 mine still");
    Ok(())
}
