//! Draws: all commands and tables, found by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Palette;
use super::find::Found;
use crate::app::context::Context;
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::{form, list, text};

/// The most lines for what the entry under the cursor does.
const MOST_WHOLE: usize = 2;
/// The cells of an entry's line that are neither its text nor its key.
const AROUND_ENTRY: usize = 6;

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
        text::put_cut(prompt(palette, cx), Role::Placeholder, theme, typed, buffer);
    }
    let found = palette.found(cx);
    let below = whole(found.get(palette.selected), theme, inner, buffer);
    let rows = Rect {
        y: inner.y + inner.height.min(2),
        height: inner.height.saturating_sub(2 + below),
        ..inner
    };
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

/// What can be typed. Records are looked for in the table that is shown; another one is named first.
fn prompt(palette: &Palette, cx: &Context) -> &'static str {
    let shown = palette.table.and_then(|table| cx.table(table));
    match (cx.person(), shown) {
        (None, _) => "type to find a command",
        (Some(_), Some(_)) => {
            "type to find commands, tables, people, records; of others: TABLE NAME"
        }
        (Some(_), None) => "type to find commands, tables, people; records as in: TABLE NAME",
    }
}

/// Says at the bottom all of what is cut in the line under the cursor; returns how many lines are kept
/// for that.
fn whole(found: Option<&Found>, theme: &Theme, inner: Rect, buffer: &mut Buffer) -> u16 {
    let height = usize::from(inner.height);
    if height < MOST_WHOLE + 6 {
        return 0;
    }
    let room = usize::from(inner.width);
    let is_cut =
        |found: &&Found| width(&found.line) + width(&found.entry.key) + AROUND_ENTRY > room;
    let help = found.filter(is_cut).map_or("", |found| &found.entry.help);
    let first = height - MOST_WHOLE;
    for (number, part) in text::wrap(help, room)
        .into_iter()
        .take(MOST_WHOLE)
        .enumerate()
    {
        let row = text::line(inner, first + number);
        text::put_cut(&help[part], Role::Muted, theme, row, buffer);
    }
    u16::try_from(MOST_WHOLE + 1).unwrap_or(0)
}
