//! The marks at the right edge of a list that goes on above or below; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::theme::{Mark, Role, Theme};

/// Marks at the right edge that there is more above and below.
pub fn draw(above: bool, below: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let edge = text::moved(area, area.width.saturating_sub(1));
    if above {
        text::put(
            theme.mark(Mark::MoreAbove),
            Role::Muted,
            theme,
            text::line(edge, 0),
            buffer,
        );
    }
    if below && area.height > 0 {
        let last = text::line(edge, usize::from(area.height) - 1);
        text::put(
            theme.mark(Mark::MoreBelow),
            Role::Muted,
            theme,
            last,
            buffer,
        );
    }
}
