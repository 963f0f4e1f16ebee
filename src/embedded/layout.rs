//! Where a private server keeps its files; makes the folders, starts nothing.

use std::fs::{File, OpenOptions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use super::error::EmbeddedError;

/// Names the port that is part of the socket's file name; no port is opened.
pub const SOCKET_PORT: u16 = 5432;

/// Longest path of a socket file, the smaller one of Linux (107) and macOS (103).
const LONGEST_SOCKET_PATH: usize = 103;

/// Names the files of one private server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The folder everything belongs to.
    pub root: PathBuf,
    /// PostgreSQL's data folder.
    pub data: PathBuf,
    /// The folder of the socket and the FIFO, which only the server's user may enter.
    pub run: PathBuf,
}

impl Layout {
    /// Lays out the server of a folder. A path too long for a socket moves that part to a folder
    /// below /tmp whose name every client of the same folder finds alike.
    pub fn new(root: &Path) -> Self {
        let near = root.join("run");
        let run = if socket_in(&near).as_os_str().len() <= LONGEST_SOCKET_PATH {
            near
        } else {
            Path::new("/tmp").join(format!(
                "rowhouse-{}",
                short_hash(root.as_os_str().as_bytes())
            ))
        };
        Self {
            root: root.to_path_buf(),
            data: root.join("data"),
            run,
        }
    }

    /// Names the socket file.
    pub fn socket(&self) -> PathBuf {
        socket_in(&self.run)
    }

    /// Names the server's log.
    pub fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    /// Names the FIFO whose writers keep the server alive.
    pub(super) fn fifo(&self) -> PathBuf {
        self.run.join("clients")
    }

    /// Waits for the lock under which the server is started, joined and removed.
    ///
    /// # Errors
    /// When the lock file cannot be opened.
    pub fn lock(&self) -> Result<File, EmbeddedError> {
        locked(&self.root.join("start.lock"), FlockOperation::LockExclusive)
    }

    /// Waits for a lock file of the caller's own.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn lock_file(path: &Path) -> Result<File, EmbeddedError> {
        locked(path, FlockOperation::LockExclusive)
    }

    /// Takes a part of the lock that every client holds as long as it lives.
    pub(super) fn client_lock(&self) -> Result<File, EmbeddedError> {
        locked(&self.root.join("clients.lock"), FlockOperation::LockShared)
    }

    /// Takes the clients' lock alone; none while another client lives.
    pub(super) fn lone_lock(&self) -> Result<Option<File>, EmbeddedError> {
        let path = self.root.join("clients.lock");
        let file = open_lock(&path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(EmbeddedError::io("lock", &path)(error.into())),
        }
    }
}

/// Opens a lock file and waits until it is ours. The kernel gives it up when we die.
pub(super) fn locked(path: &Path, operation: FlockOperation) -> Result<File, EmbeddedError> {
    let file = open_lock(path)?;
    loop {
        match flock(&file, operation) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(EmbeddedError::io("lock", path)(error.into())),
        }
    }
}

/// Gives twelve hexadecimal digits that stand for some bytes, the same in every build.
pub(super) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn open_lock(path: &Path) -> Result<File, EmbeddedError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(EmbeddedError::io("open", path))
}

fn socket_in(run: &Path) -> PathBuf {
    run.join(format!(".s.PGSQL.{SOCKET_PORT}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_socket_path_short() {
        let near = Layout::new(Path::new("/var/lib/rowhouse/demo"));
        assert_eq!(
            near.socket(),
            Path::new("/var/lib/rowhouse/demo/run/.s.PGSQL.5432")
        );
        let deep = PathBuf::from(format!("/home/{}", "checkout/".repeat(12)));
        let far = Layout::new(&deep);
        assert!(far.socket().as_os_str().len() <= LONGEST_SOCKET_PATH);
        assert_eq!(far, Layout::new(&deep));
        assert_ne!(far.run, Layout::new(&deep.join("other")).run);
        assert!(far.data.starts_with(&deep));
    }
}
