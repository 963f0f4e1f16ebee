//! What the server says besides its answers: the notices and warnings of triggers, kept per connection
//! until whoever saved on it takes them. Nothing of it is written to a log of the process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_postgres::error::{DbError, Severity};

use super::contract::Heard;
use crate::domain::text;

/// The most notices that are kept: a trigger may say one for each of many rows.
const MOST: usize = 50;

/// The longest that one notice is kept.
const LONGEST: usize = 500;

/// Notices that nobody took yet.
#[derive(Clone, Default)]
pub(super) struct Hearing(Arc<Mutex<Vec<Heard>>>);

impl Hearing {
    /// Keeps what a person may want to know of a notice.
    pub(super) fn note(&self, notice: &DbError) {
        let warning = match notice.parsed_severity() {
            Some(Severity::Warning) => true,
            Some(Severity::Notice | Severity::Info) => false,
            _ => return,
        };
        let parts = [Some(notice.message()), notice.detail(), notice.hint()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        let text = text::line(&parts.join(" · "))
            .chars()
            .take(LONGEST)
            .collect();
        self.add(vec![Heard { warning, text }]);
    }

    /// Adds notices to those that wait.
    pub(super) fn add(&self, more: Vec<Heard>) {
        let mut all = self.lock();
        let room = MOST.saturating_sub(all.len());
        all.extend(more.into_iter().take(room));
    }

    /// Takes what waits.
    pub(super) fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Heard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
