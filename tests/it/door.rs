//! The door to a real terminal: the key corpus, signals, hang-up, panic; no database and no client.
//!
//! The program in the terminal is this test binary again, running [`child::in_the_terminal`].

use std::path::Path;
use std::process::Command;

use rowhouse::input::event::Size;
use rustix::process::Signal;

use crate::pty::Terminal;

mod child;
mod corpus;

/// Starts the program of these tests in a terminal of that size.
fn start(folder: &Path) -> Terminal {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args([
        "--exact",
        "door::child::in_the_terminal",
        "--nocapture",
        "--test-threads=1",
    ]);
    program.env(child::FOLDER, folder);
    let terminal = Terminal::start(&program, Size::STANDARD);
    terminal.wait_for("ready");
    terminal
}

/// Waits until the terminal is as a shell wants it.
fn wait_until_put_back(terminal: &Terminal) {
    terminal.wait_until("the terminal put back", |screen| {
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    });
}

#[test]
fn the_terminal_is_taken_over_and_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.wait_until("the other screen", |screen| {
        screen.alternate_screen() && screen.bracketed_paste()
    });
    assert!(!terminal.is_cooked());
    terminal.press("x");
    terminal.wait_for("events: x");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    wait_until_put_back(&terminal);
    assert!(terminal.is_cooked());
    assert!(!terminal.contents().contains("events:"));
}

#[test]
fn a_new_size_is_told_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.resize(Size {
        columns: 101,
        rows: 31,
    });
    terminal.wait_for("size 101x31");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn when_the_line_is_cut_the_seat_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.cut();
    assert_eq!(terminal.exit_code(), Some(0));
    assert!(folder.path().join(child::HUNG_UP).exists());
}

#[test]
fn a_program_that_is_told_to_end_leaves_in_order() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let folder = tempfile::tempdir().unwrap();
        let mut terminal = start(folder.path());
        terminal.signal(signal);
        assert_eq!(terminal.exit_code(), Some(0));
        wait_until_put_back(&terminal);
        assert!(terminal.is_cooked());
        assert!(folder.path().join(child::HUNG_UP).exists());
    }
}

#[test]
fn a_program_that_hangs_is_ended_and_the_terminal_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.press("h");
    terminal.wait_for("hanging");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.exit_code(), Some(1));
    wait_until_put_back(&terminal);
    assert!(terminal.is_cooked());
}

#[test]
fn a_program_that_hangs_is_ended_when_the_line_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.press("h");
    terminal.wait_for("hanging");
    terminal.cut();
    assert_eq!(terminal.exit_code(), Some(1));
}

#[test]
fn a_terminal_that_takes_no_output_does_not_stop_the_seat() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.stop_reading();
    terminal.press("f");
    terminal.wait_for_full_line();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.exit_code(), Some(0));
    assert!(folder.path().join(child::HUNG_UP).exists());
}

#[test]
fn a_stopped_program_lends_the_terminal_and_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.press("x");
    terminal.wait_for("events: x");
    terminal.signal(Signal::TSTP);
    wait_until_put_back(&terminal);
    // It stops only after it has put the terminal back, and going on before that has no effect.
    let go_on = || terminal.signal(Signal::CONT);
    terminal.again_until("the picture again", go_on, |screen| {
        screen.alternate_screen() && screen.contents().contains("events: x")
    });
    assert!(!terminal.is_cooked());
    terminal.press("y");
    terminal.wait_for("events: x y");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn after_a_panic_the_terminal_is_put_back_and_the_report_holds_no_values() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    terminal.press("p");
    assert_eq!(terminal.exit_code(), Some(0));
    wait_until_put_back(&terminal);
    terminal.wait_for("Rowhouse has met a fault of its own");
    terminal.wait_for("A report without values is in");
    assert!(terminal.is_cooked());
    assert!(!terminal.contents().contains("s3cret"));
    let report = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let report = report
        .filter(|path| path.to_string_lossy().contains("fault-"))
        .last()
        .unwrap();
    let text = std::fs::read_to_string(&report).unwrap();
    assert!(text.contains("child.rs"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(
        std::fs::metadata(&report).unwrap().permissions().mode() & 0o777,
        0o600
    );
}
