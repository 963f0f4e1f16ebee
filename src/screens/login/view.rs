//! Draws: the sign-in screen: the login's password, name and password, choosing a password.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Login;
use crate::app::context::Context;
use crate::theme::Theme;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    _login: &Login,
    _cx: &Context,
    _theme: &Theme,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<Position> {
    None
}
