//! Draws one row of a change of many whole.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::whole::{self, LEFT, Whole};
use super::super::{Bulk, Work};
use crate::app::context::Context;
use crate::theme::{Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, text};

/// Draws it, and returns where the cursor belongs.
pub(super) fn view(
    (bulk, work): (&Bulk, &Work),
    shown: Whole,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let item = work.items.get(shown.at)?;
    let title = whole::heading(work, item);
    let left = Piece {
        text: &title,
        role: Role::TitleFocused,
    };
    let place = bulk.shown().iter().position(|at| *at == shown.at);
    let which = format!("row {} of {}", place.unwrap_or(0) + 1, work.items.len());
    let right = Piece {
        text: &which,
        role: Role::Muted,
    };
    let top = text::line(area, 0);
    status::draw(&[left], &right, Role::Text, theme, top, buffer);
    let body = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    let lines = whole::lines(work, item, cx, usize::from(area.width));
    for (row, line) in lines.iter().skip(shown.scrolled).enumerate() {
        let place = text::line(body, row);
        if place.is_empty() {
            break;
        }
        let label = text::moved(place, 3);
        text::put_cut(&line.label, Role::FieldLabel, theme, label, buffer);
        let said = text::moved(place, u16::try_from(LEFT).unwrap_or(0));
        text::put_cut(&line.text, line.role, theme, said, buffer);
    }
    let below = lines.len() > shown.scrolled + usize::from(body.height);
    more::draw(shown.scrolled > 0, below, theme, body, buffer);
    (!body.is_empty()).then(|| Position::new(body.x + 1, body.y))
}
