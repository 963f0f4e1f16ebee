//! Where the terminal's cursor stands and how it writes: the shortest bytes to change that.

use std::io::Write;

use ratatui::style::Modifier;

use super::cell::{Cell, Ink, Look};

/// The state of the terminal's writing, as far as it is known.
#[derive(Debug, Default)]
pub struct Pen {
    /// The column and row the next glyph goes to; none after the last column was written, where
    /// terminals differ.
    at: Option<(usize, usize)>,
    look: Look,
}

/// An attribute with the numbers that switch it on and off.
const ATTRIBUTES: [(Modifier, &str, &str); 5] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::REVERSED, "7", "27"),
];

impl Pen {
    /// Moves to a place.
    pub fn go(&mut self, x: usize, y: usize, out: &mut Vec<u8>) {
        let here = self.at.replace((x, y));
        if here == Some((x, y)) {
            return;
        }
        let move_there = match here {
            Some((from, row)) if row == y && from < x && x - from == 1 => "\x1b[C".to_string(),
            Some((from, row)) if row == y && from < x => format!("\x1b[{}C", x - from),
            Some((_, row)) if row == y && x == 0 => "\r".to_string(),
            Some((_, row)) if row + 1 == y && x == 0 => "\r\n".to_string(),
            _ if x == 0 && y == 0 => "\x1b[H".to_string(),
            _ if x == 0 => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        out.extend(move_there.bytes());
    }

    /// Writes one glyph where the pen is.
    pub fn write(
        &mut self,
        cell: Cell,
        long: Option<&str>,
        width: usize,
        columns: usize,
        out: &mut Vec<u8>,
    ) {
        self.change_look(cell.look, out);
        match long {
            Some(text) => out.extend(text.bytes()),
            None => out.extend(cell.glyph.encode_utf8(&mut [0; 4]).bytes()),
        }
        self.at = self
            .at
            .map(|(x, y)| (x + width, y))
            .filter(|(x, _)| *x < columns);
    }

    /// Erases from here to the end of the row.
    pub fn erase_to_end(&mut self, out: &mut Vec<u8>) {
        self.change_look(Look::default(), out);
        out.extend(b"\x1b[K");
    }

    fn change_look(&mut self, to: Look, out: &mut Vec<u8>) {
        let from = std::mem::replace(&mut self.look, to);
        if from == to {
            return;
        }
        if to == Look::default() {
            out.extend(b"\x1b[m");
            return;
        }
        let step = numbers(from, to);
        let anew = numbers(Look::default(), to);
        // Writing to a vector cannot fail.
        let _ = match step.len() <= anew.len() + 2 {
            true => write!(out, "\x1b[{step}m"),
            false => write!(out, "\x1b[0;{anew}m"),
        };
    }
}

/// The numbers, separated by semicolons, that lead from one look to another.
fn numbers(from: Look, to: Look) -> String {
    let mut list: Vec<String> = Vec::new();
    let gone = from.modifier - to.modifier;
    let mut come = to.modifier - from.modifier;
    if gone.intersects(Modifier::BOLD | Modifier::DIM) {
        // One number switches both off.
        come |= to.modifier & (Modifier::BOLD | Modifier::DIM);
    }
    for (attribute, _, off) in ATTRIBUTES {
        if gone.contains(attribute) && list.last().is_none_or(|last| last != off) {
            list.push(off.to_string());
        }
    }
    for (attribute, on, _) in ATTRIBUTES {
        if come.contains(attribute) {
            list.push(on.to_string());
        }
    }
    if from.fg != to.fg {
        list.push(color(to.fg, 30));
    }
    if from.bg != to.bg {
        list.push(color(to.bg, 40));
    }
    list.join(";")
}

/// The numbers of a colour; `first` is 30 for the glyph and 40 for what is behind it.
fn color(ink: Ink, first: u8) -> String {
    match ink {
        Ink::Default => (first + 9).to_string(),
        Ink::Index(n @ 0..=7) => (first + n).to_string(),
        Ink::Index(n @ 8..=15) => (first + 60 + n - 8).to_string(),
        Ink::Index(n) => format!("{};5;{n}", first + 8),
        Ink::Rgb([r, g, b]) => format!("{};2;{r};{g};{b}", first + 8),
    }
}
