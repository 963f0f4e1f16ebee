//! Draws the list from which one of the tenants is chosen.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::tenants::{ALL, Choice, ChooseTenant};
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::{form, list, text};

/// Draws it over the place and returns where the cursor belongs.
pub fn view(
    choose: &ChooseTenant,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let columns = area.width.saturating_sub(4).min(70);
    // The line that is typed in, a blank one, all of them, and the border.
    let wanted = u16::try_from(choose.tenants.len() + 5).unwrap_or(u16::MAX);
    let rows = wanted.min(area.height.saturating_sub(2));
    let place = dialog::middle(columns, rows, area);
    let inner = dialog::draw(&Frame::dialog("act in which tenant"), theme, place, buffer);
    let typed = text::line(inner, 0);
    text::fill(Role::FieldValue, theme, typed, buffer);
    let cursor = form::edited_line(&choose.typed, Role::FieldValue, theme, typed, buffer);
    if choose.typed.is_empty() {
        text::put_cut("type to find", Role::Placeholder, theme, typed, buffer);
    }
    let below = Rect {
        y: inner.y + inner.height.min(2),
        height: inner.height.saturating_sub(2),
        ..inner
    };
    let found = choose.found();
    if found.is_empty() {
        text::put_cut("nothing fits", Role::Muted, theme, below, buffer);
        return cursor;
    }
    let fit = usize::from(below.height).max(1);
    let first = (choose.selected + 1).saturating_sub(fit);
    let entries: Vec<list::Entry<'_>> = found
        .iter()
        .skip(first)
        .take(fit)
        .map(|choice| entry(choice, choose.across))
        .collect();
    let selected = choose.selected.saturating_sub(first);
    list::draw(&entries, Some(selected), theme, below, buffer);
    cursor
}

fn entry<'a>(choice: &Choice<'a>, across: bool) -> list::Entry<'a> {
    let (text, note) = match choice {
        Choice::All => (ALL, if across { "now" } else { "" }),
        Choice::One(one) if one.chosen => (one.name.as_str(), "now"),
        Choice::One(one) if one.closed.is_some() => (one.name.as_str(), "closed"),
        Choice::One(one) => (one.name.as_str(), ""),
    };
    list::Entry {
        text,
        note,
        ..list::Entry::default()
    }
}
