//! The last picture that was sent, what differs from it, and the bytes for that; no I/O.
//!
//! ratatui's own diff is not used: around wide glyphs it sends halves, and it panics when a styled
//! one stands in the last cell. Here a glyph is compared and sent whole, with all its cells.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::input::event::Size;
use crate::theme::Depth;

mod cell;
mod fill;
mod part;
mod pen;
mod scroll;

#[cfg(test)]
mod tests;

use cell::{Cell, Glyphs, Look};
use part::Part;
use pen::Pen;

/// How a terminal wants to be written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How many colours it shows.
    pub depth: Depth,
    /// Whether every byte counts: no synchronised-output marks.
    pub thin: bool,
    /// Whether it scrolls a part of its rows when told to.
    pub scrolls: bool,
    /// Whether what it erases gets the colour that is written with.
    pub fills: bool,
    /// Whether it shows ASCII alone.
    pub ascii: bool,
    /// Whether it shows characters of ambiguous width in two cells: signs are sent as ASCII.
    pub wide: bool,
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
    /// Whether rows of the last picture were left for later.
    behind: bool,
}

/// What begins and ends a frame, so that a terminal that knows the marks shows it at once.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// Frames of fewer bytes arrive at once anyway.
const FRAME_FROM: usize = 512;

impl Screen {
    /// Makes a screen of which nothing is known yet.
    pub fn new(size: Size, manner: Manner) -> Screen {
        let mut screen = Screen {
            size,
            manner,
            cells: Vec::new(),
            glyphs: Glyphs::default(),
            cursor: None,
            pen: Pen::new(manner.scrolls),
            known: false,
            behind: false,
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

    /// Whether it is known what the terminal shows.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// Whether rows of the last picture were left for later.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Returns the bytes that turn what the terminal shows into this picture, as one block; none
    /// when it shows it already. The cursor is hidden when it has no place.
    pub fn draw(&mut self, picture: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        self.draw_part(picture, cursor, usize::MAX)
    }

    /// Draws as [`Screen::draw`] does, but sends no more than about so many bytes: where the whole
    /// picture takes more, the row with the cursor comes first, and [`Screen::is_behind`] says that
    /// there is more to draw. No row shows then what is long past: it is right or blank.
    pub fn draw_part(
        &mut self,
        picture: &Buffer,
        cursor: Option<Position>,
        most: usize,
    ) -> Vec<u8> {
        let size = Size {
            columns: picture.area.width,
            rows: picture.area.height,
        };
        if size != self.size {
            self.resize(size);
        }
        let mut wanted = Vec::with_capacity(self.cells.len());
        let mut glyphs = Glyphs::default();
        for y in 0..size.rows {
            cell::pack_row(picture, y, self.manner, &mut wanted, &mut glyphs);
        }
        let mut out = Vec::new();
        if !self.known {
            self.begin_anew(&mut out);
        } else if self.manner.scrolls {
            self.scroll(&wanted, &mut out);
        }
        self.behind = false;
        let room = most.saturating_sub(out.len());
        match self.too_much(&wanted, &glyphs, cursor, room) {
            Some(part) => self.draw_first(&part, &wanted, &glyphs, &mut out),
            None => {
                for y in 0..usize::from(size.rows) {
                    self.draw_row(y, &wanted, &glyphs, &mut out);
                }
                (self.cells, self.glyphs) = (wanted, glyphs);
            }
        }
        self.place_cursor(cursor, &mut out);
        if !self.manner.thin && out.len() >= FRAME_FROM {
            out.splice(0..0, FRAME.0.iter().copied());
            out.extend(FRAME.1);
        }
        out
    }

    fn begin_anew(&mut self, out: &mut Vec<u8>) {
        self.pen = Pen::new(self.manner.scrolls);
        self.cursor = None;
        self.known = true;
        // Colours off, cursor hidden, automatic wrapping on, everything scrolls, everything erased.
        out.extend(b"\x1b[m\x1b[?25l\x1b[?7h\x1b[r\x1b[2J");
    }

    /// Scrolls the rows that only moved, where that is shorter than to send them anew.
    fn scroll(&mut self, wanted: &[Cell], out: &mut Vec<u8>) {
        let columns = usize::from(self.size.columns);
        let Some(shift) = scroll::find(&self.cells, wanted, columns) else {
            return;
        };
        self.pen.scroll(shift, usize::from(self.size.rows), out);
        let block = shift.top * columns..shift.end * columns;
        let source = |index| Some(shift.source(index / columns)? * columns + index % columns);
        let moved = block.clone().map(|index| match source(index) {
            Some(from) => self.cells[from],
            None => Cell::BLANK,
        });
        let moved: Vec<Cell> = moved.collect();
        self.cells[block.clone()].copy_from_slice(&moved);
        self.glyphs.shift(block, source);
    }

    /// Says what of a picture is drawn first, where the whole of it is too much.
    fn too_much(
        &self,
        wanted: &[Cell],
        glyphs: &Glyphs,
        cursor: Option<Position>,
        room: usize,
    ) -> Option<Part> {
        // Only a thin line has no room for everything; nothing is compared for any other.
        if room > wanted.len() * 8 {
            return None;
        }
        let columns = usize::from(self.size.columns);
        let differs = |y: usize| {
            let row = y * columns..(y + 1) * columns;
            self.cells[row.clone()] != wanted[row.clone()] || !self.glyphs.is_same(glyphs, row)
        };
        let rows = (0..usize::from(self.size.rows)).filter(|y| differs(*y));
        part::choose(&self.cells, wanted, columns, rows, cursor, room)
    }

    /// Draws the rows that come first, and erases those for later that show what is past.
    fn draw_first(&mut self, part: &Part, wanted: &[Cell], glyphs: &Glyphs, out: &mut Vec<u8>) {
        let columns = usize::from(self.size.columns);
        for run in part::runs(&part.stale) {
            let cells = run.start * columns..run.end * columns;
            if self.manner.scrolls && run.len() >= part::WORTH_SCROLLING {
                // The rows leave their block, and as many blank ones come in.
                let by = scroll::By::Up(run.len());
                let (top, end) = (run.start, run.end);
                let rows = usize::from(self.size.rows);
                self.pen.scroll(scroll::Shift { top, end, by }, rows, out);
            } else {
                for y in run {
                    self.pen.go(0, y, out);
                    self.pen.erase_to_end(Look::default(), None, out);
                }
            }
            self.cells[cells.clone()].fill(Cell::BLANK);
            self.glyphs.forget(cells);
        }
        for y in &part.first {
            self.draw_row(*y, wanted, glyphs, out);
            let row = y * columns..(y + 1) * columns;
            self.cells[row.clone()].copy_from_slice(&wanted[row.clone()]);
            self.glyphs.take_over(glyphs, row);
        }
        self.behind = true;
    }

    fn draw_row(&mut self, y: usize, wanted: &[Cell], glyphs: &Glyphs, out: &mut Vec<u8>) {
        let columns = usize::from(self.size.columns);
        let first = y * columns;
        let row = &wanted[first..first + columns];
        // Behind the last glyph that was written in this row.
        let mut written = None;
        let mut x = 0;
        while x < columns {
            let width = if row.get(x + 1) == Some(&Cell::REST) {
                2
            } else {
                1
            };
            let is_same = |x: usize| {
                let at = first + x;
                self.cells[at] == row[x] && self.glyphs.at(at) == glyphs.at(at)
            };
            if (x..x + width).all(is_same) {
                x += width;
                continue;
            }
            if written.is_none()
                && let Some(look) = fill::worth(&self.cells[first + x..first + columns], &row[x..])
                && (self.manner.fills || look == Look::default())
            {
                // Erased first, then what is not blank.
                self.pen.go(x, y, out);
                let next = row[x..].iter().find(|cell| cell.glyph != ' ');
                self.pen.erase_to_end(look, next.map(|cell| cell.look), out);
                self.cells[first + x..first + columns].fill(Cell::blank(look));
                self.glyphs.forget(first + x..first + columns);
                written = Some(x);
                continue;
            }
            if let Some(between) = written.map(|end| &row[end..x])
                && self.pen.is_bridged(between)
            {
                for cell in between {
                    self.pen.write(*cell, None, 1, columns, out);
                }
            }
            self.pen.go(x, y, out);
            self.pen
                .write(row[x], glyphs.at(first + x), width, columns, out);
            x += width;
            written = Some(x);
        }
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
