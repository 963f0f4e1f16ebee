//! Draws: the list of drafts.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Drafts;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _drafts: &Drafts,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
