//! The person's own editor in a real terminal: it has the keys and the screen, the draft is on disk
//! before it starts, and whatever it does the form is there again afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::site::{NAME, Outcome, Site, edit};
use crate::pty::Terminal;

/// Shows the text, reads a line from the terminal, and puts that after the text.
const SCRIPT: &str = r#"#!/bin/sh
echo "editing $(cat "$1")"
read -r answer
stat -c %a "$1" > "$MODE"
printf '%s %s\n' "$(cat "$1")" "$answer" > "$1"
"#;

/// A form with " typed" in it, in a terminal whose editor is the script.
fn typed(site: &Site) -> Terminal {
    let script = site.folder.path().join("own-editor");
    fs::write(&script, SCRIPT).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = site.command();
    command
        .env("VISUAL", &script)
        .env("MODE", site.folder.path().join("mode"));
    let mut terminal = site.open_with(&command);
    site.sign_in(&mut terminal, NAME);
    edit(&mut terminal);
    terminal.send(b" typed");
    terminal.wait_for("Compressor #1 typed");
    terminal
}

#[test]
fn the_editor_has_the_terminal_and_its_text_comes_back() -> Outcome {
    let site = Site::new()?;
    let mut terminal = typed(&site);
    terminal.press("ctrl-e");
    terminal.wait_for("editing Compressor #1 typed");
    assert!(terminal.is_cooked());
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 typed"));
    terminal.send(b"by hand\r");
    terminal.wait_for("came back from the editor");
    terminal.wait_for("Compressor #1 typed by hand");
    assert!(!terminal.is_cooked());
    let mode = fs::read_to_string(site.folder.path().join("mode"))?;
    assert_eq!(mode.trim(), "600");
    let left = fs::read_dir(site.draft_folder().join("editor"))?.count();
    assert_eq!(left, 0, "the file is gone");
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001");
    let stored = site.ask("select description from equipment where bfm_no = 'BFM-001'");
    assert_eq!(stored, ["Compressor #1 typed by hand"]);
    Ok(())
}

#[test]
fn ctrl_c_ends_the_editor_and_not_the_program() -> Outcome {
    let site = Site::new()?;
    let mut terminal = typed(&site);
    terminal.press("ctrl-e");
    terminal.wait_for("editing Compressor #1 typed");
    terminal.send(b"\x03");
    terminal.wait_for("description is as it was");
    terminal.wait_for("Compressor #1 typed");
    terminal.send(b" on");
    terminal.wait_for("Compressor #1 typed on");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 typed on"));
    Ok(())
}
