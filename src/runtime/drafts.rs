//! Draft files: written whole beside the old one, synced, then renamed over it; never read by the
//! core. One worker thread per seat keeps the order and keeps the disk away from the keys.

pub(super) mod files;
mod kept;
mod locks;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::message::Message;
use crate::domain::draft::{Draft, DraftId, DraftOwner, Fate};
use crate::domain::memory::Change;
use crate::runtime::clock::random;
use crate::runtime::editor::left;
use crate::runtime::memory::Keeper;
use locks::{Claim, Locks};

/// What the worker is to do.
enum Work {
    Write(Box<Draft>),
    Tell(DraftId),
    Remove(DraftId),
    Claim(DraftId),
    Release(DraftId),
    ReleaseAll,
    Read(DraftOwner),
    Keep { name: String, text: String },
    Recall(DraftOwner),
    Remember(Vec<(DraftOwner, Change)>),
    Flush(mpsc::Sender<Result<(), String>>),
}

/// The drafts of this machine's user, in one folder.
#[derive(Debug)]
pub struct Drafts {
    work: mpsc::Sender<Work>,
    locks: Locks,
    /// The worker; it ends when this is dropped.
    _worker: Option<JoinHandle<()>>,
}

impl Drafts {
    /// Opens the folder; it is made when the first draft is written. What comes of the work is
    /// told through `tell`.
    pub fn open(folder: PathBuf, tell: impl Fn(Message) + Send + 'static) -> Self {
        let (work, tasks) = mpsc::channel();
        let locks = Locks::default();
        let mut worker = Worker {
            memory: Keeper::new(folder.with_file_name("memory")),
            unwritten: None,
            folder,
            locks: locks.clone(),
            failed: Failed::new(),
            moved: BTreeMap::new(),
            tell,
        };
        let thread = std::thread::Builder::new()
            .name("drafts".into())
            .spawn(move || worker.run(&tasks));
        Self {
            work,
            locks,
            _worker: thread.ok(),
        }
    }

    /// Writes a draft; the one before stays whole until the new one is safe.
    pub fn write(&self, draft: Box<Draft>) {
        self.send(Work::Write(draft));
    }

    /// Tells when what was asked for before is done, as [`Message::DraftKept`].
    pub fn tell_when_kept(&self, id: DraftId) {
        self.send(Work::Tell(id));
    }

    /// Removes a draft, unless another terminal has it open.
    pub fn remove(&self, id: DraftId) {
        self.send(Work::Remove(id));
    }

    /// Takes a draft that waits, so that it counts as open here.
    pub fn claim(&self, id: DraftId) {
        self.send(Work::Claim(id));
    }

    /// Lets a draft go, so that any terminal may continue it.
    pub fn release(&self, id: DraftId) {
        self.send(Work::Release(id));
    }

    /// Lets all drafts go.
    pub fn release_all(&self) {
        self.send(Work::ReleaseAll);
    }

    /// Reads somebody's drafts; they arrive as [`Message::DraftsRead`].
    pub fn read(&self, owner: DraftOwner) {
        self.send(Work::Read(owner));
    }

    /// Writes what is typed to a file of its own, in a folder beside that of the drafts; where it is
    /// arrives as [`Message::YoursKept`].
    pub fn keep(&self, name: String, text: String) {
        self.send(Work::Keep { name, text });
    }

    /// Reads what is remembered of somebody; it arrives as [`Message::MemoryRead`].
    pub fn recall(&self, owner: DraftOwner) {
        self.send(Work::Recall(owner));
    }

