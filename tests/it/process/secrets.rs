//! A whole evening on a server that logs every statement: nothing that it writes or shows, no file of
//! the client and nothing of its process holds a password, a code, a token or a proof.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

/// Who comes with a one-time code.
const NEWCOMER: &str = "nwilliams";

/// What she chooses.
const CHOSEN: &str = "wrench turning 12";

/// What she types by mistake.
const MISTYPED: &str = "wrench tuning 12";

/// What may be nowhere.
struct Secrets {
    words: Vec<String>,
    /// The hashes of the tokens: nobody but the client ever had the tokens themselves.
    hashes: Vec<String>,
}

impl Secrets {
    fn of(site: &Site) -> Self {
        let hashes = site.ask("select encode(token_hash, 'hex') from rowhouse_private.session");
        assert!(hashes.len() >= 2, "sessions of the evening");
        let words = [site.password(NEWCOMER), CHOSEN, MISTYPED];
        Self {
            words: words.map(str::to_owned).to_vec(),
            hashes,
        }
    }

    /// What of them is in a text.
    fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let words = self
            .words
            .iter()
            .filter(|word| text.contains(word.as_str()));
        let mut found: Vec<String> = words.cloned().collect();
        for run in hexadecimal(&text) {
            for at in 0..=run.len() - 64 {
                let hash = Sha256::digest(&run.as_bytes()[at..at + 64]);
                let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                if self.hashes.contains(&hash) {
                    found.push(format!("the token whose hash is {hash}"));
                }
            }
        }
        found
    }
}

/// The runs of hexadecimal digits that are long enough for a token, a proof or a hash.
fn hexadecimal(text: &str) -> Vec<&str> {
    let runs = text.split(|sign: char| !sign.is_ascii_hexdigit());
    runs.filter(|run| run.len() >= 64).collect()
}

/// Everything below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

/// What is seen of the program and of its statements while it runs: to be searched at the end, when
/// all secrets are known.
#[derive(Default)]
struct Seen(Vec<(String, Vec<u8>)>);

impl Seen {
    fn look(&mut self, site: &Site, terminal: &Terminal) {
        let pid = terminal.pid();
        for name in ["cmdline", "environ", "comm"] {
            let path = format!("/proc/{pid}/{name}");
            if let Ok(bytes) = fs::read(&path) {
                self.0.push((path, bytes));
            }
        }
        let activity = "select concat_ws(' ', application_name, query) from pg_stat_activity";
        for line in site.ask(activity) {
            self.0.push(("pg_stat_activity".into(), line.into_bytes()));
        }
        self.0
            .push(("the screen".into(), terminal.contents().into_bytes()));
    }
}

#[test]
fn nothing_written_or_shown_holds_a_secret() -> Outcome {
    let log_all = [
        "log_statement=all",
        "log_min_duration_statement=0",
        "log_connections=on",
    ];
    let site = Site::on_own_server_with(&log_all.map(str::to_owned))?;
    let log = site
        .own
        .as_ref()
        .ok_or("a server of its own")?
        .layout()
        .log();
    // The passwords of the fixture are made by statements, which are in the log: they are before.
    let before = fs::read(&log)?.len();
    let mut seen = Seen::default();

    // A code opens the choosing of a password; then there is work.
    let mut terminal = site.open();
    terminal.send(NEWCOMER.as_bytes());
    terminal.press("enter");
    seen.look(&site, &terminal);
    site.type_password(&mut terminal, NEWCOMER);
    terminal.wait_for("Choose a password");
    for _ in 0..2 {
        terminal.send(CHOSEN.as_bytes());
        seen.look(&site, &terminal);
        terminal.press("enter");
    }
    terminal.wait_for("preventive_maintenance");
    edit(&mut terminal);
    terminal.send(b" new");
    seen.look(&site, &terminal);
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version 6");
    terminal.send(b"er");
    site.wait_until_kept("Compressor #1 newer");
    seen.look(&site, &terminal);
    terminal.kill();

    // The next sign-in goes wrong first, and what was typed is continued and saved.
    let mut terminal = site.open();
    terminal.send(NEWCOMER.as_bytes());
    terminal.press("enter");
    terminal.send(MISTYPED.as_bytes());
    terminal.press("enter");
    terminal.wait_for("not right");
    seen.look(&site, &terminal);
    terminal.press("ctrl-u");
    terminal.send(CHOSEN.as_bytes());
    terminal.press("enter");
    terminal.wait_for("1 draft");
    seen.look(&site, &terminal);
    terminal.press("f7");
    terminal.wait_for("Nobody saved the record since");
    terminal.press("enter");
    terminal.wait_for("editing · 1 change");
    terminal.press("ctrl-s");
    terminal.wait_for("Saved BFM-001 as version 7");
    seen.look(&site, &terminal);
    terminal.press("ctrl-q");
    assert_eq!(terminal.exit_code(), Some(0));

    let secrets = Secrets::of(&site);
    let logged = fs::read(&log)?.split_off(before);
    let text = String::from_utf8_lossy(&logged).into_owned();
    assert!(
        text.contains("rowhouse.tx_open($1"),
        "statements are logged"
    );
    assert_eq!(
        secrets.found_in(&logged),
        Vec::<String>::new(),
        "the server's log"
    );
    assert_eq!(
        hexadecimal(&text),
        Vec::<&str>::new(),
        "a proof in the server's log"
    );
    let kept = files(site.folder.path());
    assert!(!kept.is_empty());
    for path in kept {
        let found = secrets.found_in(&fs::read(&path)?);
        assert_eq!(found, Vec::<String>::new(), "{}", path.display());
    }
    assert!(seen.0.iter().any(|(place, _)| place.ends_with("environ")));
    for (place, bytes) in &seen.0 {
        assert_eq!(secrets.found_in(bytes), Vec::<String>::new(), "{place}");
    }

    // The search can find: a server that logs parameters logs the token, as the README says.
    let (login, database) = (site.login(), &site.endpoint.database);
    site.run(&format!(
        "alter role {login} in database {database} set log_parameter_max_length = -1"
    ));
    let mut terminal = site.open();
    terminal.send(NEWCOMER.as_bytes());
    terminal.press("enter");
    terminal.send(CHOSEN.as_bytes());
    terminal.press("enter");
    terminal.wait_for("preventive_maintenance");
    let secrets = Secrets::of(&site);
    let logged = fs::read(&log)?;
    let found = secrets.found_in(&logged[before..]);
    assert!(
        found.iter().any(|one| one.starts_with("the token")),
        "{found:?}"
    );
    Ok(())
}
