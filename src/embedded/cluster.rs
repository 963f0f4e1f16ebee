//! The server that the tests share: one per checkout, one fresh database per test; for tests and
//! tapes only. Nothing here waits for the disk, and everything may be thrown away.
//!
//! Processes of one checkout share the server by its lock, so `cargo test` and a runner with a
//! process per test cost the same. A database is a copy of a *template*, which is built once per
//! test program: a rebuilt program builds its templates anew.

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::process;
use std::sync::OnceLock;
use std::time::{Duration, Instant, UNIX_EPOCH};
use std::{env, fs, thread};

use rustix::fs::FlockOperation;
use tokio::runtime;

use super::layout::{Layout, locked, short_hash};
use super::scratch::{self, Scratch, belongs_to_the_dead, next_number};
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
    /// The folder, when it is to go with the server.
    scratch: Option<Scratch>,
}

/// How long leftover connections of a template's builder may stand in the way.
const CONNECTIONS_GONE_WITHIN: Duration = Duration::from_secs(10);

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
        Self::own_with(&[])
    }

    /// The same with settings that go before the usual ones: one that listens, for example.
    ///
    /// # Errors
    /// As [`TestCluster::shared`].
    pub fn own_with(more: &[String]) -> Result<Self, AnyError> {
        let scratch = Scratch::with_data()?;
        let server = Server::open_with(&scratch, Durability::Disposable, more)?;
        Ok(Self {
            server: Some(server),
            root: scratch.to_path_buf(),
            scratch: Some(scratch),
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

    /// Lets go of the server, for tests of what happens then; its data is gone with what comes
    /// back.
    ///
    /// # Errors
    /// When the server does not end in time, or is the shared one.
    pub fn let_go(mut self) -> Result<Scratch, AnyError> {
        self.server.take().map_or(Ok(()), Server::close)?;
        let scratch = self.scratch.take();
        scratch.ok_or_else(|| "the shared server is not let go of".into())
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
        maintenance
            .close_public(&self.endpoint(&unfinished))
            .await?;
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

fn open_shared() -> Result<TestCluster, AnyError> {
    let base = scratch::base()?;
    let root = base.join("shared");
    let server = Server::open(&root, Durability::Disposable)?;
    if server.started() {
        scratch::remove_leftovers(&base);
        let endpoint = server.endpoint("postgres");
        let cleaner = thread::spawn(move || on_own_runtime(drop_leftover_databases(endpoint)));
        cleaner
            .join()
            .map_err(|_| "the cleaner of leftover databases panicked")??;
    }
    Ok(TestCluster {
        server: Some(server),
        root,
        scratch: None,
    })
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
    Ok(maintenance.drop_unused_roles("rowhouse_").await?)
}

fn on_own_runtime(work: impl Future<Output = Result<(), AnyError>>) -> Result<(), AnyError> {
    runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
