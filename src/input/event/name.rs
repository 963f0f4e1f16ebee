//! The names of keys as config, help and tapes write them; no bytes and no bindings.

use std::fmt;
use std::str::FromStr;

use super::{Key, KeyCode, Modifiers};

/// The names of keys that are not a single character: code, canonical name, other spellings.
const NAMES: &[(KeyCode, &str, &[&str])] = &[
    (KeyCode::Enter, "enter", &["return", "ret"]),
    (KeyCode::Tab, "tab", &[]),
    (KeyCode::BackTab, "shift-tab", &["backtab"]),
    (KeyCode::Backspace, "backspace", &["bs"]),
    (KeyCode::Delete, "del", &["delete"]),
    (KeyCode::Insert, "ins", &["insert"]),
    (KeyCode::Home, "home", &[]),
    (KeyCode::End, "end", &[]),
    (KeyCode::PageUp, "pgup", &["pageup", "page-up"]),
    (
        KeyCode::PageDown,
        "pgdn",
        &["pagedown", "page-down", "pgdown"],
    ),
    (KeyCode::Up, "up", &[]),
    (KeyCode::Down, "down", &[]),
    (KeyCode::Left, "left", &[]),
    (KeyCode::Right, "right", &[]),
    (KeyCode::Esc, "esc", &["escape"]),
    (KeyCode::Char(' '), "space", &["spc"]),
    (KeyCode::Char('-'), "-", &["minus", "hyphen"]),
    (KeyCode::Char('+'), "+", &["plus"]),
];

/// The highest function key there is a byte sequence for.
pub const LAST_F_KEY: u8 = 20;

/// A text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a key; keys are written like j, ctrl-s, shift-tab, f8, enter, pgdn, space"
)]
pub struct UnknownKey {
    /// The text as it was written.
    pub text: String,
}

/// The key that a terminal sends where this one is pressed, if it has no bytes of its own.
pub fn sent_as(key: Key) -> Option<&'static str> {
    match (key.code, key.modifiers) {
        (KeyCode::Char('i'), Modifiers::CTRL) => Some("tab"),
        (KeyCode::Char('m' | 'j'), Modifiers::CTRL) => Some("enter"),
        (KeyCode::Char('h'), Modifiers::CTRL) => Some("backspace"),
        (KeyCode::Char('['), Modifiers::CTRL) => Some("esc"),
        _ => None,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [
            (self.modifiers.ctrl, "ctrl-"),
            (self.modifiers.alt, "alt-"),
            (self.modifiers.shift, "shift-"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((_, name, _)) = NAMES.iter().find(|(code, _, _)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::F(number) => write!(f, "f{number}"),
            KeyCode::Char(c) => write!(f, "{c}"),
            // Invariant: every other code has its row in NAMES; a test walks them.
            _ => f.write_str("?"),
        }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Key, UnknownKey> {
        let unknown = || UnknownKey {
            text: text.to_string(),
        };
        let mut modifiers = Modifiers::NONE;
        let mut rest = text;
        while let Some((name, after)) = split_modifier(rest) {
            match name.to_ascii_lowercase().as_str() {
                "ctrl" | "control" => modifiers.ctrl = true,
                "alt" | "meta" => modifiers.alt = true,
                "shift" => modifiers.shift = true,
                _ => break,
            }
            rest = after;
        }
        let code = code_named(rest).ok_or_else(unknown)?;
        Ok(Key::new(code, modifiers))
    }
}

impl TryFrom<String> for Key {
    type Error = UnknownKey;

    fn try_from(text: String) -> Result<Key, UnknownKey> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> String {
        key.to_string()
    }
}

/// Splits `ctrl-x` or `Ctrl+X` after its first modifier; a separator that ends the text is a key.
fn split_modifier(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['-', '+'])?;
    let after = &text[at + 1..];
    (at > 0 && !after.is_empty()).then_some((&text[..at], after))
}

fn code_named(text: &str) -> Option<KeyCode> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let name = text.to_ascii_lowercase();
    let named = NAMES
        .iter()
        .find(|(_, own, others)| *own == name || others.contains(&&*name));
    if let Some((code, _, _)) = named {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=LAST_F_KEY)
        .contains(&number)
        .then_some(KeyCode::F(number))
}
