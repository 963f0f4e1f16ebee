//! Showing other rows of the same table: under another filter, or all again. The cursor stays on its
//! row where that is among them.

use super::seek::Seek;
use super::{Browser, View};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::query::{Filter, PageFrom};

impl Browser {
    /// Shows all rows, in the order of the key.
    pub(super) fn clear(&mut self, cx: &Context, out: &mut Outbox) {
        if self.wanted == View::default() {
            return out.tell(Mood::Told, "Nothing is filtered or sorted");
        }
        // What they are sorted by took several keys, and hides no row: it goes by the next key alone.
        if self.wanted.filter == Filter::default() {
            self.wanted.sort.clear();
            out.tell(Mood::Told, "Sorted as at the beginning again");
        }
        self.wanted.filter = Filter::default();
        self.read_staying(self.row_to_stay_on(), true, cx, out);
    }

    /// Shows rows that match a filter.
    pub(super) fn filter(&mut self, filter: Filter, holding: bool, cx: &Context, out: &mut Outbox) {
        self.filter_staying(filter, self.row_to_stay_on(), holding, cx, out);
    }

    /// Shows rows that match a filter, the cursor on that row where it is among them.
    pub(super) fn filter_staying(
        &mut self,
        filter: Filter,
        row: Option<Seek>,
        holding: bool,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.wanted.filter == filter && self.shown.filter == filter {
            return;
        }
        self.wanted.filter = filter;
        self.read_staying(row, holding, cx, out);
    }

    /// Reads rows as they are wanted; the cursor stays on that row where it is among them, else it
    /// goes to the first.
    pub(super) fn read_staying(
        &mut self,
        row: Option<Seek>,
        holding: bool,
        cx: &Context,
        out: &mut Outbox,
    ) {
        self.seek = row.map(Seek::quietly);
        let from = match &self.seek {
            // All rows have it among them, but for one that was deleted this moment.
            Some(seek) if self.wanted.filter.is_empty() => PageFrom::From(seek.place().clone()),
            Some(seek) => PageFrom::Row(seek.place().clone()),
            None => PageFrom::First,
        };
        self.read_anew(from, holding, cx, out);
    }

    /// The row to stay on. Who looks at the beginning of all rows goes on looking at the beginning.
    pub(super) fn row_to_stay_on(&self) -> Option<Seek> {
        let all = self.shown.filter.is_empty();
        let begins = self.window.as_ref().is_none_or(|w| w.is_at_start());
        self.row_here().filter(|_| !(all && begins))
    }
}
