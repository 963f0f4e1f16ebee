//! Terminals that show ASCII alone, and one that cannot place a cursor.

use super::site::{Outcome, Site, find};
use crate::pty::Terminal;
use rowhouse::input::event::Size;

#[test]
fn where_the_locale_is_not_utf_8_everything_on_the_screen_is_ascii() -> Outcome {
    let site = Site::new()?;
    for (name, value) in [
        ("LC_ALL", "C"),
        ("LANG", "de_DE.ISO-8859-1"),
        ("TERM", "vt220"),
    ] {
        let mut command = site.command();
        command.env(name, value);
        let mut terminal = site.open_with(&command);
        site.sign_in(&mut terminal, "mmichaels");
        find(&mut terminal);
        terminal.wait_for("~ 651 rows");
        terminal.wait_for("Cooling tower . ??????");
        let screen = terminal.contents();
        assert!(screen.is_ascii(), "{name}={value}\n{screen}");
        terminal.press("f2");
        terminal.wait_for("ctrl-s save");
        assert!(terminal.contents().is_ascii(), "{name}={value}");
        terminal.kill();
    }
    Ok(())
}

#[test]
fn a_terminal_that_cannot_place_a_cursor_is_told_so() -> Outcome {
    let site = Site::new()?;
    let mut command = site.command();
    command.env("TERM", "dumb");
    let mut terminal = Terminal::start(&command, Size::STANDARD);
    terminal.wait_for("TERM=dumb");
    terminal.wait_for("rowhouse export");
    assert_eq!(terminal.exit_code(), Some(2));
    Ok(())
}

#[test]
fn the_mouse_is_left_to_the_terminal_until_it_is_asked_for() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    let reported =
        |screen: &vt100::Screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    find(&mut terminal);
    terminal.wait_until("no report", |screen| !reported(screen));
    terminal.press(":");
    terminal.wait_for("type to find");
    terminal.send(b"mouse");
    terminal.press("enter");
    terminal.wait_for("The mouse is used");
    terminal.wait_until("reports", reported);
    terminal.send(b"\x1b[<0;20;6M\x1b[<0;20;6m");
    terminal.press("s");
    terminal.wait_for("description ▲");
    terminal.press("ctrl-q");
    terminal.exit_code();
    terminal.wait_until("no report", |screen| !reported(screen));
    Ok(())
}
