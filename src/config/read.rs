//! Reads the text of a configuration file; every fault names file and line, and the nearest name
//! where a name is unknown.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::given::Given;
use super::keys::KeyRow;
use super::{Config, ConfigError, Profile, couple, flag, guard, profile, ui};
use crate::domain::nearest::nearest;
use crate::input::action;
use crate::input::event::Key;
use crate::input::event::name::sent_as;
use crate::input::keymap::{Keymap, KeymapError, Rebinding};
use crate::input::keys::Keys;
use crate::input::preset::PRESETS;

/// The most names that are listed where none is near, and what is said of more.
const MOST_NAMED: usize = 40;
const MANY: &str = "; the palette and the guide have the names of all commands";
/// The key of `[keys]` that chooses a preset.
const PRESET: &str = "preset";

/// The keys that stand before every table.
const TOP: &[&str] = &["profile", "ui", "keys", "couple", "flag", "profiles"];

/// Reads a configuration file; one that does not exist says nothing.
///
/// # Errors
/// A fault in it, or a password in a file that others can read.
pub fn file(path: &Path) -> Result<Config, ConfigError> {
    let shown = path.display().to_string();
    let guarded = match guard::read(path) {
        Ok(guarded) => guarded,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => {
            return Err(ConfigError::Other(format!(
                "{shown} cannot be read: {error}"
            )));
        }
    };
    let mut config = text(&shown, &guarded.text)?;
    let holds_password = config
        .profiles
        .values()
        .any(|profile| profile.password.is_some());
    if let Some(exposed) = guarded.exposed.filter(|_| holds_password) {
        return Err(ConfigError::Other(format!(
            "{shown} holds a password, but {exposed}"
        )));
    }
    config.file = Some(path.to_owned());
    Ok(config)
}

/// Reads a text; `file` is named in faults.
///
/// # Errors
/// A fault in it.
pub fn text(file: &str, text: &str) -> Result<Config, ConfigError> {
    Source { file, text }.config()
}

/// A text that is read, with the name of its file for faults.
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

type Item<'a> = Spanned<DeValue<'a>>;

