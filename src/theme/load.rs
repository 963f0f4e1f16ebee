//! Reads the text of a theme; every fault names its file and line. Files are read by config.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier};
use toml::de::{DeTable, DeValue};

use super::role::ROLES;
use super::{BUILT_IN, Look, Theme};
use crate::domain::nearest::nearest;

/// The attributes a look may switch on and off.
const ATTRIBUTES: &[(&str, Modifier)] = &[
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// A fault in the text of a theme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ThemeError {
    /// The file, as the person knows it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, with the nearest name where a name is unknown.
    pub message: String,
}

/// Returns the text of a theme that is named by `inherits`, if there is one.
pub type Texts<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How deep themes may inherit from one another.
const DEEPEST: usize = 8;

type Spanned<T> = toml::Spanned<T>;

/// One text of a theme and where it came from.
struct Source {
    file: String,
    text: String,
}

/// Reads a theme. `file` is named in faults; `texts` finds themes of the person's own that this
/// one inherits from, before the built-in ones are asked.
///
/// The palettes are put together first, so that a theme may inherit every role and only change
/// colours.
pub fn parse(file: &str, text: &str, texts: Texts<'_>) -> Result<Theme, ThemeError> {
    let chain = chain(
        Source {
            file: file.to_string(),
            text: text.to_string(),
        },
        texts,
    )?;
    let mut tables = Vec::new();
    for source in chain.iter().rev() {
        tables.push((source, source.parsed()?));
    }
    let mut palette = BTreeMap::new();
    for (source, table) in &tables {
        let Some(own) = table.get_ref().get("palette") else {
            continue;
        };
        for (name, value) in source.table(own)? {
            let color = source.color(value, &BTreeMap::new())?;
            palette.insert(name.get_ref().to_string(), color);
        }
    }
    let mut ground = Color::Rgb(0, 0, 0);
    let mut looks = BTreeMap::new();
    for (source, table) in &tables {
        if let Some(own) = table.get_ref().get("ground") {
            ground = source.color(own, &palette)?;
        }
        if let Some(roles) = table.get_ref().get("roles") {
            source.add_looks(roles, &palette, &mut looks)?;
        }
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_suffix(".toml").unwrap_or(name);
    Ok(Theme::from_looks(name, ground, &looks))
}

/// Collects a theme and the ones it inherits from, the innermost first.
fn chain(first: Source, texts: Texts<'_>) -> Result<Vec<Source>, ThemeError> {
    let mut chain = vec![first];
    loop {
        let source = &chain[chain.len() - 1];
        let table = source.parsed()?;
        let table = table.get_ref();
        source.known_keys(
            table,
            &["inherits", "ground", "palette", "roles"],
            "a key of a theme",
        )?;
        let Some(parent) = table.get("inherits") else {
            return Ok(chain);
        };
        if chain.len() == DEEPEST {
            let message = "themes inherit from one another in a circle";
            return Err(source.fault(&parent.span(), message));
        }
        let parent = source.parent(parent, texts)?;
        chain.push(parent);
    }
}

/// The names a theme may use: every role and every prefix of one.
fn role_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for row in ROLES {
        let prefixes = row.name.match_indices('.').map(|(at, _)| &row.name[..at]);
        for name in prefixes.chain([row.name]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

impl Source {
    fn parsed(&self) -> Result<Spanned<DeTable<'_>>, ThemeError> {
        DeTable::parse(&self.text)
            .map_err(|fault| self.fault(&fault.span().unwrap_or_default(), fault.message()))
    }

    /// Finds the theme that is named by `inherits`. A theme of the person's own may have the name
    /// of a built-in one and inherit from it.
    fn parent(
        &self,
        parent: &Spanned<DeValue<'_>>,
        texts: Texts<'_>,
    ) -> Result<Source, ThemeError> {
        let name = self.string(parent)?;
        let own_name = self.file.rsplit(['/', '\\']).next().unwrap_or(&self.file);
        let itself = own_name.strip_suffix(".toml") == Some(name);
        let own = if itself { None } else { texts(name) };
        let built_in = || BUILT_IN.iter().find(|(own, _)| *own == name);
        if let Some(text) = own.or_else(|| built_in().map(|(_, text)| text.to_string())) {
            return Ok(Source {
                file: name.to_string(),
                text,
            });
        }
        let known: Vec<&str> = BUILT_IN.iter().map(|(own, _)| *own).collect();
        let message = format!(
            "there is no theme `{name}`; built in are {}",
            known.join(", ")
        );
        Err(self.fault(&parent.span(), &message))
    }

    /// Adds what `roles` says; a role that is named again replaces what was inherited.
    fn add_looks(
        &self,
        roles: &Spanned<DeValue<'_>>,
        palette: &BTreeMap<String, Color>,
        into: &mut BTreeMap<String, Look>,
    ) -> Result<(), ThemeError> {
        let names = role_names();
        for (name, value) in self.table(roles)? {
            if !names.contains(&name.get_ref().as_ref()) {
                return Err(self.unknown(name, &names, "a style role"));
            }
            into.insert(name.get_ref().to_string(), self.look(value, palette)?);
        }
        Ok(())
    }

    fn fault(&self, span: &Range<usize>, message: &str) -> ThemeError {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        ThemeError {
            file: self.file.to_string(),
            line,
            message: message.to_string(),
        }
    }

    fn unknown<T: AsRef<str>>(&self, name: &Spanned<T>, known: &[&str], what: &str) -> ThemeError {
        let text = name.get_ref().as_ref();
        let message = match nearest(text, known) {
            Some(near) => format!("`{text}` is not {what}; the nearest is `{near}`"),
            None => format!("`{text}` is not {what}; there are {}", known.join(", ")),
        };
        self.fault(&name.span(), &message)
    }

    fn known_keys(
        &self,
        table: &DeTable<'_>,
        known: &[&str],
        what: &str,
    ) -> Result<(), ThemeError> {
        match table
            .keys()
            .find(|key| !known.contains(&key.get_ref().as_ref()))
        {
            Some(key) => Err(self.unknown(key, known, what)),
            None => Ok(()),
        }
    }

    fn table<'t, 'i>(
        &self,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Result<&'t DeTable<'i>, ThemeError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.fault(&value.span(), "a table is expected here"))
    }

    fn string<'t>(&self, value: &'t Spanned<DeValue<'_>>) -> Result<&'t str, ThemeError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.fault(&value.span(), "a text is expected here"))
    }

    fn look(
        &self,
        value: &Spanned<DeValue<'_>>,
        palette: &BTreeMap<String, Color>,
    ) -> Result<Look, ThemeError> {
        let table = self.table(value)?;
        let mut known = vec!["fg", "bg"];
        known.extend(ATTRIBUTES.iter().map(|(name, _)| *name));
        self.known_keys(table, &known, "a part of a look")?;
        let color = |key| {
            table
                .get(key)
                .map(|value| self.color(value, palette))
                .transpose()
        };
        let mut look = Look {
            fg: color("fg")?,
            bg: color("bg")?,
            ..Look::default()
        };
        for (name, attribute) in ATTRIBUTES {
            let Some(value) = table.get(*name) else {
                continue;
            };
            match value.get_ref().as_bool() {
                Some(true) => look.on |= *attribute,
                Some(false) => look.off |= *attribute,
                None => return Err(self.fault(&value.span(), "true or false is expected here")),
            }
        }
        Ok(look)
    }

    fn color(
        &self,
        value: &Spanned<DeValue<'_>>,
        palette: &BTreeMap<String, Color>,
    ) -> Result<Color, ThemeError> {
        let text = self.string(value)?;
        if let Some(color) = palette.get(text).copied().or_else(|| color_named(text)) {
            return Ok(color);
        }
        let mut known: Vec<&str> = palette.keys().map(String::as_str).collect();
        known.extend(COLORS.iter().map(|(name, _)| *name));
        let near = nearest(text, &known).map(|near| format!("; the nearest is `{near}`"));
        let message = format!(
            "`{text}` is not a colour (#rrggbb, 0 to 255, default, a name){}",
            near.unwrap_or_default()
        );
        Err(self.fault(&value.span(), &message))
    }
}