    /// Changes what is remembered of somebody, in a folder beside that of the drafts.
    pub fn remember(&self, owner: DraftOwner, change: Change) {
        self.send(Work::Remember(vec![(owner, change)]));
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

impl Drop for Drafts {
    fn drop(&mut self) {
        self.locks.release_all();
    }
}

/// The drafts that are not on disk as they were asked for last, and why.
type Failed = BTreeMap<DraftId, String>;

struct Worker<T> {
    folder: PathBuf,
    memory: Keeper,
    /// Why what is remembered is not on disk, as it was told.
    unwritten: Option<String>,
    locks: Locks,
    failed: Failed,
    /// The drafts whose first name is another terminal's, and under which they are kept instead.
    moved: BTreeMap<DraftId, DraftId>,
    tell: T,
}

impl<T: Fn(Message)> Worker<T> {
    fn run(&mut self, tasks: &mpsc::Receiver<Work>) {
        let mut waiting = VecDeque::new();
        while let Ok(task) = tasks.recv() {
            waiting.push_back(task);
            while let Some(mut task) = waiting.pop_front() {
                waiting.extend(tasks.try_iter());
                take_along(&mut task, &mut waiting);
                // A disk that is slower than the typing must not fall behind further and further.
                if !is_outdated(&task, &waiting) {
                    self.perform(task);
                }
            }
        }
    }

    fn perform(&mut self, task: Work) {
        match task {
            Work::Write(draft) => self.write(*draft),
            Work::Tell(id) => (self.tell)(Message::DraftKept(id)),
            Work::Remove(id) => self.remove(id),
            Work::Claim(id) => self.claim(id),
            Work::Release(id) => self.locks.release(&self.kept_as(id)),
            Work::ReleaseAll => self.locks.release_all(),
            Work::Read(owner) => {
                let drafts = files::read(&self.folder, &owner, &self.locks);
                (self.tell)(Message::DraftsRead(drafts));
                self.tell_left();
            }
            Work::Keep { name, text } => self.keep_text(&name, &text),
            Work::Recall(owner) => {
                let found = self.memory.read(&owner);
                (self.tell)(Message::MemoryRead(Box::new(found.of(owner))));
            }
            Work::Remember(changes) => self.remember(changes),
            Work::Flush(done) => {
                let fault = self.failed.values().next().cloned();
                // Whoever asked may have stopped waiting.
                let _ = done.send(fault.map_or(Ok(()), Err));
            }
        }
    }

    /// Writes what is remembered; why it cannot be is told once.
    fn remember(&mut self, changes: Vec<(DraftOwner, Change)>) {
        let fault = self.memory.change(changes).err();
        if let Some(fault) = fault.clone().filter(|_| fault != self.unwritten) {
            (self.tell)(Message::MemoryFailed(fault));
        }
        self.unwritten = fault;
    }

    /// Names what editors left behind; nothing is told where there is nothing.
    fn tell_left(&self) {
        let texts = left::texts(&self.folder.join(super::seat::EDITED));
        let texts: Vec<_> = texts.iter().map(|it| it.display().to_string()).collect();
        if !texts.is_empty() {
            (self.tell)(Message::TextsLeft(texts));
        }
    }

    fn write(&mut self, mut draft: Draft) {
        let asked = draft.id.clone();
        let written = self.own(&asked).and_then(|id| {
            draft.id = id;
            files::write(&self.folder, &draft, &self.locks)
        });
        self.keep(asked, written, "written");
    }

    /// Sees to it that what is written to is this seat's, and nobody else's draft is written over.
    fn own(&mut self, asked: &DraftId) -> io::Result<DraftId> {
        let id = self.kept_as(asked.clone());
        if self.locks.is_ours(&id) {
            return Ok(id);
        }
        let claim = self.locks.claim(&files::path(&self.folder, &id), &id)?;
        if claim != Claim::Elsewhere {
            return Ok(id);
        }
        let other = asked.beside(u32::from_le_bytes(random()));
        self.moved.insert(asked.clone(), other.clone());
        self.tell_fate(asked.clone(), Fate::Moved(other.clone()));
        Ok(other)
    }

    fn remove(&mut self, id: DraftId) {
        let id = self.kept_as(id);
        let claim = self.locks.claim(&files::path(&self.folder, &id), &id);
        let removed = claim.and_then(|claim| match claim {
            Claim::Elsewhere => {
                self.tell_fate(id.clone(), Fate::Elsewhere);
                Ok(())
            }
            Claim::Ours | Claim::Gone => files::remove(&self.folder, &id, &self.locks),
        });
        self.keep(id, removed, "removed");
    }

    fn claim(&mut self, id: DraftId) {
        match self.locks.claim(&files::path(&self.folder, &id), &id) {
            Ok(Claim::Elsewhere) => self.tell_fate(id, Fate::Elsewhere),
            Ok(Claim::Gone) if !self.failed.contains_key(&id) => self.tell_fate(id, Fate::Gone),
            Ok(Claim::Ours) => {
                self.moved.remove(&id);
            }
            // What cannot be claimed now is tried again when it is written.
            Ok(Claim::Gone) | Err(_) => {}
        }
    }

    fn keep_text(&self, name: &str, text: &str) {
        let kept = kept::write(&self.folder.with_file_name("kept"), name, text);
        let told = kept
            .map(|path| kept::told(&path))
            .map_err(|error| why(&error));
        (self.tell)(Message::YoursKept(told));
    }

    fn kept_as(&self, id: DraftId) -> DraftId {
        self.moved.get(&id).cloned().unwrap_or(id)
    }

    fn tell_fate(&self, id: DraftId, fate: Fate) {
        (self.tell)(Message::DraftMet { id, fate });
    }

    /// Notes whether a draft is as it should be, and tells when that changed.
    fn keep(&mut self, id: DraftId, outcome: io::Result<()>, done: &str) {
        match outcome {
            Ok(()) => {
                if self.failed.remove(&id).is_some() && self.failed.is_empty() {
                    (self.tell)(Message::DraftsSafe);
                }
            }
            Err(error) => {
                let fault = format!("a draft could not be {done}: {}", why(&error));
                if self.failed.insert(id, fault.clone()).as_ref() != Some(&fault) {
                    (self.tell)(Message::DraftFailed(fault));
                }
            }
        }
    }
}

/// What the disk says, without its numbers.
pub(super) fn why(error: &io::Error) -> String {
    let why = error.to_string();
    why.split(" (os error").next().unwrap_or_default().into()
}

/// Writes changes of what is remembered at once that wait one behind the other.
fn take_along(task: &mut Work, waiting: &mut VecDeque<Work>) {
    let Work::Remember(changes) = task else {
        return;
    };
    while let Some(Work::Remember(next)) = waiting.front_mut() {
        changes.append(next);
        waiting.pop_front();
    }
}

/// Whether what is written would be written over at once by what waits behind it. Whoever reads or
/// waits for the disk in between gets it as it was asked for before.
fn is_outdated(task: &Work, waiting: &VecDeque<Work>) -> bool {
    let Work::Write(draft) = task else {
        return false;
    };
    let free = |work: &&Work| !matches!(work, Work::Read(_) | Work::Flush(_) | Work::Tell(_));
    waiting.iter().take_while(free).any(|later| match later {
        Work::Write(later) => later.id == draft.id,
        Work::Remove(later) => *later == draft.id,
        _ => false,
    })
}
