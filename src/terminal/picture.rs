//! What a terminal shows of a drawn buffer, glyph by glyph: for the screen writer and for tapes.
//!
//! A buffer may hold more than can be seen: styles under the second half of a wide glyph, symbols
//! of several glyphs, wide glyphs that do not fit. Whoever reads a buffer reads it through here, so
//! that a snapshot is what a person sees.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use crate::domain::glyph::{glyphs, width};

/// One glyph of a row.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The column where it begins, counted from 0.
    pub x: usize,
    /// What is shown; a blank when there is nothing.
    pub text: &'a str,
    /// How many cells it takes, 1 or 2.
    pub width: usize,
    /// The cell that says how it looks.
    pub cell: &'a Cell,
}

/// Calls `take` with every glyph of a row from left to right; their widths add up to the row's.
pub fn each<'a>(picture: &'a Buffer, y: u16, mut take: impl FnMut(Spot<'a>)) {
    let columns = usize::from(picture.area.width);
    let first = usize::from(y) * columns;
    let cells = &picture.content()[first..first + columns];
    let mut x = 0;
    while x < columns {
        let cell = &cells[x];
        let symbol = cell.symbol();
        if symbol.len() == 1 && !symbol.as_bytes()[0].is_ascii_control() || is_hidden(cell) {
            let text = if is_hidden(cell) { " " } else { symbol };
            take(Spot {
                x,
                text,
                width: 1,
                cell,
            });
            x += 1;
            continue;
        }
        // A symbol of several glyphs covers as many cells as whoever drew it took it to be wide.
        let end = columns.min(x + width(symbol).max(1));
        let begin = x;
        for glyph in glyphs(symbol) {
            if x + glyph.width > end {
                break;
            }
            take(Spot {
                x,
                text: glyph.text,
                width: glyph.width,
                cell,
            });
            x += glyph.width;
        }
        if x == begin {
            take(Spot {
                x,
                text: " ",
                width: 1,
                cell,
            });
            x += 1;
        }
    }
}

fn is_hidden(cell: &Cell) -> bool {
    cell.modifier.contains(Modifier::HIDDEN)
}
