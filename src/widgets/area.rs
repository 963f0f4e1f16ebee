//! A text of several lines with its cursor, broken and scrolled to fit; no editing.
//!
//! ratatui-textarea breaks the lines and scrolls. It is made anew from our own text for every
//! frame that is drawn: forms hold plain data, and what a terminal cannot show reliably is
//! replaced before the text comes here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

use super::text;
use crate::domain::glyph::glyphs;
use crate::theme::{Role, Theme};

/// What a tab is shown as.
const TAB: &str = "    ";

/// Draws a text; with a cursor (a byte of the text), the part around it, and returns its place.
pub fn draw(
    value: &str,
    cursor: Option<usize>,
    role: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return None;
    }
    let mut drawn = TextArea::new(value.split('\n').map(harmless).collect());
    drawn.set_style(theme.style(role));
    drawn.set_cursor_style(Style::new());
    drawn.set_cursor_line_style(Style::new());
    drawn.set_wrap_mode(WrapMode::WordOrGlyph);
    let before = value.get(..cursor.unwrap_or(0)).unwrap_or_default();
    let row = before.matches('\n').count();
    let column = harmless(before.rsplit('\n').next().unwrap_or_default())
        .chars()
        .count();
    let fit = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    // The first drawing tells the text area how wide it is, so that it knows where lines break.
    drawn.render(area, buffer);
    drawn.move_cursor(CursorMove::Jump(fit(row), fit(column)));
    text::fill(role, theme, area, buffer);
    drawn.render(area, buffer);
    cursor?;
    let (place, (top, left)) = (drawn.screen_cursor(), drawn.scroll_offset());
    let x = fit(place.col).saturating_sub(left).min(area.width - 1);
    let y = fit(place.row).saturating_sub(top).min(area.height - 1);
    Some(Position::new(area.x + x, area.y + y))
}

/// A line with every glyph replaced by what is shown of it.
fn harmless(line: &str) -> String {
    let line = line.trim_end_matches('\r').replace('\t', TAB);
    glyphs(&line).map(|glyph| glyph.text).collect()
}
