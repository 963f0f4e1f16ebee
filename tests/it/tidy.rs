//! Keeps the house tidy: who may know whom, sizes, first lines, SQL in its place.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file.
struct Source {
    /// Its path from the checkout's root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The code without tests and comments, line by line with numbers from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(self.text.lines())
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]") || self.is_module_line(line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// A test module in a file of its own does not end the code above it.
    fn is_module_line(&self, line: &str) -> bool {
        let after = self.text.split_once(line).map_or("", |(_, after)| after);
        after
            .trim_start()
            .lines()
            .next()
            .is_some_and(|next| next.ends_with("mod tests;"))
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
    {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let short = path
                .strip_prefix(root())
                .expect("below the root")
                .to_string_lossy();
            found.push(Source {
                path: short.replace('\\', "/"),
                text,
            });
        }
    }
}

fn judge(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn files_are_small_and_say_what_they_are() {
    let mut faults = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        let lines = source.text.lines().count();
        if lines > 400 {
            faults.push(format!("{}: {lines} lines, 400 are the most", source.path));
        }
        if !source.text.starts_with("//! ") {
            faults.push(format!(
                "{}: the first line must be //! and say what lives here",
                source.path
            ));
        }
        if source.path.ends_with("/mod.rs") {
            faults.push(format!(
                "{}: modules are named after themselves, not mod.rs",
                source.path
            ));
        }
    }
    judge(&faults);
}

/// Where an outside crate may be named.
const CRATES: &[(&str, &[&str])] = &[
    (
        "ratatui",
        &[
            "/view.rs",
            "/view/",
            "src/app/layout.rs",
            "src/widgets",
            "src/theme",
            "src/terminal",
            "src/tape",
            "src/runtime/",
        ],
    ),
    ("crossterm", &["src/terminal/tty"]),
    ("argon2", &["src/auth"]),
    ("tokio_postgres", &["src/db/", "src/db.rs"]),
    ("bb8", &["src/db/"]),
    ("bb8_postgres", &["src/db/"]),
    ("rustls", &["src/db/"]),
    ("clap", &["src/commands", "src/main.rs"]),
    (
        "directories",
        &["src/config", "src/commands", "src/embedded", "src/runtime"],
    ),
    (
        "signal_hook",
        &["src/terminal", "src/commands", "src/embedded"],
    ),
];

/// What the pure parts may name.
const PURE: &[(&str, &[&str])] = &[
    (
        "src/domain",
        &[
            "std",
            "crate::domain",
            "super",
            "serde",
            "serde_json",
            "jiff",
            "unicode_width",
            "unicode_segmentation",
        ],
    ),
    (
        "src/input",
        &[
            "secrecy",
            "zeroize",
            "std",
            "crate::input",
            "crate::domain",
            "super",
            "self",
            "serde",
            "thiserror",
            "unicode_width",
            "unicode_segmentation",
        ],
    ),
    (
        "src/app",
        &[
            "std",
            "crate::app",
            "crate::domain",
            "crate::input",
            "crate::db::contract",
            "crate::theme",
            "crate::screens",
            "crate::widgets",
            "super",
            "self",
            "jiff",
            "ratatui",
            "secrecy",
            "unicode_width",
            "unicode_segmentation",
            "crate::auth",
        ],
    ),
    (
        "src/screens",
        &[
            "std",
            "crate::app",
            "crate::domain",
            "crate::input",
            "crate::db::contract",
            "crate::theme",
            "crate::widgets",
            "super",
            "self",
            "jiff",
            "ratatui",
            "secrecy",
            "unicode_width",
            "unicode_segmentation",
            "nucleo_matcher",
            "serde",
        ],
    ),
];

