//! Keeps what people read in step with the code: the example of the configuration, the guide's tables
//! of keys, and the screens of README and guide. With `UPDATE_DOCS=1` the files are written instead.

use std::fs;
use std::path::PathBuf;

use rowhouse::config::{example, read};
use rowhouse::input::action::{self, Scope};

const BEGIN: &str = "<!-- keys: written by the test suite from the table of actions -->\n";
const END: &str = "<!-- end of keys -->\n";

#[test]
fn the_example_of_the_configuration_is_what_the_code_reads() {
    compare("config.example.toml", |_| example::text());
    read::text("config.example.toml", &example::text()).expect("the example as it is");
}

#[test]
fn the_readme_shows_screens_and_tapes_as_they_are() {
    compare("README.md", |readme| {
        let readme = with_screens(readme);
        fill(&readme, "<!-- tape: ", |name| text_of(name, "tape"))
    });
}

#[test]
fn the_guide_shows_keys_and_screens_as_they_are() {
    compare("GUIDE.md", |guide| {
        let (before, rest) = guide.split_once(BEGIN).expect("the table's beginning");
        let (_, after) = rest.split_once(END).expect("the table's end");
        with_screens(&format!("{before}{BEGIN}{}{END}{after}", keys()))
    });
}

fn with_screens(text: &str) -> String {
    fill(text, "<!-- screen: ", |name| screen(&text_of(name, "snap")))
}

/// Fills the block after every mark of a kind with what its name stands for.
fn fill(text: &str, mark: &str, content: impl Fn(&str) -> String) -> String {
    let (open, close) = (" -->\n```text\n", "```\n");
    let mut parts = text.split(mark);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(open).expect("a name and a block");
        let (_, after) = rest.split_once(close).expect("the block's end");
        let content = content(name);
        filled.push_str(&format!("{mark}{name}{open}{content}{close}{after}"));
    }
    filled
}

fn text_of(name: &str, ending: &str) -> String {
    let path = format!("{}/tests/tapes/{name}.{ending}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// The text of a screen, without its frame and styles.
fn screen(snap: &str) -> String {
    let lines = snap.lines().skip(1).take_while(|line| *line != "styles");
    let text = lines.map(|line| line.split_once('|').map_or("", |(_, text)| text));
    text.fold(String::new(), |whole, line| whole + line + "\n")
}

/// Compares a file with what it should be.
fn compare(name: &str, expected: impl FnOnce(&str) -> String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    let found = fs::read_to_string(&path).unwrap_or_default();
    let expected = expected(&found);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, expected).expect("written");
    } else if found != expected {
        panic!(
            "{name} is not what the code says: UPDATE_DOCS=1 cargo test --test it docs writes it"
        );
    }
}

/// The places that have keys of their own, as the guide names them.
const PLACES: &[(&str, &[Scope])] = &[
    ("Everywhere", &[Scope::App, Scope::AppList]),
    ("Lists", &[Scope::List]),
    ("List of tables", &[Scope::Tables]),
    ("Rows", &[Scope::Grid]),
    ("The columns of a table", &[Scope::Columns]),
    (
        "A condition on a column",
        &[Scope::Condition, Scope::ConditionValues],
    ),
    ("The parts of a filter", &[Scope::Parts]),
    ("The views of a table", &[Scope::Views]),
    ("A value that is looked into", &[Scope::Peek]),
    (
        "Rows to a file or the clipboard",
        &[Scope::Write, Scope::CopyRow],
    ),
    ("A record that is read", &[Scope::Record]),
    (
        "A record that is edited",
        &[Scope::Form, Scope::Taken, Scope::Missing],
    ),
    ("Records that a field can refer to", &[Scope::Refer]),
    ("The calendar of a field", &[Scope::Calendar]),
    ("A conflict", &[Scope::Conflict]),
    ("Drafts", &[Scope::Drafts]),
    ("Receipts", &[Scope::Receipts]),
    ("Who refers to a record", &[Scope::Dependents]),
    ("History of a record", &[Scope::History, Scope::Values]),
    ("Your own changes", &[Scope::Undo]),
    ("Deleted records", &[Scope::Bin]),
    ("Bringing back", &[Scope::Restore]),
    ("A change of many rows", &[Scope::Bulk]),
    ("Audit", &[Scope::Audit]),
    ("Sessions", &[Scope::Sessions]),
    ("Accounts", &[Scope::Accounts, Scope::Account]),
    ("Sign-in", &[Scope::SignIn, Scope::Proof]),
    ("Connection", &[Scope::Connect]),
    ("Find and filter", &[Scope::Find]),
    ("Questions", &[Scope::Confirm, Scope::Anyway]),
    ("Somebody asks for a record", &[Scope::Answer]),
    ("A line to fill in", &[Scope::Prompt]),
    ("Palette", &[Scope::Palette]),
    ("Help", &[Scope::Help]),
];

#[test]
fn no_key_is_left_out_of_the_guide() {
    let told: Vec<Scope> = PLACES
        .iter()
        .flat_map(|(_, scopes)| scopes.to_vec())
        .collect();
    for row in action::rows() {
        let left_out = row.scopes.iter().find(|scope| !told.contains(scope));
        assert_eq!(left_out, None, "{}", row.name);
    }
}

/// The tables of keys, place by place.
fn keys() -> String {
    let mut text = String::new();
    for (title, scopes) in PLACES {
        let rows = action::rows().filter(|row| row.scopes.iter().any(|own| scopes.contains(own)));
        text.push_str(&format!("\n| {title} | | |\n|---|---|---|\n"));
        for row in rows {
            let keys: Vec<String> = row.keys.iter().map(|key| code(key)).collect();
            let keys = match keys.is_empty() {
                true => "palette".to_owned(),
                false => keys.join(" "),
            };
            text.push_str(&format!("| {keys} | {} | {} |\n", row.help, code(row.name)));
        }
    }
    text.push('\n');
    text
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}
