//! Draws: the bin, and one deleted record whole.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Bin, Shows, table_name};
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::app::past::{self, remains::WIDEST};
use crate::domain::history::{DeletedRecord, Kept};
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, named, text};

/// Gutter and blanks at the left.
const LEFT: u16 = 3;
/// The most lines of values that the open record takes.
const MOST_LINES: usize = 10;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    bin: &Bin,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let table = bin
        .table
        .map_or(String::new(), |table| table_name(table, cx));
    let right = match &bin.shows {
        Shows::List => "deleted records",
        Shows::Whole { .. } => "a deleted record, whole",
    };
    let left = Piece {
        text: &table,
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: right,
        role: Role::Muted,
    };
    status::draw(
        &[left],
        &right,
        Role::Text,
        theme,
        text::line(area, 0),
        buffer,
    );
    let body = Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    };
    match &bin.shows {
        Shows::List if bin.records.is_empty() => empty(bin, theme, body, buffer),
        Shows::List => list(bin, cx, theme, body, buffer),
        Shows::Whole { remains, scrolled } => {
            let lines = past::remains::lines(remains, area.width);
            named::lines(&lines, (*scrolled, WIDEST), theme, body, buffer)
        }
    }
}

fn empty(bin: &Bin, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = text::moved(text::line(area, 1), LEFT);
    match &bin.loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        Loadable::Ready(()) => text::put_cut(
            "Nothing was deleted here since the table takes part, or all of it is back",
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
    bin: &Bin,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let opened = bin.current().map_or(Vec::new(), |record| open(record, cx));
    let heights: Vec<usize> = (0..bin.records.len())
        .map(|at| match at == bin.selected {
            true => 1 + opened.len(),
            false => 1,
        })
        .collect();
    let shown = scroll::page(&heights, bin.selected, usize::from(area.height));
    let (mut top, mut cursor) = (0, None);
    for at in shown.clone() {
        let line = text::line(area, top);
        head(bin, at, cx, theme, line, buffer);
        top += 1;
        if at != bin.selected {
            continue;
        }
        cursor = (!line.is_empty()).then(|| Position::new(line.x + 1, line.y));
        for (name, value) in &opened {
            named::one(
                (name, value),
                (2, WIDEST),
                theme,
                text::line(area, top),
                buffer,
            );
            top += 1;
        }
    }
    let below = shown.end < bin.records.len() || bin.more;
    more::draw(shown.start > 0, below, theme, area, buffer);
    cursor
}

/// The lines of the open record: from where it was deleted, what went with it, its values.
fn open(record: &DeletedRecord, cx: &Context) -> Vec<(String, String)> {
    let mut lines = vec![(String::new(), past::from(&record.entry.author))];
    if !record.dependents.is_empty() {
        let tables = record.dependents.iter().map(|(table, count)| {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            format!(
                "{} of {}",
                words::count(count, "record"),
                table_name(*table, cx)
            )
        });
        let tables: Vec<String> = tables.collect();
        lines.push((
            String::new(),
            format!("deleted with it: {}", tables.join(", ")),
        ));
    }
    let values = record.entry.fields.iter().filter_map(|field| {
        let kept = field.old.as_ref()?;
        let null = matches!(kept, Kept::Whole(value) if value.is_null());
        (!null).then(|| {
            let value = harmless::line(&past::shown(kept)).into_owned();
            (harmless::line(&field.column).into_owned(), value)
        })
    });
    lines.extend(values.take(MOST_LINES));
    lines
}

fn head(bin: &Bin, at: usize, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let record = &bin.records[at];
    let others: u64 = record.dependents.iter().map(|(_, count)| count).sum();
    let with = match others {
        0 => String::new(),
        others => format!("  with {others} more"),
    };
    let author = &record.entry.author;
    let who = if author.mine {
        Role::Mine
    } else {
        Role::Theirs
    };
    let mut room = text::moved(line, LEFT);
    room.width = room.width.saturating_sub(2);
    for (piece, role) in [
        (
            harmless::line(&record.entry.key.to_string()).into_owned(),
            Role::Row,
        ),
        (
            format!("  deleted {} by ", past::when(&record.entry, cx)),
            Role::Muted,
        ),
        (past::who(author), who),
        (with, Role::Merged),
    ] {
        let after = text::put_cut(&piece, role, theme, room, buffer);
        room = text::moved(room, after - room.x);
    }
    if at == bin.selected {
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
