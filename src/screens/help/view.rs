//! Draws: the keys that work here and elsewhere.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Help, Line};
use crate::app::context::Context;
use crate::domain::text::line as harmless;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::{form, more, text};

/// What is said where no key has what is typed.
const NOTHING: &str = "No key does something like this; the palette has what has no key";
/// The width of the column of keys.
const KEYS: u16 = 20;

/// Returns how many lines are shown at once: the screen without header, hints and border.
pub(super) fn rows(cx: &Context) -> usize {
    usize::from(cx.size.rows.saturating_sub(4))
}

/// Returns how wide a line of help may be: the screen without border and column of keys.
pub(super) fn help_width(cx: &Context) -> usize {
    usize::from(cx.size.columns.saturating_sub(KEYS + 8).max(10))
}

/// Draws it over the place and returns where the cursor belongs.
pub fn view(
    help: &Help,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let lines = help.lines(cx);
    let title = match (&help.find, help.found.is_empty()) {
        (None, false) => format!("keys / {}", harmless(&help.found)),
        _ => "keys".to_owned(),
    };
    let inner = dialog::draw(&Frame::dialog(&title), theme, area, buffer);
    if lines.is_empty() {
        text::put_cut(NOTHING, Role::Muted, theme, inner, buffer);
    }
    let height = usize::from(inner.height);
    let shown = lines.iter().skip(help.scroll).take(height);
    for (number, line) in shown.enumerate() {
        draw_line(line, theme, text::line(inner, number), buffer);
    }
    let below = help.scroll + height < lines.len();
    more::draw(help.scroll > 0, below, theme, inner, buffer);
    if let Some(find) = &help.find {
        let last = text::line(inner, height.saturating_sub(1));
        text::fill(Role::FieldValue, theme, last, buffer);
        let after = text::put("/", Role::HintKey, theme, last, buffer);
        let room = text::moved(last, after - last.x);
        text::lay_over(Role::FieldFocused, theme, room, buffer);
        return form::edited_line(find, Role::FieldValue, theme, room, buffer);
    }
    Some(Position {
        x: inner.x,
        y: inner.y,
    })
}

fn draw_line(line: &Line, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    match line {
        Line::Scope(title) => {
            text::put_cut(title, Role::DialogTitle, theme, area, buffer);
        }
        Line::Keys { keys, help } => {
            let left = Rect {
                width: KEYS.min(area.width.saturating_sub(2)),
                ..text::moved(area, 2)
            };
            text::put_cut(keys, Role::HintKey, theme, left, buffer);
            let right = text::moved(area, KEYS + 4);
            text::put_cut(help, Role::Dialog, theme, right, buffer);
        }
        Line::Blank => {}
    }
}
