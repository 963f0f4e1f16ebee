//! The bytes a terminal sends for a key: the opposite of the byte parser, for tests in a real pty.

use super::{Key, KeyCode, Modifiers};

impl Key {
    /// Returns the bytes that an xterm sends for this key.
    ///
    /// Keys that xterm has no sequence for (ctrl-enter, ctrl-1) are written in the
    /// `CSI 27 ; modifiers ; code ~` form, which the parser reads too.
    pub fn encode(self) -> Vec<u8> {
        match self.code {
            KeyCode::Char(c) => char_bytes(c, self.modifiers),
            KeyCode::Enter => byte_or_other(b'\r', self.modifiers),
            KeyCode::Tab => byte_or_other(b'\t', self.modifiers),
            KeyCode::Backspace => byte_or_other(0x7f, self.modifiers),
            KeyCode::Esc => byte_or_other(0x1b, self.modifiers),
            KeyCode::BackTab => letter(b'Z', self.modifiers),
            KeyCode::Up => letter(b'A', self.modifiers),
            KeyCode::Down => letter(b'B', self.modifiers),
            KeyCode::Right => letter(b'C', self.modifiers),
            KeyCode::Left => letter(b'D', self.modifiers),
            KeyCode::Home => letter(b'H', self.modifiers),
            KeyCode::End => letter(b'F', self.modifiers),
            KeyCode::Insert => tilde(2, self.modifiers),
            KeyCode::Delete => tilde(3, self.modifiers),
            KeyCode::PageUp => tilde(5, self.modifiers),
            KeyCode::PageDown => tilde(6, self.modifiers),
            KeyCode::F(number) => function(number, self.modifiers),
        }
    }
}

/// The number that stands for held keys in a sequence: one more than shift 1, alt 2, ctrl 4.
fn parameter(held: Modifiers) -> u8 {
    1 + u8::from(held.shift) + 2 * u8::from(held.alt) + 4 * u8::from(held.ctrl)
}

fn char_bytes(c: char, held: Modifiers) -> Vec<u8> {
    let mut bytes = if held.alt { vec![0x1b] } else { Vec::new() };
    if !held.ctrl {
        bytes.extend(c.to_string().bytes());
        return bytes;
    }
    match control_byte(c) {
        Some(byte) => {
            bytes.push(byte);
            bytes
        }
        None => other(u32::from(c), held),
    }
}

/// Returns the control byte of ctrl with this character, where it is not another key's byte.
fn control_byte(c: char) -> Option<u8> {
    match c {
        'h' | 'i' | 'j' | 'm' => None,
        'a'..='z' => Some(c as u8 & 0x1f),
        ' ' => Some(0),
        '\\' => Some(0x1c),
        ']' => Some(0x1d),
        '^' => Some(0x1e),
        '_' => Some(0x1f),
        _ => None,
    }
}

/// Alt alone is a preceding escape byte; anything more needs the long form.
fn byte_or_other(byte: u8, held: Modifiers) -> Vec<u8> {
    if held.is_none() {
        return vec![byte];
    }
    if held == Modifiers::ALT && byte != 0x1b {
        return vec![0x1b, byte];
    }
    other(u32::from(byte), held)
}

fn other(code: u32, held: Modifiers) -> Vec<u8> {
    format!("\x1b[27;{};{code}~", parameter(held)).into_bytes()
}

fn letter(last: u8, held: Modifiers) -> Vec<u8> {
    let last = char::from(last);
    if held.is_none() {
        return format!("\x1b[{last}").into_bytes();
    }
    format!("\x1b[1;{}{last}", parameter(held)).into_bytes()
}

fn tilde(number: u8, held: Modifiers) -> Vec<u8> {
    if held.is_none() {
        return format!("\x1b[{number}~").into_bytes();
    }
    format!("\x1b[{number};{}~", parameter(held)).into_bytes()
}

/// The numbers of f5 and later have gaps, as on the VT220 they come from.
fn function(number: u8, held: Modifiers) -> Vec<u8> {
    const LATER: [u8; 16] = [
        15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34,
    ];
    let place = usize::from(number.saturating_sub(1));
    if let Some(last) = b"PQRS".get(place) {
        if held.is_none() {
            return vec![0x1b, b'O', *last];
        }
        return letter(*last, held);
    }
    match LATER.get(place.saturating_sub(4)) {
        Some(code) => tilde(*code, held),
        None => Vec::new(),
    }
}
