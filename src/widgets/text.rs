//! Painting one line of text by role: cut, padded, never half a wide glyph; no layout of screens.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::domain::glyph::{glyphs, width};
use crate::theme::{Mark, Role, Theme};

/// Which end of its room a text stands at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// At the right, as numbers.
    Right,
}

/// Paints a text from the left of the first line of `area` and returns the column after it. What
/// does not fit is left out.
pub fn put(text: &str, role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return area.x;
    }
    let style = theme.style(role);
    let mut x = area.x;
    if !text.is_empty() {
        free(area.x, area.y, buffer);
    }
    let mut cells = row(area, area.y, buffer);
    for glyph in glyphs(text) {
        let wide: u16 = if glyph.width == 2 { 2 } else { 1 };
        let Some((here, after)) = cells.split_at_mut_checked(wide.into()) else {
            break;
        };
        here[0].set_symbol(glyph.text).set_style(style);
        if let Some(rest) = here.get_mut(1) {
            rest.set_symbol(" ").set_style(style);
        }
        (cells, x) = (after, x + wide);
    }
    x
}

/// Paints a text like [`put`]; one that does not fit ends with the mark of a cut.
pub fn put_cut(text: &str, role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) -> u16 {
    let cut = width(text) > usize::from(area.width);
    put_in(text, cut, Align::Left, role, theme, area, buffer)
}

/// Paints a text at one end of the first line of `area`. With `cut`, or when it does not fit, it
/// ends with the mark of a cut. Returns the column after it.
pub fn put_in(
    text: &str,
    cut: bool,
    align: Align,
    role: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let text = one_line(text, theme);
    let room = usize::from(area.width);
    let whole = width(&text);
    if !cut && whole <= room {
        let shift = if align == Align::Right {
            room - whole
        } else {
            0
        };
        let shifted = moved(area, u16::try_from(shift).unwrap_or(0));
        return put(&text, role, theme, shifted, buffer);
    }
    if room == 0 {
        return area.x;
    }
    let inside = Rect {
        width: area.width - 1,
        ..area
    };
    let end = put(&text, role, theme, inside, buffer);
    put(
        theme.mark(Mark::Cut),
        Role::ValueCut,
        theme,
        moved(area, end - area.x),
        buffer,
    )
}

/// Fills an area with blanks of a role, so that nothing that was there shows through.
pub fn fill(role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let style = theme.style(role);
    let area = area.intersection(buffer.area);
    let mut blank = Cell::EMPTY;
    blank.set_style(style);
    for y in area.top()..area.bottom() {
        free(area.x, y, buffer);
        row(area, y, buffer).fill(blank.clone());
    }
}

/// The cells of one line of an area that is within the buffer.
fn row(area: Rect, y: u16, buffer: &mut Buffer) -> &mut [Cell] {
    match area.is_empty() {
        true => &mut [],
        false => {
            let start = buffer.index_of(area.x, y);
            &mut buffer.content[start..start + usize::from(area.width)]
        }
    }
}

/// Blanks a wide glyph whose second half is in the way: it would cover what is drawn there.
fn free(x: u16, y: u16, buffer: &mut Buffer) {
    let before = x.checked_sub(1).and_then(|x| buffer.cell_mut((x, y)));
    if let Some(cell) = before.filter(|cell| !cell.symbol().is_ascii() && width(cell.symbol()) > 1)
    {
        cell.set_symbol(" ");
    }
}

/// Lays a role over an area without changing its text.
pub fn lay_over(role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area.intersection(buffer.area), theme.style(role));
}

/// Returns the area without its first `by` columns.
pub fn moved(area: Rect, by: u16) -> Rect {
    let by = by.min(area.width);
    Rect {
        x: area.x + by,
        width: area.width - by,
        ..area
    }
}

/// Returns one line of an area, counted from 0; an empty one when it has not as many.
pub fn line(area: Rect, number: usize) -> Rect {
    match u16::try_from(number) {
        Ok(y) if y < area.height => Rect {
            y: area.y + y,
            height: 1,
            ..area
        },
        _ => Rect { height: 0, ..area },
    }
}

/// Shows line ends as marks and tabs as blanks, so that a text takes one line.
pub fn one_line<'a>(text: &'a str, theme: &Theme) -> Cow<'a, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    Cow::Owned(text.replace(['\n', '\r'], theme.mark(Mark::LineEnd)))
}

/// Returns the beginning of a text that fits in so many cells.
pub fn beginning(text: &str, room: usize) -> &str {
    let mut used = 0;
    for glyph in glyphs(text) {
        used += glyph.width;
        if used > room {
            return &text[..glyph.start];
        }
    }
    text
}

/// Breaks a text into lines of so many cells, between words where it can. Every line is a range
/// of bytes; blanks at which a line was broken belong to none.
pub fn wrap(text: &str, room: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        wrap_paragraph(
            paragraph.trim_end_matches('\r'),
            start,
            room.max(2),
            &mut lines,
        );
        start += paragraph.len() + 1;
    }
    lines
}

fn wrap_paragraph(text: &str, offset: usize, room: usize, lines: &mut Vec<Range<usize>>) {
    let (mut start, mut used) = (0, 0);
    // Where the line can be broken: the end of its last word, and the begin of the next.
    let mut gap: Option<(usize, usize)> = None;
    for glyph in glyphs(text) {
        let blank = glyph.text == " ";
        // Twice where a word is broken off at a blank and does not fit with a wide sign after it.
        while used > 0 && used + glyph.width > room && !blank {
            let (end, next) = gap.unwrap_or((glyph.start, glyph.start));
            lines.push(offset + start..offset + end);
            start = next;
            used = width(&text[next..glyph.start]);
            gap = None;
        }
        used += glyph.width;
        if blank {
            let after = glyph.start + 1;
            gap = match gap {
                Some((end, next)) if next == glyph.start => Some((end, after)),
                _ => Some((glyph.start, after)),
            };
        }
    }
    let end = text.trim_end_matches(' ').len().max(start);
    lines.push(offset + start..offset + end);
}
