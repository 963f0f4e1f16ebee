//! A real PgBouncer in front of a private server, for tests: started, restarted, ended with the
//! value or with the process that holds it. Knows no clients.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::error::EmbeddedError;
use super::owner::Owner;
use super::scratch::Scratch;
use super::watch::LOOK_AGAIN;
use crate::db::admin::Endpoint;

/// Where Debian and others put it; most people's path leaves that out.
const USUAL: &str = "/usr/sbin/pgbouncer";

/// The port that is part of the socket's name.
const PORT: u16 = 6432;

/// How long a start may take.
const START_WITHIN: Duration = Duration::from_secs(20);

/// Ends the pooler when the one who started it is gone: then standard input ends.
const SCRIPT: &str = "\"$0\" -q \"$1\" & read -r _; kill -TERM $!; wait $!";

/// How it pools.
#[derive(Clone, Debug)]
pub struct Pooling {
    /// How many connections to the server it has for each role and database.
    pub size: u32,
    /// Whether it swallows the startup options of clients; otherwise it refuses clients with any.
    pub ignores_options: bool,
    /// Who may come, each with a SCRAM verifier or nothing, and whether that is asked for.
    pub users: Vec<(String, String)>,
}

/// A running PgBouncer in transaction mode.
#[derive(Debug)]
pub struct Pooler {
    scratch: Scratch,
    folder: PathBuf,
    owner: Owner,
    child: Option<Child>,
}

impl Pooler {
    /// Starts one in front of the server of an endpoint.
    ///
    /// # Errors
    /// When PgBouncer is not installed (with the line to install it) or does not start.
    pub fn start(server: &Endpoint, pooling: &Pooling) -> Result<Self, EmbeddedError> {
        let scratch = Scratch::empty()?;
        let owner = Owner::choose(&server.host)?;
        let folder = scratch.join("pooler");
        owner.private_folder(&folder)?;
        let mut pooler = Self {
            scratch,
            folder,
            owner,
            child: None,
        };
        pooler.write("users.txt", &users(pooling))?;
        let settings = settings(server, &pooler.folder, pooling);
        pooler.write("pooler.ini", &settings)?;
        pooler.begin()?;
        Ok(pooler)
    }

    /// Says where a database is reached through it.
    pub fn endpoint(&self, server: &Endpoint) -> Endpoint {
        Endpoint {
            host: self.folder.clone(),
            port: PORT,
            ..server.clone()
        }
    }

    /// Ends it and starts it anew: every connection through it breaks.
    ///
    /// # Errors
    /// As [`Pooler::start`].
    pub fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.end();
        self.begin()
    }

    /// Ends it.
    pub fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }

    /// What it wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("pooler.log")).unwrap_or_default()
    }

    fn begin(&mut self) -> Result<(), EmbeddedError> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).arg(program());
        command.arg(self.folder.join("pooler.ini"));
        self.owner.prepare(&mut command);
        let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
        let spawned = silent.stdin(Stdio::piped()).spawn();
        let child = spawned.map_err(EmbeddedError::io("run", Path::new("/bin/sh")))?;
        self.child = Some(child);
        let socket = self.folder.join(format!(".s.PGSQL.{PORT}"));
        let began = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            if began.elapsed() > START_WITHIN || !program().exists() {
                let installed = program().exists();
                return Err(match installed {
                    true => EmbeddedError::Program {
                        program: "pgbouncer",
                        output: self.log(),
                    },
                    false => EmbeddedError::NoPooler,
                });
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), EmbeddedError> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(EmbeddedError::io("write", &path))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.end();
        // Not ours to enter where we are not root and not its user; the folder goes with the value.
        let _ = fs::remove_dir_all(self.scratch.join("pooler"));
    }
}

/// PgBouncer, in the path or where it usually is.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let found = folders.map(|folder| folder.join("pgbouncer"));
    found
        .chain([PathBuf::from(USUAL)])
        .find(|file| file.is_file())
        .unwrap_or_else(|| PathBuf::from(USUAL))
}

fn users(pooling: &Pooling) -> String {
    let line = |(name, verifier): &(String, String)| format!("\"{name}\" \"{verifier}\"\n");
    pooling.users.iter().map(line).collect()
}

fn settings(server: &Endpoint, folder: &Path, pooling: &Pooling) -> String {
    let scram = pooling
        .users
        .iter()
        .any(|(_, verifier)| !verifier.is_empty());
    let ignored = match pooling.ignores_options {
        true => "extra_float_digits,options",
        false => "extra_float_digits",
    };
    let folder = folder.display();
    format!(
        "[databases]\n\
         * = host={} port={}\n\
         [pgbouncer]\n\
         listen_addr =\n\
         listen_port = {PORT}\n\
         unix_socket_dir = {folder}\n\
         auth_type = {}\n\
         auth_file = {folder}/users.txt\n\
         pool_mode = transaction\n\
         default_pool_size = {}\n\
         ignore_startup_parameters = {ignored}\n\
         logfile = {folder}/pooler.log\n",
        server.host.display(),
        server.port,
        if scram { "scram-sha-256" } else { "trust" },
        pooling.size,
    )
}
