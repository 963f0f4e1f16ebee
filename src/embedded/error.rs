//! What can go wrong with the private server, in words a person can act on; no recovery here.

use std::io;
use std::path::{Path, PathBuf};

/// Says why the private PostgreSQL could not be had.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No folder with `initdb` and `postgres` was found.
    #[error(
        "PostgreSQL's server programs (initdb, postgres, version 13 or newer) were not found. \
         Install them with `{INSTALL}`, or name their folder in {}.",
        super::binaries::FOLDER_VARIABLE
    )]
    NoBinaries,
    /// The folder named in the environment holds no server programs.
    #[error(
        "{} names {}, which holds no initdb and postgres of version 13 or newer.",
        super::binaries::FOLDER_VARIABLE,
        .0.display()
    )]
    NoBinariesIn(PathBuf),
    /// PgBouncer was not found.
    #[error("PgBouncer was not found. Install it with `{INSTALL_POOLER}`.")]
    NoPooler,
    /// The data folder was made by another major version, which is not installed.
    #[error(
        "{} was made by PostgreSQL {made_by}, and the installed one is {installed}. \
         Install PostgreSQL {made_by}, or start anew with --reset (its data is then lost).",
        .folder.display()
    )]
    OtherMajor {
        /// The data folder.
        folder: PathBuf,
        /// The major version in its PG_VERSION.
        made_by: u32,
        /// The newest major version that is installed.
        installed: u32,
    },
    /// Root cannot run PostgreSQL, and there is no user to drop to.
    #[error("PostgreSQL does not run as root, and /etc/passwd has no user postgres or nobody.")]
    NoUserToDropTo,
    /// The folder is open to others or belongs to somebody else.
    #[error("{} must be a folder that only its user can change; it is not. Remove it.", .0.display())]
    UnsafeFolder(PathBuf),
    /// A program of PostgreSQL said no.
    #[error("{program} failed: {output}")]
    Program {
        /// The program's name.
        program: &'static str,
        /// The last lines it said.
        output: String,
    },
    /// Somebody else's client holds the server.
    #[error("the server in {} is in use by another client; leave that one first.", .0.display())]
    InUse(PathBuf),
    /// The server did not do what it was asked in time.
    #[error("the server in {} did not {what} within {seconds} s; its log is server.log there.",
        .folder.display())]
    TooSlow {
        /// The server's folder.
        folder: PathBuf,
        /// What was waited for.
        what: &'static str,
        /// How long.
        seconds: u64,
    },
    /// The operating system said no.
    #[error("could not {what} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

const INSTALL: &str = if cfg!(target_os = "macos") {
    "brew install postgresql@17"
} else {
    "sudo apt-get install postgresql"
};

const INSTALL_POOLER: &str = if cfg!(target_os = "macos") {
    "brew install pgbouncer"
} else {
    "sudo apt-get install pgbouncer"
};

impl EmbeddedError {
    /// Makes a closure that names what was tried on which path.
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { what, path, source }
    }
}
