//! Draws: all commands, tables and records, found by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Palette;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws it over the place and returns where the cursor belongs.
pub fn view(
    _palette: &Palette,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