/// The names of colours; those of the sixteen depend on the person's terminal.
const COLORS: &[(&str, Color)] = &[
    ("default", Color::Reset),
    ("black", Color::Indexed(0)),
    ("red", Color::Indexed(1)),
    ("green", Color::Indexed(2)),
    ("yellow", Color::Indexed(3)),
    ("blue", Color::Indexed(4)),
    ("magenta", Color::Indexed(5)),
    ("cyan", Color::Indexed(6)),
    ("white", Color::Indexed(7)),
    ("bright-black", Color::Indexed(8)),
    ("bright-red", Color::Indexed(9)),
    ("bright-green", Color::Indexed(10)),
    ("bright-yellow", Color::Indexed(11)),
    ("bright-blue", Color::Indexed(12)),
    ("bright-magenta", Color::Indexed(13)),
    ("bright-cyan", Color::Indexed(14)),
    ("bright-white", Color::Indexed(15)),
];

fn color_named(text: &str) -> Option<Color> {
    if let Some((_, color)) = COLORS.iter().find(|(name, _)| *name == text) {
        return Some(*color);
    }
    if let Some(hex) = text.strip_prefix('#') {
        let all_hex = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(hex, 16).ok().filter(|_| all_hex)?;
        return Some(Color::from_u32(number));
    }
    text.parse().ok().map(Color::Indexed)
}
