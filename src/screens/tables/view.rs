//! Draws the list of tables: name, label, how many rows, and why one is read-only.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Tables;
use super::find::Found;
use crate::app::context::Context;
use crate::domain::glyph::width;
use crate::domain::number::grouped;
use crate::domain::table::{TableKind, TableSummary};
use crate::domain::text::line;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest that names get.
const WIDEST_NAME: usize = 36;
/// The room for the number of rows and what is to be known of the table.
const NOTE: u16 = 30;
/// Cells before the name.
const LEFT: u16 = 3;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    tables: &Tables,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let filter = title(tables, theme, text::line(area, 0), buffer);
    let list = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    if tables.found.is_empty() {
        instead(tables, cx, theme, list, buffer);
        return filter;
    }
    let cursor = lines(tables, cx, theme, list, buffer);
    filter.or(cursor)
}

fn title(tables: &Tables, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let count = match (tables.asked.is_some(), tables.found.len()) {
        (true, 0) => String::new(),
        (_, 1) => "1 table".into(),
        (_, n) => format!("{n} tables"),
    };
    let name = Piece {
        text: "tables",
        role: Role::Title,
    };
    let count = Piece {
        text: &count,
        role: Role::Muted,
    };
    status::draw(&[name], &count, Role::Text, theme, area, buffer);
    let find = tables.find.as_ref()?;
    let room = text::moved(area, 10);
    let slash = text::put("/", Role::HintKey, theme, room, buffer);
    let room = text::moved(room, slash - room.x);
    let room = Rect {
        width: room.width.saturating_sub(14),
        ..room
    };
    text::lay_over(Role::FieldFocused, theme, room, buffer);
    edited_line(find, Role::FieldValue, theme, room, buffer)
}

/// Says why there is no list.
fn instead(tables: &Tables, cx: &Context, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let found_nothing = !cx.tables.is_empty();
    let (what, role, more) = match &tables.problem {
        Some(problem) => (problem.what.as_str(), Role::StatusError, ""),
        None if found_nothing => ("No table has a name or label like this", Role::Text, ""),
        None if !tables.listed => ("Reading the list of tables", Role::Muted, ""),
        None if cx.is_shared() => (
            "There is no table here that you may see",
            Role::Text,
            "Tables take part once the owner adopts them: rowhouse adopt TABLE",
        ),
        None => (
            "There is no table here that you may see",
            Role::Text,
            "PostgreSQL's grants decide: ask the owner of the database",
        ),
    };
    let place = |number| text::moved(text::line(area, number), LEFT);
    text::put_cut(what, role, theme, place(0), buffer);
    text::put_cut(more, Role::Muted, theme, place(1), buffer);
}

fn lines(
    tables: &Tables,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let names = tables
        .found
        .iter()
        .filter_map(|found| cx.table(found.table));
    let name = names
        .map(|table| width(&line(&table.name.to_string())))
        .max();
    let name = u16::try_from(name.unwrap_or(0).min(WIDEST_NAME)).unwrap_or(0);
    let mut cursor = None;
    for (at, found) in tables.found.iter().enumerate() {
        let number = tables.line_of(at);
        let Some(table) = cx.table(found.table) else {
            continue;
        };
        let place = |line: usize| line.checked_sub(tables.top).map(|n| text::line(area, n));
        if let Some(heading) = number
            .checked_sub(1)
            .filter(|_| found.heads)
            .and_then(place)
        {
            let schema = line(&table.name.schema);
            text::put_cut(
                &schema,
                Role::Column,
                theme,
                text::moved(heading, 1),
                buffer,
            );
        }
        let Some(row) = place(number).filter(|row| !row.is_empty()) else {
            continue;
        };
        entry(table, found, name, theme, row, buffer);
        if tables.selected == Some(table.id) {
            text::lay_over(Role::RowSelected, theme, row, buffer);
            let gutter = text::moved(row, 1);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                gutter,
                buffer,
            );
            cursor = Some(Position::new(row.x + 1, row.y));
        }
    }
    cursor
}

fn entry(
    table: &TableSummary,
    found: &Found,
    name: u16,
    theme: &Theme,
    row: Rect,
    buffer: &mut Buffer,
) {
    let inside = text::moved(row, LEFT);
    let whole = table.name.to_string();
    let shown = line(&whole);
    let room = Rect {
        width: name.min(inside.width),
        ..inside
    };
    text::put_cut(&shown, Role::Row, theme, room, buffer);
    // What was made harmless has other characters at other places.
    if shown == whole {
        highlight(&whole, &found.matched, theme, room, buffer);
    }
    let note = Rect {
        x: row.right().saturating_sub(NOTE),
        width: NOTE.min(row.width),
        ..row
    };
    let comment = text::moved(inside, name + 2);
    let comment = Rect {
        width: note.x.saturating_sub(comment.x + 1),
        ..comment
    };
    let label = table.comment.as_deref().unwrap_or_default();
    text::put_cut(&line(label), Role::Muted, theme, comment, buffer);
    let rows = table
        .estimated_rows
        .map(|rows| format!("≈ {}", grouped(rows)));
    let rows = rows.unwrap_or_default();
    let number = Rect { width: 12, ..note };
    let right = text::Align::Right;
    text::put_in(&rows, false, right, Role::Muted, theme, number, buffer);
    let why = text::moved(note, 14);
    text::put_cut(known(table), Role::Muted, theme, why, buffer);
}

/// Lays the mark of a match over the characters that were looked for.
fn highlight(name: &str, matched: &[u32], theme: &Theme, room: Rect, buffer: &mut Buffer) {
    let mut x = 0;
    for (number, character) in name.chars().enumerate() {
        let cells = width(character.encode_utf8(&mut [0; 4]));
        let cells = u16::try_from(cells).unwrap_or(0);
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if matched.binary_search(&number).is_ok() && x + cells <= room.width {
            let place = Rect {
                width: cells,
                ..text::moved(room, x)
            };
            text::lay_over(Role::ValueMatch, theme, place, buffer);
        }
        x += cells;
    }
}

/// Says what kind of table it is, or that it can only be read.
fn known(table: &TableSummary) -> &'static str {
    let rights = table.rights;
    match table.kind {
        TableKind::View => "view",
        TableKind::MaterialisedView => "materialised",
        TableKind::Foreign => "foreign",
        TableKind::Table | TableKind::Partitioned
            if !(rights.insert || rights.update || rights.delete) =>
        {
            "read-only"
        }
        TableKind::Partitioned => "partitioned",
        TableKind::Table => "",
    }
}
