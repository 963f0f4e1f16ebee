//! Draws a value that is looked into, in the stead of the grid or the record.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Looking, around, indent};
use crate::domain::glyph::width;
use crate::domain::number::grouped;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::text as paint;

/// Draws the value and returns where the cursor belongs.
pub fn draw(peek: &Looking, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let (line, lines) = peek.place();
    let number = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    let place = match lines {
        0 => String::new(),
        _ => format!("line {} of {}", number(line), number(lines)),
    };
    let title = Piece {
        text: peek.name(),
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: &place,
        role: Role::Muted,
    };
    let first = paint::line(area, 0);
    status::draw(&[title], &right, Role::Text, theme, first, buffer);
    for (number, words) in peek.about().iter().enumerate() {
        let place = paint::moved(paint::line(area, number + 1), 1);
        paint::put_cut(words, Role::Muted, theme, place, buffer);
    }
    let above = around(peek).saturating_sub(1).min(area.height);
    let body = Rect {
        y: area.y + above,
        height: area.height.saturating_sub(above + 1),
        ..area
    };
    let cursor = rows(peek, theme, body, buffer);
    let last = paint::line(area, usize::from(area.height.saturating_sub(1)));
    match peek.finds() {
        None => cursor.or(Some(Position::new(area.x, area.y))),
        Some(field) => {
            let slash = paint::put("/", Role::HintKey, theme, paint::moved(last, 1), buffer);
            let room = paint::moved(last, slash - last.x);
            paint::lay_over(Role::FieldFocused, theme, room, buffer);
            edited_line(field, Role::FieldValue, theme, room, buffer)
        }
    }
}

fn rows(peek: &Looking, theme: &Theme, body: Rect, buffer: &mut Buffer) -> Option<Position> {
    let height = usize::from(body.height);
    let all = peek.rows();
    // As many as fit, the one under the cursor in the middle where it can be.
    let top = peek.cursor().saturating_sub(height / 2);
    let top = top.min(all.len().saturating_sub(height));
    let mut cursor = None;
    for (number, row) in all.iter().enumerate().skip(top).take(height) {
        let (line, folded) = peek.line(row.line);
        let place = paint::line(body, number - top);
        if number == peek.cursor() {
            paint::put(theme.mark(Mark::Gutter), Role::Gutter, theme, place, buffer);
            cursor = Some(Position::new(place.x, place.y));
        }
        let before = u16::try_from(indent(line)).unwrap_or(u16::MAX);
        if line.folds && row.part.start == 0 {
            let sign = if folded { "+" } else { "-" };
            let at = paint::moved(place, before.saturating_sub(1).max(1));
            paint::put(sign, Role::HintKey, theme, at, buffer);
        }
        let place = paint::moved(place, before + 1);
        let part = &line.text[row.part.clone()];
        paint::put_cut(part, Role::FieldValue, theme, place, buffer);
        matched(part, peek.found(), theme, place, buffer);
    }
    cursor
}

/// Marks what was looked for.
fn matched(shown: &str, wanted: &str, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let lower = shown.to_lowercase();
    let wanted = wanted.to_lowercase();
    // Where letters change their length with their case the places would not be the same.
    if wanted.is_empty() || lower.len() != shown.len() {
        return;
    }
    for (at, _) in lower.match_indices(&wanted) {
        let parts = shown.get(..at).zip(shown.get(at..at + wanted.len()));
        let Some((before, found)) = parts else {
            continue;
        };
        let cells = |text: &str| u16::try_from(width(text)).unwrap_or(u16::MAX);
        let there = paint::moved(place, cells(before));
        let there = Rect {
            width: there.width.min(cells(found)),
            ..there
        };
        paint::lay_over(Role::ValueMatch, theme, there, buffer);
    }
}
