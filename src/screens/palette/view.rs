//! Draws: all commands and tables, found by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Palette;
use crate::app::context::Context;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::{form, list, text};

/// Draws it over the place and returns where the cursor belongs.
pub fn view(
    palette: &Palette,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let columns = area.width.saturating_sub(4).min(100);
    let place = dialog::middle(columns, area.height.saturating_sub(2), area);
    let inner = dialog::draw(&Frame::dialog("commands"), theme, place, buffer);
    let typed = text::line(inner, 0);
    text::fill(Role::FieldValue, theme, typed, buffer);
    let cursor = form::edited_line(&palette.typed, Role::FieldValue, theme, typed, buffer);
    if palette.typed.is_empty() {
        text::put_cut(
            "type to find a command, a table, a record, a person",
            Role::Placeholder,
            theme,
            typed,
            buffer,
        );
    }
    let rows = Rect {
        y: inner.y + inner.height.min(2),
        height: inner.height.saturating_sub(2),
        ..inner
    };
    let found = palette.found(cx);
    if found.is_empty() {
        text::put_cut(palette.nothing(), Role::Muted, theme, rows, buffer);
        return cursor;
    }
    let fit = usize::from(rows.height).max(1);
    let first = (palette.selected + 1).saturating_sub(fit);
    let entries: Vec<list::Entry<'_>> = found
        .iter()
        .skip(first)
        .take(fit)
        .map(|found| list::Entry {
            text: &found.line,
            found: found.bytes.clone(),
            note: &found.entry.key,
        })
        .collect();
    list::draw(
        &entries,
        Some(palette.selected - first),
        theme,
        rows,
        buffer,
    );
    cursor
}
