//! A list of entries to choose from: tables, commands, values of a column; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::text;
use crate::domain::glyph::width;
use crate::theme::{Mark, Role, Theme};

/// An entry of a list.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// What it is.
    pub text: &'a str,
    /// The bytes of the text that a search found, in order.
    pub found: Vec<usize>,
    /// What is said of it at the right: a key, a count.
    pub note: &'a str,
}

/// Draws entries from the top of an area; returns where the cursor belongs.
pub fn draw(
    entries: &[Entry<'_>],
    selected: Option<usize>,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Row, theme, area, buffer);
    for (number, entry) in entries.iter().enumerate() {
        let line = text::line(area, number);
        if line.is_empty() {
            break;
        }
        draw_entry(entry, theme, text::moved(line, 3), buffer);
        if selected == Some(number) {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                text::moved(line, 1),
                buffer,
            );
        }
    }
    let y = u16::try_from(selected?).ok()?;
    (y < area.height && area.width > 1).then(|| Position::new(area.x + 1, area.y + y))
}

fn draw_entry(entry: &Entry<'_>, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let note = u16::try_from(width(entry.note)).unwrap_or(u16::MAX);
    let left = match note {
        0 => line.width,
        note => line.width.saturating_sub(note + 2),
    };
    let room = Rect {
        width: left,
        ..line
    };
    text::put_cut(entry.text, Role::Row, theme, room, buffer);
    for at in &entry.found {
        let (Some(before), Some(rest)) = (entry.text.get(..*at), entry.text.get(*at..)) else {
            continue;
        };
        let cells = rest
            .chars()
            .next()
            .map_or(0, |c| width(c.encode_utf8(&mut [0; 4])));
        let place = text::moved(room, u16::try_from(width(before)).unwrap_or(u16::MAX));
        let cells = u16::try_from(cells).unwrap_or(0).min(place.width);
        text::lay_over(
            Role::ValueMatch,
            theme,
            Rect {
                width: cells,
                ..place
            },
            buffer,
        );
    }
    if left > 0 {
        text::put(
            entry.note,
            Role::Muted,
            theme,
            text::moved(line, line.width - note.min(line.width)),
            buffer,
        );
    }
}
