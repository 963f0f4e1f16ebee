//! Draws: the sessions pane: who is signed in, on what, since when.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Sessions;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _sessions: &Sessions,
    _cx: &Context,
    _focused: bool,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
