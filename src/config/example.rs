//! The text of `config.example.toml`, made from the tables of keys; a test compares the file.

use std::fmt::Write;

use super::keys::KeyRow;
use super::{couple, flag, profile, ui};
use crate::input::action;

/// Returns the example: every key with its default and what it is for.
pub fn text() -> String {
    let mut text = String::from(INTRODUCTION);
    text.push_str("\n[ui]\n");
    rows(&mut text, ui::KEYS);
    text.push_str(KEYS);
    for row in action::rows() {
        let keys: Vec<String> = row.keys.iter().map(|key| format!("\"{key}\"")).collect();
        let _ = write!(
            text,
            "\n# {}.\n#{} = [{}]\n",
            row.help,
            row.name,
            keys.join(", ")
        );
    }
    text.push_str(couple::EXAMPLE);
    text.push_str(flag::EXAMPLE);
    text.push_str(PROFILE);
    rows(&mut text, profile::KEYS);
    text
}

const INTRODUCTION: &str = "\
# Rowhouse: every key of the configuration, with its default and what it is for.
#
# Copy what you need to ~/.config/rowhouse/config.toml (on macOS to
# ~/Library/Application Support/rowhouse/config.toml), or name a file with --config or
# ROWHOUSE_CONFIG. The command line goes before the environment, the environment before this file:
# each key of a profile and of [ui] is also a variable, such as ROWHOUSE_SERVER or ROWHOUSE_THEME.
# The keys are written here as comments, so that the file as it is changes nothing.

# The profile to use when none is named by --profile or ROWHOUSE_PROFILE.
#profile = \"plant\"
";

const KEYS: &str = "
# Keys by the name of what they do; they replace the defaults. An empty list unbinds. Keys are
# written like j, ctrl-s, shift-tab, f8, enter, pgdn, space; \"g t\" is one after the other, and
# what can follow is shown.
[keys]

# The keys to begin with: default, vim (g g, ctrl-f, i and others; g shows what can follow), or
# f-keys (f3 leaves, f12 goes back, f6 makes new). What is named below replaces them.
#preset = \"default\"
";

const PROFILE: &str = "
# A connection. The name is yours; there may be several.
#[profiles.plant]
";

fn rows<T>(text: &mut String, rows: &[KeyRow<T>]) {
    for row in rows {
        for line in row.about.lines() {
            let _ = write!(text, "\n# {line}");
        }
        let _ = write!(text, "\n#{} = {}\n", row.name, row.shown());
    }
}
