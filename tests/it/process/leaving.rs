//! Leaving, by whatever way: the terminal as it was found, the session ended with a reason, what was
//! typed on disk and continued by whoever signs in again.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::line::Line;
use super::site::{NAME, Outcome, Site, edit, find};
use crate::proxy::Mode;
use crate::pty::Terminal;

const TYPED: &str = " with everything typed";
const KEPT: &str = "Compressor #1 with everything typed";

/// Leaving takes two seconds at most; the rest is for machines that do much else.
const LONGEST: Duration = Duration::from_secs(6);

/// Signs in and types half of a form; the last key is on the screen and the draft may not be on
/// disk.
fn half_typed(site: &Site) -> Terminal {
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(TYPED.as_bytes());
    terminal.wait_for(TYPED);
    terminal
}

fn assert_put_back(terminal: &Terminal) {
    terminal.wait_until("the terminal put back", |screen| {
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    });
    assert!(terminal.is_cooked());
}

/// Signs in again and opens the record: the draft is told of and goes on.
fn assert_continued(site: &Site) {
    let mut again = site.signed_in();
    again.wait_for("1 draft waits to be saved");
    find(&mut again);
    again.press("f2");
    again.wait_for(KEPT);
    again.wait_for("continued: 1 change not saved");
    again.press("ctrl-s");
    again.wait_for("Saved BFM-001 as version 6");
    again.press("ctrl-q");
    assert_eq!(again.exit_code(), Some(0));
    assert_eq!(site.kept(), None);
}

#[test]
fn ctrl_q_ends_the_session_and_keeps_the_draft() -> Outcome {
    let site = Site::new()?;
    let mut terminal = half_typed(&site);
    assert_eq!(site.session(NAME), "active");
    let began = Instant::now();
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    eprintln!("left after {:?}", began.elapsed());
    assert_put_back(&terminal);
    assert_eq!(terminal.contents().trim(), "");
    assert_eq!(site.session(NAME), "ended: left");
    assert_eq!(site.presence(), "0");
    assert_eq!(site.kept().as_deref(), Some(KEPT));
    assert_continued(&site);
    Ok(())
}

#[test]
fn signals_end_the_session_and_keep_the_draft() -> Outcome {
    let site = Site::new()?;
    let ways = [
        (Signal::TERM, "ended: the client was told to end"),
        (Signal::HUP, "ended: the terminal was gone"),
    ];
    for (signal, ended) in ways {
        let mut terminal = half_typed(&site);
        terminal.signal(signal);
        assert_eq!(terminal.exit_code(), Some(0));
        assert_put_back(&terminal);
        assert_eq!(site.session(NAME), ended);
        assert_eq!(site.presence(), "0");
        assert_eq!(site.kept().as_deref(), Some(KEPT));
        std::fs::remove_dir_all(site.draft_folder())?;
    }
    Ok(())
}

#[test]
fn a_cut_line_ends_the_session_and_keeps_the_draft() -> Outcome {
    let site = Site::new()?;
    let mut terminal = half_typed(&site);
    terminal.cut();
    assert_eq!(terminal.exit_code(), Some(0));
    assert_eq!(site.session(NAME), "ended: the terminal was gone");
    assert_eq!(site.kept().as_deref(), Some(KEPT));
    assert_continued(&site);
    Ok(())
}

#[test]
fn after_kill_9_the_session_is_away_and_the_draft_is_kept() -> Outcome {
    let site = Site::new()?;
    let mut terminal = half_typed(&site);
    site.wait_until_kept(KEPT);
    terminal.kill();
    // The server has not noticed yet: others see who is on the record.
    assert_eq!(site.session(NAME), "active");
    assert_eq!(site.presence(), "1");
    let later = "update rowhouse_private.session set last_seen_at = last_seen_at - interval '91 s', \
        last_active_at = last_active_at - interval '91 s'";
    site.run(later);
    assert_eq!(site.session(NAME), "away");
    let mut manager = site.open();
    site.sign_in(&mut manager, "manager");
    find(&mut manager);
    manager.press("f9");
    manager.wait_for("away");
    assert!(
        !manager.contents().contains("is editing"),
        "{}",
        manager.contents()
    );
    manager.press("ctrl-q");
    assert_eq!(manager.exit_code(), Some(0));
    assert_continued(&site);
    Ok(())
}

#[test]
fn a_stalled_server_does_not_keep_anybody() -> Outcome {
    let site = Site::new()?;
    let line = Line::to(&site.endpoint);
    let port = line.port().to_string();
    site.configure(&[("server", "\"127.0.0.1\""), ("port", &port)]);
    type Way = fn(&mut Terminal);
    let ways: [(Way, bool); 4] = [
        (|terminal| terminal.press("ctrl-q"), true),
        (|terminal| terminal.signal(Signal::TERM), true),
        (|terminal| terminal.signal(Signal::HUP), true),
        (|terminal| terminal.cut(), false),
    ];
    for (leave, has_terminal) in ways {
        let mut terminal = half_typed(&site);
        line.set(Mode::Stall);
        let began = Instant::now();
        leave(&mut terminal);
        // 1 would mean that it had to be ended after two seconds.
        assert_eq!(terminal.exit_code(), Some(0));
        assert!(began.elapsed() < LONGEST, "{:?}", began.elapsed());
        if has_terminal {
            assert_put_back(&terminal);
        }
        assert_eq!(site.kept().as_deref(), Some(KEPT));
        std::fs::remove_dir_all(site.draft_folder())?;
        line.set(Mode::Pass);
    }
    Ok(())
}

#[test]
fn leaving_waits_for_a_save_that_is_under_way() -> Outcome {
    let site = Site::new()?;
    let mut terminal = half_typed(&site);
    terminal.press("ctrl-s ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    let saved = "select description from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(saved), [KEPT]);
    assert_eq!(site.kept(), None);
    assert_eq!(site.session(NAME), "ended: left");
    Ok(())
}

/// The key of the fault is there in programs built for development only.
#[cfg(debug_assertions)]
#[test]
fn a_panic_puts_the_terminal_back_and_keeps_everything_typed() -> Outcome {
    use std::os::unix::fs::PermissionsExt;

    let site = Site::new()?;
    let mut command = site.command();
    command.env("ROWHOUSE_TEST_PANIC_AT", "ß");
    let mut terminal = site.open_with(&command);
    site.sign_in(&mut terminal, NAME);
    edit(&mut terminal);
    // The fault comes with the last key, long before the draft is written.
    terminal.send(format!("{TYPED}ß").as_bytes());
    assert_eq!(terminal.exit_code(), Some(1));
    assert_put_back(&terminal);
    terminal.wait_for("Rowhouse has met a fault of its own and must stop.");
    terminal.wait_for("A report without values is in");
    terminal.wait_for("kept as a draft: sign in again to go on");
    let kept = format!("{KEPT}ß");
    assert_eq!(site.kept(), Some(kept));
    assert_eq!(
        site.session(NAME),
        "ended: the client met a fault of its own"
    );
    let report = std::fs::read_dir(site.folder.path().join("state/rowhouse"))?
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("fault-"))
        .expect("a report");
    assert_eq!(
        std::fs::metadata(&report)?.permissions().mode() & 0o777,
        0o600
    );
    let text = std::fs::read_to_string(report)?;
    assert!(!text.contains("with everything typed"), "{text}");
    Ok(())
}
