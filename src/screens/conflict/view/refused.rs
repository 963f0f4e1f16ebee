//! Draws why the server refused what was decided, above the fields.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::key;
use crate::app::context::Context;
use crate::app::forms::Form;
use crate::input::action::{Action, ConflictAction};
use crate::theme::{Role, Theme};
use crate::widgets::text;

/// Draws the reason, if there is one; returns the lines it takes.
pub(super) fn reason(
    form: &Form,
    cx: &Context,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let Some(refusal) = &form.refusal else {
        return 0;
    };
    let open = key(cx, Action::Conflict(ConflictAction::OpenOther));
    let say = match &refusal.other {
        Some(_) => format!("not stored: {} ({open} opens it)", refusal.message),
        None => format!("not stored: {}", refusal.message),
    };
    text::put_cut(&say, Role::StatusError, theme, text::moved(line, 1), buffer);
    1
}
