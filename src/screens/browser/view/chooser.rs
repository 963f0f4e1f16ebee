//! Draws the list of all columns: name, label, type, and what was arranged of each.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::Browser;
use super::super::chooser::Chooser;
use crate::domain::glyph::width;
use crate::domain::layout::{Arranged, Arrangement};
use crate::domain::table::{Column, Shape};
use crate::domain::text::line;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest that names get.
const WIDEST_NAME: usize = 30;
/// The room for what was arranged of a column, and for its type.
const SAID: u16 = 19;
const TYPE: u16 = 16;
const WIDEST_TYPE: u16 = 32;
/// Cells before the name.
const LEFT: u16 = 3;

/// Draws the list; returns where the cursor belongs.
pub(super) fn draw(
    browser: &Browser,
    chooser: &Chooser,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let shape = browser.shape.as_deref()?;
    let arrangement = browser.columns.arrangement();
    let typed = title(chooser, shape, arrangement, theme, area, buffer);
    let rows = usize::from(area.height.saturating_sub(2));
    let names = shape
        .columns
        .iter()
        .map(|column| width(&line(&column.name)));
    let name = names
        .max()
        .unwrap_or(0)
        .min(WIDEST_NAME)
        .min(usize::from(area.width / 3));
    let name = u16::try_from(name).unwrap_or(0);
    if chooser.listed.is_empty() {
        let place = text::moved(text::line(area, 2), LEFT);
        let what = "No column has a name or label like this";
        text::put_cut(what, Role::Text, theme, place, buffer);
        return typed;
    }
    let widths = (name, room_for_type(shape, name, area));
    let mut cursor = None;
    for (number, at) in chooser
        .listed
        .iter()
        .skip(chooser.top)
        .take(rows)
        .enumerate()
    {
        let (Some(arranged), row) = (arrangement.columns.get(*at), text::line(area, number + 2))
        else {
            continue;
        };
        let column = &shape.columns[arranged.position];
        let said = said(arranged, *at < arrangement.frozen, shape);
        entry(column, arranged.hidden, &said, widths, theme, row, buffer);
        if arranged.position == chooser.selected {
            text::lay_over(Role::RowSelected, theme, row, buffer);
            let gutter = text::moved(row, 1);
            let mark = theme.mark(Mark::Gutter);
            text::put(mark, Role::Gutter, theme, gutter, buffer);
            cursor = Some(Position::new(row.x + 1, row.y));
        }
    }
    typed.or(cursor)
}

fn title(
    chooser: &Chooser,
    shape: &Shape,
    arrangement: &Arrangement,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let name = format!("columns of {}", line(&shape.name.name));
    let all = arrangement.columns.len();
    let shown = arrangement.columns.iter().filter(|column| !column.hidden);
    let count = format!("{} of {all} shown", shown.count());
    let chip = match (&chooser.find, chooser.found.is_empty()) {
        (None, false) => format!("   / {}", line(&chooser.found)),
        _ => String::new(),
    };
    let pieces = [
        (name.as_str(), Role::TitleFocused),
        (chip.as_str(), Role::Choice),
    ];
    let pieces = pieces.map(|(text, role)| Piece { text, role });
    let right = Piece {
        text: &count,
        role: Role::Muted,
    };
    let first = text::line(area, 0);
    status::draw(&pieces, &right, Role::Text, theme, first, buffer);
    let find = chooser.find.as_ref()?;
    let taken = u16::try_from(width(&name).min(usize::from(area.width / 2))).unwrap_or(0);
    let room = text::moved(first, taken + 3);
    let slash = text::put("/", Role::HintKey, theme, room, buffer);
    let room = text::moved(room, slash - room.x);
    let count = u16::try_from(width(&count)).unwrap_or(0);
    let room = Rect {
        width: room.width.saturating_sub(count + 3),
        ..room
    };
    text::lay_over(Role::FieldFocused, theme, room, buffer);
    edited_line(find, Role::FieldValue, theme, room, buffer)
}

fn entry(
    column: &Column,
    hidden: bool,
    said: &str,
    (name, kind): (u16, u16),
    theme: &Theme,
    row: Rect,
    buffer: &mut Buffer,
) {
    let inside = text::moved(row, LEFT);
    let place = Rect {
        width: name.min(inside.width),
        ..inside
    };
    let role = if hidden { Role::Muted } else { Role::Row };
    text::put_cut(&line(&column.name), role, theme, place, buffer);
    let right = Rect {
        x: row.right().saturating_sub(SAID + 1),
        width: SAID.min(row.width),
        ..row
    };
    text::put_cut(said, Role::Choice, theme, right, buffer);
    let kind = Rect {
        x: right.x.saturating_sub(kind + 2),
        width: kind,
        ..row
    };
    let (type_name, label) = (line(&column.type_name), column.comment.as_deref());
    text::put_cut(&type_name, Role::Muted, theme, kind, buffer);
    let place = text::moved(inside, name + 2);
    let place = Rect {
        width: kind.x.saturating_sub(place.x + 1),
        ..place
    };
    let label = label
        .and_then(|label| label.lines().next())
        .unwrap_or_default();
    text::put_cut(&line(label), Role::Muted, theme, place, buffer);
}

/// How much room types have: as much as they take, where no label would have to give way.
fn room_for_type(shape: &Shape, name: u16, area: Rect) -> u16 {
    let cells = |text: &str| u16::try_from(width(&line(text))).unwrap_or(u16::MAX);
    let types = shape.columns.iter().map(|column| cells(&column.type_name));
    let labels = shape.columns.iter().filter_map(|column| {
        let label = column.comment.as_deref()?;
        Some(cells(label.lines().next()?).saturating_add(1))
    });
    let between = area.width.saturating_sub(LEFT + name + SAID + 6);
    let free = between.saturating_sub(labels.max().unwrap_or(0));
    let widest = types.max().unwrap_or(0).min(WIDEST_TYPE);
    widest.min(free).max(TYPE)
}

/// Says what was arranged of a column, and whether it is of the key.
fn said(arranged: &Arranged, frozen: bool, shape: &Shape) -> String {
    let key = shape
        .key
        .contains(&arranged.position)
        .then(|| "key".to_owned());
    let hidden = arranged.hidden.then(|| "hidden".to_owned());
    let frozen = (frozen && !arranged.hidden).then(|| "frozen".to_owned());
    let wide = arranged.width.map(|width| format!("{width} wide"));
    let said = [key, hidden.or(frozen), wide].into_iter().flatten();
    said.collect::<Vec<_>>().join(" · ")
}
