//! Other people's changes: what they did is kept until it was seen, and the rows are read again.

use super::{Browser, Change, Count};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::feed::FeedItem;
use crate::domain::record::Verb;

impl Browser {
    /// Others changed something.
    pub fn followed(&mut self, items: &[FeedItem], cx: &Context, out: &mut Outbox) {
        let table = self.table;
        let here = items.iter().filter(|item| Some(item.table) == table);
        let mut any = false;
        for item in here {
            any = true;
            self.note(item);
        }
        if any {
            self.refresh(false, cx, out);
        }
    }

    /// Forgets what was done to rows that are not held any more.
    pub(super) fn forget_changes(&mut self) {
        let rows = self.window.as_ref().map_or(&[][..], |window| window.rows());
        self.changes
            .retain(|key, _| rows.iter().any(|row| row.key.as_ref() == Some(key)));
    }

    fn note(&mut self, item: &FeedItem) {
        let counted = matches!(self.count, Count::Exact(_));
        let filtered = self.shown.filter != crate::domain::query::Filter::default();
        if counted && (item.verb != Verb::Update || filtered) {
            self.count = Count::Unknown;
        }
        let Some(key) = &item.key else { return };
        if item.mine {
            self.changes.remove(key);
            return;
        }
        let change = Change {
            verb: item.verb,
            username: item.username.clone(),
            at: item.at,
        };
        self.changes.insert(key.clone(), change);
    }
}
