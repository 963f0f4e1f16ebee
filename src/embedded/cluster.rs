//! The server that the tests share: one per checkout, one fresh database per test; for tests and
//! tapes only. Nothing here waits for the disk, and everything may be thrown away.
//!
//! Processes of one checkout share the server by its lock, so `cargo test` and a runner with a
//! process per test cost the same. A database is a copy of a *template*, which is built once per
//! test program: a rebuilt program builds its templates anew.

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{self, Command};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};
use std::{env, fs, thread};

use rustix::fs::FlockOperation;
use rustix::process::{Pid, test_kill_process};
use tokio::runtime;

use super::error::EmbeddedError;
use super::layout::{Layout, locked, short_hash};
use super::owner::Owner;
use super::server::{Durability, Server};
use crate::db::admin::{Endpoint, Maintenance};

/// Any error; the tests only print it.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// What builds a template: gets an empty database as superuser, and leaves no connection open.
pub type Build = fn(Endpoint) -> Pin<Box<dyn Future<Output = Result<(), AnyError>> + Send>>;

/// Names a database that the databases of tests are copies of.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// A short name of small letters and digits.
    pub name: &'static str,
    /// Fills it. Roles belong to the whole server: what makes them must bear that they exist.
    pub build: Build,
}

impl Template {
    /// A database with nothing in it.
    pub const EMPTY: Self = Self {
        name: "empty",
        build: |_| Box::pin(async { Ok::<(), AnyError>(()) }),
    };
}

/// Holds a server for tests alive.
#[derive(Debug)]
pub struct TestCluster {
    server: Option<Server>,
    root: PathBuf,
    remove_on_drop: bool,
}

/// How long leftover connections of a template's builder may stand in the way.
const CONNECTIONS_GONE_WITHIN: Duration = Duration::from_secs(10);

/// Numbers what this process makes, so that names never repeat.
static MADE: AtomicU32 = AtomicU32::new(0);

impl TestCluster {
    /// Gives the server of this checkout, started or joined once per process.
    ///
    /// # Errors
    /// When PostgreSQL is not installed (with the line to install it) or does not start.
    pub fn shared() -> Result<&'static Self, AnyError> {
        static SHARED: OnceLock<Result<TestCluster, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| open_shared().map_err(|error| error.to_string()));
        shared
            .as_ref()
            .map_err(|error| AnyError::from(error.clone()))
    }

    /// Starts a server of its own, for a test that alters roles, holds transactions open or kills
    /// the server. It and its data are gone with the value.
    ///
    /// # Errors
    /// As [`TestCluster::shared`].
    pub fn own() -> Result<Self, AnyError> {
        let root = pristine_folder()?;
        let server = Server::open(&root, Durability::Disposable)?;
        Ok(Self {
            server: Some(server),
            root,
            remove_on_drop: true,
        })
    }

    /// Says where a database of this server is reached, as superuser.
    pub fn endpoint(&self, database: &str) -> Endpoint {
        self.server().endpoint(database)
    }

    /// The hold on the server.
    pub fn server(&self) -> &Server {
        // Invariant: the server is taken out only where the cluster ends.
        self.server
            .as_ref()
            .expect("the server lives as long as its cluster")
    }

    /// Lets go of the server without removing its data, for tests of what happens then.
    ///
    /// # Errors
    /// When the server does not end in time.
    pub fn let_go(mut self) -> Result<(), AnyError> {
        self.remove_on_drop = false;
        self.server.take().map_or(Ok(()), Server::close)?;
        Ok(())
    }

    /// Names the server's files, for tests that kill it.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.root)
    }

    /// Makes a fresh copy of a template, building that first when this program has not yet.
    ///
    /// # Errors
    /// When the template's builder fails, or the server refuses.
    pub async fn database(&self, template: &Template) -> Result<TestDatabase, AnyError> {
        let source = self.template(template).await?;
        let name = format!("test_{}_{}", process::id(), next_number());
        let maintenance = Maintenance::connect(&self.endpoint("postgres")).await?;
        maintenance.drop(&name).await?;
        maintenance.copy(&source, &name).await?;
        Ok(TestDatabase {
            endpoint: self.endpoint(&name),
        })
    }

    /// Gives the name of the template's database, built at most once per program. The lock is
    /// waited for on a thread of its own, because the holder may be a task of this very thread.
    async fn template(&self, template: &Template) -> Result<String, AnyError> {
        let (family, name) = template_names(template.name)?;
        let maintenance = Maintenance::connect(&self.endpoint("postgres")).await?;
        if maintenance.exists(&name).await? {
            return Ok(name);
        }
        let path = self.root.join("templates.lock");
        let wait = move || locked(&path, FlockOperation::LockExclusive);
        let _lock = tokio::task::spawn_blocking(wait).await??;
        if maintenance.exists(&name).await? {
            return Ok(name);
        }
        for outdated in maintenance.databases(&family).await? {
            maintenance.drop(&outdated).await?;
        }
        let unfinished = format!("{name}_unfinished");
        maintenance.copy("template0", &unfinished).await?;
        (template.build)(self.endpoint(&unfinished)).await?;
        await_lonely(&maintenance, &unfinished).await?;
        maintenance.rename(&unfinished, &name).await?;
        Ok(name)
    }
}

