//! Draws: the keys that work here, from the table of actions.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Help;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws it over the place and returns where the cursor belongs.
pub fn view(
    _help: &Help,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
