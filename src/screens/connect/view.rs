//! Draws: the connection screen: settings of a profile, tested stage by stage.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Connect;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _connect: &Connect,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