impl Drop for TestCluster {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let _ = server.close();
        }
        if self.remove_on_drop {
            let layout = self.layout();
            let _ = fs::remove_dir_all(&layout.run);
            let _ = fs::remove_dir_all(&layout.root);
        }
    }
}

/// Is a database of one test; dropped with the value, at the latest when the server next starts.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is reached, as superuser.
    pub endpoint: Endpoint,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let endpoint = self.endpoint.clone();
        // On a thread of its own: a test's runtime cannot be waited on from inside.
        thread::spawn(move || {
            on_own_runtime(async move {
                Maintenance::connect(&endpoint)
                    .await?
                    .drop(&endpoint.database)
                    .await?;
                Ok(())
            })
        });
    }
}

/// Makes an empty folder for a test's own server or demo, where the server's user may go. What a
/// test leaves there is removed when the shared server next starts.
///
/// # Errors
/// When it cannot be made.
pub fn scratch_folder() -> Result<PathBuf, AnyError> {
    let base = base();
    let folder = base.join(format!("own-{}-{}", process::id(), next_number()));
    Owner::choose(&base)?.own_folder(&folder)?;
    Ok(folder)
}

/// As [`scratch_folder`], with the data of a server that was never started: saves its making.
///
/// # Errors
/// When it cannot be made.
pub fn pristine_folder() -> Result<PathBuf, AnyError> {
    let folder = scratch_folder()?;
    copy_pristine(&base().join("pristine"), &folder)?;
    Ok(folder)
}

/// Names the folder of the clusters of this checkout. Root's own folders are closed to the user
/// the server runs as, so root's are below /tmp.
fn base() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    let me = rustix::process::geteuid();
    if !me.is_root() && checkout.is_dir() {
        return checkout.join("target/test-cluster");
    }
    let hash = short_hash(checkout.as_os_str().as_encoded_bytes());
    Path::new("/tmp").join(format!("rowhouse-tests-{}-{hash}", me.as_raw()))
}

fn open_shared() -> Result<TestCluster, AnyError> {
    let base = base();
    let root = base.join("shared");
    Owner::choose(&base)?.own_folder(&base)?;
    let server = Server::open(&root, Durability::Disposable)?;
    if server.started() {
        remove_leftover_folders(&base);
        let endpoint = server.endpoint("postgres");
        let cleaner = thread::spawn(move || on_own_runtime(drop_leftover_databases(endpoint)));
        cleaner
            .join()
            .map_err(|_| "the cleaner of leftover databases panicked")??;
    }
    Ok(TestCluster {
        server: Some(server),
        root,
        remove_on_drop: false,
    })
}

/// Copies a data folder that was made once and never started: a fifth of the time of making one.
fn copy_pristine(pristine: &Path, root: &Path) -> Result<(), AnyError> {
    let source = Layout::new(pristine);
    let owner = Owner::choose(&source.data)?;
    owner.own_folder(pristine)?;
    let _lock = source.lock()?;
    super::server::make_data(&source, owner, Durability::Disposable)?;
    let copied = Command::new("cp")
        .arg("-pR")
        .arg(&source.data)
        .arg(root.join("data"))
        .output()?;
    if copied.status.success() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&copied.stderr).into_owned();
    Err(EmbeddedError::Program {
        program: "cp",
        output,
    }
    .into())
}

/// Names a template's databases of this program, and the one of this very build.
fn template_names(name: &str) -> io::Result<(String, String)> {
    let program = env::current_exe()?;
    let seen = fs::metadata(&program)?;
    let built = seen
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let program = short_hash(program.as_os_str().as_encoded_bytes());
    let build = short_hash(format!("{} {}", built.as_nanos(), seen.len()).as_bytes());
    let family = format!("tpl_{name}_{program}_");
    let this = format!("{family}{build}");
    Ok((family, this))
}

/// Waits until nobody is connected to a database: the server learns of a dropped connection a
/// moment after us.
async fn await_lonely(maintenance: &Maintenance, name: &str) -> Result<(), AnyError> {
    let deadline = Instant::now() + CONNECTIONS_GONE_WITHIN;
    while maintenance.is_busy(name).await? {
        if Instant::now() > deadline {
            return Err("the template's builder left a connection open".into());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

async fn drop_leftover_databases(endpoint: Endpoint) -> Result<(), AnyError> {
    let maintenance = Maintenance::connect(&endpoint).await?;
    for name in maintenance.databases("test_").await? {
        if name.split('_').nth(1).is_some_and(belongs_to_the_dead) {
            maintenance.drop(&name).await?;
        }
    }
    Ok(())
}

fn remove_leftover_folders(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("own-") && name.split('-').nth(1).is_some_and(belongs_to_the_dead) {
            let _ = fs::remove_dir_all(Layout::new(&entry.path()).run);
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Says whether the process that a leftover names is gone.
fn belongs_to_the_dead(pid: &str) -> bool {
    let pid = pid.parse().ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

fn next_number() -> u32 {
    MADE.fetch_add(1, Ordering::Relaxed)
}

fn on_own_runtime(work: impl Future<Output = Result<(), AnyError>>) -> Result<(), AnyError> {
    runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
