//! Draws why the server refused what was decided, above the fields.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::key;
use crate::app::context::Context;
use crate::app::forms::Form;
use crate::domain::wrap;
use crate::input::action::{Action, ConflictAction};
use crate::theme::{Role, Theme};
use crate::widgets::text;

/// The most lines of the reason; a key shows all.
const MOST_LINES: usize = 3;

/// Draws the reason, if there is one; returns the lines it takes.
pub(super) fn reason(
    form: &Form,
    cx: &Context,
    theme: &Theme,
    area: Rect,
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
    let room = usize::from(area.width.saturating_sub(1));
    let (lines, _) = wrap::first_lines(&say, room, MOST_LINES);
    for (number, line) in lines.iter().enumerate() {
        let place = text::moved(text::line(area, number), 1);
        text::put_cut(line, Role::StatusError, theme, place, buffer);
    }
    u16::try_from(lines.len()).unwrap_or(0)
}
