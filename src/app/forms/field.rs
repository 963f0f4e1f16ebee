//! One field of a form: what is typed in it, what that means as an entry, and why it may be locked.

use crate::domain::table::{Column, ColumnKind};
use crate::domain::value::{Entry, Value};
use crate::input::line::{self, Instead, TextField};

use super::Mode;

/// A text that long is edited in several lines from the start.
const LONG_CHARS: usize = 80;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// What is typed.
    pub text: TextField,
    /// Why it cannot be edited, if so.
    pub locked: Option<Lock>,
    /// What is wrong with it, if anything is known to be.
    pub error: Option<FieldError>,
    /// What the database made of what was typed, until it is typed in again.
    pub made: Option<String>,
    /// What the field held before anything was typed.
    untouched: (String, Option<Instead>),
    /// Whether typing cannot keep every sign of what was read: control characters, CR line ends.
    pub lossy: bool,
    /// A text that was put here with signs that typing cannot keep: as it is shown, and whole.
    whole: Option<(String, String)>,
    /// Whether the empty text is a value of its own, other than NULL.
    has_empty: bool,
}

/// Why a field cannot be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The server computes it.
    Generated,
    /// The server numbers it.
    Numbered,
    /// The person lacks the right.
    NoRight,
    /// The person's roles let them change other fields only.
    Role,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// What is wrong, in one sentence, harmless.
    pub what: String,
    /// What else its author says to it.
    pub detail: Option<String>,
    /// The server's own words, where the sentence is ours: told where all is told.
    pub said: Option<String>,
    /// The server's hint, when it gave one.
    pub hint: Option<String>,
}

impl FieldError {
    /// Makes an error that says what is wrong.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            detail: None,
            said: None,
            hint: None,
        }
    }

    /// What is said to it besides: its detail, then its hint.
    pub fn more(&self) -> Vec<String> {
        let hint = self.hint.as_ref().map(|hint| format!("hint: {hint}"));
        self.detail.clone().into_iter().chain(hint).collect()
    }
}

impl Field {
    /// Makes the field of a column that holds this value.
    pub fn new(column: &Column, value: &Value, mode: Mode) -> Self {
        let mut field = Self {
            text: TextField::line(),
            locked: lock(column, mode),
            error: None,
            made: None,
            untouched: (String::new(), None),
            lossy: false,
            whole: None,
            has_empty: has_empty(column),
        };
        let default = mode == Mode::Create && (column.default.is_some() || column.generated);
        let start = match mode {
            Mode::Many => Some(Instead::Unchanged),
            _ => default.then_some(Instead::Default),
        };
        field.start(&column.kind, value, start);
        field
    }

    /// Takes over what was stored. Where that is what stands here, cursor and undo stay.
    pub fn settle(&mut self, column: &Column, value: &Value, mode: Mode) {
        self.made = None;
        self.locked = lock(column, mode);
        let start = start_of(value, self.is_long(), None);
        if (self.text.text(), self.text.instead()) == (start.0.as_str(), start.1) {
            self.untouched = start;
            self.error = None;
            self.lossy = self.loses(value);
        } else {
            self.start(&column.kind, value, None);
        }
    }

    /// Takes over another value where nothing was typed, and keeps what was typed elsewhere.
    pub fn rebase(&mut self, kind: &ColumnKind, value: &Value) {
        if self.is_touched() {
            let lines = is_long(kind, value.as_text().unwrap_or_default());
            self.untouched = start_of(value, lines, None);
        } else {
            self.start(kind, value, None);
        }
    }

    /// Whether it holds something other than at its start.
    pub fn is_touched(&self) -> bool {
        (self.text.text(), self.text.instead()) != (self.untouched.0.as_str(), self.untouched.1)
    }

    /// Returns what the person made of it; `None` where it was left alone.
    pub fn entry(&self, base: &Value) -> Option<Entry> {
        if self.locked.is_some() || !self.is_touched() {
            return None;
        }
        Some(self.content()).filter(|entry| !matches!(entry, Entry::Value(value) if value == base))
    }

    /// Returns what was set in it for many rows. A text that was typed and taken away again sets
    /// nothing: nobody empties a field of many rows by a stray key.
    pub fn entry_if_set(&self) -> Option<Entry> {
        let set = match self.text.instead() {
            Some(Instead::Unchanged) => false,
            Some(_) => true,
            None => !self.text.is_empty(),
        };
        (set && self.locked.is_none()).then(|| self.content())
    }

    /// Returns what it holds now, as an entry.
    pub fn content(&self) -> Entry {
        match self.text.instead() {
            Some(Instead::Default) => Entry::Default,
            Some(Instead::Empty) => Entry::Value(Value::from("")),
            Some(Instead::Null | Instead::Unchanged) => Entry::Value(Value::Null),
            None if self.text.is_empty() && !self.has_empty => Entry::Value(Value::Null),
            None => match &self.whole {
                Some((shown, whole)) if shown == self.text.text() => {
                    Entry::Value(Value::text(whole))
                }
                _ => Entry::Value(Value::text(self.text.text())),
            },
        }
    }

