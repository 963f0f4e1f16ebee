//! Draws the record beside the grid: every value whole, or what the grid has of it until then.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::{Browser, words};
use crate::app::context::Context;
use crate::domain::text;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::form::{self, Field, Form, Shown};
use crate::widgets::text as paint;

/// The most lines that one value takes.
const LONGEST: usize = 8;
/// What the form takes of a line besides label and value.
const AROUND: usize = 8;
/// The widest label of a form.
const LABEL: usize = 24;

/// Draws the record under the cursor.
pub(super) fn draw(
    browser: &Browser,
    _cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let row = browser.window.as_ref().and_then(|window| window.current());
    let (Some(row), Some(shape)) = (row, browser.shape.as_deref()) else {
        dialog::draw(&Frame::pane("record", false), theme, area, buffer);
        return;
    };
    let title = row.key.as_ref().map(|key| words::record(shape, key));
    let title = title.unwrap_or_else(|| "row".into());
    let inside = dialog::draw(&Frame::pane(&title, false), theme, area, buffer);
    let inside = match browser.pane.problem(row) {
        Some(problem) => {
            paint::put_cut(&problem.what, Role::StatusError, theme, inside, buffer);
            below_first(inside)
        }
        None if browser.pane.is_missing(row) => {
            let words = "It is gone; this is what it was";
            paint::put_cut(words, Role::RowGone, theme, inside, buffer);
            below_first(inside)
        }
        None => inside,
    };
    let whole = browser.pane.record(row);
    let labels = shape.columns.iter().map(|column| text::line(&column.name));
    let labels: Vec<_> = labels.collect();
    let label = labels.iter().map(|label| label.chars().count()).max();
    let label = label.unwrap_or(0).min(LABEL);
    let room = usize::from(inside.width)
        .saturating_sub(label + AROUND)
        .max(8);
    let texts: Vec<Option<(String, bool)>> = (0..shape.columns.len())
        .map(|at| {
            let cell = row.cells.get(at);
            let (value, cut) = match whole.and_then(|record| record.values.get(at)) {
                Some(value) => (value, false),
                None => (&cell?.value, cell?.whole_chars.is_some()),
            };
            let text = text::block(value.as_text()?);
            Some((text.trim_end_matches('\n').to_owned(), cut))
        })
        .collect();
    let fields: Vec<Field<'_>> = labels
        .iter()
        .zip(&texts)
        .map(|(label, text)| field(label, text.as_ref(), room))
        .collect();
    let form = Form {
        fields: &fields,
        focused: None,
    };
    form::draw(&form, theme, inside, buffer);
}

fn field<'a>(label: &'a str, text: Option<&'a (String, bool)>, room: usize) -> Field<'a> {
    let Some((text, cut)) = text else {
        return Field::new(label, Shown::Null);
    };
    let lines = paint::wrap(text, room).len().clamp(1, LONGEST);
    let shown = match (lines, cut) {
        (1, true) => Shown::Beginning(text),
        _ => Shown::Text(text),
    };
    Field {
        lines: u16::try_from(lines).unwrap_or(1),
        ..Field::new(label, shown)
    }
}

fn below_first(area: Rect) -> Rect {
    Rect {
        y: area.y + 1.min(area.height),
        height: area.height.saturating_sub(1),
        ..area
    }
}
