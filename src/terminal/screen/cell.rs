//! Cells packed small and brought to one form, so that equal looks are equal; no bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::Manner;
use crate::domain::signs;
use crate::terminal::picture;
use crate::theme::Depth;
use crate::theme::depth::index_of;

/// One cell in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The character; [`Cell::LONG`] when the glyph has several, [`Cell::REST`]'s when the glyph
    /// before it covers this cell.
    pub glyph: char,
    /// The look.
    pub look: Look,
}

/// Colours and attributes of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Colour of the glyph.
    pub fg: Ink,
    /// Colour behind it.
    pub bg: Ink,
    /// Attributes, out of those in [`SHOWN`].
    pub modifier: Modifier,
}

/// A colour in four bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ink {
    /// The terminal's own.
    #[default]
    Default,
    /// One of the palette.
    Index(u8),
    /// Red, green, blue.
    Rgb([u8; 3]),
}

/// The attributes that are sent. Blinking and crossing out carry no meaning here, and a hidden
/// glyph is not sent at all.
pub const SHOWN: Modifier = Modifier::BOLD
    .union(Modifier::DIM)
    .union(Modifier::ITALIC)
    .union(Modifier::UNDERLINED)
    .union(Modifier::REVERSED);

impl Cell {
    /// An empty cell in the terminal's own colours.
    pub const BLANK: Cell = Cell {
        glyph: ' ',
        look: Look {
            fg: Ink::Default,
            bg: Ink::Default,
            modifier: Modifier::empty(),
        },
    };
    /// The second cell of a wide glyph.
    pub const REST: Cell = Cell {
        glyph: '\0',
        ..Cell::BLANK
    };
    /// An empty cell of a look.
    pub const fn blank(look: Look) -> Cell {
        Cell { glyph: ' ', look }
    }

    /// Stands for a glyph of several characters. A private use character: when a text holds it,
    /// it is kept as a long glyph too.
    pub const LONG: char = '\u{10fffd}';
}

/// The glyphs of several characters, by the index of their cell.
#[derive(Debug, Default)]
pub struct Glyphs(BTreeMap<usize, Box<str>>);

impl Glyphs {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the glyph of a cell, if it has several characters.
    pub fn at(&self, index: usize) -> Option<&str> {
        if self.0.is_empty() {
            None
        } else {
            self.0.get(&index).map(|text| &**text)
        }
    }

    /// Forgets those of some cells.
    pub fn forget(&mut self, cells: Range<usize>) {
        if !self.0.is_empty() {
            self.0.retain(|index, _| !cells.contains(index));
        }
    }

    /// Whether the same glyphs stand in some cells there.
    pub fn is_same(&self, other: &Glyphs, cells: Range<usize>) -> bool {
        let none = self.0.is_empty() && other.0.is_empty();
        none || self.0.range(cells.clone()).eq(other.0.range(cells))
    }

    /// Takes over those of some cells.
    pub fn take_over(&mut self, other: &Glyphs, cells: Range<usize>) {
        self.forget(cells.clone());
        let taken = other.0.range(cells);
        self.0
            .extend(taken.map(|(index, text)| (*index, text.clone())));
    }

    /// Moves those of the cells that moved: `source` says from where each cell in `cells` came.
    pub fn shift(&mut self, cells: Range<usize>, source: impl Fn(usize) -> Option<usize>) {
        if self.0.is_empty() {
            return;
        }
        let before = std::mem::take(&mut self.0);
        let moved = cells.clone().filter_map(|index| {
            let text = before.get(&source(index)?)?;
            Some((index, text.clone()))
        });
        self.0.extend(moved);
        let others = before.into_iter();
        self.0
            .extend(others.filter(|(index, _)| !cells.contains(index)));
    }
}

/// The sign of ASCII that is sent for a glyph, where this terminal does not show it as it is.
fn instead(glyph: &str, manner: Manner) -> Option<char> {
    match (glyph.is_ascii(), manner.ascii, manner.wide) {
        (false, true, _) => Some(signs::instead(glyph)),
        (false, false, true) => glyph.chars().next().and_then(signs::like),
        _ => None,
    }
}

/// Packs one row of a picture at the end of `cells`.
pub fn pack_row(
    picture: &Buffer,
    y: u16,
    manner: Manner,
    cells: &mut Vec<Cell>,
    long: &mut Glyphs,
) {
    let depth = manner.depth;
    picture::each(picture, y, |spot| {
        if let Some(glyph) = instead(spot.text, manner) {
            // As wide as it would be, so that everything else stays where it is.
            let look = look(spot.cell.fg, spot.cell.bg, spot.cell.modifier, depth);
            let look = if glyph == ' ' { look.of_blank() } else { look };
            cells.extend(std::iter::repeat_n(Cell { glyph, look }, spot.width));
            return;
        }
        let mut chars = spot.text.chars();
        let mut glyph = chars.next().unwrap_or(' ');
        if chars.next().is_some() || glyph == Cell::LONG {
            glyph = Cell::LONG;
            long.0.insert(cells.len(), spot.text.into());
        }
        let look = look(spot.cell.fg, spot.cell.bg, spot.cell.modifier, depth);
        cells.push(Cell {
            glyph,
            look: if glyph == ' ' { look.of_blank() } else { look },
        });
        if spot.width == 2 {
            cells.push(Cell::REST);
        }
    });
}

fn look(fg: Color, bg: Color, modifier: Modifier, depth: Depth) -> Look {
    let mut modifier = modifier & SHOWN;
    // Terminals disagree on both at once; bold is the one that carries meaning.
    if modifier.contains(Modifier::BOLD) {
        modifier.remove(Modifier::DIM);
    }
    Look {
        fg: ink(fg, depth),
        bg: ink(bg, depth),
        modifier,
    }
}

fn ink(color: Color, depth: Depth) -> Ink {
    match depth.nearest(color) {
        Color::Reset => Ink::Default,
        Color::Rgb(r, g, b) => Ink::Rgb([r, g, b]),
        other => index_of(other).map_or(Ink::Default, Ink::Index),
    }
}

impl Look {
    /// Drops what cannot be seen on a blank cell: everything of the glyph, unless it is
    /// underlined; and when reversed, the colour behind.
    pub fn of_blank(self) -> Look {
        let modifier = self.modifier & (Modifier::UNDERLINED | Modifier::REVERSED);
        if modifier.contains(Modifier::UNDERLINED) {
            return Look {
                modifier: self.modifier - Modifier::ITALIC,
                ..self
            };
        }
        if modifier.contains(Modifier::REVERSED) {
            return Look {
                fg: self.fg,
                bg: Ink::Default,
                modifier,
            };
        }
        Look {
            fg: Ink::Default,
            bg: self.bg,
            modifier,
        }
    }
}
