//! Which drafts are open: a lock on the file, which the system takes back when the process dies, by
//! whatever way. No reading and no writing of drafts.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::domain::draft::DraftId;

/// The drafts that this seat has open. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    held: Arc<Mutex<HashMap<DraftId, File>>>,
}

/// What came of claiming a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is this seat's.
    Ours,
    /// It is open at another terminal.
    Elsewhere,
    /// There is no such file.
    Gone,
}

/// Whoever only looks holds a lock for a moment: it is tried again before it counts as another's.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(2);

impl Locks {
    /// Takes a draft for this seat, unless another has it open.
    pub fn claim(&self, path: &Path, id: &DraftId) -> io::Result<Claim> {
        if self.is_ours(id) {
            let there = path.try_exists()?;
            return Ok(if there { Claim::Ours } else { Claim::Gone });
        }
        for _ in 0..TRIES {
            match lock(path, FlockOperation::NonBlockingLockExclusive) {
                Ok(Some(file)) => {
                    self.keep(id.clone(), file);
                    return Ok(Claim::Ours);
                }
                Ok(None) => std::thread::sleep(PAUSE),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Claim::Gone),
                Err(error) => return Err(error),
            }
        }
        Ok(Claim::Elsewhere)
    }

    /// Whether another terminal has a draft open.
    pub fn is_elsewhere(&self, path: &Path, id: &DraftId) -> bool {
        let looked = || lock(path, FlockOperation::NonBlockingLockShared);
        !self.is_ours(id) && matches!(looked(), Ok(None))
    }

    /// Whether this seat has a draft open.
    pub fn is_ours(&self, id: &DraftId) -> bool {
        self.held().contains_key(id)
    }

    /// Keeps the lock of a file that was just written in a draft's stead.
    pub fn keep(&self, id: DraftId, file: File) {
        self.held().insert(id, file);
    }

    /// Lets a draft go: whoever opens it next has it.
    pub fn release(&self, id: &DraftId) {
        self.held().remove(id);
    }

    /// Lets all go.
    pub fn release_all(&self) {
        self.held().clear();
    }

    fn held(&self) -> MutexGuard<'_, HashMap<DraftId, File>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks a file that nobody else can have opened yet.
pub fn lock_new(file: &File) {
    // Where the file system knows no locks, drafts count as open nowhere else.
    let _ = flock(file, FlockOperation::NonBlockingLockExclusive);
}

/// Locks the file that is under a path now; `None` when somebody else has it.
fn lock(path: &Path, how: FlockOperation) -> io::Result<Option<File>> {
    loop {
        let file = File::open(path)?;
        // Where the file system knows no locks, drafts count as open nowhere else.
        if let Err(Errno::WOULDBLOCK) = flock(&file, how) {
            return Ok(None);
        }
        // It may have been replaced between the two steps: then the lock is on what is no more.
        let (locked, there) = (file.metadata()?, fs::metadata(path)?);
        if (locked.dev(), locked.ino()) == (there.dev(), there.ino()) {
            return Ok(Some(file));
        }
    }
}
