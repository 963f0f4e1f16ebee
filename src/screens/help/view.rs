//! Draws: the keys that work here and elsewhere.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Help, Line};
use crate::app::context::Context;
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::text;

/// The widest the column of keys gets.
const KEYS: usize = 22;

/// Returns how many lines are shown at once: the screen without header, hints and border.
pub(super) fn rows(cx: &Context) -> usize {
    usize::from(cx.size.rows.saturating_sub(4))
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
    let keys = lines.iter().map(|line| match line {
        Line::Keys { keys, .. } => width(keys),
        Line::Scope { .. } | Line::Blank => 0,
    });
    let keys = u16::try_from(keys.max().unwrap_or(0).min(KEYS)).unwrap_or(0);
    for (number, line) in shown.enumerate() {
        draw_line(line, keys, theme, text::line(inner, number), buffer);
    }
    Some(Position {
        x: inner.x,
        y: inner.y,
    })
}

fn draw_line(line: &Line, width: u16, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    match line {
        Line::Scope { name, here } => {
            let title = match (*here, *name) {
                (_, "everywhere") => "Everywhere".to_owned(),
                (true, name) => format!("Here: {name}"),
                (false, name) => format!("In: {name}"),
            };
            text::put_cut(&title, Role::DialogTitle, theme, area, buffer);
        }
        Line::Keys { keys, help } => {
            let left = Rect {
                width: width.min(area.width.saturating_sub(2)),
                ..text::moved(area, 2)
            };
            text::put_cut(keys, Role::HintKey, theme, left, buffer);
            let right = text::moved(area, width + 4);
            text::put_cut(help, Role::Dialog, theme, right, buffer);
        }
        Line::Blank => {}
    }
}
