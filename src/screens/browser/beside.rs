//! The record after or before the one that was opened from the grid; the cursor goes with it.

use super::Browser;
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, ListAction};

impl Browser {
    /// Moves on from a record that was opened here, and returns the one that is under the cursor
    /// then; `None` at the end of the list, or when the record is not one of these rows.
    pub fn beside(
        &mut self,
        (table, key): (TableId, &RecordKey),
        forward: bool,
        cx: &Context,
        out: &mut Outbox,
    ) -> Option<RecordKey> {
        if self.table != Some(table) || self.current_key() != Some(key) {
            return None;
        }
        let step = if forward {
            ListAction::Down
        } else {
            ListAction::Up
        };
        self.act(Action::List(step), cx, out);
        self.current_key().filter(|next| *next != key).cloned()
    }
}
