//! The file of what is remembered of a person: 0600, one for each person and database, replaced as a
//! whole. Changes are made to what is on disk by then, so that terminals of one person do not take
//! back each other's; a file that cannot be read is told of and never written over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::drafts::{files::make, why};
use crate::app::message::Recalled;
use crate::domain::draft::DraftOwner;
use crate::domain::memory::{Change, Memory};
use crate::files::replace;

#[cfg(test)]
mod tests;

/// The format written; files of a higher one are left alone.
const FORMAT: u32 = 1;

/// How often the lock is tried: whoever has it writes one small file.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(2);

/// The files of what is remembered, in one folder.
#[derive(Debug)]
pub struct Keeper {
    folder: PathBuf,
    /// What could not be written yet.
    waiting: Vec<(DraftOwner, Change)>,
}

/// What was found of a person's file.
#[derive(Debug, PartialEq)]
pub struct Found {
    /// What is remembered.
    pub memory: Memory,
    /// What the person is to be told of the file, if anything.
    pub told: Option<String>,
}

impl Found {
    /// What the core is told of it.
    pub fn of(self, owner: DraftOwner) -> Recalled {
        Recalled {
            owner,
            memory: self.memory,
            told: self.told,
        }
    }
}

/// A file as it is on disk.
#[derive(Serialize, Deserialize)]
struct Kept {
    format: u32,
    owner: DraftOwner,
    #[serde(flatten)]
    memory: Memory,
}

/// The most bytes of a file: arrangements of some thousand tables. What is larger no version of ours wrote,
/// and is not read into memory.
const LARGEST: u64 = 4 << 20;

/// Why a file is not used.
enum Unread {
    /// A later version wrote it.
    Newer,
    /// It is not what a version of ours wrote.
    Broken,
    /// The disk refuses.
    Disk(io::Error),
}

impl Keeper {
    /// Keeps files in a folder, which is made when the first one is written.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            waiting: Vec::new(),
        }
    }

    /// Reads what is remembered of a person. A broken file is put aside.
    pub fn read(&self, owner: &DraftOwner) -> Found {
        let path = self.path(owner);
        let found = |memory, told| Found { memory, told };
        match read(&path, owner) {
            Ok(memory) => found(memory, None),
            Err(Unread::Newer) => found(Memory::default(), Some(newer(&path))),
            Err(Unread::Disk(error)) => {
                let told = format!("{} cannot be read: {error}", path.display());
                found(Memory::default(), Some(told))
            }
            Err(Unread::Broken) => {
                let aside = put_aside(&path);
                let told = match aside {
                    Ok(aside) => format!(
                        "What was remembered of tables is not readable; it is kept as {}",
                        aside.display()
                    ),
                    Err(error) => format!("{} is not readable: {error}", path.display()),
                };
                found(Memory::default(), Some(told))
            }
        }
    }

    /// Makes changes to the files of whom they are of. What cannot be written now is tried again with
    /// the next change.
    pub fn change(&mut self, changes: Vec<(DraftOwner, Change)>) -> Result<(), String> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.extend(changes);
        let mut outcome = Ok(());
        while let Some(owner) = waiting.first().map(|(owner, _)| owner.clone()) {
            let own: Vec<_> = waiting.extract_if(.., |(of, _)| *of == owner).collect();
            // One person's file that cannot be written keeps nobody else's back.
            if let Err(fault) = self.write(&owner, &own) {
                self.waiting.extend(own);
                outcome = outcome.and(Err(fault));
            }
        }
        outcome
    }

    fn write(&self, owner: &DraftOwner, changes: &[(DraftOwner, Change)]) -> Result<(), String> {
        let disk = |error: io::Error| format!("it could not be written: {}", why(&error));
        make(&self.folder).map_err(disk)?;
        let _lock = lock(&self.folder).map_err(disk)?;
        let path = self.path(owner);
        let mut memory = match read(&path, owner) {
            Ok(memory) => memory,
            Err(Unread::Newer) => return Err(newer(&path)),
            Err(Unread::Disk(error)) => return Err(disk(error)),
            Err(Unread::Broken) => {
                put_aside(&path).map_err(disk)?;
                Memory::default()
            }
        };
        let changes = changes.iter().map(|(_, change)| change);
        if changes.clone().all(|change| memory.has(change)) {
            return Ok(());
        }
        changes.for_each(|change| memory.apply(change));
        let kept = Kept {
            format: FORMAT,
            owner: owner.clone(),
            memory,
        };
        let text = serde_json::to_vec(&kept).map_err(io::Error::other);
        let text = text.and_then(|text| match text.len() as u64 > LARGEST {
            true => Err(io::Error::other("more would be remembered than has room")),
            false => Ok(text),
        });
        text.and_then(|text| replace(&path, &path.with_extension("new"), &text, |_| ()))
            .map(|_| ())
            .map_err(disk)
    }

    /// The file of a person: its name tells neither who nor where.
    fn path(&self, owner: &DraftOwner) -> PathBuf {
        let mut hash = Sha256::new();
        for part in [&owner.server, &owner.username] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let name: String = digest[..12].iter().map(|b| format!("{b:02x}")).collect();
        self.folder.join(format!("{name}.json"))
    }
}

fn read(path: &Path, owner: &DraftOwner) -> Result<Memory, Unread> {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text));
    match read {
        Ok(_) if text.len() as u64 > LARGEST => return Err(Unread::Broken),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Memory::default()),
        Err(error) => return Err(Unread::Disk(error)),
    };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| Unread::Broken)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format.is_some_and(|format| format > FORMAT.into()) {
        return Err(Unread::Newer);
    }
    match serde_json::from_value::<Kept>(value) {
        Ok(kept) if kept.owner == *owner => Ok(kept.memory),
        _ => Err(Unread::Broken),
    }
}

fn newer(path: &Path) -> String {
    format!(
        "{} was written by a later version of Rowhouse: it is left as it is, and nothing new is remembered",
        path.display()
    )
}

/// Gives a file another name that nobody has, beside its own.
fn put_aside(path: &Path) -> io::Result<PathBuf> {
    for number in 1.. {
        let aside = path.with_extension(format!("broken-{number}"));
        // A link fails where the name is taken, which a rename would not.
        match fs::hard_link(path, &aside) {
            Ok(()) => return fs::remove_file(path).map(|()| aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Takes the folder's lock; the system takes it back when this is dropped, or the process dies.
fn lock(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(folder.join("lock"))?;
    for _ in 0..TRIES {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(PAUSE),
            // Where the file system knows no locks, the last one to write has it.
            _ => return Ok(file),
        }
    }
    Err(io::Error::other("another terminal is writing it"))
}
