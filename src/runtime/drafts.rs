//! Draft files: written whole beside the old one, synced, then renamed over it; never read by the
//! core. One worker thread per seat keeps the order and keeps the disk away from the keys.

mod files;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::message::Message;
use crate::domain::draft::{Draft, DraftId, DraftOwner};

/// What the worker is to do.
enum Work {
    Write(Box<Draft>),
    Remove(DraftId),
    Read(DraftOwner),
    Flush(mpsc::Sender<Result<(), String>>),
}

/// The drafts of this machine's user, in one folder.
#[derive(Debug)]
pub struct Drafts {
    work: mpsc::Sender<Work>,
    /// The worker; it ends when this is dropped.
    _worker: Option<JoinHandle<()>>,
}

impl Drafts {
    /// Opens the folder; it is made when the first draft is written. What comes of the work is
    /// told through `tell`.
    pub fn open(folder: PathBuf, tell: impl Fn(Message) + Send + 'static) -> Self {
        let (work, tasks) = mpsc::channel();
        let worker = std::thread::Builder::new()
            .name("drafts".into())
            .spawn(move || {
                let mut failed = Failed::new();
                for task in tasks {
                    perform(&folder, task, &mut failed, &tell);
                }
            });
        Self {
            work,
            _worker: worker.ok(),
        }
    }

    /// Writes a draft; the one before stays whole until the new one is safe.
    pub fn write(&self, draft: Box<Draft>) {
        self.send(Work::Write(draft));
    }

    /// Removes a draft.
    pub fn remove(&self, id: DraftId) {
        self.send(Work::Remove(id));
    }

    /// Reads somebody's drafts; they arrive as [`Message::DraftsRead`].
    pub fn read(&self, owner: DraftOwner) {
        self.send(Work::Read(owner));
    }

    /// Waits until everything asked for is on disk, but not longer than `longest`.
    ///
    /// # Errors
    /// Why a draft is not on disk as it was asked for last.
    pub fn flush(&self, longest: Duration) -> Result<(), String> {
        let (done, wait) = mpsc::channel();
        self.send(Work::Flush(done));
        let silent = |_| Err("the disk does not answer".into());
        wait.recv_timeout(longest).unwrap_or_else(silent)
    }

    fn send(&self, work: Work) {
        // Without a worker the person was told at the first write.
        let _ = self.work.send(work);
    }
}

/// The drafts that are not on disk as they were asked for last, and why.
type Failed = BTreeMap<DraftId, String>;

fn perform(folder: &Path, work: Work, failed: &mut Failed, tell: &impl Fn(Message)) {
    match work {
        Work::Write(draft) => {
            let written = files::write(folder, &draft);
            keep(draft.id, written, "written", failed, tell);
        }
        Work::Remove(id) => {
            let removed = files::remove(folder, &id);
            keep(id, removed, "removed", failed, tell);
        }
        Work::Read(owner) => tell(Message::DraftsRead(files::read(folder, &owner))),
        Work::Flush(done) => {
            let fault = failed.values().next().cloned();
            // Whoever asked may have stopped waiting.
            let _ = done.send(fault.map_or(Ok(()), Err));
        }
    }
}

/// Notes whether a draft is as it should be, and tells when that changed.
fn keep(
    id: DraftId,
    outcome: io::Result<()>,
    done: &str,
    failed: &mut Failed,
    tell: &impl Fn(Message),
) {
    match outcome {
        Ok(()) => {
            if failed.remove(&id).is_some() && failed.is_empty() {
                tell(Message::DraftsSafe);
            }
        }
        Err(error) => {
            let why = error.to_string();
            let why = why.split(" (os error").next().unwrap_or_default();
            let fault = format!("a draft could not be {done}: {why}");
            if failed.insert(id, fault.clone()).as_ref() != Some(&fault) {
                tell(Message::DraftFailed(fault));
            }
        }
    }
}
