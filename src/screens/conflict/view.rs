//! Draws: a save that met somebody else's: three values per field, decided in place.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Conflict;
use crate::app::context::Context;
use crate::app::forms::Forms;
use crate::app::place::FormId;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _conflict: &Conflict,
    _forms: &Forms,
    _id: FormId,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
