//! Looking into one value: JSON as a tree, arrays and ranges line by line, bytes in hex, geometry as a
//! summary, anything else as its text. Pure: what is shown is made of the value's exact text.

mod array;
mod bytes;
mod geometry;
mod json;

#[cfg(test)]
mod tests;

use super::number::grouped;
use super::table::{Column, ColumnKind};
use super::text;
use super::value::Value;

/// A value looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// What it is, in words: its type, its size, what is to be known of it.
    pub about: Vec<String>,
    /// What it holds, line by line, harmless.
    pub lines: Vec<Line>,
}

/// A line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands in the tree.
    pub depth: usize,
    /// Its text.
    pub text: String,
    /// Whether deeper lines follow that can be folded away.
    pub folds: bool,
}

impl Line {
    /// A line of no tree.
    fn flat(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// Looks into a value of a column.
pub fn look(value: &Value, column: &Column) -> Looked {
    let name = text::line(&column.type_name);
    let Some(whole) = value.as_text() else {
        return Looked {
            about: vec![format!("{name}, NULL: no value at all"), default(column)],
            lines: Vec::new(),
        };
    };
    if whole.is_empty() {
        return Looked {
            about: vec![
                format!("{name}, the empty text, which is not NULL"),
                default(column),
            ],
            lines: Vec::new(),
        };
    }
    let mut about = vec![format!(
        "{name}, {}",
        counted(whole.chars().count(), "character")
    )];
    let base = column.facts.base.as_str();
    let found = match &column.kind {
        ColumnKind::Json => json::lines(whole),
        ColumnKind::Bytes => bytes::lines(whole).map(|(size, lines)| {
            about[0] = format!("{name}, {}", counted(size, "byte"));
            lines
        }),
        _ if base.starts_with('_') || name.ends_with("[]") => array::lines(whole),
        _ if base.contains("range") => array::ranges(whole),
        _ => geometry::look(base, whole).map(|words| {
            about.extend(words);
            plain(whole)
        }),
    };
    Looked {
        about,
        lines: found.unwrap_or_else(|| plain(whole)),
    }
}

/// What a grid says of a value whose text would be noise: bytes, and geometry of PostGIS.
pub fn summary(beginning: &str, whole_chars: Option<u32>, column: &Column) -> Option<String> {
    match (&column.kind, column.facts.base.as_str()) {
        (ColumnKind::Bytes, _) => {
            // Few of them are read at a glance.
            let chars = usize::try_from(whole_chars?).ok()?;
            let hex = beginning.strip_prefix("\\x")?;
            let size = chars.saturating_sub(2) / 2;
            Some(format!("{} {}", short(size), hex.get(..8).unwrap_or(hex)))
        }
        (_, "geometry" | "geography") => geometry::kind(beginning),
        _ => None,
    }
}

/// What a column holds where nothing is said.
fn default(column: &Column) -> String {
    match &column.default {
        Some(default) => format!("The column's default is {}", text::line(default)),
        None => "The column has no default".to_owned(),
    }
}

/// A text, line by line.
fn plain(whole: &str) -> Vec<Line> {
    let whole = text::block(whole);
    whole.split('\n').map(Line::flat).collect()
}

fn counted(count: usize, what: &str) -> String {
    let number = grouped(u64::try_from(count).unwrap_or(u64::MAX));
    match count {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// A number of bytes in few signs.
fn short(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
