//! The rows of a record as they are drawn: value, mark, faults, forecast and list of each field;
//! pure, for update and view alike.

use super::{faults, month, referred};
use crate::app::context::Context;
use crate::app::forms::about::{is_needed, literal};
use crate::app::forms::field::Field;
use crate::app::forms::{Form, Mode, blame, edit, forecast, pick, words};
use crate::app::forms::{names, notes};
use crate::db::contract::lookup::Label;
use crate::domain::text;
use crate::domain::value::{Entry, NULL, Value};
use crate::domain::wrap;
use crate::input::event::Size;
use crate::input::line::Instead;
use crate::theme::Role;

/// The fewest lines that a long text gets.
const FEWEST_LINES: usize = 4;
/// The most entries that an open list shows.
const MOST_CHOICES: usize = 9;

/// One row below or beside a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it says; empty where the field's own line is being edited.
    pub text: String,
    /// How it looks.
    pub role: Role,
    /// Whether the text is being typed here, in one line that scrolls.
    pub edited: bool,
    /// The column of the cursor, when it is in this row.
    pub cursor: Option<usize>,
    /// Whether it is the entry under the cursor of an open list.
    pub selected: bool,
    /// What stands beside the text, muted: what the record is called that the field refers to.
    pub beside: Option<String>,
}

impl Row {
    pub(super) fn new(text: impl Into<String>, role: Role) -> Self {
        Self {
            text: text.into(),
            role,
            edited: false,
            cursor: None,
            selected: false,
            beside: None,
        }
    }
}

/// Returns how many lines of the long text under the cursor do not fit.
pub fn hidden_lines(form: &Form, room: Size, cx: &Context) -> usize {
    let Some(field) = form.fields.get(form.focus) else {
        return 0;
    };
    if !field.is_long() {
        return 0;
    }
    let shown = text::block(field.text.text()).into_owned();
    let lines = wrap::lines(&shown, text_room(form, room, cx)).len();
    lines.saturating_sub(most_lines(form, room))
}

/// Returns the rows of a field.
pub fn of(form: &Form, column: usize, scrolled: usize, room: Size, cx: &Context) -> Vec<Row> {
    let Some(field) = form.fields.get(column) else {
        return Vec::new();
    };
    let focused = column == form.focus;
    let mut rows = value(form, field, column, focused);
    if rows.is_empty() {
        // Every label is looked at for this: not for each field of a table of many.
        let width = text_room(form, room, cx);
        let scrolled = if focused { scrolled } else { 0 };
        rows = long(form, field, column, width, scrolled, most_lines(form, room));
    }
    if let Some(first) = rows.first_mut() {
        first.beside = beside(form, column);
    }
    if field.error.is_some() {
        rows.extend(faults::of(field, text_room(form, room, cx), focused));
    }
    if let Some(made) = field.made.as_ref().filter(|_| field.error.is_none()) {
        rows.push(Row::new(made.clone(), Role::Merged));
    }
    if focused && form.mode != Mode::Read && field.error.is_none() && form.calendar.is_none() {
        rows.extend(note(form, column, cx));
    }
    rows.extend(saved_meanwhile(form, column, cx));
    if focused {
        rows.extend(list(form));
        if form.calendar.is_some() {
            rows.extend(month::rows(form, text_room(form, room, cx), cx));
        }
        rows.extend(referred::rows(form));
    }
    rows
}

/// The cells that the text of a field has, beside who gave it its value where that is shown.
fn text_room(form: &Form, room: Size, cx: &Context) -> usize {
    let blamed = blame::room(form, room.columns, cx);
    let columns = room
        .columns
        .saturating_sub(u16::try_from(blamed).unwrap_or(0));
    edit::text_room(form, columns)
}

/// Returns the role of a field's value.
pub fn role(form: &Form, field: &Field, column: usize) -> Role {
    if form.entry(column).is_some() {
        Role::FieldChanged
    } else if field.locked.is_some() && form.mode != Mode::Read {
        Role::FieldReadonly
    } else {
        Role::FieldValue
    }
}

/// The one row of a value that takes one; nothing for a long text.
fn value(form: &Form, field: &Field, column: usize, focused: bool) -> Vec<Row> {
    let typed = focused && form.mode != Mode::Read && field.locked.is_none();
    let at_start = |row: Row| Row {
        cursor: focused.then_some(0),
        ..row
    };
    let row = match field.text.instead() {
        Some(Instead::Unchanged) => Row::new("as it is", Role::Placeholder),
        None if form.mode == Mode::Many && field.text.is_empty() => {
            Row::new("as it is", Role::Placeholder)
        }
        Some(Instead::Empty) => Row::new("empty text", Role::Placeholder),
        Some(Instead::Null) if is_needed(form, column) => Row::new("needed", Role::Placeholder),
        Some(Instead::Null) => Row::new(NULL, Role::ValueNull),
        Some(Instead::Default) => Row::new(default(form, column), Role::Placeholder),
        None if field.text.is_empty() && field.content() == Entry::Value(Value::Null) => {
            Row::new(NULL, Role::ValueNull)
        }
        None if field.text.is_empty() => Row::new("empty text", Role::Placeholder),
        None if field.is_long() => return Vec::new(),
        None if typed => {
            return vec![Row {
                edited: true,
                ..Row::new("", role(form, field, column))
            }];
        }
        None => Row::new(text::line(field.text.text()), role(form, field, column)),
    };
    vec![at_start(row)]
}

