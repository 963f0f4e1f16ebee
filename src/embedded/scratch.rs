//! Folders for tests that run a server or a demo of their own; gone with the value.

use std::env;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Pid, test_kill_process};

use super::binaries::{Binaries, FOLDER_VARIABLE};
use super::error::EmbeddedError;
use super::layout::{Layout, short_hash};
use super::owner::Owner;
use super::server::{Durability, Server, make_data};

/// Is a folder where the server's user may go. It is removed with the value, unless a server still
/// runs there; then when the shared server next starts.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
}

/// Numbers what this process makes, so that names never repeat.
static MADE: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    /// Makes an empty folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn empty() -> Result<Self, EmbeddedError> {
        let base = base()?;
        let folder = base.join(format!("own-{}-{}", process::id(), next_number()));
        Owner::choose(&base)?.own_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Makes a folder with the data of a server that was never started. It is copied from one that
    /// is made once: a fifth of the time.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn with_data() -> Result<Self, EmbeddedError> {
        let pristine = Layout::new(&base()?.join("pristine"));
        let owner = Owner::choose(&pristine.data)?;
        owner.own_folder(&pristine.root)?;
        let _lock = pristine.lock()?;
        make_data(&pristine, owner, Durability::Disposable)?;
        let scratch = Self::empty()?;
        let mut copy = Command::new("cp");
        copy.arg("-pR")
            .arg(&pristine.data)
            .arg(scratch.join("data"));
        let copied = copy
            .output()
            .map_err(EmbeddedError::io("copy", &pristine.data))?;
        if copied.status.success() {
            return Ok(scratch);
        }
        let output = String::from_utf8_lossy(&copied.stderr).into_owned();
        Err(EmbeddedError::Program {
            program: "cp",
            output,
        })
    }
}

impl Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if Server::reset(&self.folder, &[]).is_ok() {
            let _ = fs::remove_dir_all(Layout::new(&self.folder).run);
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes the folder of all test servers of this checkout. Root's own folders are closed to the
/// user the server runs as, so root's are below /tmp.
pub(super) fn base() -> Result<PathBuf, EmbeddedError> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let me = rustix::process::geteuid();
    // Servers of another version, named by the variable, have data of their own.
    let version = match env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()) {
        Some(_) => format!("-{}", Binaries::installed()?[0].major),
        None => String::new(),
    };
    let base = if !me.is_root() && checkout.is_dir() {
        checkout.join(format!("target/test-cluster{version}"))
    } else {
        let hash = short_hash(checkout.as_os_str().as_encoded_bytes());
        Path::new("/tmp").join(format!("rowhouse-tests-{}-{hash}{version}", me.as_raw()))
    };
    Owner::choose(&base)?.own_folder(&base)?;
    Ok(base)
}

/// Removes what killed tests left.
pub(super) fn remove_leftovers(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("own-") && name.split('-').nth(1).is_some_and(belongs_to_the_dead) {
            drop(Scratch {
                folder: entry.path(),
            });
        }
    }
}

/// Says whether the process that a leftover names is gone.
pub(super) fn belongs_to_the_dead(pid: &str) -> bool {
    let pid = pid.parse().ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

/// Gives a number that this process has not used.
pub(super) fn next_number() -> u32 {
    MADE.fetch_add(1, Ordering::Relaxed)
}
