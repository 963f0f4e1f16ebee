//! Draws: the grid of rows of one table, and the record beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Browser;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _browser: &Browser,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