#[test]
fn nobody_knows_whom_they_must_not() {
    let mut faults = Vec::new();
    for source in sources("src").iter().filter(|source| !source.is_test()) {
        for (number, line) in source.code() {
            for (name, allowed) in CRATES {
                let named = line.contains(&format!("{name}::"));
                let own =
                    line.contains(&format!("::{name}::")) || line.contains(&format!("_{name}::"));
                if named && !own && !allowed.iter().any(|place| source.path.contains(place)) {
                    faults.push(format!("{}:{number}: may not name {name}", source.path));
                }
            }
        }
        let Some((_, allowed)) = PURE
            .iter()
            .find(|(place, _)| source.path.starts_with(place))
        else {
            continue;
        };
        for (number, line) in source.code() {
            let Some(used) = line
                .trim_start()
                .trim_start_matches("pub ")
                .strip_prefix("use ")
            else {
                continue;
            };
            let fits = |name: &str| {
                used.strip_prefix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ';', ' ']))
            };
            let local = used.starts_with(char::is_lowercase) && !used.contains("::");
            if !allowed.iter().any(|name| fits(name)) && !local && !is_sibling(source, used) {
                faults.push(format!("{}:{number}: use {used}", source.path));
            }
        }
    }
    judge(&faults);
}

/// A use of a module declared in the same file.
fn is_sibling(source: &Source, used: &str) -> bool {
    let first = used.split("::").next().unwrap_or("");
    ["mod ", "pub mod "].iter().any(|word| {
        source
            .text
            .lines()
            .any(|line| line.trim_end_matches(';').trim() == format!("{word}{first}"))
    })
}

#[test]
fn a_screen_never_names_another() {
    let mut faults = Vec::new();
    let all = sources("src");
    let screens: Vec<String> = all
        .iter()
        .filter_map(|source| {
            source
                .path
                .strip_prefix("src/screens/")?
                .strip_suffix(".rs")
        })
        .filter(|name| !name.contains('/'))
        .map(str::to_owned)
        .collect();
    for source in all
        .iter()
        .filter(|source| source.path.starts_with("src/screens/"))
    {
        for (number, line) in source.code() {
            for screen in &screens {
                let own = source.path.starts_with(&format!("src/screens/{screen}"));
                if !own && line.contains(&format!("screens::{screen}")) {
                    faults.push(format!(
                        "{}:{number}: names the screen {screen}",
                        source.path
                    ));
                }
            }
        }
    }
    for source in all
        .iter()
        .filter(|source| source.path.starts_with("src/app"))
    {
        let may = [
            "src/app/update",
            "src/app/view",
            "src/app.rs",
            "src/app/overlay.rs",
        ];
        if may.iter().any(|place| source.path.starts_with(place)) || source.is_test() {
            continue;
        }
        for (number, line) in source.code().filter(|(_, line)| line.contains("screens::")) {
            faults.push(format!(
                "{}:{number}: names a screen: {}",
                source.path,
                line.trim()
            ));
        }
    }
    judge(&faults);
}

#[test]
fn sql_clock_and_statics_are_in_their_places() {
    let mut faults = Vec::new();
    let clocks = [
        "Timestamp::now",
        "SystemTime::now",
        "Zoned::now",
        "getrandom::",
    ];
    let sql = [
        "select ",
        "insert into ",
        "update ",
        "delete from ",
        "create table ",
    ];
    for source in sources("src").iter().filter(|source| !source.is_test()) {
        let in_db = source.path.starts_with("src/db");
        for (number, line) in source.code() {
            let place = format!("{}:{number}", source.path);
            if source.path != "src/runtime/clock.rs"
                && clocks.iter().any(|clock| line.contains(clock))
            {
                faults.push(format!(
                    "{place}: the clock and randomness live in runtime/clock"
                ));
            }
            let lower = line.to_lowercase();
            let quoted = sql.iter().any(|verb| lower.contains(&format!("\"{verb}")));
            if quoted && !in_db && (lower.contains(" from ") || lower.contains(" set ")) {
                faults.push(format!("{place}: SQL lives in db"));
            }
            if line.trim_start().starts_with("thread_local!") || line.contains("static mut") {
                faults.push(format!("{place}: nothing per seat is static"));
            }
            if line.contains("sleep(") && source.path.starts_with("src/tape") {
                faults.push(format!("{place}: tapes never sleep"));
            }
        }
    }
    judge(&faults);
}
