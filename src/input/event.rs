//! What a terminal delivers: keys, pastes, sizes, focus; our own types, so that a tty, a tape and
//! an SSH channel can all produce them. No terminal library and no I/O here.

use serde::{Deserialize, Serialize};

pub mod encode;
pub mod name;

#[cfg(test)]
pub mod tests;

/// Something a terminal delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text arrived as one bracketed paste; lines are separated by `\n`.
    Paste(String),
    /// The paste just delivered was longer than the limit and its end was dropped.
    PasteCut,
    /// The terminal has a new size.
    Resize(Size),
    /// The mouse was used, where the terminal reports it.
    Mouse(Mouse),
    /// The terminal window got the focus.
    FocusIn,
    /// The terminal window lost the focus.
    FocusOut,
    /// The terminal has taken everything that was sent before it was asked. Only the door needs it.
    Answered,
    /// The line is gone: end of input, or the far side hung up.
    HangUp,
}

/// What was done with the mouse, and where, in cells from the upper left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub kind: MouseKind,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
}

/// What was done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button was pressed.
    Click,
    /// The wheel was turned upwards.
    WheelUp,
    /// The wheel was turned downwards.
    WheelDown,
}

/// A size in character cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Cells from left to right.
    pub columns: u16,
    /// Cells from top to bottom.
    pub rows: u16,
}

/// One key press: the key and what was held with it.
///
/// Shift is only meaningful with keys that are not characters: `A` is `Char('A')` without
/// modifiers, and shift-tab is `BackTab`. [`Key::new`] brings every spelling into that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// The key itself.
    pub code: KeyCode,
    /// What was held with it.
    pub modifiers: Modifiers,
}

/// A key without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character; with ctrl always in lower case.
    Char(char),
    /// Enter or Return.
    Enter,
    /// Tab.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Backspace, whichever of its two bytes the terminal sends.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Escape.
    Esc,
    /// A function key, counted from 1.
    F(u8),
}

/// What was held together with a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Modifiers {
    /// Control.
    pub ctrl: bool,
    /// Alt, or a preceding escape byte.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl Modifiers {
    /// Nothing held.
    pub const NONE: Modifiers = Modifiers {
        ctrl: false,
        alt: false,
        shift: false,
    };
    /// Control alone.
    pub const CTRL: Modifiers = Modifiers {
        ctrl: true,
        alt: false,
        shift: false,
    };
    /// Alt alone.
    pub const ALT: Modifiers = Modifiers {
        ctrl: false,
        alt: true,
        shift: false,
    };
    /// Shift alone.
    pub const SHIFT: Modifiers = Modifiers {
        ctrl: false,
        alt: false,
        shift: true,
    };

    /// Whether nothing is held.
    pub fn is_none(self) -> bool {
        self == Modifiers::NONE
    }
}

impl Size {
    /// The size every screen is complete at.
    pub const STANDARD: Size = Size {
        columns: 80,
        rows: 24,
    };
    /// The largest size accepted: sizes come from the other side and must not cost memory.
    pub const LARGEST: Size = Size {
        columns: 500,
        rows: 300,
    };

    /// Makes a size within what is accepted, at least one cell and at most [`Size::LARGEST`].
    pub fn clamped(columns: u32, rows: u32) -> Size {
        let fit = |n: u32, most: u16| u16::try_from(n.max(1)).unwrap_or(u16::MAX).min(most);
        Size {
            columns: fit(columns, Size::LARGEST.columns),
            rows: fit(rows, Size::LARGEST.rows),
        }
    }
}

impl Default for Size {
    fn default() -> Size {
        Size::STANDARD
    }
}

impl Key {
    /// Makes a key in its one normal form: no shift on characters, lower case with ctrl,
    /// shift-tab as `BackTab`.
    pub fn new(code: KeyCode, modifiers: Modifiers) -> Key {
        let (code, shift) = match code {
            KeyCode::Char(c) if modifiers.ctrl => (KeyCode::Char(lower(c)), false),
            KeyCode::Char(c) if modifiers.shift => (KeyCode::Char(upper(c)), false),
            KeyCode::Tab if modifiers.shift => (KeyCode::BackTab, false),
            KeyCode::BackTab => (KeyCode::BackTab, false),
            other => (other, modifiers.shift),
        };
        Key {
            code,
            modifiers: Modifiers { shift, ..modifiers },
        }
    }

    /// Makes a key with nothing held.
    pub fn plain(code: KeyCode) -> Key {
        Key::new(code, Modifiers::NONE)
    }

    /// Makes the key that types a character.
    pub fn char(c: char) -> Key {
        Key::plain(KeyCode::Char(c))
    }

    /// Makes a character key with ctrl.
    pub fn ctrl(c: char) -> Key {
        Key::new(KeyCode::Char(c), Modifiers::CTRL)
    }

    /// Makes a function key.
    pub fn f(number: u8) -> Key {
        Key::plain(KeyCode::F(number))
    }

    /// Returns the character this key types into a text, if it types one.
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_none() && !c.is_control() => Some(c),
            _ => None,
        }
    }
}

fn lower(c: char) -> char {
    let mut all = c.to_lowercase();
    match (all.next(), all.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    match (all.next(), all.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
