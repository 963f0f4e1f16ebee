//! A form: labels, values, marks of change, faults, the field under the cursor; no state.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::text;
use crate::domain::glyph::{glyphs, width};
use crate::domain::scroll;
use crate::input::line::{Mode, TextField};
use crate::theme::{Mark, Role, Theme};

/// A form as it is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Its fields, from the top.
    pub fields: &'a [Field<'a>],
    /// Which of them is under the cursor.
    pub focused: Option<usize>,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// Its name.
    pub label: &'a str,
    /// Its value.
    pub value: Shown<'a>,
    /// Whether it was edited.
    pub changed: bool,
    /// Whether it cannot be edited.
    pub readonly: bool,
    /// What is wrong with it; takes a line of its own.
    pub fault: Option<&'a str>,
    /// What an empty field expects, or what is to be known of a value.
    pub note: &'a str,
}

/// A value as a form shows it.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// NULL.
    Null,
    /// The default of the column, whatever that will be.
    Default,
    /// A text.
    Text(&'a str),
    /// The beginning of a longer text.
    Beginning(&'a str),
    /// A text that is being edited.
    Editing(&'a TextField),
}

impl<'a> Field<'a> {
    /// Makes an ordinary field of one line.
    pub fn new(label: &'a str, value: Shown<'a>) -> Field<'a> {
        Field {
            label,
            value,
            changed: false,
            readonly: false,
            fault: None,
            note: "",
        }
    }

    /// How many rows the field takes.
    fn height(&self) -> usize {
        1 + usize::from(self.fault.is_some())
    }
}

/// The widest a label gets.
const WIDEST_LABEL: usize = 24;
/// Gutter and blank at the left; mark of change and blank between label and value.
const LEFT: u16 = 3;
const BETWEEN: u16 = 4;

/// Draws the page of the form that holds the field under the cursor; returns where the cursor
/// belongs.
pub fn draw(form: &Form<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    text::fill(Role::FieldValue, theme, area, buffer);
    let heights: Vec<usize> = form.fields.iter().map(Field::height).collect();
    let shown = scroll::page(
        &heights,
        form.focused.unwrap_or(0),
        usize::from(area.height),
    );
    let label = form
        .fields
        .iter()
        .map(|field| width(field.label))
        .max()
        .unwrap_or(0);
    let label = u16::try_from(label.min(WIDEST_LABEL)).unwrap_or(0);
    let mut cursor = None;
    let mut top = 0;
    for number in shown.clone() {
        let field = &form.fields[number];
        let place = Rect {
            y: area.y.saturating_add(top),
            height: area
                .height
                .saturating_sub(top)
                .min(u16::try_from(heights[number]).unwrap_or(u16::MAX)),
            ..area
        };
        let focused = form.focused == Some(number);
        let at = draw_field(field, focused, label, theme, place, buffer);
        if focused {
            cursor = at;
        }
        top = top.saturating_add(place.height);
    }
    more(
        shown.start > 0,
        shown.end < form.fields.len(),
        theme,
        area,
        buffer,
    );
    cursor
}

fn draw_field(
    field: &Field<'_>,
    focused: bool,
    label: u16,
    theme: &Theme,
    place: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let first = text::line(place, 0);
    if focused {
        text::put(
            theme.mark(Mark::Gutter),
            Role::Gutter,
            theme,
            text::moved(first, 1),
            buffer,
        );
    }
    let name = Rect {
        width: label.min(first.width.saturating_sub(LEFT)),
        ..text::moved(first, LEFT)
    };
    text::put_cut(field.label, Role::FieldLabel, theme, name, buffer);
    if field.changed {
        let mark = text::moved(first, LEFT + label + 2);
        text::put(
            theme.mark(Mark::Changed),
            Role::FieldChanged,
            theme,
            mark,
            buffer,
        );
    }
    let right = text::moved(place, LEFT + label + BETWEEN);
    let room = Rect {
        width: right.width.saturating_sub(1),
        height: right.height.min(1),
        ..right
    };
    let cursor = draw_value(field, focused, theme, room, buffer);
    if focused {
        text::lay_over(Role::FieldFocused, theme, room, buffer);
    }
    if let Some(fault) = field.fault {
        let line = text::line(right, usize::from(room.height));
        text::put_cut(fault, Role::FieldError, theme, line, buffer);
    }
    let start = (!room.is_empty()).then(|| Position::new(room.x, room.y));
    cursor.or(start).filter(|_| focused)
}

fn draw_value(
    field: &Field<'_>,
    focused: bool,
    theme: &Theme,
    room: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let role = match (field.changed, field.readonly) {
        (true, _) => Role::FieldChanged,
        (false, true) => Role::FieldReadonly,
        (false, false) => Role::FieldValue,
    };
    match field.value {
        Shown::Null => {
            let after = text::put(theme.mark(Mark::Null), Role::ValueNull, theme, room, buffer);
            note(field, theme, text::moved(room, after + 1 - room.x), buffer);
            None
        }
        Shown::Default => {
            text::put("default", Role::ValueNull, theme, room, buffer);
            None
        }
        Shown::Text(value) => {
            text::put_cut(&text::one_line(value, theme), role, theme, room, buffer);
            None
        }
        Shown::Beginning(value) => {
            let align = text::Align::Left;
            text::put_in(value, true, align, role, theme, text::line(room, 0), buffer);
            None
        }
        Shown::Editing(edited) if edited.is_empty() => {
            note(field, theme, room, buffer);
            None
        }
        Shown::Editing(edited) if !focused && edited.mode() != Mode::Secret => {
            text::put_cut(
                &text::one_line(edited.text(), theme),
                role,
                theme,
                room,
                buffer,
            );
            None
        }
        Shown::Editing(edited) => edited_line(edited, role, theme, room, buffer),
    }
}

fn note(field: &Field<'_>, theme: &Theme, room: Rect, buffer: &mut Buffer) {
    text::put_cut(field.note, Role::Placeholder, theme, room, buffer);
}

/// Draws a line that is being edited, scrolled so that the cursor is seen; returns its place.
pub fn edited_line(
    edited: &TextField,
    role: Role,
    theme: &Theme,
    room: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let cells = usize::from(room.width);
    if cells == 0 || room.height == 0 {
        return None;
    }
    let (before, after) = edited.text().split_at(edited.cursor());
    let (before, after) = match edited.mode() {
        Mode::Secret => (masked(before, theme), masked(after, theme)),
        _ => (
            text::one_line(before, theme).into_owned(),
            text::one_line(after, theme).into_owned(),
        ),
    };
    // One cell stays free for the cursor behind the last character.
    let skipped = ending(&before, cells - 1);
    let seen = &before[skipped..];
    let x = u16::try_from(width(seen)).unwrap_or(0);
    text::put(&format!("{seen}{after}"), role, theme, room, buffer);
    if skipped > 0 {
        text::put(theme.mark(Mark::Cut), Role::ValueCut, theme, room, buffer);
    }
    Some(Position::new(room.x + x.min(room.width - 1), room.y))
}

/// The byte from which the end of a text fits in so many cells.
fn ending(text: &str, cells: usize) -> usize {
    let mut left = width(text);
    for glyph in glyphs(text) {
        if left <= cells {
            return glyph.start;
        }
        left -= glyph.width;
    }
    text.len()
}

fn masked(text: &str, theme: &Theme) -> String {
    theme.mark(Mark::Secret).repeat(text.chars().count())
}

/// Marks at the right edge that there are fields above and below.
fn more(above: bool, below: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let edge = text::moved(area, area.width.saturating_sub(1));
    if above {
        text::put(
            theme.mark(Mark::MoreAbove),
            Role::Muted,
            theme,
            text::line(edge, 0),
            buffer,
        );
    }
    if below && area.height > 0 {
        let last = text::line(edge, usize::from(area.height) - 1);
        text::put(
            theme.mark(Mark::MoreBelow),
            Role::Muted,
            theme,
            last,
            buffer,
        );
    }
}
