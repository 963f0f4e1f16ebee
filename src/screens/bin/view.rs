//! Draws: the bin, one deleted record whole, and what came of creating records again.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Bin, Shows, table_name};
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::app::past;
use crate::domain::history::{DeletedRecord, Kept, Remains};
use crate::domain::{glyph, scroll, text as harmless, wrap};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, text};

/// Gutter and blanks at the left.
const LEFT: u16 = 3;
/// The widest a name gets.
const WIDEST: usize = 18;
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
        Shows::Results { .. } => "created again",
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
            let lines = whole(remains, area.width);
            named(&lines, *scrolled, theme, body, buffer)
        }
        Shows::Results { scrolled } => results(bin, *scrolled, theme, body, buffer),
    }
}

/// The values of a deleted record, line by line with their names.
pub fn whole(remains: &Remains, columns: u16) -> Vec<(String, String)> {
    let room = usize::from(columns).saturating_sub(WIDEST + 8).max(10);
    let mut lines = Vec::new();
    for (name, kept) in &remains.values {
        let value = past::shown(kept);
        for (number, line) in wrap::lines(&value, room).into_iter().enumerate() {
            let name = if number == 0 {
                harmless::line(name).into_owned()
            } else {
                String::new()
            };
            lines.push((name, value[line].trim_end().to_owned()));
        }
    }
    if remains.withheld > 0 {
        lines.push((String::new(), past::withheld(remains.withheld)));
    }
    lines
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
            one(name, value, 2, theme, text::line(area, top), buffer);
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

fn named(
    lines: &[(String, String)],
    scrolled: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    for (number, (name, value)) in lines.iter().skip(scrolled).enumerate() {
        let line = text::line(area, number);
        if line.is_empty() {
            break;
        }
        one(name, value, 0, theme, line, buffer);
    }
    let below = lines.len() > scrolled + usize::from(area.height);
    more::draw(scrolled > 0, below, theme, area, buffer);
    (!area.is_empty()).then(|| Position::new(area.x + 1, area.y))
}

fn one(name: &str, value: &str, by: u16, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let line = text::moved(line, LEFT + by);
    let label = u16::try_from(WIDEST).unwrap_or(u16::MAX);
    let room = Rect {
        width: label.min(line.width),
        ..line
    };
    text::put_cut(name, Role::FieldLabel, theme, room, buffer);
    let (place, role) = match name.is_empty() && by > 0 {
        true => (line, Role::Muted),
        false => (text::moved(line, label + 1), Role::FieldValue),
    };
    let place = Rect {
        width: place.width.saturating_sub(1),
        ..place
    };
    text::put_cut(value, role, theme, place, buffer);
}

fn results(
    bin: &Bin,
    scrolled: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let restoring = bin.restoring.as_ref()?;
    let all = &restoring.results;
    let widest = all.iter().map(|came| glyph::width(&came.name)).max();
    let widest = u16::try_from(widest.unwrap_or(0).min(32)).unwrap_or(32);
    for (number, came) in all.iter().skip(scrolled).enumerate() {
        let line = text::line(area, number);
        if line.is_empty() {
            break;
        }
        let (mark, role, word) = match came.restored {
            true => (Mark::Chosen, Role::StatusOk, "created again"),
            false => (Mark::Gone, Role::StatusError, "not created"),
        };
        text::put(theme.mark(mark), role, theme, text::moved(line, 1), buffer);
        let name = Rect {
            width: widest.min(line.width),
            ..text::moved(line, LEFT)
        };
        text::put_cut(&came.name, Role::Row, theme, name, buffer);
        let said = match came.what.is_empty() {
            true => word.to_owned(),
            false => format!("{word}: {}", came.what),
        };
        let place = text::moved(line, LEFT + widest + 2);
        text::put_cut(&said, role, theme, place, buffer);
    }
    if !restoring.is_over() {
        let line = text::moved(text::line(area, all.len().saturating_sub(scrolled)), LEFT);
        text::put("creating…", Role::StatusBusy, theme, line, buffer);
    }
    let below = all.len() > scrolled + usize::from(area.height);
    more::draw(scrolled > 0, below, theme, area, buffer);
    (!area.is_empty()).then(|| Position::new(area.x + 1, area.y))
}
