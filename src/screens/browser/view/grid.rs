//! Draws the rows: what each shows, who is on it, what became of it.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::flags::Flags;
use super::super::window::Window;
use super::super::{Browser, cell, words};
use crate::app::context::Context;
use crate::domain::query::{Direction, Row};
use crate::domain::session::PresenceMode;
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text::line;
use crate::theme::Theme;
use crate::widgets::grid::{self, At, Cell, Column, Grid, RowState, Sort};
use crate::widgets::text::Align;

/// Draws the rows and returns where the cursor belongs.
pub(super) fn draw(
    browser: &Browser,
    window: &Window,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let shape = browser.shape.as_deref()?;
    let placed = browser.columns.placed(area.width);
    let names: Vec<Cow<'_, str>> = placed
        .iter()
        .map(|place| line(&shape.columns[place.position].name))
        .collect();
    let columns: Vec<Column<'_>> = placed
        .iter()
        .zip(&names)
        .map(|(place, name)| Column {
            title: name,
            width: place.width,
            align: align(&shape.columns[place.position].kind, window, place.position),
            sort: sorted(browser, place.position).map(|(_, sort)| sort),
            rank: sorted(browser, place.position)
                .filter(|_| browser.wanted.sort.len() > 1)
                .map(|(rank, _)| rank),
        })
        .collect();
    let texts: Vec<Vec<Option<Cow<'_, str>>>> = window
        .visible()
        .map(|(_, row)| {
            let cells = placed.iter().map(|place| {
                let cell = row.cell(place.position)?;
                cell::shown(cell, &shape.columns[place.position], &cx.zone)
            });
            cells.collect()
        })
        .collect();
    let flags = Flags::of(shape, cx);
    let rows: Vec<grid::Row<'_>> = window
        .visible()
        .zip(&texts)
        .map(|((at, row), texts)| {
            let cells = placed.iter().zip(texts).map(|(place, text)| {
                let cell = row.cell(place.position);
                let cut = cell.is_some_and(|cell| cell.whole_chars.is_some());
                match text {
                    None if cell.is_none() => Cell::Unread,
                    None => Cell::Null,
                    Some(text) if cut => Cell::Beginning(text),
                    Some(text) => Cell::Text(text),
                }
            });
            let signs = placed.iter().map(|place| flags.at(row, place.position));
            let signs = signs.map(|rule| rule.map(|rule| rule.sign)).collect();
            let drawn = drawn(browser, window, shape, at, row, cells.collect(), cx);
            grid::Row { signs, ..drawn }
        })
        .collect();
    let first = window.visible().next().map_or(0, |(at, _)| at);
    let grid = Grid {
        columns: &columns,
        rows: &rows,
        selected: Some(window.cursor() - first),
        column: placed.iter().position(|place| place.under_cursor),
        frozen: placed.iter().filter(|place| place.frozen).count(),
        found: &browser.shown.filter.quick,
    };
    grid::draw(&grid, theme, area, buffer)
}

fn drawn<'a>(
    browser: &Browser,
    window: &Window,
    shape: &Shape,
    at: usize,
    row: &Row,
    cells: Vec<Cell<'a>>,
    cx: &Context,
) -> grid::Row<'a> {
    let state = match &row.key {
        _ if window.is_gone() && at == window.cursor() => RowState::Gone,
        Some(key) if browser.changes.contains_key(key) => RowState::Changed,
        _ => RowState::Ordinary,
    };
    let here = cx.presence.iter();
    let here = here.filter(|p| !p.mine && Some(&p.key) == row.key.as_ref());
    let presence = here.filter_map(|p| match (p.mode, p.same_person) {
        (PresenceMode::Edit, false) => Some(At::Editing),
        (PresenceMode::Edit, true) => Some(At::Elsewhere),
        (PresenceMode::View, false) => Some(At::Reading),
        (PresenceMode::View, true) => None,
    });
    let draft = |key| words::has_draft(shape, key, cx);
    grid::Row {
        cells,
        signs: Vec::new(),
        state,
        marked: browser.is_marked(row.key.as_ref()),
        dirty: row.key.as_ref().is_some_and(draft),
        presence: presence.max(),
    }
}

/// Which of the sorted columns it is, from 1, and which way.
fn sorted(browser: &Browser, position: usize) -> Option<(usize, Sort)> {
    let mut sort = (1..).zip(&browser.wanted.sort);
    let (rank, sort) = sort.find(|(_, sort)| sort.column == position)?;
    let way = match sort.direction {
        Direction::Ascending => Sort::Ascending,
        Direction::Descending => Sort::Descending,
    };
    Some((rank, way))
}

fn align(kind: &ColumnKind, window: &Window, position: usize) -> Align {
    let named = |row: &Row| row.cell(position).is_some_and(|cell| cell.label.is_some());
    match kind {
        // A name stands behind the number.
        ColumnKind::Number if !window.visible().any(|(_, row)| named(row)) => Align::Right,
        _ => Align::Left,
    }
}
