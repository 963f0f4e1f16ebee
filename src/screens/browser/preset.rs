//! Showing only a few rows of a table because another screen asked for them, and going back to the
//! rows that were shown before.

use super::{Browser, View, words};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::domain::draft::NamedFilter;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::table::TableId;
use crate::domain::value::Value;

impl Browser {
    /// Shows the rows of a table that hold these values in these columns, by number. What is shown
    /// of another table now is kept for the way back.
    pub fn show_only(
        &mut self,
        table: TableId,
        columns: Vec<(i16, Value)>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        self.leave_stop();
        self.came_by_following();
        if self.table == Some(table) && self.window.is_some() {
            self.preset = columns;
            self.take_preset();
            let filter = std::mem::take(&mut self.wanted.filter);
            self.wanted.filter = self.shown.filter.clone();
            return self.filter(filter, true, cx, out);
        }
        self.stop_reading(out);
        let (deleting, marks) = (self.deleting.take(), std::mem::take(&mut self.marks));
        let mut before = std::mem::take(self);
        self.deleting = deleting;
        self.marks = marks;
        self.file = before.file.take();
        self.way = std::mem::take(&mut before.way);
        self.pane = before.pane.for_another_table();
        // One way back is enough: what lies further back is opened anew.
        before.before = None;
        self.before = Some(Box::new(before));
        self.preset = columns;
    }

    /// Shows the rows of a table under a filter: at once where it is shown, else when it is opened.
    pub(super) fn show_filtered(
        &mut self,
        table: TableId,
        filter: &NamedFilter,
        cx: &Context,
        out: &mut Outbox,
    ) {
        match self.shape.clone().filter(|shape| shape.id == table) {
            Some(shape) if self.window.is_some() => {
                self.filter(filter.in_table(&shape), false, cx, out);
            }
            _ => self.kept = (!filter.is_empty()).then(|| (table, filter.clone())),
        }
    }

    /// Takes the filter to begin with, once the columns are known.
    pub(super) fn take_preset(&mut self) {
        let preset = std::mem::take(&mut self.preset);
        let kept = self.kept.take_if(|(table, _)| Some(*table) == self.table);
        if let (Some(shape), Some((_, filter))) = (&self.shape, kept) {
            self.wanted.filter = filter.in_table(shape);
        }
        let Some(shape) = self.shape.as_ref().filter(|_| !preset.is_empty()) else {
            return;
        };
        let conditions = preset.into_iter().filter_map(|(number, value)| {
            let column = shape
                .columns
                .iter()
                .position(|column| column.number == number)?;
            Some(Condition::new(column, Test::Equals(value)))
        });
        self.wanted = View {
            sort: Vec::new(),
            filter: Filter {
                quick: String::new(),
                conditions: conditions.collect(),
            },
        };
    }

    /// Puts back what was shown of a table before a few rows of another were asked for.
    pub(super) fn return_to(&mut self, table: TableId) -> bool {
        let is_it = |before: &mut Box<Self>| before.table == Some(table) && before.window.is_some();
        let Some(before) = self.before.take_if(is_it) else {
            return false;
        };
        let (deleting, marks) = (self.deleting.take(), std::mem::take(&mut self.marks));
        let (file, way) = (self.file.take(), std::mem::take(&mut self.way));
        *self = *before;
        self.deleting = deleting;
        self.marks = marks;
        self.file = file;
        self.way = way;
        self.find = None;
        true
    }

    /// Lists who refers to the record under the cursor.
    pub(super) fn show_dependents(&mut self, cx: &Context, out: &mut Outbox) {
        let row = self.window.as_ref().and_then(|window| window.current());
        let (Some(table), Some(row)) = (self.table, row) else {
            return out.tell(Mood::Told, "There is no record here");
        };
        if self.is_gone() {
            return out.tell(Mood::Warning, self.gone_in_words(cx));
        }
        match row.key.clone() {
            None => out.tell(Mood::Warning, words::no_key()),
            Some(key) => out.go(Go::Dependents {
                table,
                key,
                refused: None,
            }),
        }
    }

    /// Gives up what is on its way; it would come to rows that are not shown any more.
    fn stop_reading(&mut self, out: &mut Outbox) {
        if let Some(load) = self.load.take() {
            out.cancel(load.query);
        }
        self.wanted = self.shown.clone();
        self.uncount(out);
        self.owed = 0;
    }
}
