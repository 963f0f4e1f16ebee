//! Draws what lies over the grid: the dialog for a condition, and the list of the filter's parts.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::Browser;
use super::super::ask::ops::Op;
use super::super::ask::{Ask, Line};
use super::super::over::Over;
use crate::app::context::Context;
use crate::app::forms::words;
use crate::domain::text::line;
use crate::input::action::{Action, FilterAction, Scope};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::form::edited_line;
use crate::widgets::list::{self, Entry};
use crate::widgets::{more, text};

/// Cells of the tests' names, with the gutter before them.
const NAMES: u16 = 17;
/// The rows for records that can be referred to, with what is typed to find one.
const RECORDS: usize = 12;
/// The widest the dialog gets.
const WIDEST: u16 = 72;

/// Draws it, if there is something, and returns where the cursor belongs.
pub(super) fn draw(
    browser: &Browser,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    match browser.over.as_ref()? {
        Over::Ask(ask) => draw_ask(browser, ask, cx, theme, area, buffer),
        Over::Views(views) => super::views::draw(browser, views, cx, theme, area, buffer),
        Over::Parts(parts) => draw_parts(browser, parts.at, theme, area, buffer),
    }
}

fn draw_ask(
    browser: &Browser,
    ask: &Ask,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let about = browser.shape.as_deref()?.columns.get(ask.column)?;
    let begin = if ask.changes.is_some() {
        "Change: rows"
    } else {
        "Rows"
    };
    let title = format!("{begin} by {} ({})", line(&about.name), about.type_name);
    let lines = match ask.records {
        None => ask.lines.len(),
        Some(_) => ask.lines.len().max(RECORDS),
    };
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    let height = lines.saturating_add(4).min(area.height.saturating_sub(1));
    let place = dialog::middle(WIDEST.min(area.width.saturating_sub(2)), height, area);
    let inside = dialog::draw(&Frame::dialog(&title), theme, place, buffer);
    if let Some(records) = &ask.records {
        let table = browser.referred_table().unwrap_or_default();
        return super::refer::draw(records, &table, theme, inside, buffer);
    }
    let room = usize::from(inside.height.saturating_sub(2));
    let first = (ask.at + 1).saturating_sub(room);
    let mut cursor = None;
    for (number, one) in ask.lines.iter().enumerate().skip(first).take(room) {
        let row = text::line(inside, number - first);
        let at = draw_line(ask, (one, number == ask.at), cx, theme, row, buffer);
        cursor = cursor.or(at);
    }
    let list = Rect {
        height: inside.height.saturating_sub(2),
        ..inside
    };
    more::draw(
        first > 0,
        first + room < ask.lines.len(),
        theme,
        list,
        buffer,
    );
    let last = text::line(inside, usize::from(inside.height.saturating_sub(1)));
    let meaning = ask.meaning(about, cx).or_else(|| ask.called());
    let (said, role) = match (&ask.error, meaning, ask.sent) {
        (_, _, true) => ("Reading the rows".to_owned(), Role::Muted),
        (Some(error), _, _) => (error.clone(), Role::FieldError),
        (None, Some(meaning), _) => (meaning, Role::Muted),
        (None, None, _) => (String::new(), Role::Muted),
    };
    text::put_cut(&line(&said), role, theme, last, buffer);
    cursor
}

/// Draws one line; the one under the cursor has the field.
fn draw_line(
    ask: &Ask,
    (one, here): (&Line, bool),
    cx: &Context,
    theme: &Theme,
    row: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let op = match one {
        Line::Value { value, marked } => {
            let sign = if *marked { "[x]" } else { "[ ]" };
            let words = format!("{sign} {}", line(value.as_text().unwrap_or("NULL")));
            text::put_cut(&words, Role::Dialog, theme, text::moved(row, 2), buffer);
            return here.then(|| point_at(theme, row, buffer));
        }
        Line::Test(op) => *op,
    };
    let name = text::moved(row, 2);
    text::put_cut(op.name(), Role::Dialog, theme, name, buffer);
    if !here {
        return None;
    }
    let point = point_at(theme, row, buffer);
    match op.is_typed() {
        false => Some(point),
        true => draw_fields(ask, op, cx, theme, text::moved(row, NAMES), buffer),
    }
}

/// Marks the line under the cursor, and returns where the cursor belongs.
pub(super) fn point_at(theme: &Theme, row: Rect, buffer: &mut Buffer) -> Position {
    text::lay_over(Role::RowSelected, theme, row, buffer);
    text::put(theme.mark(Mark::Gutter), Role::Gutter, theme, row, buffer);
    Position::new(row.x, row.y)
}

fn draw_fields(
    ask: &Ask,
    op: Op,
    cx: &Context,
    theme: &Theme,
    room: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    if op != Op::Between {
        text::lay_over(Role::FieldFocused, theme, room, buffer);
        if ask.low.is_empty() {
            let example = example(ask, op, cx);
            text::put_cut(&example, Role::Placeholder, theme, room, buffer);
        }
        return edited_line(&ask.low, Role::FieldValue, theme, room, buffer);
    }
    let half = room.width.saturating_sub(4) / 2;
    let low = Rect {
        width: half,
        ..room
    };
    let high = text::moved(room, half + 4);
    text::put(" to ", Role::Dialog, theme, text::moved(room, half), buffer);
    let mut cursor = None;
    for (field, place, focused) in [
        (&ask.low, low, !ask.in_high),
        (&ask.high, high, ask.in_high),
    ] {
        let role = if focused {
            Role::FieldFocused
        } else {
            Role::FieldChanged
        };
        text::lay_over(role, theme, place, buffer);
        let at = edited_line(field, Role::FieldValue, theme, place, buffer);
        cursor = cursor.or(at.filter(|_| focused));
    }
    cursor
}

/// What can be typed, while nothing is.
fn example(ask: &Ask, op: Op, cx: &Context) -> String {
    let takes_key = matches!(op, Op::Is | Op::IsNot | Op::OneOf);
    match ask.refers.filter(|_| takes_key) {
        Some(_) => {
            let find = Action::Filter(FilterAction::PickRecord);
            format!(
                "{} finds it by name",
                words::key(find, Scope::Condition, cx)
            )
        }
        None => op.example().to_owned(),
    }
}

fn draw_parts(
    browser: &Browser,
    at: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let parts = browser.parts_of_filter();
    let count = u16::try_from(parts.len().max(1)).unwrap_or(u16::MAX);
    let height = count.saturating_add(2).min(area.height.saturating_sub(1));
    let place = dialog::middle(WIDEST.min(area.width.saturating_sub(2)), height, area);
    let inside = dialog::draw(&Frame::dialog("Rows are shown where"), theme, place, buffer);
    if parts.is_empty() {
        let none = "nothing is asked for: all rows are shown";
        text::put_cut(none, Role::Muted, theme, text::line(inside, 0), buffer);
        return Some(Position::new(inside.x, inside.y));
    }
    let room = usize::from(inside.height);
    let first = (at + 1).saturating_sub(room);
    let words: Vec<String> = parts
        .iter()
        .map(|part| format!("{:<4}{}", part.joined, part.words))
        .collect();
    let shown = parts.iter().zip(&words).skip(first).take(room);
    let entries: Vec<Entry<'_>> = shown
        .map(|(part, words)| Entry {
            text: words,
            note: if part.off { "switched off" } else { "" },
            ..Entry::default()
        })
        .collect();
    let cursor = list::draw(&entries, Some(at - first), theme, inside, buffer);
    more::draw(first > 0, first + room < parts.len(), theme, inside, buffer);
    cursor
}
