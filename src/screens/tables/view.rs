//! Draws the list of tables: name, label, how many rows, and why one is read-only.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Tables;
use super::find::Found;
use crate::app::context::Context;
use crate::domain::account::Person;
use crate::domain::glyph::width;
use crate::domain::number::grouped;
use crate::domain::table::{ReadOnly, TableKind, TableSummary};
use crate::domain::text::line;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest that names get.
const WIDEST_NAME: usize = 36;
/// The room for the number of rows, and for what is to be known of a table.
const ROWS: u16 = 14;
const KNOWN: u16 = 16;
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
    why_read_only(tables, cx, theme, text::line(area, 1), buffer);
    let list = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    if tables.list.found.is_empty() {
        instead(tables, cx, theme, list, buffer);
        return filter;
    }
    let cursor = lines(tables, cx, theme, list, buffer);
    filter.or(cursor)
}

fn title(tables: &Tables, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let count = match (tables.asked.is_some(), tables.list.found.len()) {
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

/// Says of the table under the cursor why it can only be read, if so.
fn why_read_only(tables: &Tables, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let selected = tables.selected.and_then(|table| cx.table(table));
    if let Some(reason) = selected.and_then(TableSummary::read_only) {
        let across = cx.person().is_some_and(Person::looks_across);
        let reason = match reason {
            ReadOnly::NoRight if across => ReadOnly::AllTenants,
            other => other,
        };
        let words = format!("Read-only: {}", reason.why());
        text::put_cut(&words, Role::Muted, theme, text::moved(line, LEFT), buffer);
    }
}

/// How the room of a line is shared.
#[derive(Clone, Copy)]
struct Room {
    name: u16,
    known: u16,
}

fn lines(
    tables: &Tables,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let list = &tables.list;
    let room = Room {
        name: room_for_names(tables, cx, area),
        known: tables.known,
    };
    let last = tables.top + usize::from(area.height);
    let mut cursor = None;
    for position in list.entry_at(tables.top)..list.found.len() {
        let number = list.line_of(position);
        let heading = list.heading(position);
        if number - usize::from(heading.is_some()) >= last {
            break;
        }
        let place = |line: usize| line.checked_sub(tables.top).map(|n| text::line(area, n));
        let above = number.checked_sub(1).and_then(place);
        if let (Some(heading), Some(line_above)) = (heading, above) {
            let place = text::moved(line_above, 1);
            text::put_cut(&line(heading), Role::Column, theme, place, buffer);
        }
        let found = &list.found[position];
        // The list is made anew whenever the tables are; until then a place may mean another.
        let table = cx.tables.get(found.at).filter(|it| it.id == found.table);
        let (Some(table), Some(row)) = (table, place(number).filter(|row| !row.is_empty())) else {
            continue;
        };
        let is_favourite = cx.memory().is_favourite(&table.name);
        entry((table, is_favourite), found, room, theme, row, buffer);
        if tables.selected == Some(table.id) {
            text::lay_over(Role::RowSelected, theme, row, buffer);
            let (gutter, mark) = (text::moved(row, 1), theme.mark(Mark::Gutter));
            text::put(mark, Role::Gutter, theme, gutter, buffer);
            cursor = Some(Position::new(row.x + 1, row.y));
        }
    }
    cursor
}

/// How much room names have: as much as they take, where no label would have to give way.
fn room_for_names(tables: &Tables, cx: &Context, area: Rect) -> u16 {
    let has_label = cx.tables.iter().any(|table| table.comment.is_some());
    let free = area.width.saturating_sub(LEFT + ROWS + tables.known + 2);
    let most = match has_label {
        true => WIDEST_NAME,
        false => WIDEST_NAME.max(usize::from(free)),
    };
    u16::try_from(tables.list.widest.min(most)).unwrap_or(0)
}

fn entry(
    (table, is_favourite): (&TableSummary, bool),
    found: &Found,
    room: Room,
    theme: &Theme,
    row: Rect,
    buffer: &mut Buffer,
) {
    let inside = text::moved(row, LEFT);
    if is_favourite {
        let place = text::moved(row, LEFT - 1);
        let mark = theme.mark(Mark::Favourite);
        text::put(mark, Role::Choice, theme, place, buffer);
    }
    let whole = found.name(&table.name);
    let shown = line(&whole);
    let name = Rect {
        width: room.name.min(inside.width),
        ..inside
    };
    text::put_cut(&shown, Role::Row, theme, name, buffer);
    // What was made harmless has other characters at other places.
    if shown == whole {
        highlight(&whole, &found.matched, theme, name, buffer);
    }
    let note = (ROWS + room.known).min(row.width);
    let note = Rect {
        x: row.right().saturating_sub(note),
        width: note,
        ..row
    };
    let comment = text::moved(inside, room.name + 2);
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
    let why = text::moved(note, ROWS);
    text::put_cut(known(table), Role::Muted, theme, why, buffer);
}

/// How much room there is for what is to be known of these tables.
pub(super) fn room_for_known(tables: &[TableSummary]) -> u16 {
    let widest = tables.iter().map(|table| width(known(table))).max();
    let widest = widest.and_then(|widest| u16::try_from(widest).ok());
    widest.unwrap_or(0).max(KNOWN)
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

/// Says what kind of table it is, or what keeps it from being changed; the line above the list says
/// more of the one under the cursor.
fn known(table: &TableSummary) -> &'static str {
    match (table.kind, table.read_only()) {
        (TableKind::View, _) => "view",
        (TableKind::MaterialisedView, _) => "materialised",
        (TableKind::Foreign, _) => "foreign",
        (TableKind::Partitioned, Some(ReadOnly::NoKey)) => "partitioned, no key",
        (TableKind::Partitioned, None) => "partitioned",
        (TableKind::Table, Some(ReadOnly::NoKey)) => "no key",
        (TableKind::Table | TableKind::Partitioned, Some(_)) => "read-only",
        (TableKind::Table, None) => "",
    }
}