impl Source<'_> {
    fn config(&self) -> Result<Config, ConfigError> {
        let table = DeTable::parse(self.text)
            .map_err(|fault| self.fault(&fault.span().unwrap_or_default(), fault.message()))?;
        let mut config = Config::default();
        for (name, item) in table.get_ref() {
            match name.get_ref().as_ref() {
                "profile" => config.profile = Some(self.text_of(item)?),
                "ui" => self.rows(ui::KEYS, item, &mut config.ui, "[ui]")?,
                "keys" => self.bindings(item, &mut config)?,
                "couple" => config.couples = couple::couples(self, item)?,
                "flag" => config.flags = flag::flags(self, item)?,
                "profiles" => {
                    for (name, item) in self.table(item)? {
                        let profile = self.profile(name.get_ref(), item)?;
                        config.profiles.insert(name.get_ref().to_string(), profile);
                    }
                }
                other => return Err(self.unknown(&name.span(), other, TOP, "the file")),
            }
        }
        if let Some(name) = &config.profile
            && !config.profiles.contains_key(name)
        {
            let known: Vec<&str> = config.profiles.keys().map(String::as_str).collect();
            let span = table
                .get_ref()
                .get("profile")
                .map(Spanned::span)
                .unwrap_or_default();
            return Err(self.unknown(&span, name, &known, "[profiles]"));
        }
        Ok(config)
    }

    fn profile(&self, name: &str, item: &Item<'_>) -> Result<Profile, ConfigError> {
        let mut profile = Profile::default();
        name.clone_into(&mut profile.settings.profile);
        self.rows(
            profile::KEYS,
            item,
            &mut profile,
            &format!("[profiles.{name}]"),
        )?;
        profile
            .finish()
            .map_err(|fault| self.fault(&item.span(), &fault))?;
        Ok(profile)
    }

    /// Takes every key of a table, by its rows.
    fn rows<T>(
        &self,
        rows: &'static [KeyRow<T>],
        item: &Item<'_>,
        into: &mut T,
        place: &str,
    ) -> Result<(), ConfigError> {
        for (name, item) in self.table(item)? {
            let Some(row) = rows.iter().find(|row| row.name == name.get_ref().as_ref()) else {
                let known: Vec<&str> = rows.iter().map(|row| row.name).collect();
                return Err(self.unknown(&name.span(), name.get_ref(), &known, place));
            };
            (row.set)(into, Given::Toml(item.get_ref()))
                .map_err(|fault| self.fault(&item.span(), &format!("{}: {fault}", row.name)))?;
        }
        Ok(())
    }

    /// Takes the preset and what replaces keys.
    fn bindings(&self, item: &Item<'_>, config: &mut Config) -> Result<(), ConfigError> {
        let mut known: Vec<&str> = action::rows().map(|row| row.name).collect();
        known.push(PRESET);
        let table = self.table(item)?;
        for (name, item) in table {
            let own = name.get_ref().as_ref();
            if own == PRESET {
                config.preset = Given::Toml(item.get_ref())
                    .word(PRESETS)
                    .map_err(|fault| self.fault(&item.span(), &format!("{PRESET}: {fault}")))?;
                continue;
            }
            if !known.contains(&own) {
                return Err(self.unknown(&name.span(), own, &known, "[keys]"));
            }
            config.rebindings.push(Rebinding {
                action: own.to_owned(),
                keys: self.keys(item)?,
            });
        }
        let flow = config.ui.flow_control;
        let made = Keymap::of(config.preset, &config.rebindings, flow);
        made.map(|_| ()).map_err(|fault| {
            let span = clashing(&fault, table).unwrap_or_else(|| item.span());
            self.fault(&span, &fault.to_string())
        })
    }

    /// Reads one key, or several in order, or a list of such.
    fn keys(&self, item: &Item<'_>) -> Result<Vec<Keys>, ConfigError> {
        let one = |item: &Item<'_>| {
            let keys = self
                .text_of(item)?
                .parse::<Keys>()
                .map_err(|fault| self.fault(&item.span(), &fault.to_string()))?;
            let lost = |key: &Key| Some((*key, sent_as(*key)?));
            match keys.as_slice().iter().find_map(lost) {
                None => Ok(keys),
                Some((key, sent)) => {
                    let what = format!("`{key}` never arrives: terminals send {sent} for it");
                    Err(self.fault(&item.span(), &what))
                }
            }
        };
        match item.get_ref().as_array() {
            Some(items) => items.iter().map(one).collect(),
            None => Ok(vec![one(item)?]),
        }
    }

    pub(super) fn text_of(&self, item: &Item<'_>) -> Result<String, ConfigError> {
        Given::Toml(item.get_ref())
            .text()
            .map_err(|fault| self.fault(&item.span(), &fault))
    }

    pub(super) fn table<'t, 'i>(&self, item: &'t Item<'i>) -> Result<&'t DeTable<'i>, ConfigError> {
        item.get_ref()
            .as_table()
            .ok_or_else(|| self.fault(&item.span(), "a table is expected here"))
    }

    pub(super) fn unknown(
        &self,
        at: &Range<usize>,
        name: &str,
        known: &[&str],
        place: &str,
    ) -> ConfigError {
        let near = match nearest(name, known) {
            Some(near) => format!("; the nearest is \"{near}\""),
            None if known.is_empty() => String::new(),
            None if known.len() > MOST_NAMED => MANY.to_owned(),
            None => format!("; there are {}", known.join(", ")),
        };
        self.fault(at, &format!("there is no \"{name}\" in {place}{near}"))
    }

    /// Where something stands: `config.toml:12`.
    pub(super) fn place(&self, at: &Range<usize>) -> String {
        format!("{}:{}", self.file, self.line(at))
    }

    fn line(&self, at: &Range<usize>) -> usize {
        let before = self.text.get(..at.start).unwrap_or_default();
        1 + before.matches('\n').count()
    }

    pub(super) fn fault(&self, at: &Range<usize>, message: &str) -> ConfigError {
        ConfigError::InFile {
            file: self.file.to_owned(),
            line: self.line(at),
            // The parser's messages may have several lines.
            message: message.trim().replace('\n', "; "),
        }
    }
}

/// Finds the rebinding that takes part in a clash.
fn clashing(fault: &KeymapError, table: &DeTable<'_>) -> Option<Range<usize>> {
    let takes_part = match fault {
        KeymapError::Clash { one, other, .. } | KeymapError::Begins { one, other, .. } => {
            vec![*one, *other]
        }
        KeymapError::Repeats { action, .. } => vec![*action],
        KeymapError::UnknownAction(_) => Vec::new(),
    };
    let named = |name: &&str| {
        table
            .iter()
            .find(|(own, _)| own.get_ref().as_ref() == *name)
    };
    takes_part
        .iter()
        .find_map(named)
        .map(|(name, _)| name.span())
}
