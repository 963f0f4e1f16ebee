//! What stands in a field where no text does (NULL, the default), and where a form puts the cursor.

use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

use super::undo::Kind;
use super::{Mode, Pressed, TextField};

/// What can stand in a field instead of a text; the first character typed replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Instead {
    /// No value at all, which is not the empty text.
    Null,
    /// Whatever the column's default gives.
    Default,
    /// The empty text, where nothing typed means something else.
    Empty,
    /// What each of many rows holds already.
    Unchanged,
}

impl TextField {
    /// Makes a field in which something else stands from the start.
    pub fn instead_of(mode: Mode, instead: Instead) -> TextField {
        let mut field = TextField::new(mode, "");
        field.instead = Some(instead);
        field
    }

    /// Returns what stands there instead of a text.
    pub fn instead(&self) -> Option<Instead> {
        self.instead
    }

    /// Puts something else in the place of the text; this can be undone.
    pub fn set_instead(&mut self, instead: Instead) {
        self.remember(Kind::Whole);
        self.text.zeroize();
        self.cursor = 0;
        self.instead = Some(instead);
    }

    /// Moves the cursor to this byte, or to the begin of the grapheme that it is in.
    pub fn place_cursor(&mut self, at: usize) -> Pressed {
        let mut starts = self.text.grapheme_indices(true).map(|(start, _)| start);
        let to = if at >= self.text.len() {
            self.text.len()
        } else {
            starts.rfind(|start| *start <= at).unwrap_or(0)
        };
        self.column = None;
        self.go(to)
    }

    /// Allows or forbids several lines; a text that has some keeps them.
    pub fn allow_lines(&mut self, allow: bool) {
        self.mode = match self.mode {
            Mode::Secret => Mode::Secret,
            _ if allow || self.text.contains('\n') => Mode::Lines,
            _ => Mode::Line,
        };
    }
}
