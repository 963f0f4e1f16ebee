//! Draws: a record that is read or edited: a view of a form.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Editor;
use crate::app::context::Context;
use crate::app::forms::Forms;
use crate::app::place::FormId;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _editor: &Editor,
    _forms: &Forms,
    _id: FormId,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
