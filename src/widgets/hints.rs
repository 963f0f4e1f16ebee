//! The line of keys that help now; no table of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text;
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};

/// A key and what it does, in a word or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key's name.
    pub key: String,
    /// What it does.
    pub text: &'a str,
}

/// The blanks between two hints.
const BETWEEN: usize = 2;

/// Draws as many hints as fit, whole ones only. The last `always` ones (commands, help) are kept
/// when room is short, and those before them give way.
pub fn draw(hints: &[Hint<'_>], always: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    text::fill(Role::HintText, theme, area, buffer);
    let mut place = text::moved(area, 1);
    let fixed = hints.len().saturating_sub(always);
    let reserved: usize = hints[fixed..].iter().map(cells).sum();
    let mut room = usize::from(place.width).saturating_sub(reserved);
    let mut shown = 0;
    for hint in &hints[..fixed] {
        if cells(hint) > room {
            break;
        }
        room -= cells(hint);
        shown += 1;
    }
    for hint in hints[..shown].iter().chain(&hints[fixed..]) {
        let after = text::put(&hint.key, Role::HintKey, theme, place, buffer);
        place = text::moved(place, after + 1 - place.x);
        let after = text::put(hint.text, Role::HintText, theme, place, buffer);
        place = text::moved(place, after + 2 - place.x);
    }
}

/// The cells a hint takes with the blanks after it.
fn cells(hint: &Hint<'_>) -> usize {
    width(&hint.key) + 1 + width(hint.text) + BETWEEN
}
