//! Draws: receipts of merges that nobody was asked about.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Receipts;
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::loadable::Loadable;
use crate::domain::glyph::width;
use crate::domain::receipt::{MergedField, Receipt, Side};
use crate::domain::{scroll, text as harmless};
use crate::input::action::{Action, ConflictAction, Scope};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    screen: &Receipts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let body = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    title(screen, cx, theme, text::line(area, 0), buffer);
    if screen.receipts.is_empty() {
        return empty(screen, cx, theme, body, buffer);
    }
    match (screen.field, screen.current()) {
        (Some(field), Some(receipt)) => one(receipt, field, cx, theme, body, buffer),
        _ => list(screen, cx, theme, body, buffer),
    }
}

fn title(screen: &Receipts, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let about = match &screen.about {
        (Some(_), Some(key)) => format!("those of {}", harmless::line(&key.to_string())),
        (Some(table), None) => match cx.table(*table) {
            Some(table) => format!(
                "yours, and those of {}",
                harmless::line(&table.name.to_string())
            ),
            None => "yours".to_owned(),
        },
        _ => "yours".to_owned(),
    };
    let about = match cx.is_shared() {
        true => about,
        false => "of this run: keeping them needs the shared layer".to_owned(),
    };
    let left = Piece {
        text: "merged without asking",
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: &about,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

fn empty(
    screen: &Receipts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = text::moved(text::line(area, 0), 3);
    let none = match cx.is_shared() {
        true => "Nothing was merged without asking",
        false => "Nothing was merged without asking since you started",
    };
    match &screen.loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        Loadable::Ready(()) => text::put_cut(none, Role::Muted, theme, place, buffer),
        _ => text::put("reading…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

fn list(
    screen: &Receipts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let count = screen.receipts.len();
    let height = usize::from(area.height);
    let first = scroll::follow(0, screen.selected, height, count);
    let mut cursor = None;
    for (row, number) in (first..count).take(height).enumerate() {
        let line = text::line(area, row);
        let receipt = &screen.receipts[number];
        let mut place = text::moved(line, 3);
        let names: Vec<&str> = receipt
            .fields
            .iter()
            .map(|field| field.column.as_str())
            .collect();
        for (piece, role) in [
            (when(receipt, cx), Role::Muted),
            (name(receipt, cx), Role::Row),
            (whose(receipt), Role::Muted),
            (names.join(", "), Role::Merged),
        ] {
            let after = text::put_cut(&piece, role, theme, place, buffer);
            place = text::moved(place, after + 2 - place.x);
        }
        if number == screen.selected {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            gutter(line, theme, buffer);
            cursor = Some(Position::new(line.x + 1, line.y));
        }
    }
    cursor
}

/// One receipt: the field under the cursor with its three values, the others in one line.
fn one(
    receipt: &Receipt,
    field: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let whose = whose(receipt);
    let whose = whose.trim_end_matches(':');
    let (name, when) = (name(receipt, cx), when(receipt, cx));
    let head = format!("{name} · merged at {when}: {whose}");
    let place = text::moved(text::line(area, 0), 1);
    text::put_cut(&head, Role::Muted, theme, place, buffer);
    let names = receipt.fields.iter().map(|field| width(&field.column));
    let labels = names.max().unwrap_or(6).clamp(6, 18);
    let body = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(4),
        ..area
    };
    let heights: Vec<usize> = (0..receipt.fields.len())
        .map(|at| if at == field { 3 } else { 1 })
        .collect();
    let shown = scroll::page(&heights, field, usize::from(body.height));
    let mut top = 0;
    let mut cursor = None;
    for at in shown {
        let own = &receipt.fields[at];
        let line = text::line(body, top);
        label(own, labels, theme, line, buffer);
        if at == field {
            gutter(line, theme, buffer);
            cursor = Some(Position::new(line.x + 1, line.y));
            for (row, side) in [Side::Was, Side::Theirs, Side::Yours]
                .into_iter()
                .enumerate()
            {
                let line = text::line(body, top + row);
                value(own, side, receipt, labels, theme, line, buffer);
            }
        } else {
            let taken = format!(
                "{}: {}",
                side_name(receipt, own.took),
                shown_value(own, own.took)
            );
            let place = text::moved(line, fit(3 + labels + 2));
            text::put_cut(&taken, Role::Merged, theme, place, buffer);
        }
        top += heights[at];
    }
    let say = ways(cx);
    let last = text::moved(
        text::line(area, usize::from(area.height).saturating_sub(1)),
        1,
    );
    text::put_cut(&say, Role::Muted, theme, last, buffer);
    cursor
}

/// Says what can be done with the field, with its keys.
fn ways(cx: &Context) -> String {
    let sides = [
        ConflictAction::TakeYours,
        ConflictAction::TakeTheirs,
        ConflictAction::TakeWas,
    ];
    let sides = sides.map(Action::Conflict);
    let sides = words::keys(&sides, Scope::Receipts, cx);
    let other = words::key(
        Action::Conflict(ConflictAction::TakeBack),
        Scope::Receipts,
        cx,
    );
    format!("{sides} put that value into the form, {other} the one not taken; then save as ever")
}

fn value(
    field: &MergedField,
    side: Side,
    receipt: &Receipt,
    labels: usize,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let sides =
        width(&side_name(receipt, Side::Theirs)).max(width(&side_name(receipt, Side::Yours)));
    let place = text::moved(line, fit(3 + labels + 2));
    text::put_cut(&side_name(receipt, side), Role::Muted, theme, place, buffer);
    let mark = text::moved(place, fit(sides.min(24) + 1));
    if field.took == side {
        text::put(theme.mark(Mark::Choice), Role::Choice, theme, mark, buffer);
    }
    let role = match side {
        Side::Was => Role::Base,
        Side::Theirs => Role::Theirs,
        Side::Yours => Role::Mine,
    };
    let place = text::moved(mark, 3);
    text::put_cut(&shown_value(field, side), role, theme, place, buffer);
}

fn label(field: &MergedField, labels: usize, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let room = Rect {
        width: fit(labels).min(line.width.saturating_sub(3)),
        ..text::moved(line, 3)
    };
    text::put_cut(&field.column, Role::FieldLabel, theme, room, buffer);
}

fn gutter(line: Rect, theme: &Theme, buffer: &mut Buffer) {
    let place = text::moved(line, 1);
    text::put(theme.mark(Mark::Gutter), Role::Gutter, theme, place, buffer);
}

fn shown_value(field: &MergedField, side: Side) -> String {
    let value = match field.value(side) {
        // Whoever left a field alone gave it no value: what was there before stands above.
        Some(value) if side != Side::Was && *value == field.base => return "not changed".into(),
        None => return "default".into(),
        Some(value) => value,
    };
    let text = value.as_text().unwrap_or_default();
    let end = text.char_indices().nth(400);
    let end = end.map_or(text.len(), |(at, _)| at);
    let begun = || harmless::line(&text[..end]).into_owned();
    value.instead().map_or_else(begun, str::to_owned)
}

fn side_name(receipt: &Receipt, side: Side) -> String {
    match side {
        Side::Was => "was".into(),
        Side::Theirs => format!(
            "saved by {}",
            receipt.theirs_by.as_deref().unwrap_or("somebody")
        ),
        Side::Yours if receipt.mine => "yours".into(),
        Side::Yours => format!("typed by {}", receipt.username),
    }
}

/// Whose changes were merged: `yours and jhymel's`.
fn whose(receipt: &Receipt) -> String {
    let own = match receipt.mine {
        true => "yours".to_owned(),
        false => format!("{}'s", receipt.username),
    };
    let theirs = receipt.theirs_by.as_deref().unwrap_or("somebody");
    format!("{own} and {theirs}'s:")
}

fn when(receipt: &Receipt, cx: &Context) -> String {
    words::clock(receipt.at, cx)
}

fn name(receipt: &Receipt, cx: &Context) -> String {
    let table = cx.table(receipt.table).map(|table| table.name.to_string());
    let name = format!("{} · {}", table.unwrap_or_default(), receipt.key);
    harmless::line(&name).into_owned()
}

fn fit(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}
