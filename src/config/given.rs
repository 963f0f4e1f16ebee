//! One value as a file or the environment gives it, read as what a key expects; no names of keys.

use std::path::PathBuf;
use std::time::Duration;

use toml::de::DeValue;

use crate::domain::nearest::nearest;

/// A value as it was given.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// In a file.
    Toml(&'a DeValue<'a>),
    /// In the environment, where everything is text.
    Text(&'a str),
}

impl Given<'_> {
    /// Reads a text that is not empty.
    pub fn text(self) -> Result<String, String> {
        let text = match self {
            Self::Toml(value) => value.as_str(),
            Self::Text(text) => Some(text),
        };
        match text {
            Some("") => Err("a text that is not empty is expected here".into()),
            Some(text) if text.contains('\0') => Err("a NUL cannot be part of this".into()),
            Some(text) => Ok(text.to_owned()),
            None => Err("a text in quotes is expected here".into()),
        }
    }

    /// Reads a path; a leading `~/` is the home directory.
    pub fn path(self) -> Result<PathBuf, String> {
        let text = self.text()?;
        let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        match text.strip_prefix("~/") {
            Some(rest) => home()
                .map(|home| home.join(rest))
                .ok_or_else(|| "there is no home directory".into()),
            None => Ok(PathBuf::from(text)),
        }
    }

    /// Reads a whole number within bounds.
    pub fn number(self, least: u64, most: u64) -> Result<u64, String> {
        let number = match self {
            Self::Toml(value) => value
                .as_integer()
                .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok()),
            Self::Text(text) => text.parse().ok(),
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("a whole number from {least} to {most} is expected here"))
    }

    /// Reads a number of seconds.
    pub fn seconds(self, least: u64, most: u64) -> Result<Duration, String> {
        self.number(least, most).map(Duration::from_secs)
    }

    /// Reads true or false.
    pub fn flag(self) -> Result<bool, String> {
        let flag = match self {
            Self::Toml(value) => value.as_bool(),
            Self::Text("true" | "1") => Some(true),
            Self::Text("false" | "0") => Some(false),
            Self::Text(_) => None,
        };
        flag.ok_or_else(|| "true or false is expected here".into())
    }

    /// Reads one of a few words.
    pub fn word<T: Copy>(self, words: &[(&str, T)]) -> Result<T, String> {
        let text = self.text()?;
        if let Some((_, meant)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*meant);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = nearest(&text, &known)
            .map_or(String::new(), |near| format!("; the nearest is \"{near}\""));
        Err(format!(
            "\"{text}\" is not one of \"{}\"{near}",
            known.join("\", \"")
        ))
    }
}
