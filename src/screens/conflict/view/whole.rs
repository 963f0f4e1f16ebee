//! Draws the whole values of one field.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::{Conflict, rows};
use super::put_pieces;
use crate::app::forms::Form;
use crate::input::event::Size;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::text;

/// Draws the values one below the other, from a line on.
pub(super) fn whole(
    screen: &Conflict,
    form: &Form,
    scrolled: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let room = Size {
        columns: area.width,
        rows: area.height,
    };
    let name = format!(
        "{} · whole values (enter closes)",
        form.column_name(screen.column)
    );
    text::put_cut(
        &name,
        Role::FieldLabel,
        theme,
        text::moved(text::line(area, 0), 1),
        buffer,
    );
    let lines = rows::whole(screen, form, room);
    for (number, line) in lines.iter().skip(scrolled).enumerate() {
        let place = text::line(area, number + 1);
        if place.is_empty() {
            break;
        }
        if line.pieces.is_empty() {
            let after = text::put(
                &line.side,
                Role::Muted,
                theme,
                text::moved(place, 1),
                buffer,
            );
            if line.chosen {
                let mark = text::moved(place, after + 1 - place.x);
                text::put(theme.mark(Mark::Choice), Role::Choice, theme, mark, buffer);
            }
        } else {
            put_pieces(line, theme, text::moved(place, 3), buffer);
        }
    }
    Some(Position::new(area.x + 1, area.y))
}
