//! Wrong host, port, database, password and TLS, no terminal, a terminal that is too small: one line
//! each that says what to try, on the screen and from commands.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use rowhouse::input::event::Size;

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

/// Everything shown as one line, as the eye reads it.
fn shown(screen: &vt100::Screen) -> String {
    let contents = screen.contents();
    let words: Vec<&str> = contents.split_whitespace().collect();
    words.join(" ")
}

/// A server that has no TLS, on a port of its own: it says so to whoever asks.
fn without_tls() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut request = [0; 8];
            // A client that only looks whether somebody listens asks nothing.
            if client.read_exact(&mut request).is_ok() {
                client.write_all(b"N").unwrap();
            }
        }
    });
    port
}

/// What is configured, and what is said of it.
struct Wrong {
    keys: Vec<(&'static str, String)>,
    says: &'static str,
    tries: &'static str,
}

fn wrong(keys: &[(&'static str, &str)], says: &'static str, tries: &'static str) -> Wrong {
    let keys = keys.iter().map(|(key, value)| (*key, (*value).to_owned()));
    Wrong {
        keys: keys.collect(),
        says,
        tries,
    }
}

#[test]
fn every_wrong_setting_is_told_with_what_to_try() -> Outcome {
    let site = Site::on_own_server()?;
    let port = without_tls().to_string();
    site.run("create role needs_one login password 'the right one'");
    let layout = site.own.as_ref().unwrap().layout();
    let rules = layout.data.join("pg_hba.conf");
    let before = std::fs::read_to_string(&rules)?;
    std::fs::write(
        &rules,
        format!("local all needs_one scram-sha-256\n{before}"),
    )?;
    site.run("select pg_reload_conf()");
    let here = "\"127.0.0.1\"";
    let cases = [
        wrong(
            &[("server", "\"no-such-host.invalid\""), ("tls", "\"auto\"")],
            "the name no-such-host.invalid is not known",
            "check the host",
        ),
        wrong(
            &[("server", here), ("port", "1")],
            "nothing listens at 127.0.0.1:1",
            "does the server run, and is the port right?",
        ),
        wrong(
            &[("server", "\"/nowhere/at/all\"")],
            "there is no socket at /nowhere/at/all/.s.PGSQL.5432",
            "does the server run, and is the port right?",
        ),
        wrong(
            &[("database", "\"no_such_database\"")],
            "there is no database no_such_database",
            "check its name",
        ),
        wrong(
            &[("user", "\"nobody_here\"")],
            "nobody_here",
            "try another role",
        ),
        wrong(
            &[
                ("server", here),
                ("port", &port),
                ("tls", "\"verify-full\""),
            ],
            "offers no TLS",
            "set tls = \"off\" for this machine",
        ),
        wrong(
            &[("server", "\"10.255.255.1\""), ("tls", "\"off\"")],
            "10.255.255.1 is not this machine, and TLS is off",
            "turn TLS on",
        ),
        wrong(
            &[("user", "\"needs_one\""), ("password_from", "\"ask\"")],
            "password",
            "needs_one",
        ),
    ];
    for case in cases {
        let keys: Vec<(&str, &str)> = case
            .keys
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        site.configure(&keys);
        let mut terminal = Terminal::start(&site.command(), Size::STANDARD);
        terminal.wait_until(case.says, |screen| {
            let line = shown(screen).to_lowercase();
            line.contains(&case.says.to_lowercase()) && line.contains(&case.tries.to_lowercase())
        });
        terminal.press("ctrl-q");
        assert_eq!(terminal.exit_code(), Some(0));

        let mut command = site.command();
        command.args(["session", "list"]).stdin(Stdio::null());
        let said = command.output()?;
        let line = String::from_utf8(said.stderr)?;
        assert_eq!(said.status.code(), Some(1), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        let line = line.to_lowercase();
        assert!(line.contains(&case.says.to_lowercase()), "{line}");
    }
    Ok(())
}

#[test]
fn a_wrong_password_of_the_login_is_asked_for_again() -> Outcome {
    let site = Site::on_own_server()?;
    site.run("create role needs_one login password 'the right one'");
    let layout = site.own.as_ref().unwrap().layout();
    let rules = layout.data.join("pg_hba.conf");
    let before = std::fs::read_to_string(&rules)?;
    std::fs::write(
        &rules,
        format!("local all needs_one scram-sha-256\n{before}"),
    )?;
    site.run("select pg_reload_conf()");
    site.configure(&[("user", "\"needs_one\""), ("password_from", "\"ask\"")]);
    let mut terminal = Terminal::start(&site.command(), Size::STANDARD);
    terminal.wait_for("needs_one");
    terminal.send(b"the wrong one\r");
    terminal.wait_until("the refusal", |screen| {
        shown(screen).contains("the password of the role needs_one was refused: type it again")
    });
    terminal.send(b"the right one\r");
    terminal.wait_for("plain");
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));
    Ok(())
}

#[test]
fn without_a_terminal_it_says_where_to_look() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse"));
    command.env("HOME", folder.path()).stdin(Stdio::null());
    let said = command.output()?;
    assert_eq!(said.status.code(), Some(2));
    assert!(said.stdout.is_empty());
    let line = String::from_utf8(said.stderr)?;
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("config.example.toml"), "{line}");
    Ok(())
}

#[test]
fn a_terminal_that_is_too_small_says_so_and_recovers() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    terminal.send(b" kept");
    terminal.wait_for("Compressor #1 kept");
    terminal.resize(Size {
        columns: 59,
        rows: 19,
    });
    terminal.wait_for("59x19 is too small");
    terminal.wait_for("Rowhouse needs 60x20");
    terminal.resize(Size {
        columns: 60,
        rows: 20,
    });
    terminal.wait_for("Compressor #1 kept");
    terminal.resize(Size {
        columns: 1,
        rows: 1,
    });
    terminal.resize(Size {
        columns: 120,
        rows: 40,
    });
    terminal.wait_for("Compressor #1 kept");
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version 6");
    Ok(())
}
