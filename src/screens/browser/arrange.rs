//! How the columns of the grid are arranged: changed by keys, remembered, and read where they are
//! not read yet.

use super::Browser;
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::layout::{Arrangement, Layout};
use crate::domain::memory::Change;
use crate::domain::text;
use crate::input::action::ArrangeAction;

/// By how many cells a key makes a column wider or narrower.
const STEP: u16 = 2;
/// A column that a person widens leaves the others at least this much.
const OTHERS: u16 = 8;
/// No person makes a column narrower.
const NARROWEST: u16 = 4;

impl Browser {
    /// Does what was asked for with the column under the cursor.
    pub(super) fn act_arrange(&mut self, action: ArrangeAction, cx: &Context, out: &mut Outbox) {
        let Some(position) = self.columns.current() else {
            return;
        };
        match action {
            ArrangeAction::ChooseColumns => self.open_chooser(position, cx),
            ArrangeAction::Narrower => self.widen(position, false, cx, out),
            ArrangeAction::Wider => self.widen(position, true, cx, out),
            ArrangeAction::Freeze => self.freeze(position, cx, out),
            // Of the list of columns.
            _ => {}
        }
    }

    /// Returns the positions of the columns that are shown, in their order.
    pub fn shown_columns(&self) -> &[usize] {
        self.columns.shown()
    }

    /// Returns how the columns are arranged, as it is remembered.
    pub fn layout(&self) -> Layout {
        let shape = self.shape.as_deref();
        shape.map_or_else(Layout::default, |shape| {
            self.columns.arrangement().layout(shape)
        })
    }

    /// Arranges the columns as a layout says, and remembers that.
    pub fn take_layout(&mut self, layout: &Layout, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        self.columns.lay_out(&shape, layout);
        self.arranged(layout.clone(), cx, out);
    }

    /// What is remembered of the person is known by now.
    pub fn remembered(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let layout = cx.memory().layout(&shape.name);
        if layout != self.layout() {
            self.columns.lay_out(&shape, &layout);
            self.columns.fit(self.parts(cx.room).grid);
            self.follow_columns(cx, out);
        }
    }

    /// Changes how the columns are arranged, and remembers it.
    pub(super) fn arrange(
        &mut self,
        cx: &Context,
        out: &mut Outbox,
        change: impl FnOnce(&mut Arrangement),
    ) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let layout = self.columns.change(&shape, change);
        self.arranged(layout, cx, out);
    }

    fn arranged(&mut self, layout: Layout, cx: &Context, out: &mut Outbox) {
        self.columns.fit(self.parts(cx.room).grid);
        if let Some(shape) = &self.shape {
            out.remember(cx, Change::Arrange(shape.name.clone(), layout));
        }
        self.follow_columns(cx, out);
    }

    /// Makes a column wider or narrower.
    pub(super) fn widen(&mut self, position: usize, wider: bool, cx: &Context, out: &mut Outbox) {
        let grid = self.parts(cx.room).grid;
        let now = self.columns.width_of(position, grid);
        let most = grid.saturating_sub(OTHERS).max(NARROWEST);
        let width = match wider {
            true => (now + STEP).min(most),
            false => now.saturating_sub(STEP).max(NARROWEST),
        };
        self.arrange(cx, out, |arrangement| {
            let mut columns = arrangement.columns.iter_mut();
            if let Some(column) = columns.find(|column| column.position == position) {
                column.width = Some(width);
            }
        });
    }

    /// Has the columns up to this one stay; where they do already, none does.
    pub(super) fn freeze(&mut self, position: usize, cx: &Context, out: &mut Outbox) {
        let columns = &self.columns.arrangement().columns;
        let at = columns
            .iter()
            .position(|column| column.position == position);
        let Some(through) = at.map(|at| at + 1) else {
            return;
        };
        let is_so = self.columns.arrangement().frozen == through;
        self.arrange(cx, out, |arrangement| {
            arrangement.frozen = if is_so { 0 } else { through };
        });
        let name = self
            .shape
            .as_ref()
            .and_then(|shape| shape.columns.get(position));
        let name = name.map_or_else(String::new, |column| text::line(&column.name).into_owned());
        let line = match is_so {
            true => "No column stays at the left".to_owned(),
            false => match self.columns.staying(self.parts(cx.room).grid) {
                (fit, wanted) if fit < wanted => format!(
                    "The columns up to {name} stay at the left where there is room: {fit} of {wanted} here"
                ),
                _ => format!("The columns up to {name} stay at the left"),
            },
        };
        out.tell(Mood::Told, line);
    }

    /// Moves the column cursor.
    pub(super) fn step_sideways(&mut self, columns: isize, cx: &Context, out: &mut Outbox) {
        self.columns.step(columns, self.parts(cx.room).grid);
        self.follow_columns(cx, out);
    }

    /// Reads the rows again where columns are on the screen, or soon may be, that were not read.
    pub(super) fn follow_columns(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(window) = &self.window else { return };
        let gone = window.is_gone().then(|| window.cursor());
        let lacks = window
            .visible()
            .filter(|(at, _)| Some(*at) != gone)
            .any(|(_, row)| self.columns.lacks(row));
        if lacks {
            self.refresh(false, cx, out);
        }
    }
}
