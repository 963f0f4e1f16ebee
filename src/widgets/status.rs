//! One line with something at its left and something at its right: header, status; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text::{self, Align};
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its look.
    pub role: Role,
}

/// Draws pieces from the left and one text at the right. What is at the right keeps its room; of
/// the left the last piece is cut.
pub fn draw(
    left: &[Piece<'_>],
    right: &Piece<'_>,
    ground: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    text::fill(ground, theme, area, buffer);
    let inside = Rect {
        width: area.width.saturating_sub(2),
        ..text::moved(area, 1)
    };
    let taken = u16::try_from(width(right.text))
        .unwrap_or(u16::MAX)
        .min(inside.width);
    let place = text::moved(inside, inside.width - taken);
    text::put_in(
        right.text,
        false,
        Align::Right,
        right.role,
        theme,
        place,
        buffer,
    );
    let gap = if taken == 0 { 0 } else { 2 };
    let mut room = Rect {
        width: inside.width.saturating_sub(taken + gap),
        ..inside
    };
    for piece in left {
        let after = text::put_cut(piece.text, piece.role, theme, room, buffer);
        room = text::moved(room, after - room.x);
    }
}
