//! Tests of widgets: text and roles as they would be seen, and nothing outside the area.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::glyph::width;
use crate::terminal::picture;
use crate::theme::{Painted, Role, Theme};

/// What is drawn, line by line, without blanks at the ends.
fn lines(buffer: &Buffer) -> Vec<String> {
    let line = |y| {
        let mut line = String::new();
        picture::each(buffer, y, |spot| line.push_str(spot.text));
        line.trim_end().to_string()
    };
    (0..buffer.area.height).map(line).collect()
}

/// The roles that the cells at a text's first place are painted with.
fn roles_at(buffer: &Buffer, text: &str) -> Painted {
    for y in 0..buffer.area.height {
        let mut whole = String::new();
        let mut found = None;
        picture::each(buffer, y, |spot| whole.push_str(spot.text));
        let Some(at) = whole.find(text) else { continue };
        let x = width(&whole[..at]);
        picture::each(buffer, y, |spot| {
            if spot.x == x {
                found = Some(Painted::read(spot.cell.fg, spot.cell.bg));
            }
        });
        return found.unwrap();
    }
    panic!("{text} is not drawn in {:#?}", lines(buffer));
}

fn painted(base: Role, over: Option<Role>) -> Painted {
    Painted {
        base: Some(base),
        over,
    }
}

fn empty(columns: u16, rows: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, columns, rows))
}

fn theme() -> Theme {
    Theme::for_snapshots()
}

mod forms;
mod grids;
mod one_line;
