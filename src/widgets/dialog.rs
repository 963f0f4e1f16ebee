//! Boxes over a screen and panes beside it: border, title, lines; no keys and no state.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::domain::glyph::width;
use crate::theme::{Mark, Role, Theme};

/// What a box looks like.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Its title; none when empty.
    pub title: &'a str,
    /// The role of the title.
    pub title_role: Role,
    /// The role of the border.
    pub border_role: Role,
    /// The role of the inside.
    pub inside_role: Role,
}

impl<'a> Frame<'a> {
    /// Makes the frame of a dialog.
    pub fn dialog(title: &'a str) -> Frame<'a> {
        Frame {
            title,
            title_role: Role::DialogTitle,
            border_role: Role::DialogBorder,
            inside_role: Role::Dialog,
        }
    }

    /// Makes the frame of a dialog that warns.
    pub fn danger(title: &'a str) -> Frame<'a> {
        Frame {
            title_role: Role::DialogDanger,
            border_role: Role::DialogDanger,
            ..Frame::dialog(title)
        }
    }

    /// Makes the frame of a pane; the one that gets the keys has a marked title.
    pub fn pane(title: &'a str, focused: bool) -> Frame<'a> {
        let (title_role, border_role) = match focused {
            true => (Role::TitleFocused, Role::BorderFocused),
            false => (Role::Title, Role::Border),
        };
        Frame {
            title,
            title_role,
            border_role,
            inside_role: Role::Text,
        }
    }
}

/// Draws an empty box over an area and returns its inside, with a blank column at both sides.
pub fn draw(frame: &Frame<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let area = area.intersection(buffer.area);
    text::fill(frame.inside_role, theme, area, buffer);
    if area.width < 2 || area.height < 2 {
        return Rect { height: 0, ..area };
    }
    border(frame.border_role, theme, area, buffer);
    if !frame.title.is_empty() {
        let room = Rect {
            width: area.width.saturating_sub(4),
            ..text::moved(area, 2)
        };
        let title = format!(" {} ", frame.title);
        text::put_cut(&title, frame.title_role, theme, room, buffer);
    }
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height - 2,
    }
}

/// Returns an area of that size in the middle of another, or as much of it as there is.
pub fn middle(columns: u16, rows: u16, area: Rect) -> Rect {
    let (width, height) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Draws lines of text, broken between words, from the top of an area; returns what is left below.
pub fn paragraphs(
    lines: &[&str],
    role: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let mut used = 0;
    for paragraph in lines {
        for range in text::wrap(paragraph, usize::from(area.width)) {
            let line = text::line(area, used);
            text::put(&paragraph[range], role, theme, line, buffer);
            used += 1;
        }
    }
    let used = u16::try_from(used).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y + used,
        height: area.height - used,
        ..area
    }
}

/// Returns the size a dialog needs for its lines within an area: columns and rows, with border.
pub fn size(title: &str, lines: &[&str], area: Rect) -> (u16, u16) {
    let widest = lines
        .iter()
        .copied()
        .chain([title])
        .map(width)
        .max()
        .unwrap_or(0);
    let room = usize::from(area.width.saturating_sub(8)).max(1);
    let inside = widest.clamp(1, room);
    let rows: usize = lines
        .iter()
        .map(|line| text::wrap(line, inside).len())
        .sum();
    let fit = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    (fit(inside + 4), fit(rows + 2))
}

fn border(role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let style = theme.style(role);
    let mut set = |x, y, mark| {
        buffer[(x, y)].set_symbol(theme.mark(mark)).set_style(style);
    };
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x + 1..right {
        set(x, area.y, Mark::Across);
        set(x, bottom, Mark::Across);
    }
    for y in area.y + 1..bottom {
        set(area.x, y, Mark::Down);
        set(right, y, Mark::Down);
    }
    set(area.x, area.y, Mark::UpperLeft);
    set(right, area.y, Mark::UpperRight);
    set(area.x, bottom, Mark::LowerLeft);
    set(right, bottom, Mark::LowerRight);
}
