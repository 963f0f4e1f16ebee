//! The saves that are on their way: on which backend each runs, who holds it up, and whether it is
//! to be sent at all. No SQL.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::domain::record::RequestId;

/// The number of the server's process behind a connection, once it has told it.
pub(super) type Slot = Arc<OnceLock<i32>>;

/// The saves of which it is not known whether they were stored: sent, and no reply came.
#[derive(Default)]
pub(super) struct Unanswered(Mutex<HashMap<RequestId, Way>>);

/// How far a save has come.
#[derive(Default)]
struct Way {
    backend: Option<Slot>,
    holder: Option<String>,
    stopped: bool,
}

impl Unanswered {
    /// Notes that a save is being sent, just before it is; false when it was stopped, and must not.
    pub(super) fn begin(&self, request: RequestId, backend: Slot) -> bool {
        let mut all = self.lock();
        let way = all.entry(request).or_default();
        if !way.stopped {
            way.backend = Some(backend);
        }
        !way.stopped
    }

    /// Whether a save was sent.
    pub(super) fn holds(&self, request: RequestId) -> bool {
        let all = self.lock();
        all.get(&request).is_some_and(|way| way.backend.is_some())
    }

    /// Notes that it is known what became of a save.
    pub(super) fn end(&self, request: RequestId) {
        self.lock().remove(&request);
    }

    /// Lets a save not be sent any more, whoever is about to; gives the backend on which it runs.
    pub(super) fn stop(&self, request: RequestId) -> Option<Slot> {
        let mut all = self.lock();
        let way = all.entry(request).or_default();
        way.stopped = true;
        way.backend.clone()
    }

    /// Lets a save that was stopped be sent again, because it is asked for again; says whether it
    /// was stopped.
    pub(super) fn resume(&self, request: RequestId) -> bool {
        let mut all = self.lock();
        let way = all.get_mut(&request);
        way.is_some_and(|way| std::mem::take(&mut way.stopped))
    }

    /// The backend on which a save runs, as far as it told.
    pub(super) fn backend(&self, request: RequestId) -> Option<i32> {
        let all = self.lock();
        all.get(&request)?.backend.as_ref()?.get().copied()
    }

    /// Notes who holds a save up.
    pub(super) fn held_by(&self, request: RequestId, holder: String) {
        if let Some(way) = self.lock().get_mut(&request) {
            way.holder = Some(holder);
        }
    }

    /// Who held a save up when that was last asked.
    pub(super) fn holder(&self, request: RequestId) -> Option<String> {
        self.lock().get(&request)?.holder.clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, Way>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
