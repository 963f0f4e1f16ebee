//! A row that was to be deleted and was changed meanwhile: what changed, and another key to delete it
//! all the same, as it was shown then.

use super::Browser;
use super::delete::Deleting;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::db::contract::records::{Miss, SaveOutcome};
use crate::domain::record::Record;
use crate::domain::text;

/// The most changed fields that are named.
const MOST_NAMED: usize = 6;

/// The record that was changed instead of being deleted, if that is what came of it.
pub(super) fn changed(outcome: &SaveOutcome) -> Option<Box<Record>> {
    match outcome {
        SaveOutcome::Missed(Miss::Changed { theirs, .. }) => Some(theirs.clone()),
        _ => None,
    }
}

impl Browser {
    /// Shows what changed, and asks again with another key.
    pub(super) fn ask_anyway(&mut self, mut deleting: Deleting, theirs: Record, out: &mut Outbox) {
        if self.table != Some(deleting.table) {
            return;
        }
        let mut lines = vec!["It was changed meanwhile, and nothing was deleted:".to_owned()];
        let named = self.named(&deleting, &theirs);
        let more = named.len().saturating_sub(MOST_NAMED);
        lines.extend(named.into_iter().take(MOST_NAMED));
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        out.overlay(Overlay::Anyway(Confirm {
            title: format!("Delete {} all the same?", deleting.name),
            lines,
            yes: "delete all the same".into(),
            then: Confirmed::DeleteRow {
                table: deleting.table,
                key: deleting.key.clone(),
            },
            danger: true,
        }));
        deleting.request = None;
        deleting.guard = theirs.guard;
        deleting.base = theirs.values;
        self.deleting = Some(deleting);
    }

    /// The fields that differ from what the grid showed, as `status: Active → Down`.
    fn named(&self, deleting: &Deleting, theirs: &Record) -> Vec<String> {
        let columns = self
            .shape
            .as_deref()
            .map_or(&[][..], |shape| &shape.columns);
        let pairs = deleting.seen.read().filter_map(|(at, cell)| {
            let column = columns.get(at)?;
            Some(((column, cell), theirs.values.get(at)?))
        });
        let short = |value: Option<&str>| {
            let line = value.map_or("NULL".into(), text::line);
            line.chars().take(24).collect::<String>()
        };
        pairs
            .filter(|((_, cell), now)| cell.whole_chars.is_none() && cell.value != **now)
            .map(|((column, cell), now)| {
                let (was, is) = (short(cell.value.as_text()), short(now.as_text()));
                format!("{}: {was} → {is}", text::line(&column.name))
            })
            .collect()
    }
}
