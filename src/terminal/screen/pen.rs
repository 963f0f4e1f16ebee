//! Where the terminal's cursor stands and how it writes: the shortest bytes to change that.

use std::io::Write;

use ratatui::style::Modifier;

use super::cell::{Cell, Ink, Look};
use super::scroll::{By, Shift};

/// The state of the terminal's writing, as far as it is known.
#[derive(Debug, Default)]
pub struct Pen {
    /// The column and row the next glyph goes to.
    at: Option<(usize, usize)>,
    /// Whether the last column was written, and so the column is no certain one.
    is_at_edge: bool,
    /// Whether the terminal stays in the row when the last column was written, as the VT100 did.
    stays_at_edge: bool,
    look: Look,
}

/// Over so many cells that are shown already it is shorter to write them again than to move.
const BRIDGE: usize = 3;

/// An attribute with the numbers that switch it on and off.
const ATTRIBUTES: [(Modifier, &str, &str); 5] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::REVERSED, "7", "27"),
];

impl Pen {
    /// Makes the pen of a terminal whose look was reset; where it is is not known.
    pub fn new(stays_at_edge: bool) -> Pen {
        Pen {
            stays_at_edge,
            ..Pen::default()
        }
    }

    /// Moves to a place.
    pub fn go(&mut self, x: usize, y: usize, out: &mut Vec<u8>) {
        let here = self.at.replace((x, y));
        let is_at_edge = std::mem::take(&mut self.is_at_edge);
        if here == Some((x, y)) && !is_at_edge {
            return;
        }
        let move_there = match here {
            Some((_, row)) if row == y && x == 0 => "\r".to_string(),
            Some((_, row)) if row + 1 == y && x == 0 => "\r\n".to_string(),
            Some((from, row)) if row == y && from < x && !is_at_edge => right(x - from),
            // The mark of the cursor is near the left edge.
            Some((_, row)) if row == y && x < 10 => format!("\r{}", right(x)),
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
        if !self.shows(&cell) {
            self.change_look(cell.look, out);
        }
        match long {
            Some(text) => out.extend(text.bytes()),
            None => out.extend(cell.glyph.encode_utf8(&mut [0; 4]).bytes()),
        }
        self.at = self.at.map(|(x, y)| (x + width, y));
        self.is_at_edge = self.at.is_some_and(|(x, _)| x >= columns);
        if self.is_at_edge && !self.stays_at_edge {
            self.at = None;
            self.is_at_edge = false;
        }
    }

    /// Erases from here to the end of the row, which looks so then. What is written next may be taken
    /// already where blank cells look the same in it: one change of the look instead of two.
    pub fn erase_to_end(&mut self, look: Look, next: Option<Look>, out: &mut Vec<u8>) {
        if self.look.of_blank() != look {
            let next = next.filter(|next| next.of_blank() == look);
            self.change_look(next.unwrap_or(look), out);
        }
        out.extend(b"\x1b[K");
    }

    /// Whether a cell written as the pen is looks as it should: of a blank one little is seen.
    fn shows(&self, cell: &Cell) -> bool {
        let blank = cell.glyph == ' ' && self.look.of_blank() == cell.look;
        blank || self.look == cell.look
    }

    /// Makes sure that what the terminal erases or brings in is blank: some give it the colour that
    /// is written with.
    fn leave_blank(&mut self, out: &mut Vec<u8>) {
        if self.look.of_blank() != Look::default() {
            self.change_look(Look::default(), out);
        }
    }

    /// Scrolls a block of rows, in a way that every terminal since the VT100 knows: a region, and
    /// line feeds at its end or reverse ones at its begin.
    pub fn scroll(&mut self, shift: Shift, rows: usize, out: &mut Vec<u8>) {
        self.leave_blank(out);
        let whole = shift.top == 0 && shift.end == rows;
        if !whole {
            out.extend(format!("\x1b[{};{}r", shift.top + 1, shift.end).bytes());
        }
        self.at = None;
        match shift.by {
            By::Up(by) => {
                self.go(0, shift.end - 1, out);
                out.extend(std::iter::repeat_n(b'\n', by));
            }
            By::Down(by) => {
                self.go(0, shift.top, out);
                out.extend(std::iter::repeat_n(b"\x1bM", by).flatten());
            }
        }
        if !whole {
            out.extend(b"\x1b[r");
            // Where the cursor goes then is no two terminals' same opinion.
            self.at = None;
            self.is_at_edge = false;
        }
    }

    /// Whether a cell can be written here for less than a move over it costs.
    pub fn is_bridged(&self, cells: &[Cell]) -> bool {
        cells.len() <= BRIDGE
            && cells
                .iter()
                .all(|cell| matches!(cell.glyph, ' '..='~') && self.shows(cell))
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

/// The bytes that move to the right.
fn right(by: usize) -> String {
    match by {
        1 => "\x1b[C".to_string(),
        by => format!("\x1b[{by}C"),
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
