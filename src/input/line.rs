//! Text being edited, of one line or several: the text, the cursor, undo; no drawing, no bindings
//! beyond the keys that every text knows.
//!
//! Forms hold this type and not a text area of a drawing crate: it is plain data that can be
//! compared, kept in a draft and tested without a screen. The widget that draws it converts.

use std::fmt;

use secrecy::SecretString;
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

use super::event::{Key, KeyCode, Modifiers};
use crate::domain::glyph;

mod instead;
mod undo;

#[cfg(test)]
mod tests;

pub use instead::Instead;
use undo::{Kind, Undo};

/// What kind of text a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One line.
    #[default]
    Line,
    /// Several lines; Enter begins one.
    Lines,
    /// One line that is never shown, never undone and wiped when dropped.
    Secret,
}

/// What a key did to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The text changed.
    Edited,
    /// Only the cursor moved.
    Moved,
    /// Nothing: the key means nothing here, or there is nowhere to go.
    Ignored,
}

/// A text that is being edited.
#[derive(Clone, Default)]
pub struct TextField {
    mode: Mode,
    text: String,
    /// The byte before which typing goes, always between two graphemes.
    cursor: usize,
    /// What stands there instead; the text is empty then.
    instead: Option<Instead>,
    /// The column that moving up and down keeps to.
    column: Option<usize>,
    undo: Undo,
}

/// Room for a secret, so that typing it does not leave copies behind as the text grows.
const SECRET_ROOM: usize = 1024;

impl TextField {
    /// Makes a field with this text and the cursor at its end.
    pub fn new(mode: Mode, text: &str) -> TextField {
        let room = if mode == Mode::Secret {
            SECRET_ROOM
        } else {
            text.len()
        };
        let mut own = String::with_capacity(room.max(text.len()));
        own.push_str(&fitting(mode, text));
        TextField {
            mode,
            cursor: own.len(),
            text: own,
            instead: None,
            column: None,
            undo: Undo::default(),
        }
    }

    /// Makes an empty field of one line.
    pub fn line() -> TextField {
        TextField::new(Mode::Line, "")
    }

    /// Makes an empty field for a password.
    pub fn secret() -> TextField {
        TextField::new(Mode::Secret, "")
    }

    /// Returns the text. Of a secret only [`TextField::take_secret`] should be used.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the kind of text.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns the byte of the text before which typing goes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the text as a secret and empties the field.
    pub fn take_secret(&mut self) -> SecretString {
        let secret = SecretString::from(self.text.clone());
        self.clear();
        secret
    }

    /// Replaces the text; this can be undone.
    pub fn set(&mut self, text: &str) {
        self.remember(Kind::Whole);
        self.text.zeroize();
        self.text.push_str(&fitting(self.mode, text));
        self.cursor = self.text.len();
        self.instead = None;
    }

    /// Empties the field and forgets what could be undone.
    pub fn clear(&mut self) {
        self.text.zeroize();
        self.cursor = 0;
        self.instead = None;
        self.column = None;
        self.undo = Undo::default();
    }

    /// Types a text at the cursor, as a paste does. In one line, line ends become spaces.
    pub fn insert(&mut self, text: &str) -> Pressed {
        let text = fitting(self.mode, text);
        if text.is_empty() {
            return Pressed::Ignored;
        }
        self.remember(Kind::Whole);
        self.put(&text);
        Pressed::Edited
    }

    /// Takes a key. Keys that are bound to actions are not offered to a field.
    pub fn press(&mut self, key: Key) -> Pressed {
        if let Some(c) = key.text() {
            self.remember(if c.is_whitespace() {
                Kind::Space
            } else {
                Kind::Letter
            });
            self.put(c.encode_utf8(&mut [0; 4]));
            return Pressed::Edited;
        }
        let keep = std::mem::take(&mut self.column);
        match (key.code, key.modifiers) {
            (KeyCode::Enter, Modifiers::NONE) if self.mode == Mode::Lines => self.insert("\n"),
            (KeyCode::Backspace, Modifiers::NONE) => self.delete(self.left(), self.cursor),
            (KeyCode::Delete, Modifiers::NONE) => self.delete(self.cursor, self.right()),
            (KeyCode::Backspace, Modifiers::CTRL) | (KeyCode::Char('w'), Modifiers::CTRL) => {
                self.delete(self.word_left(), self.cursor)
            }
            (KeyCode::Delete, Modifiers::CTRL) => self.delete(self.cursor, self.word_right()),
            (KeyCode::Char('k'), Modifiers::CTRL) => self.delete(self.cursor, self.line_end()),
            (KeyCode::Char('u'), Modifiers::CTRL) => self.delete(self.line_start(), self.cursor),
            (KeyCode::Left, Modifiers::NONE) => self.go(self.left()),
            (KeyCode::Right, Modifiers::NONE) => self.go(self.right()),
            (KeyCode::Left, Modifiers::CTRL) => self.go(self.word_left()),
            (KeyCode::Right, Modifiers::CTRL) => self.go(self.word_right()),
            (KeyCode::Home, Modifiers::NONE) => self.go(self.line_start()),
            (KeyCode::End, Modifiers::NONE) | (KeyCode::Char('e'), Modifiers::CTRL) => {
                self.go(self.line_end())
            }
            (KeyCode::Home, Modifiers::CTRL) => self.go(0),
            (KeyCode::End, Modifiers::CTRL) => self.go(self.text.len()),
            (KeyCode::Up, Modifiers::NONE) => self.go_up(keep),
            (KeyCode::Down, Modifiers::NONE) => self.go_down(keep),
            _ => Pressed::Ignored,
        }
    }

