//! Which columns are read: all of a table that has few; of a table with many those on the screen and
//! around it, so that any of them is there before it is looked at.

use std::sync::Arc;

use super::{Columns, GAP, NARROWEST};
use crate::domain::query::Row;

/// A table with at most so many columns is read with all that are shown.
const FEW: usize = 64;

impl Columns {
    /// Returns the positions of the columns to read, in the shape's order; nothing where all are.
    pub fn to_read(&self) -> Option<Arc<[usize]>> {
        let width = self.width;
        if self.all.len() <= FEW {
            let all = self.all.len() == self.about.len();
            return (!all).then(|| sorted(self.all.iter().copied()));
        }
        let screen = most_on_screen(width);
        let from = self.first.saturating_sub(screen).min(self.all.len());
        let to = (self.first + screen * 2).min(self.all.len());
        let staying = &self.all[..self.frozen(width)];
        Some(sorted(staying.iter().chain(&self.all[from..to]).copied()))
    }

    /// Whether a row lacks columns that are on the screen, or soon may be.
    pub fn lacks(&self, row: &Row) -> bool {
        let width = self.width;
        let Some(read) = row.columns.as_deref() else {
            return false;
        };
        let is_unread = |position: &usize| read.binary_search(position).is_err();
        if self.all.len() <= FEW {
            return self.all.iter().any(is_unread);
        }
        let half = most_on_screen(width) / 2;
        let from = self.first.saturating_sub(half).min(self.all.len());
        let to = (self.first + half * 3).min(self.all.len());
        let staying = &self.all[..self.frozen(width)];
        staying.iter().chain(&self.all[from..to]).any(is_unread)
    }
}

/// The most columns that a grid of this width can show.
fn most_on_screen(width: u16) -> usize {
    usize::from(width / (NARROWEST + GAP)).max(4)
}

fn sorted(positions: impl Iterator<Item = usize>) -> Arc<[usize]> {
    let mut positions: Vec<usize> = positions.collect();
    positions.sort_unstable();
    positions.dedup();
    positions.into()
}
