//! What is copied reaches the terminal as it takes it, whole; and a terminal without a clipboard is named.

use super::site::{NAME, Outcome, Site, find};

fn opened(site: &Site, term: &str) -> crate::pty::Terminal {
    let mut command = site.command();
    command
        .env("TERM", term)
        .env_remove("TMUX")
        .env_remove("STY")
        .env_remove("TERM_PROGRAM");
    let mut terminal = site.open_with(&command);
    site.sign_in(&mut terminal, NAME);
    find(&mut terminal);
    terminal
}

#[test]
fn a_value_is_sent_whole_however_little_the_grid_shows() -> Outcome {
    let site = Site::new()?;
    site.run(
        "update equipment set description = repeat('long ', 60) || 'end' where bfm_no = 'BFM-001'",
    );
    let mut terminal = opened(&site, "xterm-256color");
    terminal.press("y");
    terminal.wait_for("Sent the value to the clipboard, 7 characters");
    // BFM-001, in base64.
    assert_eq!(terminal.copied(), ["QkZNLTAwMQ=="]);
    terminal.press("right y");
    terminal.wait_for("303 characters");
    let copied = terminal.copied();
    assert_eq!(copied.len(), 2);
    // `end` stands at its end, and nothing is lost before it.
    assert!(copied[1].ends_with("ZW5k"), "{copied:?}");
    assert_eq!(copied[1].len(), 404);
    Ok(())
}

#[test]
fn a_terminal_without_a_clipboard_is_told_nothing() -> Outcome {
    let site = Site::new()?;
    let mut terminal = opened(&site, "linux");
    terminal.press("y");
    terminal.wait_for("this terminal takes nothing for the clipboard");
    assert!(terminal.copied().is_empty());
    Ok(())
}
