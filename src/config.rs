//! Settings from files, environment and command line: the only reader of them. No connections and
//! no drawing; what is read is handed on as plain data.

pub mod choose;
pub mod couple;
pub mod example;
pub mod flag;
mod foreign;
mod given;
pub mod guard;
pub mod keys;
pub mod password;
pub mod pgpass;
pub mod profile;
pub mod read;
pub mod save;
pub mod ui;
pub mod url;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use choose::{Chosen, Wanted};
pub use profile::Profile;
pub use ui::Ui;

use crate::domain::flag::FlagRule;
use crate::domain::table::CoupleRule;
use crate::input::keymap::Rebinding;
use crate::input::preset::Preset;

/// What the configuration file says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// The profile to use when none is named.
    pub profile: Option<String>,
    /// Screen and keyboard.
    pub ui: Ui,
    /// The keys that the others replace.
    pub preset: Preset,
    /// The keys that replace those of the preset.
    pub rebindings: Vec<Rebinding>,
    /// Columns that belong together.
    pub couples: Vec<CoupleRule>,
    /// Values that get a sign in the grid.
    pub flags: Vec<FlagRule>,
    /// The connections by name.
    pub profiles: BTreeMap<String, Profile>,
}

/// Why the configuration cannot be used; one line that says where and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A place in a file is not right.
    #[error("{file}:{line}: {message}")]
    InFile {
        /// The file as the person knows it.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, with the nearest name where a name is unknown.
        message: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Returns a variable of the environment; tests hand in their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads the environment of the process; a variable that is empty counts as not set.
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Returns the folder that holds the configuration file and the person's own themes.
pub fn folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "rowhouse").map(|dirs| dirs.config_dir().to_owned())
}

/// Returns the configuration file: the one that is named, else that of the environment, else the
/// usual one, which need not exist.
pub fn file(named: Option<&std::path::Path>, environment: Environment<'_>) -> Option<PathBuf> {
    named
        .map(ToOwned::to_owned)
        .or_else(|| environment("ROWHOUSE_CONFIG").map(PathBuf::from))
        .or_else(|| folder().map(|folder| folder.join("config.toml")))
}
