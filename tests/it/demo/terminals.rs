//! The demo in two terminals: its sign-ins on the screen, a password chosen, the server ended with
//! the last of them; the real binary in real ptys.

use std::path::Path;
use std::process::Command;

use rowhouse::embedded::scratch::Scratch;
use rowhouse::embedded::{Durability, Server};
use rowhouse::input::event::Size;
use rustix::process::Signal;

use super::{Outcome, program};
use crate::pty::Terminal;

const PASSWORD: &[u8] = b"Seven brass pumps hum";

/// Opens the demo of a folder in a terminal; nothing outside the folder is read or written.
fn open(folder: &Path) -> Terminal {
    let mut command = Command::new(program());
    command
        .arg("demo")
        .env("ROWHOUSE_DEMO_FOLDER", folder)
        .env("HOME", folder);
    for name in ["CONFIG", "DATA", "STATE"] {
        command.env(format!("XDG_{name}_HOME"), folder.join("home"));
    }
    let terminal = Terminal::start(&command, Size::STANDARD);
    terminal.wait_for("Sign-ins of this demo");
    terminal
}

/// The line of the sign-in screen that offers an account.
fn offer(terminal: &Terminal, username: &str) -> String {
    terminal.wait_for(username);
    let shown = terminal.contents();
    let line = shown
        .lines()
        .find(|line| line.trim_start_matches([' ', '▌']).starts_with(username));
    line.unwrap_or_default().to_owned()
}

#[test]
fn lists_its_sign_ins_in_two_terminals() -> Outcome {
    let folder = Scratch::with_data()?;
    let mut first = open(&folder);
    let mut second = open(&folder);
    let code = |line: &str| {
        line.split_whitespace()
            .last()
            .unwrap_or_default()
            .to_owned()
    };
    let offered = offer(&first, "mmichaels");
    assert!(offered.contains("technician"), "{offered}");
    assert_eq!(code(&offered).len(), 19, "{offered}");
    assert_eq!(offered, offer(&second, "mmichaels"));

    first.send(b"mmichaels\r");
    first.send(code(&offered).as_bytes());
    first.press("enter");
    first.wait_for("once more");
    first.send(PASSWORD);
    first.press("enter");
    first.send(PASSWORD);
    first.press("enter");
    first.wait_for("equipment");
    first.signal(Signal::KILL);

    second.signal(Signal::TERM);
    second.exit_code();
    let mut again = open(&folder);
    let offered = offer(&again, "mmichaels");
    assert!(offered.contains("password chosen"), "{offered}");
    assert_eq!(code(&offer(&again, "jhymel")).len(), 19);
    again.signal(Signal::HUP);
    again.exit_code();
    // The server ended with it, and whoever comes next finds its data whole.
    let after = Server::open(&folder, Durability::Kept)?;
    assert!(after.started());
    let log = std::fs::read_to_string(after.layout().log())?;
    assert!(log.contains("database system was shut down at"), "{log}");
    Ok(after.close()?)
}