fn default(form: &Form, column: usize) -> String {
    match form.column(column) {
        Some(column) if column.generated => "filled by the server".into(),
        Some(column) => {
            let default = column.default.as_deref().unwrap_or_default();
            format!("default {}", text::line(literal(default)))
        }
        None => "default".into(),
    }
}

/// The rows of a long text: those around its cursor while it is edited, else from where it is
/// scrolled to.
fn long(
    form: &Form,
    field: &Field,
    column: usize,
    width: usize,
    scrolled: usize,
    most: usize,
) -> Vec<Row> {
    let role = role(form, field, column);
    let typed = form.mode != Mode::Read && column == form.focus && field.locked.is_none();
    let shown = if typed {
        field.text.text().into()
    } else {
        text::block(field.text.text())
    };
    let lines = wrap::lines(&shown, width);
    let spot = typed.then(|| wrap::spot(&shown, &lines, field.text.cursor()));
    let lowest = lines.len().saturating_sub(most);
    let first = match spot {
        Some(spot) => spot.line.saturating_sub(most / 2),
        None => scrolled,
    };
    let first = first.min(lowest);
    let mut rows = Vec::new();
    for (number, line) in lines.iter().enumerate().skip(first).take(most) {
        let cursor = spot.filter(|spot| spot.line == number);
        let start = number == first && column == form.focus && spot.is_none();
        rows.push(Row {
            cursor: cursor
                .map(|spot| spot.column.min(width))
                .or(start.then_some(0)),
            ..Row::new(shown[line.clone()].trim_end_matches(' '), role)
        });
    }
    let below = lines.len().saturating_sub(first + most);
    if first > 0 || below > 0 {
        let last = (first + most).min(lines.len());
        let line = format!("lines {} to {last} of {}", first + 1, lines.len());
        rows.push(Row::new(line, Role::Muted));
    }
    rows
}

/// What somebody saved in this field meanwhile.
fn saved_meanwhile(form: &Form, column: usize, cx: &Context) -> Option<Row> {
    let newer = form.newer.as_ref()?;
    let now = newer.record.as_ref()?.values.get(column)?;
    if now == form.base_value(column) {
        return None;
    }
    let seen = forecast::by(form, column);
    let who = seen.who.as_deref().unwrap_or("somebody");
    let at = words::when(seen.at, seen.about, cx);
    let now = now.as_text().map_or("NULL".into(), text::line);
    Some(Row::new(format!("saved by {who}{at}: {now}"), Role::Theirs))
}

/// What is said under the field that is typed in.
fn note(form: &Form, column: usize, cx: &Context) -> Option<Row> {
    let note = notes::of(form, column, cx)?;
    let role = match note.wrong {
        true => Role::StatusWarning,
        false => Role::Muted,
    };
    Some(Row::new(note.text, role))
}

/// What the record is called that a field refers to.
fn beside(form: &Form, column: usize) -> Option<String> {
    match names::beside(form, column)? {
        Label::Is(name) if name.is_empty() => None,
        Label::Is(name) => Some(text::line(name).into_owned()),
        Label::Missing => Some("no such record, or you may not see it".into()),
        Label::Unknown => None,
    }
}

/// The open list under a field.
fn list(form: &Form) -> Vec<Row> {
    let Some(picker) = &form.picker else {
        return Vec::new();
    };
    let all = pick::fitting(form, picker);
    let mut rows = Vec::new();
    if !picker.typed.is_empty() {
        let typed = text::line(&picker.typed).into_owned();
        let cursor = Some(2 + crate::domain::glyph::width(&typed));
        rows.push(Row {
            cursor,
            ..Row::new(format!("/ {typed}"), Role::DialogTitle)
        });
    }
    if all.is_empty() {
        rows.push(Row::new("no such value; esc closes", Role::FieldError));
    }
    let first = picker.selected.saturating_sub(MOST_CHOICES - 1);
    for (number, value) in all.iter().enumerate().skip(first).take(MOST_CHOICES) {
        let shown = match value.instead() {
            Some(instead) => instead.into(),
            None => text::line(value.as_text().unwrap_or_default()),
        };
        let digit = match (number, picker.typed.is_empty()) {
            (0..=8, true) => format!("{} ", number + 1),
            _ => "  ".to_owned(),
        };
        let selected = number == picker.selected;
        rows.push(Row {
            selected,
            cursor: (selected && picker.typed.is_empty()).then_some(0),
            ..Row::new(format!("{digit}{shown}"), Role::Dialog)
        });
    }
    rows
}

/// The most lines that a long text gets at this size: more where it is only read.
fn most_lines(form: &Form, room: Size) -> usize {
    let rows = usize::from(room.rows);
    let lines = match form.mode {
        Mode::Read => rows.saturating_sub(6),
        Mode::Edit | Mode::Create | Mode::Many => rows / 2,
    };
    lines.max(FEWEST_LINES)
}
