//! Where things go on the screen: header, banner, place, pane, status, hints; pure arithmetic.

use ratatui::layout::Rect;

use crate::input::event::Size;

/// The smallest size that is drawn.
pub const SMALLEST: Size = Size {
    columns: 60,
    rows: 20,
};

/// Where things go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Server, database, way, TLS, person.
    pub header: Rect,
    /// One line when the connection is lost.
    pub banner: Option<Rect>,
    /// The place.
    pub place: Rect,
    /// The sessions pane.
    pub pane: Option<Rect>,
    /// The latest notice, or how things stand.
    pub status: Rect,
    /// The keys that help now.
    pub hints: Rect,
}

/// Whether nothing can be shown but that the terminal is too small.
pub fn is_too_small(size: Size) -> bool {
    size.columns < SMALLEST.columns || size.rows < SMALLEST.rows
}

/// Lays out a screen; `None` when the terminal is too small.
pub fn layout(size: Size, banner: bool, pane: bool) -> Option<Layout> {
    if is_too_small(size) {
        return None;
    }
    let line = |y| Rect::new(0, y, size.columns, 1);
    let top = 1 + u16::from(banner);
    let body = Rect::new(0, top, size.columns, size.rows - top - 2);
    let (place, pane) = split(body, size, pane);
    Some(Layout {
        header: line(0),
        banner: banner.then(|| line(1)),
        place,
        pane,
        status: line(size.rows - 2),
        hints: line(size.rows - 1),
    })
}

/// Returns the room that the place has; nothing when the terminal is too small.
pub fn room(size: Size, banner: bool, pane: bool) -> Size {
    let place = layout(size, banner, pane).map_or(Rect::ZERO, |layout| layout.place);
    Size {
        columns: place.width,
        rows: place.height,
    }
}

/// At 120 columns the pane is at the right, at least 44 wide; below that the bottom eight rows;
/// under 80x24 it takes the whole place.
fn split(body: Rect, size: Size, pane: bool) -> (Rect, Option<Rect>) {
    if !pane {
        return (body, None);
    }
    if size.columns >= 120 {
        let width = (size.columns * 2 / 5).max(44);
        let place = Rect {
            width: body.width - width,
            ..body
        };
        let pane = Rect {
            x: place.width,
            width,
            ..body
        };
        return (place, Some(pane));
    }
    if size.columns < 80 || size.rows < 24 {
        return (Rect { height: 0, ..body }, Some(body));
    }
    let height = body.height - 8;
    let pane = Rect {
        y: body.y + height,
        height: 8,
        ..body
    };
    (Rect { height, ..body }, Some(pane))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_and_nothing_is_lost() {
        for columns in [60, 79, 80, 119, 120, 200] {
            for rows in [20, 23, 24, 50] {
                for banner in [false, true] {
                    let it = layout(Size { columns, rows }, banner, true).expect("large enough");
                    let pane = it.pane.expect("a pane was asked for");
                    let cells = it.place.area() + pane.area();
                    let lines = 3 + u32::from(banner);
                    assert_eq!(
                        cells + lines * u32::from(columns),
                        u32::from(columns) * u32::from(rows)
                    );
                }
            }
        }
        assert_eq!(
            layout(
                Size {
                    columns: 59,
                    rows: 24
                },
                false,
                false
            ),
            None
        );
    }
}
