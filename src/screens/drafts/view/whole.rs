//! Draws a draft whole, in as many lines as it needs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::whole;
use super::super::words;
use crate::app::context::Context;
use crate::app::forms::words::day_clock;
use crate::domain::draft::Draft;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the lines from one on; the cursor stands at the first of them.
pub(super) fn draw(
    draft: &Draft,
    scrolled: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let name = format!("{} · draft", words::name(draft));
    let title = Piece {
        text: &name,
        role: Role::TitleFocused,
    };
    let at = day_clock(draft.typed_at, cx);
    let right = Piece {
        text: &at,
        role: Role::Muted,
    };
    let top = text::line(area, 0);
    status::draw(&[title], &right, Role::Text, theme, top, buffer);
    let lines = whole::lines(draft, cx);
    let rows = usize::from(area.height.saturating_sub(1));
    for (row, line) in lines.iter().skip(scrolled).take(rows).enumerate() {
        let place = text::moved(text::line(area, row + 1), line.before);
        text::put_cut(&line.text, line.role, theme, place, buffer);
    }
    let edge = |row: usize| text::moved(text::line(area, row), area.width.saturating_sub(1));
    if scrolled > 0 {
        text::put(
            theme.mark(Mark::MoreAbove),
            Role::Muted,
            theme,
            edge(1),
            buffer,
        );
    }
    if scrolled + rows < lines.len() {
        text::put(
            theme.mark(Mark::MoreBelow),
            Role::Muted,
            theme,
            edge(rows),
            buffer,
        );
    }
    let first = text::moved(text::line(area, 1), 3);
    (!first.is_empty()).then(|| Position::new(first.x, first.y))
}
