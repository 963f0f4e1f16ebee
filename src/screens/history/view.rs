//! Draws: the timeline, one entry whole, the record as it was.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{History, Shows, Then, rows};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::past::{self, Line};
use crate::domain::history::HistoryEntry;
use crate::domain::{scroll, text as harmless};
use crate::input::event::Size;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, text};

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    screen: &History,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    title(screen, cx, theme, text::line(area, 0), buffer);
    let body = Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    };
    match &screen.shows {
        Shows::List if screen.entries.is_empty() => empty(screen, theme, body, buffer),
        Shows::List => list(screen, cx, theme, body, buffer),
        Shows::Whole { entry, scrolled } => whole(entry, *scrolled, cx, theme, body, buffer),
        Shows::AsOf(then) => as_of(then, cx, theme, body, buffer),
    }
}

fn title(screen: &History, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let Some(of) = &screen.of else { return };
    let table = cx.table(of.table).map(|table| table.name.to_string());
    let mut left = format!(
        "{} · {}",
        harmless::line(&table.unwrap_or_default()),
        harmless::line(&of.key.to_string())
    );
    if let Some(column) = &of.column {
        left.push_str(&format!(" · {}", harmless::line(column)));
    }
    let right = match &screen.shows {
        Shows::List => "history".to_owned(),
        Shows::Whole { .. } => "one change, whole".to_owned(),
        Shows::AsOf(then) => {
            let version = then.entry.version;
            let version = version.map_or(String::new(), |version| format!(" · version {version}"));
            let at = past::when(&then.entry, cx);
            format!("as it was at {at}{version} · read only")
        }
    };
    let left = Piece {
        text: &left,
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: &right,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

fn empty(screen: &History, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = text::moved(text::line(area, 1), 3);
    match &screen.loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        Loadable::Ready(()) => text::put_cut(
            "No change was recorded since its table takes part, or none that you may read",
            Role::Muted,
            theme,
            place,
            buffer,
        ),
        _ => text::put("reading…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

fn list(
    screen: &History,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let beside = area.width >= rows::WIDE;
    let area = match beside {
        false => area,
        true => {
            let right = text::moved(area, rows::LIST);
            pane(screen, theme, right, buffer);
            Rect {
                width: rows::LIST,
                ..area
            }
        }
    };
    let widths = rows::widths(screen, cx);
    let (opened, label) = match (beside, screen.current()) {
        (false, Some(entry)) => rows::open(entry, area.width),
        _ => (Vec::new(), 0),
    };
    let heights: Vec<usize> = (0..screen.entries.len())
        .map(|at| match at == screen.selected {
            true => 1 + opened.len() + usize::from(!beside),
            false => 1,
        })
        .collect();
    let shown = scroll::page(&heights, screen.selected, usize::from(area.height));
    let (mut top, mut cursor) = (0, None);
    for at in shown.clone() {
        let line = text::line(area, top);
        head(screen, at, widths, cx, theme, line, buffer);
        top += 1;
        if at != screen.selected {
            continue;
        }
        cursor = (!line.is_empty()).then(|| Position::new(line.x + 1, line.y));
        if !beside {
            let from = past::from(&screen.entries[at].author);
            let place = text::moved(text::line(area, top), fit(rows::LEFT + 2));
            text::put_cut(&from, Role::Muted, theme, place, buffer);
            top += 1;
        }
        for one in &opened {
            field_line(
                one,
                label,
                screen.field,
                theme,
                text::line(area, top),
                buffer,
            );
            top += 1;
        }
    }
    let below = shown.end < screen.entries.len() || screen.more;
    more::draw(shown.start > 0, below, theme, area, buffer);
    cursor
}

/// One entry in one line.
fn head(
    screen: &History,
    at: usize,
    widths: rows::Widths,
    cx: &Context,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let entry = &screen.entries[at];
    let selected = at == screen.selected;
    let version = entry
        .version
        .map_or(String::new(), |version| format!("v{version}"));
    let cells = [
        (past::when(entry, cx), widths.when, Role::Muted),
        (past::who(&entry.author), widths.who, Role::Theirs),
        (past::verb(entry.verb).to_owned(), 7, Role::Row),
        (version, 5, Role::Muted),
    ];
    let mut place = text::moved(line, fit(rows::LEFT));
    for (cell, width, role) in &cells {
        let room = Rect {
            width: fit(*width).min(place.width),
            ..place
        };
        let role = match (role, entry.author.mine) {
            (Role::Theirs, true) => Role::Mine,
            (role, _) => *role,
        };
        text::put_cut(cell, role, theme, room, buffer);
        place = text::moved(place, fit(width + 2));
    }
    let room = Rect {
        width: place.width.saturating_sub(2),
        ..place
    };
    let one_field = screen.of.as_ref().is_some_and(|of| of.column.is_some());
    match entry.fields.first().filter(|_| one_field && !selected) {
        Some(field) => {
            let lines = past::field(field, false, false, usize::from(room.width));
            let first = lines.into_iter().next().unwrap_or_default();
            pieces(&first, theme, room, buffer);
        }
        None => {
            text::put_cut(&past::summary(entry), Role::Row, theme, room, buffer);
        }
    }
    if selected {
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
}

/// The open entry beside the list.
fn pane(screen: &History, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for number in 0..usize::from(area.height) {
        let line = text::line(area, number);
        text::put(theme.mark(Mark::Down), Role::Border, theme, line, buffer);
    }
    let area = text::moved(area, 1);
    let Some(entry) = screen.current() else {
        return;
    };
    let room = usize::from(area.width).saturating_sub(rows::LEFT + 3);
    let (lines, label) = past::fields(entry, false, false, room);
    let from = text::moved(text::line(area, 0), fit(rows::LEFT));
    text::put_cut(&past::from(&entry.author), Role::Muted, theme, from, buffer);
    for (number, one) in lines.iter().enumerate() {
        let line = text::line(area, number + 1);
        field_line(one, label, screen.field, theme, line, buffer);
    }
    let all = lines.len() + 1 > usize::from(area.height);
    more::draw(false, all, theme, area, buffer);
}

/// One line of a field; the field under the cursor has a mark.
fn field_line(
    one: &Line,
    label: usize,
    field: usize,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let here = one.field == Some(field) && !one.label.is_empty();
    if here {
        let mark = text::moved(line, fit(rows::LEFT));
        text::put(theme.mark(Mark::Choice), Role::Gutter, theme, mark, buffer);
    }
    let name = Rect {
        width: fit(label).min(line.width),
        ..text::moved(line, fit(rows::LEFT + 2))
    };
    text::put_cut(&one.label, Role::FieldLabel, theme, name, buffer);
    let start = match one.field {
        Some(_) => rows::LEFT + 2 + label + 2,
        None => rows::LEFT + 2,
    };
    pieces(&one.pieces, theme, text::moved(line, fit(start)), buffer);
}

fn whole(
    entry: &HistoryEntry,
    scrolled: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let head = format!(
        "{}  {}  {}  {}",
        past::when(entry, cx),
        past::who(&entry.author),
        past::verb(entry.verb),
        past::from(&entry.author)
    );
    let first = text::moved(text::line(area, 0), 1);
    text::put_cut(&head, Role::Muted, theme, first, buffer);
    let room = Size {
        columns: area.width,
        rows: area.height,
    };
    let lines = rows::whole(entry, room);
    let labels = lines
        .iter()
        .map(|line| crate::domain::glyph::width(&line.label));
    let label = labels.max().unwrap_or(0).clamp(6, 18);
    for (number, one) in lines.iter().skip(scrolled).enumerate() {
        let line = text::line(area, number + 1);
        if line.is_empty() {
            break;
        }
        field_line(one, label, usize::MAX, theme, line, buffer);
    }
    let below = lines.len() > scrolled + usize::from(area.height).saturating_sub(1);
    more::draw(scrolled > 0, below, theme, area, buffer);
    (!first.is_empty()).then(|| Position::new(first.x, first.y))
}

fn as_of(
    then: &Then,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let shape = rows::shape(then, cx)?;
    let room = Size {
        columns: area.width,
        rows: area.height,
    };
    let all: Vec<_> = (0..shape.columns.len())
        .map(|column| rows::as_of(then, shape, column, room))
        .collect();
    let heights: Vec<usize> = all.iter().map(|lines| lines.len().max(1)).collect();
    let shown = scroll::page(&heights, then.column, usize::from(area.height));
    let label = rows::label(shape);
    let (mut top, mut cursor) = (0, None);
    for column in shown.clone() {
        let line = text::line(area, top);
        let name = Rect {
            width: fit(label).min(line.width),
            ..text::moved(line, fit(rows::LEFT))
        };
        let title = harmless::line(&shape.columns[column].name).into_owned();
        text::put_cut(&title, Role::FieldLabel, theme, name, buffer);
        if column == then.column {
            let gutter = text::moved(line, 1);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                gutter,
                buffer,
            );
            cursor = (!line.is_empty()).then(|| Position::new(line.x + 1, line.y));
        }
        let changed = all[column]
            .iter()
            .flatten()
            .any(|(_, role)| *role == Role::FieldChanged);
        if changed {
            let mark = text::moved(line, fit(rows::LEFT + label + 1));
            text::put(
                theme.mark(Mark::Changed),
                Role::FieldChanged,
                theme,
                mark,
                buffer,
            );
        }
        for (number, one) in all[column].iter().enumerate() {
            let line = text::line(area, top + number);
            pieces(
                one,
                theme,
                text::moved(line, fit(rows::LEFT + label + 3)),
                buffer,
            );
        }
        top += heights[column];
    }
    more::draw(shown.start > 0, shown.end < all.len(), theme, area, buffer);
    cursor
}

/// Draws pieces one after another; the last one that does not fit is cut.
fn pieces(all: &[(String, Role)], theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let mut room = Rect {
        width: room.width.saturating_sub(1),
        ..room
    };
    for (piece, role) in all {
        let after = text::put_cut(piece, *role, theme, room, buffer);
        room = text::moved(room, after - room.x);
    }
}

fn fit(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
