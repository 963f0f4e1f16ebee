//! Draft files: written whole beside the old one, synced, then renamed over it; never read by the
//! core. One worker thread per seat keeps the order and keeps the disk away from the keys.

mod files;

use std::path::PathBuf;
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
    Flush(mpsc::Sender<()>),
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
                for task in tasks {
                    perform(&folder, task, &tell);
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
    pub fn flush(&self, longest: Duration) {
        let (done, wait) = mpsc::channel();
        self.send(Work::Flush(done));
        // A worker that is gone or stuck has told so already, or cannot.
        let _ = wait.recv_timeout(longest);
    }

    fn send(&self, work: Work) {
        // Without a worker the person was told at the first write.
        let _ = self.work.send(work);
    }
}

fn perform(folder: &std::path::Path, work: Work, tell: &impl Fn(Message)) {
    match work {
        Work::Write(draft) => {
            if let Err(error) = files::write(folder, &draft) {
                tell(Message::DraftFailed(format!(
                    "The draft could not be written ({error}); the one before is whole"
                )));
            }
        }
        Work::Remove(id) => {
            if let Err(error) = files::remove(folder, &id) {
                tell(Message::DraftFailed(format!(
                    "The draft could not be removed ({error})"
                )));
            }
        }
        Work::Read(owner) => tell(Message::DraftsRead(files::read(folder, &owner))),
        Work::Flush(done) => {
            let _ = done.send(());
        }
    }
}
