//! The last picture that was sent, what differs from it, and the bytes for that; no I/O.
//!
//! ratatui's own diff is not used: around wide glyphs it sends halves, and it panics when a styled
//! one stands in the last cell. Here a glyph is compared and sent whole, with all its cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::input::event::Size;
use crate::theme::Depth;

mod cell;
mod pen;

#[cfg(test)]
mod tests;

use cell::{Cell, Glyphs};
use pen::Pen;

/// How a terminal wants to be written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How many colours it shows.
    pub depth: Depth,
    /// Whether every byte counts: no synchronised-output marks.
    pub thin: bool,
}

/// What a terminal shows, kept small: one packed cell of 16 bytes for each of its cells.
#[derive(Debug)]
pub struct Screen {
    size: Size,
    manner: Manner,
    cells: Vec<Cell>,
    /// The glyphs of more than one character among `cells`.
    glyphs: Glyphs,
    cursor: Option<Position>,
    pen: Pen,
    /// Whether the terminal shows what `cells` say.
    known: bool,
    /// The row that is being compared; kept for its memory only.
    row: Vec<Cell>,
}

/// What begins and ends a frame, so that a terminal that knows the marks shows it at once.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// A run of blank cells to the end of a row is erased when it is at least this long.
const ERASE_FROM: usize = 4;

impl Screen {
    /// Makes a screen of which nothing is known yet.
    pub fn new(size: Size, manner: Manner) -> Screen {
        let mut screen = Screen {
            size,
            manner,
            cells: Vec::new(),
            glyphs: Glyphs::default(),
            cursor: None,
            pen: Pen::default(),
            known: false,
            row: Vec::new(),
        };
        screen.resize(size);
        screen
    }

    /// Takes over a new size; the next picture is sent whole.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.forget();
        self.cells.shrink_to_fit();
    }

    /// Changes how the terminal is written to; the next picture is sent whole.
    pub fn change_manner(&mut self, manner: Manner) {
        self.manner = manner;
        self.forget();
    }

    /// Forgets what the terminal shows, as after it was stopped; the next picture is sent whole.
    pub fn forget(&mut self) {
        self.known = false;
        self.glyphs.clear();
        self.cells.clear();
        let cells = usize::from(self.size.columns) * usize::from(self.size.rows);
        self.cells.resize(cells, Cell::BLANK);
    }

    /// Returns the bytes that turn what the terminal shows into this picture, as one block; none
    /// when it shows it already. The cursor is hidden when it has no place.
    ///
    /// A scroll of a region, once there is one, moves `cells` and is written before the rows are
    /// compared.
    pub fn draw(&mut self, picture: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let size = Size {
            columns: picture.area.width,
            rows: picture.area.height,
        };
        if size != self.size {
            self.resize(size);
        }
        let mut out = Vec::new();
        if !self.known {
            self.begin_anew(&mut out);
        }
        for y in 0..size.rows {
            self.draw_row(picture, y, &mut out);
        }
        self.place_cursor(cursor, &mut out);
        if !self.manner.thin && !out.is_empty() {
            out.splice(0..0, FRAME.0.iter().copied());
            out.extend(FRAME.1);
        }
        out
    }

    fn begin_anew(&mut self, out: &mut Vec<u8>) {
        self.pen = Pen::default();
        self.cursor = None;
        self.known = true;
        // Colours off, cursor hidden, automatic wrapping on, everything erased.
        out.extend(b"\x1b[m\x1b[?25l\x1b[?7h\x1b[2J");
    }

    fn draw_row(&mut self, picture: &Buffer, y: u16, out: &mut Vec<u8>) {
        let columns = usize::from(self.size.columns);
        let first = usize::from(y) * columns;
        let mut row = std::mem::take(&mut self.row);
        let mut glyphs = Glyphs::default();
        cell::pack_row(picture, y, self.manner.depth, &mut row, &mut glyphs);
        let same = |cells: &[Cell], own: &Glyphs, x: usize| {
            cells[first + x] == row[x] && own.at(first + x) == glyphs.at(x)
        };
        let blank_from = columns
            - row
                .iter()
                .rev()
                .take_while(|cell| **cell == Cell::BLANK)
                .count();
        let mut x = 0;
        while x < columns {
            let width = if row.get(x + 1) == Some(&Cell::REST) {
                2
            } else {
                1
            };
            if (x..x + width).all(|x| same(&self.cells, &self.glyphs, x)) {
                x += width;
                continue;
            }
            self.pen.go(x, usize::from(y), out);
            if x >= blank_from && columns - x >= ERASE_FROM {
                self.pen.erase_to_end(out);
                break;
            }
            self.pen.write(row[x], glyphs.at(x), width, columns, out);
            x += width;
        }
        self.cells[first..first + columns].copy_from_slice(&row);
        self.glyphs.take_row(first, columns, glyphs);
        self.row = row;
    }

    fn place_cursor(&mut self, cursor: Option<Position>, out: &mut Vec<u8>) {
        let inside = |at: &Position| at.x < self.size.columns && at.y < self.size.rows;
        let cursor = cursor.filter(inside);
        if let Some(at) = cursor {
            self.pen.go(usize::from(at.x), usize::from(at.y), out);
        }
        match (self.cursor.is_some(), cursor.is_some()) {
            (false, true) => out.extend(b"\x1b[?25h"),
            (true, false) => out.extend(b"\x1b[?25l"),
            _ => {}
        }
        self.cursor = cursor;
    }
}