    /// Puts an entry into the field; this can be undone. A text stays as it is, every sign of it,
    /// until it is typed in.
    pub fn put(&mut self, entry: &Entry) {
        self.error = None;
        match entry {
            Entry::Default => self.text.set_instead(Instead::Default),
            Entry::Value(Value::Null) => self.text.set_instead(Instead::Null),
            Entry::Value(Value::Text(text)) if text.is_empty() && self.is_for_many() => {
                self.text.set_instead(match self.has_empty {
                    true => Instead::Empty,
                    false => Instead::Unchanged,
                });
            }
            Entry::Value(Value::Text(text)) => {
                self.text.allow_lines(self.is_long() || text.contains('\n'));
                self.text.set(text);
                let shown = self.text.text();
                self.whole = (shown != text && !text.contains('\0'))
                    .then(|| (shown.to_owned(), text.clone()));
            }
        }
    }

    /// Puts back what was there at the start; this can be undone.
    pub fn reset(&mut self) {
        self.error = None;
        match self.untouched.1 {
            Some(instead) => self.text.set_instead(instead),
            None => {
                let text = self.untouched.0.clone();
                self.text.set(&text);
            }
        }
    }

    /// Whether it is of many rows: nothing typed leaves each as it is.
    fn is_for_many(&self) -> bool {
        self.untouched.1 == Some(Instead::Unchanged)
    }

    /// Whether the empty text is a value of its own here, other than NULL.
    pub fn has_empty(&self) -> bool {
        self.has_empty
    }

    /// Whether it has several lines, so that Enter begins a new one.
    pub fn is_long(&self) -> bool {
        self.text.mode() == line::Mode::Lines
    }

    fn start(&mut self, kind: &ColumnKind, value: &Value, instead: Option<Instead>) {
        let lines = is_long(kind, value.as_text().unwrap_or_default());
        self.untouched = start_of(value, lines, instead);
        let mode = if lines {
            line::Mode::Lines
        } else {
            line::Mode::Line
        };
        self.text = TextField::new(mode, &self.untouched.0);
        if let Some(instead) = self.untouched.1 {
            self.text = TextField::instead_of(mode, instead);
        }
        self.lossy = self.loses(value);
        self.whole = None;
        self.error = None;
    }

    /// Whether what was read has signs that are not in what is shown of it.
    fn loses(&self, value: &Value) -> bool {
        value.as_text().is_some_and(|text| text != self.untouched.0)
    }
}

/// Whether the empty text is a value of this kind.
fn has_empty(column: &Column) -> bool {
    match &column.kind {
        ColumnKind::Text { .. } => true,
        ColumnKind::Other => !has_form(&column.facts.base),
        ColumnKind::Enum { labels } => labels.iter().any(String::is_empty),
        _ => false,
    }
}

/// Whether values of a base type have a form of their own, which the empty text has not.
fn has_form(base: &str) -> bool {
    const FORMED: [&str; 18] = [
        "money", "uuid", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box",
        "path", "polygon", "circle", "bit", "oid", "pg_lsn", "xid", "tid",
    ];
    base.starts_with('_') || base.ends_with("range") || FORMED.contains(&base)
}

/// Whether a text of this kind is edited in several lines.
fn is_long(kind: &ColumnKind, text: &str) -> bool {
    match kind {
        ColumnKind::Json => true,
        ColumnKind::Text { .. } | ColumnKind::Other => {
            text.contains(['\n', '\t']) || text.chars().nth(LONG_CHARS).is_some()
        }
        _ => text.contains('\n'),
    }
}

/// What a field holds at its start, as typing could have made it.
fn start_of(value: &Value, lines: bool, instead: Option<Instead>) -> (String, Option<Instead>) {
    match value {
        Value::Null => (String::new(), Some(instead.unwrap_or(Instead::Null))),
        Value::Text(text) => {
            let mode = if lines {
                line::Mode::Lines
            } else {
                line::Mode::Line
            };
            (TextField::new(mode, text).text().to_owned(), None)
        }
    }
}

fn lock(column: &Column, mode: Mode) -> Option<Lock> {
    let may = match mode {
        Mode::Create => column.may_insert,
        Mode::Read | Mode::Edit | Mode::Many => column.may_update,
    };
    if column.generated && column.facts.identity {
        Some(Lock::Numbered)
    } else if column.generated {
        Some(Lock::Generated)
    } else if !may && column.facts.kept {
        Some(Lock::Role)
    } else if !may {
        Some(Lock::NoRight)
    } else {
        None
    }
}
