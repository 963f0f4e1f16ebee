//! Draws a row without a key whole, over the grid: every value on as many lines as it needs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::Browser;
use crate::app::context::Context;
use crate::domain::glyph::width;
use crate::domain::query::Row;
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text as paint;

/// The widest that labels get, and the cells between label and value.
const LABEL: usize = 24;
const BETWEEN: usize = 2;

/// One line: the label where a value begins, and a piece of the value.
struct Line {
    label: String,
    value: Option<String>,
    role: Role,
    cut: bool,
}

impl Browser {
    /// How many lines the row takes at this width.
    pub(in crate::screens::browser) fn whole_lines(&self, columns: u16) -> usize {
        let (Some(whole), Some(shape)) = (&self.whole, self.shape.as_deref()) else {
            return 0;
        };
        lines(shape, &whole.row, usize::from(columns)).len()
    }
}

/// Draws the row that is read whole; says whether there is one.
pub(super) fn draw(
    browser: &Browser,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> bool {
    let (Some(whole), Some(shape)) = (&browser.whole, browser.shape.as_deref()) else {
        return false;
    };
    let name = cx.table(shape.id).map(|table| table.name.to_string());
    let name = name.unwrap_or_else(|| shape.name.to_string());
    let name = format!("{} · a row without a key", text::line(&name));
    let title = Piece {
        text: &name,
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: "as it was when read, not followed",
        role: Role::Muted,
    };
    status::draw(
        &[title],
        &right,
        Role::Text,
        theme,
        paint::line(area, 0),
        buffer,
    );
    let label = label_room(shape);
    let all = lines(shape, &whole.row, usize::from(area.width));
    let rows = usize::from(area.height.saturating_sub(2));
    for (number, line) in all.iter().skip(whole.scroll).take(rows).enumerate() {
        let place = paint::moved(paint::line(area, number + 1), 1);
        let left = Rect {
            width: place.width.min(u16::try_from(label).unwrap_or(0)),
            ..place
        };
        paint::put_cut(&line.label, Role::FieldLabel, theme, left, buffer);
        let right = paint::moved(place, u16::try_from(label + BETWEEN).unwrap_or(0));
        match &line.value {
            None => {
                paint::put(
                    theme.mark(Mark::Null),
                    Role::ValueNull,
                    theme,
                    right,
                    buffer,
                );
            }
            Some(value) => {
                paint::put_in(
                    value,
                    line.cut,
                    paint::Align::Left,
                    line.role,
                    theme,
                    right,
                    buffer,
                );
            }
        }
    }
    let last = paint::line(area, usize::from(area.height.saturating_sub(1)));
    let said = browser.whole_in_words();
    paint::put_cut(&said, Role::Muted, theme, paint::moved(last, 1), buffer);
    true
}

fn label_room(shape: &Shape) -> usize {
    let names = shape
        .columns
        .iter()
        .map(|column| width(&text::line(&column.name)));
    names.max().unwrap_or(0).min(LABEL)
}

fn lines(shape: &Shape, row: &Row, columns: usize) -> Vec<Line> {
    let room = columns
        .saturating_sub(label_room(shape) + BETWEEN + 3)
        .max(8);
    let mut lines = Vec::new();
    let read = row.read();
    let read = read.filter_map(|(at, cell)| Some((shape.columns.get(at)?, cell)));
    for (column, cell) in read {
        let role = match column.kind {
            ColumnKind::Number => Role::ValueNumber,
            _ => Role::FieldValue,
        };
        let mut label = text::line(&column.name).into_owned();
        let Some(value) = cell.value.as_text() else {
            let value = None;
            let cut = false;
            lines.push(Line {
                label,
                value,
                role,
                cut,
            });
            continue;
        };
        let value = text::block(value);
        let value = value.trim_end_matches('\n');
        let ranges = paint::wrap(value, room);
        let count = ranges.len();
        for (number, range) in ranges.into_iter().enumerate() {
            lines.push(Line {
                label: std::mem::take(&mut label),
                value: Some(value[range].to_owned()),
                role,
                cut: cell.whole_chars.is_some() && number + 1 == count,
            });
        }
    }
    lines
}
