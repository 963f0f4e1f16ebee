//! Lines of values with their names at the left, scrolled as one; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{more, text};
use crate::theme::{Role, Theme};

/// Gutter and blanks at the left.
const LEFT: u16 = 3;

/// Draws the lines from one on, with so much room for names, and returns where the cursor belongs.
pub fn lines(
    lines: &[(String, String)],
    (scrolled, room): (usize, usize),
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    for (number, (name, value)) in lines.iter().skip(scrolled).enumerate() {
        let line = text::line(area, number);
        if line.is_empty() {
            break;
        }
        one((name, value), (0, room), theme, line, buffer);
    }
    let below = lines.len() > scrolled + usize::from(area.height);
    more::draw(scrolled > 0, below, theme, area, buffer);
    (!area.is_empty()).then(|| Position::new(area.x + 1, area.y))
}

/// Draws one of them, moved to the right by so much, with so much room for its name.
pub fn one(
    (name, value): (&str, &str),
    (by, room): (u16, usize),
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let line = text::moved(line, LEFT + by);
    let label = u16::try_from(room).unwrap_or(u16::MAX);
    let room = Rect {
        width: label.min(line.width),
        ..line
    };
    text::put_cut(name, Role::FieldLabel, theme, room, buffer);
    let (place, role) = match name.is_empty() && by > 0 {
        true => (line, Role::Muted),
        false => (text::moved(line, label + 1), Role::FieldValue),
    };
    let place = Rect {
        width: place.width.saturating_sub(1),
        ..place
    };
    text::put_cut(value, role, theme, place, buffer);
}
