//! Breaking a text into the lines of a field, so that every byte and every place of the cursor
//! belongs to one of them; no drawing.

use std::ops::Range;

use super::glyph;

#[cfg(test)]
mod tests;

/// A place in wrapped lines: which line, and how many cells from its left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The line, counted from 0.
    pub line: usize,
    /// Cells from the left.
    pub column: usize,
}

/// Breaks a text into lines of so many cells, after blanks where it can. A line is a range of bytes
/// without its line end; blanks at which a line was broken belong to the line before.
pub fn lines(text: &str, room: usize) -> Vec<Range<usize>> {
    let room = room.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        break_paragraph(paragraph, start, room, &mut lines);
        start += paragraph.len() + 1;
    }
    lines
}

/// Returns the first lines of a text, at most so many; the last one ends with `…` where there are
/// more of them, which is told too.
pub fn first_lines(text: &str, room: usize, most: usize) -> (Vec<String>, bool) {
    let all = lines(text, room);
    let cut = all.len() > most;
    let own = |line: &Range<usize>| text[line.clone()].trim_end_matches(' ').to_owned();
    let mut shown: Vec<String> = all.iter().take(most).map(own).collect();
    if let Some(last) = shown.last_mut().filter(|_| cut) {
        let mut used = 0;
        let fits = glyph::glyphs(last).take_while(|one| {
            used += one.width;
            used + 2 <= room
        });
        let end = fits.last().map_or(0, |one| one.start + one.text.len());
        *last = format!("{} …", last[..end].trim_end_matches(' '));
    }
    (shown, cut)
}

/// Returns where a byte of the text stands in its lines.
pub fn spot(text: &str, lines: &[Range<usize>], at: usize) -> Spot {
    let line = lines
        .iter()
        .rposition(|line| line.start <= at)
        .unwrap_or_default();
    let start = lines.get(line).map_or(0, |line| line.start);
    Spot {
        line,
        column: glyph::width(text.get(start..at).unwrap_or_default()),
    }
}

/// Returns the byte of the text at a spot, or the nearest one in that line.
pub fn byte(text: &str, lines: &[Range<usize>], spot: Spot) -> usize {
    let Some(line) = lines.get(spot.line) else {
        return text.len();
    };
    let mut used = 0;
    let inside = &text[line.clone()];
    for piece in glyph::glyphs(inside) {
        if used + piece.width > spot.column {
            return line.start + piece.start;
        }
        used += piece.width;
    }
    let broken = lines
        .get(spot.line + 1)
        .is_some_and(|next| next.start == line.end);
    match inside.char_indices().next_back() {
        // The end of a line that was broken is the begin of the next one: stay before it.
        Some((last, _)) if broken => line.start + last,
        _ => line.end,
    }
}

fn break_paragraph(text: &str, offset: usize, room: usize, lines: &mut Vec<Range<usize>>) {
    let (mut start, mut used) = (0, 0);
    let mut gap = None;
    for piece in glyph::glyphs(text) {
        let blank = piece.text == " ";
        while used + piece.width > room && !blank {
            let end = gap.unwrap_or(piece.start);
            lines.push(offset + start..offset + end);
            start = end;
            used = glyph::width(&text[start..piece.start]);
            gap = None;
        }
        used += piece.width;
        if blank {
            gap = Some(piece.start + 1);
        }
    }
    lines.push(offset + start..offset + text.len());
}
