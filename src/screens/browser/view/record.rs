//! Draws the record beside the grid: every value whole, or what the grid has of it until then.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::{Browser, words};
use crate::domain::glyph::width;
use crate::domain::query::Row;
use crate::domain::record::Record;
use crate::domain::table::ColumnKind;
use crate::domain::text;
use crate::domain::value::Cell;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::text as paint;

/// The most lines that one value takes.
const LONGEST: usize = 8;
/// The widest that labels get, and the cells between label and value.
const LABEL: usize = 24;
const BETWEEN: u16 = 2;

/// Draws the record under the cursor.
pub(super) fn draw(browser: &Browser, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let row = browser.window.as_ref().and_then(|window| window.current());
    let (Some(row), Some(shape)) = (row, browser.shape.as_deref()) else {
        dialog::draw(&Frame::pane("record", false), theme, area, buffer);
        return;
    };
    let title = row.key.as_ref().map(|key| words::record(shape, key));
    let title = title.unwrap_or_else(|| "row".into());
    let mut room = dialog::draw(&Frame::pane(&title, false), theme, area, buffer);
    let said = match browser.pane.problem(row) {
        Some(problem) => Some((problem.what.as_str(), Role::StatusError)),
        None if browser.pane.is_missing(row) => {
            Some(("It is gone; this is what it was", Role::RowGone))
        }
        None => None,
    };
    if let Some((said, role)) = said {
        paint::put_cut(said, role, theme, room, buffer);
        room = below(room, 1);
    }
    let whole = browser.pane.record(row);
    let names: Vec<_> = shape.columns.iter().map(|c| text::line(&c.name)).collect();
    let label = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let label = u16::try_from(label.min(LABEL)).unwrap_or(0);
    for (at, name) in names.iter().enumerate() {
        if room.height == 1 && at + 1 < names.len() {
            let more = format!("{} more fields: open the record", names.len() - at);
            paint::put_cut(&more, Role::Muted, theme, room, buffer);
            return;
        }
        let place = Rect {
            width: label.min(room.width),
            ..room
        };
        paint::put_cut(name, Role::FieldLabel, theme, place, buffer);
        let place = paint::moved(room, label + BETWEEN);
        let role = match shape.columns[at].kind {
            ColumnKind::Number => Role::ValueNumber,
            _ => Role::FieldValue,
        };
        let shown = value_of(whole, row, at);
        let used = value(shown, role, theme, place, buffer);
        if let (1, Some((value, false))) = (used, shown) {
            called(row, at, value, theme, place, buffer);
        }
        room = below(room, used);
    }
}

/// Draws beside a bare key what its record is called, where that came with the row and fits.
fn called(row: &Row, at: usize, key: &str, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let cell = row.cell(at);
    let is_it = |cell: &&Cell| cell.value.as_text() == Some(key);
    let label = cell.filter(is_it).and_then(|cell| cell.label.as_deref());
    if let Some(label) = label {
        let taken = u16::try_from(width(key)).unwrap_or(u16::MAX);
        let place = paint::moved(place, taken.saturating_add(2));
        paint::put_cut(label, Role::Muted, theme, place, buffer);
    }
}

/// Returns a value and whether it is only the beginning of one.
fn value_of<'a>(whole: Option<&'a Record>, row: &'a Row, at: usize) -> Option<(&'a str, bool)> {
    if let Some(value) = whole.and_then(|record| record.values.get(at)) {
        return Some((value.as_text()?, false));
    }
    let cell = row.cell(at)?;
    Some((cell.value.as_text()?, cell.whole_chars.is_some()))
}

/// Draws a value on as many lines as it needs, within limits; returns how many.
fn value(
    value: Option<(&str, bool)>,
    role: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let Some((value, cut)) = value else {
        let null = theme.mark(Mark::Null);
        paint::put(null, Role::ValueNull, theme, area, buffer);
        return 1;
    };
    let value = text::block(value);
    let value = value.trim_end_matches('\n');
    let lines = paint::wrap(value, usize::from(area.width));
    let most = LONGEST.min(usize::from(area.height));
    for (number, range) in lines.iter().take(most).enumerate() {
        let last = number + 1 == most.min(lines.len());
        let cut = last && (cut || lines.len() > most);
        let (line, left) = (paint::line(area, number), paint::Align::Left);
        paint::put_in(&value[range.clone()], cut, left, role, theme, line, buffer);
    }
    u16::try_from(lines.len().clamp(1, LONGEST)).unwrap_or(1)
}

fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect {
        y: area.y + lines,
        height: area.height - lines,
        ..area
    }
}
