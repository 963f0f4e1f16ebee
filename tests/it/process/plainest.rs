//! Terminals that show ASCII alone, and one that cannot place a cursor.

use std::fs;

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
fn where_accents_take_two_cells_the_columns_still_stand_under_each_other() -> Outcome {
    let site = Site::new()?;
    let file = site.folder.path().join("config/rowhouse/config.toml");
    let known = fs::read_to_string(&file)?;
    fs::write(&file, format!("ui.ambiguous_width = \"wide\"\n{known}"))?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    terminal.wait_for("~ 651 rows");
    terminal.wait_for("Cooling tower . 冷却塔");
    let screen = terminal.contents();
    for sign in ['·', '≈', '▌', '│', '…'] {
        assert!(!screen.contains(sign), "{sign}\n{screen}");
    }
    // This terminal shows them in one cell: what follows on the row stands as many cells further left.
    let left = |line: &str, word: &str| {
        let line = screen.lines().find(|shown| shown.contains(line));
        line.and_then(|line| Some(line[..line.find(word)?].chars().count()))
    };
    let straight = left("BFM-005", "Bldg").ok_or("no row")?;
    assert_eq!(left("5 m³", "Bldg"), Some(straight - 1), "{screen}");
    assert_eq!(left("Brûleur", "Boiler"), Some(straight - 2), "{screen}");
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
