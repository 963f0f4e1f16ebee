//! Draws the records that a condition on a referring column can name; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::over::point_at;
use crate::app::finding::{Finding, Line};
use crate::domain::glyph;
use crate::domain::text::line;
use crate::theme::{Role, Theme};
use crate::widgets::text;

/// Draws the records that the column can refer to, under what is typed to find one.
pub(super) fn draw(
    records: &Finding,
    table: &str,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let (head, cells) = records.head();
    let first = text::line(inside, 0);
    text::put_cut(&head, Role::FieldValue, theme, first, buffer);
    let table = format!("in {}", line(table));
    let width = u16::try_from(glyph::width(&table)).unwrap_or(u16::MAX);
    let cells = u16::try_from(cells).unwrap_or(u16::MAX);
    if cells.saturating_add(width + 2) <= first.width {
        let right = text::moved(first, first.width - width);
        text::put(&table, Role::Muted, theme, right, buffer);
    }
    let below = usize::from(inside.height.saturating_sub(2));
    for (number, one) in records.lines(below).iter().enumerate() {
        let row = text::line(inside, number + 1);
        let (words, role, row) = match one {
            Line::Told(told) => (told, Role::Muted, row),
            Line::Fault(fault) => (fault, Role::FieldError, row),
            Line::Record { words, .. } => (words, Role::Dialog, text::moved(row, 2)),
        };
        text::put_cut(words, role, theme, row, buffer);
        if matches!(one, Line::Record { selected: true, .. }) {
            point_at(theme, text::line(inside, number + 1), buffer);
        }
    }
    let at = cells.min(inside.width.saturating_sub(1));
    Some(Position::new(inside.x + at, inside.y))
}
