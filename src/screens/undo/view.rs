//! Draws: one's own last changes and what taking each back would do.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Undo, runs, take_back};
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::app::past;
use crate::domain::history::OwnChange;
use crate::domain::run::{Own, OwnRun};
use crate::domain::scroll;
use crate::input::action::{Action, BrowserAction, HistoryAction, Scope};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, text};

/// Gutter and blanks at the left.
const LEFT: u16 = 3;
/// The most lines that the fields of the open change take.
const MOST_LINES: usize = 10;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    undo: &Undo,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let left = Piece {
        text: "your own last changes",
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: "what taking them back would do",
        role: Role::Muted,
    };
    let line = text::line(area, 0);
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
    let list = Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    };
    if undo.changes.is_empty() {
        return empty(undo, theme, list, buffer);
    }
    changes(undo, cx, theme, list, buffer)
}

fn empty(undo: &Undo, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = text::moved(text::line(area, 1), LEFT);
    match &undo.loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        Loadable::Ready(()) => text::put_cut(
            "You have changed nothing yet",
            Role::Muted,
            theme,
            place,
            buffer,
        ),
        _ => text::put("reading…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

fn changes(
    undo: &Undo,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let room = usize::from(area.width.saturating_sub(LEFT + 5));
    let (mut lines, label) = match undo.current() {
        Some(Own::Change(change)) => past::fields(&change.entry, true, false, room),
        _ => Default::default(),
    };
    tell_hidden(&mut lines, cx);
    let heights: Vec<usize> = (0..undo.changes.len())
        .map(|at| match at == undo.selected {
            true => 2 + lines.len(),
            false => 1,
        })
        .collect();
    let shown = scroll::page(&heights, undo.selected, usize::from(area.height));
    let (mut top, mut cursor) = (0, None);
    for at in shown.clone() {
        let change = &undo.changes[at];
        let line = text::line(area, top);
        match change {
            Own::Change(change) => head(change, cx, theme, line, buffer),
            Own::Run(run) => run_head(run, cx, theme, line, buffer),
        }
        top += 1;
        if at != undo.selected {
            continue;
        }
        select(theme, line, buffer);
        cursor = (!line.is_empty()).then(|| Position::new(line.x + 1, line.y));
        standing(change, cx, theme, text::line(area, top), buffer);
        top += 1;
        for one in &lines {
            let line = text::line(area, top);
            let name = Rect {
                width: fit(label).min(line.width),
                ..text::moved(line, LEFT + 2)
            };
            text::put_cut(&one.label, Role::FieldLabel, theme, name, buffer);
            let mut room = text::moved(line, LEFT + 4 + fit(label));
            room.width = room.width.saturating_sub(1);
            for (piece, role) in &one.pieces {
                let after = text::put_cut(piece, *role, theme, room, buffer);
                room = text::moved(room, after - room.x);
            }
            top += 1;
        }
    }
    let below = shown.end < undo.changes.len() || undo.more;
    more::draw(shown.start > 0, below, theme, area, buffer);
    cursor
}

/// What does not fit is counted, and said where to read it.
fn tell_hidden(lines: &mut Vec<past::Line>, cx: &Context) {
    let hidden = lines.len().saturating_sub(MOST_LINES);
    if hidden < 1 {
        return;
    }
    lines.truncate(MOST_LINES - 1);
    let undo = words::key(Action::History(HistoryAction::UndoChange), Scope::Undo, cx);
    let more = format!(
        "and {} more lines: {undo} shows all, and saves nothing yet",
        hidden + 1
    );
    lines.push(past::Line {
        pieces: vec![(more, Role::Muted)],
        ..past::Line::default()
    });
}

fn head(change: &OwnChange, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let table = runs::table(change.table, cx);
    let name = format!("{table} · {}", take_back::label(change));
    let mut room = text::moved(line, LEFT);
    room.width = room.width.saturating_sub(2);
    let when = format!("{}  ", past::when(&change.entry, cx));
    let touched = match change.touched.as_ref() {
        Some(touched) if !touched.mine => "  touched since",
        _ => "",
    };
    let what = take_back::what(change);
    for (piece, role) in [
        (when.as_str(), Role::Muted),
        (name.as_str(), Role::Row),
        (touched, Role::Theirs),
        ("  ", Role::Row),
        (what.as_str(), Role::Mine),
    ] {
        let after = text::put_cut(piece, role, theme, room, buffer);
        room = text::moved(room, after - room.x);
    }
}

/// A run in one line: when, and what was done to how many.
fn run_head(run: &OwnRun, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let mut room = text::moved(line, LEFT);
    room.width = room.width.saturating_sub(2);
    let when = format!("{}  ", words::clock(run.at, cx));
    let after = text::put_cut(&when, Role::Muted, theme, room, buffer);
    let rest = text::moved(room, after - room.x);
    let what = runs::what(run, &runs::table(run.table, cx));
    text::put_cut(&what, Role::Row, theme, rest, buffer);
}

fn select(theme: &Theme, line: Rect, buffer: &mut Buffer) {
    text::lay_over(Role::RowSelected, theme, line, buffer);
    let gutter = text::moved(line, 1);
    text::put(
        theme.mark(Mark::Gutter),
        Role::Gutter,
        theme,
        gutter,
        buffer,
    );
}

/// Says what would be met: nobody touched it, or who did; of a run that it is looked at first.
fn standing(own: &Own, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let place = text::moved(line, LEFT + 2);
    let Own::Change(change) = own else {
        let open = words::key(Action::Browser(BrowserAction::Open), Scope::Undo, cx);
        let undo = words::key(Action::History(HistoryAction::UndoChange), Scope::Undo, cx);
        let line =
            format!("{open} or {undo} looks at each record first; nothing is written by that");
        text::put_cut(&line, Role::Muted, theme, place, buffer);
        return;
    };
    let theirs = change.touched.as_ref().is_some_and(|touched| !touched.mine);
    let role = if theirs {
        Role::StatusWarning
    } else {
        Role::Muted
    };
    text::put_cut(&take_back::standing(change, cx), role, theme, place, buffer);
}

fn fit(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::input::event::Size;
    use crate::input::keymap::Keymap;

    #[test]
    fn what_is_not_shown_of_a_change_is_counted() {
        let keymap = Arc::new(Keymap::default());
        let cx = Context::new(Size::STANDARD, keymap, 1, jiff::Timestamp::UNIX_EPOCH);
        for (all, last) in [
            (MOST_LINES, ""),
            (
                MOST_LINES + 1,
                "and 2 more lines: u shows all, and saves nothing yet",
            ),
        ] {
            let mut lines = vec![past::Line::default(); all];
            tell_hidden(&mut lines, &cx);
            assert_eq!(lines.len(), MOST_LINES);
            let told = lines.last().and_then(|line| line.pieces.first());
            assert_eq!(told.map_or("", |(text, _)| text), last);
        }
    }
}
