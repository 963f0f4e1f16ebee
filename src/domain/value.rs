//! A value of a column, as PostgreSQL's own text; never parsed, never converted.

use serde::{Deserialize, Serialize};

use super::text;

/// NULL, where it is shown alone.
pub const NULL: &str = "∅ NULL";
/// The empty text, which would not be seen.
pub const EMPTY: &str = "(empty text)";

/// One value: NULL, or the exact text form that PostgreSQL gives and takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// SQL NULL, which is not the empty text.
    #[default]
    Null,
    /// The text form under fixed DateStyle, IntervalStyle, TimeZone and bytea_output.
    Text(String),
}

impl Value {
    /// Makes a text value.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Returns the text, or `None` for NULL.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
        }
    }

    /// What is shown in the stead of a value that could not be seen: NULL, and the empty text.
    pub fn instead(&self) -> Option<&'static str> {
        match self {
            Self::Null => Some(NULL),
            Self::Text(text) if text.is_empty() => Some(EMPTY),
            Self::Text(_) => None,
        }
    }

    /// The value as it is shown, whole: harmless, its lines kept.
    pub fn shown(&self) -> String {
        let text = self.as_text().unwrap_or_default();
        self.instead()
            .map_or_else(|| text::block(text).into_owned(), str::to_owned)
    }

    /// Whether the value is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// One value as a page of rows shows it: possibly only its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The value, or its beginning.
    pub value: Value,
    /// The length of the whole text in characters when `value` is only its beginning.
    pub whole_chars: Option<u32>,
    /// What the record is called that the value refers to, where that is known; harmless.
    pub label: Option<String>,
}

impl Cell {
    /// Makes a cell that holds the whole value.
    pub fn whole(value: Value) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }
}

/// What a person entered in a field: a value, or the column's own default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// A value, NULL included.
    Value(Value),
    /// The column's default (`DEFAULT` in SQL); only when a record is created.
    Default,
}
