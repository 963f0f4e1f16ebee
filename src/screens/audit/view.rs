//! Draws: the audit's list with its filter, and one entry whole.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Audit, keys, rows, verb};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::domain::audit::{AuditEntry, Part};
use crate::domain::glyph::width;
use crate::input::action::{Action, ListAction};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, text};

/// Gutter and blanks at the left.
const LEFT: u16 = 3;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    audit: &Audit,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    title(audit, cx, theme, text::line(area, 0), buffer);
    if let Some((entry, scrolled)) = &audit.whole {
        return whole(entry, *scrolled, cx, theme, below(area, 1), buffer);
    }
    let typed = filter(audit, cx, theme, text::line(area, 1), buffer);
    let room = below(area, if audit.find.is_some() { 3 } else { 2 });
    if audit.find.is_some() {
        meaning(audit, cx, theme, text::line(area, 2), buffer);
    }
    let cursor = match audit.entries.is_empty() {
        true => empty(audit, cx, theme, room, buffer),
        false => list(audit, cx, theme, room, buffer),
    };
    typed.or(cursor)
}

fn below(area: Rect, lines: u16) -> Rect {
    Rect {
        y: area.y + lines.min(area.height),
        height: area.height.saturating_sub(lines),
        ..area
    }
}

fn title(audit: &Audit, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let (fresh, more) = audit.news;
    let (right, role) = match (&audit.whole, fresh) {
        (Some(_), _) => ("one entry, whole".to_owned(), Role::Muted),
        (None, 0) if audit.more_above => {
            let key = keys::of(Action::List(ListAction::First), cx);
            (format!("later ones above: {key} shows them"), Role::Muted)
        }
        (None, 0) => ("the newest first".to_owned(), Role::Muted),
        (None, fresh) => {
            let than = if more { "more than " } else { "" };
            let key = keys::of(Action::List(ListAction::First), cx);
            let said = format!("{than}{fresh} new: {key} shows them");
            (said, Role::StatusWarning)
        }
    };
    let left = Piece {
        text: "audit",
        role: Role::TitleFocused,
    };
    let right = Piece { text: &right, role };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

/// Draws the line that is typed, or the parts of the filter; where the cursor is in the line.
fn filter(
    audit: &Audit,
    cx: &Context,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let mut place = text::moved(line, 1);
    if let Some(find) = &audit.find {
        let after = text::put("filter ", Role::FieldLabel, theme, place, buffer);
        place = text::moved(place, after - place.x);
        text::lay_over(Role::FieldFocused, theme, place, buffer);
        return edited_line(&find.field, Role::FieldValue, theme, place, buffer);
    }
    let parts = audit.filter.parts();
    if parts.is_empty() {
        let (filters, alike) = keys::to_filter(cx);
        let none = format!("everything: {filters} filters, {alike} find what is like this entry");
        text::put_cut(&none, Role::Placeholder, theme, place, buffer);
        return None;
    }
    let from = first_part(&parts, audit.part, usize::from(place.width));
    for (number, (_, words)) in parts.iter().enumerate().skip(from) {
        let chosen = number == audit.part;
        let (open, close) = if chosen { ("[", "]") } else { (" ", " ") };
        let role = if chosen { Role::TabSelected } else { Role::Tab };
        let chip = format!("{open}{words}{close}");
        let after = text::put_cut(&chip, role, theme, place, buffer);
        place = text::moved(place, after + 1 - place.x);
    }
    None
}

/// From which part on to draw, so that the chosen one is seen whole.
fn first_part(parts: &[(Part, String)], chosen: usize, room: usize) -> usize {
    let cells = |from: usize| {
        let shown = parts[from..].iter().take(chosen + 1 - from);
        shown.map(|(_, words)| width(words) + 3).sum::<usize>()
    };
    (0..=chosen.min(parts.len().saturating_sub(1)))
        .find(|from| cells(*from) <= room)
        .unwrap_or(chosen)
}

/// What is typed means, or what is not understood.
fn meaning(audit: &Audit, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let Some(find) = &audit.find else { return };
    let (said, role) = match find.meaning(cx) {
        Ok(filter) if filter.is_empty() => (
            "person, table, record, action, since, until: each with what follows it".to_owned(),
            Role::Muted,
        ),
        Ok(filter) => {
            let parts = filter.parts().into_iter().map(|(_, words)| words);
            (parts.collect::<Vec<_>>().join(" · "), Role::Muted)
        }
        Err(said) => (said, Role::FieldError),
    };
    text::put_cut(&said, role, theme, text::moved(line, 8), buffer);
}

fn empty(
    audit: &Audit,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = text::moved(text::line(area, 1), LEFT);
    match &audit.loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        Loadable::Ready(()) if audit.beyond.is_none() => {
            let none = match audit.filter.is_empty() {
                true => "Nothing was recorded yet".into(),
                false => keys::to_widen(cx),
            };
            text::put_cut(&none, Role::Muted, theme, place, buffer)
        }
        Loadable::Ready(()) => {
            let key = keys::of(Action::List(ListAction::PageDown), cx);
            let none = format!("Nothing was found so far; {key} looks further back");
            text::put_cut(&none, Role::Muted, theme, place, buffer)
        }
        _ => text::put("looking…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

/// How wide the columns before the last one are.
struct Widths {
    when: usize,
    who: usize,
    verb: usize,
}

fn list(
    audit: &Audit,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let count = audit.entries.len();
    let height = usize::from(area.height);
    let first = audit.selected / height.max(1) * height.max(1);
    let shown = &audit.entries[first..count.min(first + height)];
    let longest = |texts: &mut dyn Iterator<Item = String>| texts.map(|one| width(&one)).max();
    let widths = Widths {
        when: longest(&mut shown.iter().map(|one| rows::when(one, cx))).unwrap_or(0),
        who: longest(&mut shown.iter().map(rows::who)).map_or(0, |most| most.min(14)),
        verb: longest(&mut shown.iter().map(verb)).map_or(0, |most| most.min(18)),
    };
    let mut cursor = None;
    for (row, entry) in shown.iter().enumerate() {
        let line = text::line(area, row);
        one(entry, &widths, cx, theme, line, buffer);
        if first + row == audit.selected {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            let gutter = text::moved(line, 1);
            let mark = theme.mark(Mark::Gutter);
            text::put(mark, Role::Gutter, theme, gutter, buffer);
            cursor = (!line.is_empty()).then(|| Position::new(line.x + 1, line.y));
        }
    }
    let below = first + height < count || audit.beyond.is_some();
    more::draw(first > 0 || audit.more_above, below, theme, area, buffer);
    cursor
}

fn one(
    entry: &AuditEntry,
    widths: &Widths,
    cx: &Context,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let mut place = text::moved(line, LEFT);
    place.width = place.width.saturating_sub(1);
    let about = if entry.hidden { Role::Muted } else { Role::Row };
    for (piece, room, role) in [
        (rows::when(entry, cx), widths.when, Role::Muted),
        (rows::who(entry), widths.who, Role::Row),
        (verb(entry), widths.verb, role_of(entry)),
        (rows::about(entry), usize::MAX, about),
    ] {
        let cell = Rect {
            width: fit(room).min(place.width),
            ..place
        };
        text::put_cut(&piece, role, theme, cell, buffer);
        place = text::moved(place, fit(room.saturating_add(2)));
    }
}

/// What stands out: what was refused, and what is gone.
fn role_of(entry: &AuditEntry) -> Role {
    match entry.verb.as_str() {
        "sign-in refused" | "sign-in locked" => Role::StatusWarning,
        "delete" | "truncate" => Role::RowGone,
        _ => Role::Row,
    }
}

fn whole(
    entry: &AuditEntry,
    scrolled: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let lines = rows::whole(entry, cx);
    let labels = rows::labels(&lines);
    let height = usize::from(area.height);
    for (row, (label, pieces)) in lines.iter().skip(scrolled).take(height).enumerate() {
        let line = text::moved(text::line(area, row), 1);
        let name = Rect {
            width: fit(labels).min(line.width),
            ..line
        };
        text::put_cut(label, Role::FieldLabel, theme, name, buffer);
        let mut place = text::moved(line, fit(labels + 2));
        for (piece, role) in pieces {
            let after = text::put_cut(piece, *role, theme, place, buffer);
            place = text::moved(place, after - place.x);
        }
    }
    let below = scrolled + height < lines.len();
    more::draw(scrolled > 0, below, theme, area, buffer);
    Some(Position::new(area.x, area.y))
}

fn fit(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
