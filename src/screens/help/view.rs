//! Draws: the keys that work here and elsewhere.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Help, Line};
use crate::app::context::Context;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::text;

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
    let inner = dialog::draw(&Frame::dialog("keys"), theme, area, buffer);
    let shown = lines
        .iter()
        .skip(help.scroll)
        .take(usize::from(inner.height));
    for (number, line) in shown.enumerate() {
        draw_line(line, theme, text::line(inner, number), buffer);
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
