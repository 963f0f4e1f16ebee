//! The server, or the way to it, goes away in the middle of an edit: it is said since when, it is
//! tried again, the form is untouched, and saving works again.

use rowhouse::embedded::{Durability, Server};
use rustix::process::{Pid, Signal, kill_process};

use super::line::Line;
use super::site::{NAME, Outcome, Site, edit, find};
use crate::proxy::Mode;
use crate::pty::Terminal;

/// What is shown while the server does not answer.
const BANNER: &str = "No connection since ";

/// The time that the banner names is one of today, to the second.
fn assert_says_since_when(terminal: &Terminal) {
    let shown = terminal.contents();
    let after = shown.split(BANNER).nth(1).expect("the banner");
    let time: String = after.chars().take(8).collect();
    let is_time = |(at, c): (usize, char)| match at {
        2 | 5 => c == ':',
        _ => c.is_ascii_digit(),
    };
    assert!(time.chars().enumerate().all(is_time), "{time}");
}

fn wait_until_found_again(terminal: &Terminal) {
    terminal.wait_until("the banner gone", |screen| {
        !screen.contents().contains(BANNER)
    });
}

#[test]
fn a_killed_server_is_found_again_with_the_form_untouched() -> Outcome {
    let site = Site::on_own_server()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" before");
    terminal.wait_for("Compressor #1 before");
    // Nothing of these servers waits for the disk; what is written now outlives the kill.
    site.run("checkpoint");
    let layout = site.own.as_ref().unwrap().layout();
    let pid = std::fs::read_to_string(layout.data.join("postmaster.pid"))?;
    let pid: i32 = pid.lines().next().unwrap().parse()?;
    // An immediate shutdown: every connection is cut, and the start is a recovery.
    kill_process(Pid::from_raw(pid).unwrap(), Signal::QUIT)?;
    terminal.wait_for(BANNER);
    assert_says_since_when(&terminal);
    terminal.send(b" and after");
    terminal.wait_for("Compressor #1 before and after");
    terminal.press("ctrl-s");
    terminal.wait_for("your edits are kept");
    terminal.wait_for("Compressor #1 before and after");

    let again = Server::open(&layout.root, Durability::Disposable)?;
    assert!(again.started());
    wait_until_found_again(&terminal);
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version 6");
    assert_eq!(site.session(NAME), "active");
    let saved = "select description from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(saved), ["Compressor #1 before and after"]);
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    drop(site);
    Ok(again.close()?)
}

#[test]
fn cut_connections_are_opened_anew() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    for number in 6..9 {
        terminal.send(b" more");
        let cut = "select pg_terminate_backend(pid)::text from pg_stat_activity \
            where datname = current_database() and application_name like 'rowhouse/%'";
        assert_ne!(site.ask(cut), [""; 0]);
        terminal.press("ctrl-s");
        // A save whose connection is cut is not known to be stored; it is stored once at most.
        terminal.wait_until("an answer to the save", |screen| {
            let shown = screen.contents();
            shown.contains(&format!("as version {number}")) || shown.contains("save again")
        });
        if !terminal
            .contents()
            .contains(&format!("as version {number}"))
        {
            wait_until_found_again(&terminal);
            terminal.press("ctrl-s");
        }
        terminal.wait_for(&format!("as version {number}"));
    }
    let saved = "select description from equipment where bfm_no = 'BFM-001'";
    assert_eq!(site.ask(saved), ["Compressor #1 more more more"]);
    Ok(())
}

/// A site whose client reaches the server by a line that can be stalled.
fn on_a_line() -> Result<(Site, Line), rowhouse::embedded::cluster::AnyError> {
    let site = Site::new()?;
    let line = Line::to(&site.endpoint);
    let port = line.port().to_string();
    site.configure(&[("server", "\"127.0.0.1\""), ("port", &port)]);
    Ok((site, line))
}

#[test]
fn a_refused_line_is_told_and_found_again() -> Outcome {
    let (site, line) = on_a_line()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    line.set(Mode::Refuse);
    terminal.wait_for(BANNER);
    assert_says_since_when(&terminal);
    terminal.press("down down");
    line.set(Mode::Pass);
    wait_until_found_again(&terminal);
    // Rows follow again.
    site.run("update equipment set description = 'Changed outside' where bfm_no = 'BFM-002'");
    terminal.wait_for("Changed outside");
    Ok(())
}

#[test]
fn a_stalled_server_holds_up_neither_keys_nor_cancelling() -> Outcome {
    let (site, line) = on_a_line()?;
    let mut terminal = site.signed_in();
    find(&mut terminal);
    line.set(Mode::Stall);
    terminal.press("s");
    terminal.wait_for("page … ");
    terminal.wait_for("s  esc cancels");
    let at_first = terminal.contents();
    terminal.wait_until("time passing", |screen| {
        let shown = screen.contents();
        shown.contains("page … ") && shown != at_first
    });
    terminal.press("esc");
    terminal.wait_for("Cancelled");
    line.set(Mode::Pass);
    terminal.press("s");
    terminal.wait_until("the rows sorted", |screen| {
        screen.contents().contains("▲") || screen.contents().contains("▼")
    });

    // Nobody asks anything: the silence is noticed all the same.
    line.set(Mode::Stall);
    terminal.wait_for(BANNER);
    assert_says_since_when(&terminal);
    line.set(Mode::Pass);
    wait_until_found_again(&terminal);

    terminal.press("home f2 end");
    terminal.wait_for("ctrl-s save");
    terminal.send(b" one");
    line.set(Mode::Stall);
    terminal.send(b" two");
    terminal.wait_for(" one two");
    terminal.press("ctrl-s");
    terminal.wait_for("saving … ");
    terminal.send(b" three");
    terminal.wait_for(" one two three");
    line.set(Mode::Pass);
    terminal.wait_for("Saved ");
    terminal.wait_for(" one two three");
    terminal.press("ctrl-s");
    terminal.wait_until("the rest saved", |screen| {
        screen.contents().contains("as version") && !screen.contents().contains("1 change")
    });
    Ok(())
}
