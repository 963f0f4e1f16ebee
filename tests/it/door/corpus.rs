//! The key corpus through a real pty, one byte at a time with pauses between.

use rustix::event::{Timespec, poll};

use super::{child, start};
use crate::pty::Terminal;

const CORPUS: &str = include_str!("../keys.txt");

/// The pause between two bytes.
const PAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// Over this many terminals the corpus is spread, to wait for all pauses at the same time.
const TERMINALS: usize = 8;

#[test]
fn the_corpus_is_read_the_same_with_pauses_between_its_bytes() {
    let rows: Vec<(Vec<u8>, &str)> = CORPUS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(" =>").unwrap())
        .map(|(bytes, names)| (unescaped(bytes), names.trim()))
        // These keys make the program of the tests do something else.
        .filter(|(_, names)| !["ctrl-q"].contains(names))
        .collect();
    let share = rows.len().div_ceil(TERMINALS);
    std::thread::scope(|scope| {
        for rows in rows.chunks(share) {
            scope.spawn(move || type_rows(rows));
        }
    });
}

fn type_rows(rows: &[(Vec<u8>, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = start(folder.path());
    for (bytes, names) in rows {
        for byte in bytes {
            terminal.send(&[*byte]);
            poll(&mut [], Some(&PAUSE)).unwrap();
        }
        // A key that can be told apart from all others says that the row is over, once the parser
        // has given up waiting for more.
        let names = child::shown(names);
        if !names.is_empty() {
            wait_for_line(&terminal, &format!("events: {names}"));
        }
        terminal.press("f12");
        let end = [names.as_str(), "f12"]
            .iter()
            .filter(|name| !name.is_empty())
            .copied()
            .collect::<Vec<_>>();
        wait_for_line(&terminal, &format!("events: {}", end.join(" ")));
        terminal.press("ctrl-l");
        wait_for_line(&terminal, "events:");
    }
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
}

fn wait_for_line(terminal: &Terminal, line: &str) {
    terminal.wait_until(line, |screen| {
        screen
            .contents()
            .lines()
            .nth(1)
            .is_some_and(|shown| shown.trim_end() == line.trim_end())
    });
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&hex[..2], 16).unwrap());
            rest = &hex[2..];
        } else if let Some(after) = rest.strip_prefix("\\e") {
            bytes.push(0x1b);
            rest = after;
        } else {
            bytes.extend(c.to_string().bytes());
            rest = &rest[c.len_utf8()..];
        }
    }
    bytes
}
