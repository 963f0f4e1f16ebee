//! The clipboard: the value under the cursor, or its row, whole and exact. What the terminal does with
//! it nobody tells, and so it is not claimed.

use super::Browser;
use super::fetch::Then;
use crate::app::context::Context;
use crate::app::copying::copy;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::Overlay;
use crate::domain::export::{Form, Scribe};
use crate::domain::value::Value;

impl Browser {
    /// Copies the value under the cursor.
    pub(super) fn copy_value(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(column) = self.columns.current() {
            self.with_values(vec![column], Then::CopyValue, cx, out);
        }
    }

    /// Asks how the row under the cursor is to be copied.
    pub(super) fn ask_how_to_copy(&self, out: &mut Outbox) {
        match self.window.as_ref().and_then(|window| window.current()) {
            Some(_) => out.overlay(Overlay::CopyRow),
            None => out.tell(Mood::Told, "There is no record here"),
        }
    }

    /// Copies the row under the cursor.
    pub fn copy_row(&mut self, form: Form, cx: &Context, out: &mut Outbox) {
        let columns = self.shown_columns().to_vec();
        self.with_values(columns, Then::CopyRow(form), cx, out);
    }

    pub(super) fn copy_row_of(
        &self,
        columns: &[usize],
        values: &[Value],
        form: Form,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(shape) = &self.shape else { return };
        let named = columns.iter().filter_map(|at| shape.columns.get(*at));
        let named = named.map(|column| (column.name.as_str(), column));
        let mut scribe = Scribe::new(form, true, named);
        let mut text = String::new();
        scribe.row(&mut text, values.iter().map(Value::as_text));
        copy(text.trim_end_matches('\n'), "the row", cx, out);
    }
}
