//! Typing as fast as a terminal delivers: what is on disk when the program is killed, and that keys
//! wait neither for the disk nor behind a flood.

use std::time::{Duration, Instant};

use rustix::fs::{FileType, Mode, mknodat};

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

/// A second is promised; the other one is for machines that do much else.
const LATEST: Duration = Duration::from_secs(2);
/// How long is typed.
const TYPING: Duration = Duration::from_secs(3);

const UNTOUCHED: &str = "Compressor #1";

fn kept_keys(site: &Site) -> usize {
    site.kept().map_or(0, |text| text.len() - UNTOUCHED.len())
}

/// Types one key and waits until it is seen.
fn echo(terminal: &mut Terminal, letter: u8) -> Duration {
    let before = terminal.contents();
    let typed = Instant::now();
    terminal.send(&[letter]);
    terminal.wait_until("a key's picture", |screen| screen.contents() != before);
    typed.elapsed()
}

#[test]
fn kill_9_at_full_speed_leaves_the_last_second_missing_at_most() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    let (began, mut typed) = (Instant::now(), Vec::new());
    for letter in (b'a'..=b'z').cycle() {
        typed.push(Instant::now());
        echo(&mut terminal, letter);
        if began.elapsed() > TYPING {
            break;
        }
    }
    let killed = Instant::now();
    terminal.kill();
    let due = typed
        .iter()
        .filter(|at| killed.duration_since(**at) > LATEST);
    let (kept, due) = (kept_keys(&site), due.count());
    assert!(
        kept >= due && kept <= typed.len(),
        "{kept} of {}, {due} due",
        typed.len()
    );
    Ok(())
}

#[test]
fn a_flood_of_keys_puts_neither_the_draft_nor_the_picture_off() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    let began = Instant::now();
    let mut first = None;
    // The terminal takes what the program reads: it is never without keys to take.
    while first.is_none() {
        terminal.send(&[b'x'; 512]);
        first = (kept_keys(&site) > 0).then(|| began.elapsed());
        assert!(began.elapsed() < LATEST, "no draft while keys come in");
    }
    terminal.wait_for("xxxx");
    Ok(())
}

#[test]
fn keys_do_not_wait_for_a_disk_that_stands_still() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" first");
    site.wait_until_kept("Compressor #1 first");
    // Opening a pipe that nobody reads waits for ever, as a folder on a dead server does.
    let stalled = site.draft_files()[0].with_extension("new");
    mknodat(
        rustix::fs::CWD,
        &stalled,
        FileType::Fifo,
        Mode::RUSR | Mode::WUSR,
        0,
    )?;
    let letters = (b'a'..=b'z').cycle().take(200);
    let longest = letters.map(|letter| echo(&mut terminal, letter)).max();
    eprintln!("the longest echo while the disk stood still: {longest:?}");
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 first"));
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(1));
    terminal.wait_for("what was typed last is not kept: the disk does not answer");
    assert_eq!(site.kept().as_deref(), Some("Compressor #1 first"));
    Ok(())
}
