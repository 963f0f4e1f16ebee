//! What a click in the grid does: goes to the row and column, or sorts by a heading.

use super::Browser;
use crate::app::context::Context;
use crate::app::outbox::Outbox;

/// The line of the headings, below the title.
const HEADINGS: u16 = 1;

impl Browser {
    /// The grid was clicked at a cell of the place.
    pub fn clicked(&mut self, x: u16, y: u16, cx: &Context, out: &mut Outbox) {
        let busy = self.over.is_some()
            || self.peek.is_some()
            || self.chooser.is_some()
            || self.whole.is_some()
            || self.asking.is_some()
            || self.find.is_some();
        let parts = self.parts(cx.room);
        if busy || x >= parts.grid || y < HEADINGS {
            return;
        }
        let column = self.columns.at(x, parts.grid);
        if y == HEADINGS {
            if let Some(column) = column {
                self.columns.go_to(column, parts.grid);
                self.sort(cx, out);
            }
            return;
        }
        let number = usize::from(y - HEADINGS - 1);
        let Some(window) = &self.window else { return };
        let shown = window.visible().map(|(at, _)| at).nth(number);
        let Some(row) = shown.and_then(|at| isize::try_from(at).ok()) else {
            return;
        };
        let here = isize::try_from(window.cursor()).unwrap_or(0);
        if let Some(column) = column {
            self.columns.go_to(column, parts.grid);
        }
        self.travel(cx, out, |window| window.step(row - here));
    }
}