    /// Takes the last change back; says whether there was one.
    pub fn undo(&mut self) -> bool {
        let now = (self.text.clone(), self.cursor, self.instead);
        self.undo
            .back(now)
            .map(|before| (self.text, self.cursor, self.instead) = before)
            .is_some()
    }

    /// Does again what was undone; says whether there was something.
    pub fn redo(&mut self) -> bool {
        let now = (self.text.clone(), self.cursor, self.instead);
        self.undo
            .forth(now)
            .map(|after| (self.text, self.cursor, self.instead) = after)
            .is_some()
    }

    fn remember(&mut self, kind: Kind) {
        self.column = None;
        if self.mode != Mode::Secret {
            let instead = self.instead;
            self.undo.remember(kind, &self.text, self.cursor, instead);
        }
    }

    fn put(&mut self, text: &str) {
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.instead = None;
    }

    fn delete(&mut self, from: usize, to: usize) -> Pressed {
        if from == to {
            return Pressed::Ignored;
        }
        self.remember(Kind::Delete);
        self.text.drain(from..to);
        self.cursor = from;
        Pressed::Edited
    }

    fn go(&mut self, to: usize) -> Pressed {
        if to == self.cursor {
            return Pressed::Ignored;
        }
        self.undo.end_run();
        self.cursor = to;
        Pressed::Moved
    }

    fn left(&self) -> usize {
        let before = &self.text[..self.cursor];
        before
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        let after = &self.text[self.cursor..];
        self.cursor + after.graphemes(true).next().map_or(0, str::len)
    }

    /// The begin of the word before the cursor; of a secret everything, as words would show.
    fn word_left(&self) -> usize {
        if self.mode == Mode::Secret {
            return 0;
        }
        let before = &self.text[..self.cursor];
        let mut words = before.split_word_bound_indices().rev();
        words
            .find(|(_, word)| !is_blank(word))
            .map_or(0, |(at, _)| at)
    }

    fn word_right(&self) -> usize {
        if self.mode == Mode::Secret {
            return self.text.len();
        }
        let mut words = self.text[self.cursor..].split_word_bound_indices();
        let word = words.find(|(_, word)| !is_blank(word));
        word.map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..]
            .find('\n')
            .map_or(self.text.len(), |at| self.cursor + at)
    }

    fn go_up(&mut self, keep: Option<usize>) -> Pressed {
        let start = self.line_start();
        if start == 0 {
            return Pressed::Ignored;
        }
        let above = self.text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        self.go_to_column(above, start - 1, keep)
    }

    fn go_down(&mut self, keep: Option<usize>) -> Pressed {
        let end = self.line_end();
        if end == self.text.len() {
            return Pressed::Ignored;
        }
        let below = self.text[end + 1..]
            .find('\n')
            .map_or(self.text.len(), |at| end + 1 + at);
        self.go_to_column(end + 1, below, keep)
    }

    /// Goes to the same column of another line, or to its end.
    fn go_to_column(&mut self, start: usize, end: usize, keep: Option<usize>) -> Pressed {
        let here = glyph::width(&self.text[self.line_start()..self.cursor]);
        let wanted = keep.unwrap_or(here);
        let line = &self.text[start..end];
        let place = line.grapheme_indices(true).map(|(at, _)| at);
        let place = place
            .take_while(|at| glyph::width(&line[..*at]) <= wanted)
            .last();
        let whole = glyph::width(line) <= wanted;
        let to = if whole {
            end
        } else {
            start + place.unwrap_or(0)
        };
        self.go(to);
        self.column = Some(wanted);
        Pressed::Moved
    }
}

impl PartialEq for TextField {
    fn eq(&self, other: &TextField) -> bool {
        let own = (self.mode, &self.text, self.cursor, self.instead);
        own == (other.mode, &other.text, other.cursor, other.instead)
    }
}

impl fmt::Debug for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Mode::Secret => f.write_str("TextField(secret)"),
            _ => write!(f, "TextField({:?} at {})", self.text, self.cursor),
        }
    }
}

impl Drop for TextField {
    fn drop(&mut self) {
        if self.mode == Mode::Secret {
            self.text.zeroize();
        }
    }
}

fn is_blank(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_whitespace() || c.is_ascii_punctuation())
}

/// Brings a text into the form that a field can hold.
fn fitting(mode: Mode, text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: &char| !c.is_control() || (mode == Mode::Lines && matches!(c, '\n' | '\t'));
    match mode {
        Mode::Lines => lines.chars().filter(keep).collect(),
        Mode::Line => lines
            .trim_end_matches('\n')
            .replace(['\n', '\t'], " ")
            .chars()
            .filter(keep)
            .collect(),
        Mode::Secret => lines.chars().filter(keep).collect(),
    }
}
