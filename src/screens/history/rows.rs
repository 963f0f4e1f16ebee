//! The lines of the timeline and of the record as it was; pure, for update and view alike.

use crate::app::context::Context;
use crate::app::past::{self, Line};
use crate::domain::glyph;
use crate::domain::history::{self, HistoryEntry};
use crate::domain::table::Shape;
use crate::domain::value::Value;
use crate::domain::{text, wrap};
use crate::input::event::Size;
use crate::theme::Role;

use super::{History, Then};

/// From this width on the open entry stands beside the list.
pub const WIDE: u16 = 120;
/// The columns of the list where the open entry stands beside it.
pub const LIST: u16 = 62;
/// Gutter and blanks left of an entry, and those left of its fields.
pub const LEFT: usize = 3;
/// The widest that the name of a person gets.
const WIDEST_WHO: usize = 18;
/// The widest that the name of a field gets.
const WIDEST: usize = 24;
/// The most lines of the open entry in the list; the rest is shown by opening it whole.
const MOST_LINES: usize = 12;

/// How wide the columns of the list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// When.
    pub when: usize,
    /// Who.
    pub who: usize,
}

/// Returns the widths that the entries need.
pub fn widths(screen: &History, cx: &Context) -> Widths {
    let entries = || screen.entries.iter();
    let when = entries().map(|entry| past::when(entry, cx).len()).max();
    let who = entries().map(|entry| glyph::width(&past::who(&entry.author)));
    Widths {
        when: when.unwrap_or(5),
        who: who.max().unwrap_or(0).min(WIDEST_WHO),
    }
}

/// Returns the lines of the open entry as they stand in the list, and the width of the names.
pub fn open(entry: &HistoryEntry, columns: u16) -> (Vec<Line>, usize) {
    let room = usize::from(columns).saturating_sub(LEFT + 3);
    let (mut lines, label) = past::fields(entry, false, false, room);
    let hidden = lines.len().saturating_sub(MOST_LINES);
    if hidden > 1 {
        lines.truncate(MOST_LINES - 1);
        lines.push(Line {
            pieces: vec![(
                format!("and {} more lines: enter shows all", hidden + 1),
                Role::Muted,
            )],
            ..Line::default()
        });
    }
    (lines, label)
}

/// Returns the lines of an entry with every value whole.
pub fn whole(entry: &HistoryEntry, room: Size) -> Vec<Line> {
    let width = usize::from(room.columns).saturating_sub(LEFT + 3);
    past::fields(entry, false, true, width).0
}

/// The columns of the table of the record as it was.
pub fn shape<'a>(then: &Then, cx: &'a Context) -> Option<&'a Shape> {
    cx.shapes.get(&then.of.table).map(AsRef::as_ref)
}

/// The width of the names of a table's columns.
pub fn label(shape: &Shape) -> usize {
    let names = shape.columns.iter();
    let widest = names.map(|column| glyph::width(&text::line(&column.name)));
    widest.max().unwrap_or(0).clamp(6, WIDEST)
}

/// Returns the lines of one field of the record as it was: what it was, and what it is now where
/// that differs.
pub fn as_of(then: &Then, shape: &Shape, column: usize, room: Size) -> Vec<Vec<(String, Role)>> {
    let Some(about) = shape.columns.get(column) else {
        return Vec::new();
    };
    let width = usize::from(room.columns).saturating_sub(label(shape) + LEFT + 4);
    let present = then.present.as_ref();
    let now = present.map(|record| record.values.get(column).unwrap_or(&Value::Null));
    let was = then.past.value(&about.name, now);
    let history::Then::Known(kept) = was else {
        return vec![vec![(
            "not known: the record had no such column then, or it was not recorded".into(),
            Role::Muted,
        )]];
    };
    let differs = now.is_some_and(|now| kept.whole() != Some(now));
    let role = if differs {
        Role::FieldChanged
    } else {
        Role::FieldValue
    };
    let lines = wrapped(&past::shown(&kept), role, width.max(10));
    if column != then.column {
        return shortened(lines, 2);
    }
    let most = most_lines(room);
    let mut lines: Vec<_> = lines.into_iter().skip(then.scrolled).take(most).collect();
    if let (true, Some(now)) = (differs, now) {
        let now = past::shown(&history::Kept::Whole(now.clone()));
        let now = wrapped(&format!("now {now}"), Role::Muted, width.max(10));
        lines.extend(shortened(now, 2));
    }
    lines
}

/// Returns how many lines of the value under the cursor do not fit.
pub fn hidden(then: &Then, shape: &Shape, room: Size) -> usize {
    let Some(about) = shape.columns.get(then.column) else {
        return 0;
    };
    let present = then.present.as_ref();
    let now = present.and_then(|record| record.values.get(then.column));
    let history::Then::Known(kept) = then.past.value(&about.name, now) else {
        return 0;
    };
    let width = usize::from(room.columns).saturating_sub(label(shape) + LEFT + 4);
    let lines = wrapped(&past::shown(&kept), Role::Text, width.max(10)).len();
    lines.saturating_sub(most_lines(room))
}

fn most_lines(room: Size) -> usize {
    usize::from(room.rows).saturating_sub(8).max(3)
}

fn wrapped(value: &str, role: Role, width: usize) -> Vec<Vec<(String, Role)>> {
    let lines = wrap::lines(value, width).into_iter();
    lines
        .map(|line| vec![(value[line].trim_end().to_owned(), role)])
        .collect()
}

fn shortened(mut lines: Vec<Vec<(String, Role)>>, most: usize) -> Vec<Vec<(String, Role)>> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push((" …".into(), Role::Muted));
        }
    }
    lines
}
