//! The pool: bb8 over a manager that never hands on a connection whose last reply is missing.
//!
//! bb8-postgres by itself calls a connection good while a transaction is open on it, drops the
//! reason why one ended, and keeps the socket of a query that was given up; so its manager is
//! wrapped: it still judges whether a connection answers, opening and ending are ours.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bb8::ManageConnection;
use bb8_postgres::PostgresConnectionManager;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_postgres::{CancelToken, Client};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::cancel;
use super::contract::{Fault, Heard};
use super::dial::{Dial, Options};
use super::heard::Hearing;
use super::unanswered::Slot;

/// A connection that answered this lately is not tested again before it is used.
///
/// Reads and saves bear a connection that broke meanwhile; the test is for the rest, and costs a
/// round trip.
const FRESH: Duration = Duration::from_secs(30);

/// The shortest that a connection is kept.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long a cancel request may take on its way.
const CANCEL_LIMIT: Duration = Duration::from_secs(1);

/// Connections to one database.
pub(super) struct Pool {
    pool: bb8::Pool<Manager>,
    failures: watch::Sender<Option<Fault>>,
    name: Arc<Mutex<String>>,
    wait: Duration,
}

/// A connection on loan from the pool.
pub(super) type Loan<'a> = bb8::PooledConnection<'a, Manager>;

impl Pool {
    /// Makes a pool; connections open when they are needed.
    pub(super) fn new(dial: Dial, name: String) -> Self {
        let settings = dial.settings().clone();
        let (failures, _) = watch::channel(None);
        let name = Arc::new(Mutex::new(name));
        // A second longer than opening may take, so that the reason is known before.
        let wait = settings.connect_timeout + Duration::from_secs(1);
        let most = settings.pool_max.max(1);
        let manager = Manager {
            inner: PostgresConnectionManager::new(dial.config().clone(), dial.connector().clone()),
            dial,
            failures: failures.clone(),
            name: name.clone(),
        };
        let pool = bb8::Pool::builder()
            .max_size(most)
            .min_idle(Some(settings.pool_min.min(most)))
            .connection_timeout(wait)
            .idle_timeout(Some(settings.idle_timeout.max(SHORTEST)))
            .max_lifetime(Some(settings.max_lifetime.max(SHORTEST)))
            .test_on_check_out(settings.test_on_checkout)
            .retry_connection(false)
            .queue_strategy(bb8::QueueStrategy::Lifo)
            .build_unchecked(manager);
        Self {
            pool,
            failures,
            name,
            wait,
        }
    }

    /// Lends a connection that is whole; says why when there is none.
    pub(super) async fn get(&self) -> Result<Loan<'_>, Fault> {
        let mut failures = self.failures.subscribe();
        let mut getting = std::pin::pin!(self.pool.get());
        loop {
            tokio::select! {
                biased;
                got = &mut getting => return match got {
                    Ok(loan) => Ok(loan),
                    Err(bb8::RunError::User(fault)) => Err(fault),
                    Err(bb8::RunError::TimedOut) => Err(self.none_free()),
                },
                changed = failures.changed() => {
                    let fault = failures.borrow_and_update().clone();
                    // Another connection of ours may become free; only without one it is over.
                    if changed.is_err() || self.pool.state().connections == 0 {
                        return Err(fault.unwrap_or(Fault::ConnectionLost));
                    }
                }
            }
        }
    }

    /// Gives connections opened from now on, and those used again, another name on the server.
    pub(super) fn rename(&self, name: String) {
        *lock(&self.name) = name;
    }

    /// The name that connections should carry.
    pub(super) fn name(&self) -> String {
        lock(&self.name).clone()
    }

    fn none_free(&self) -> Fault {
        Fault::TooManyConnections {
            message: format!(
                "none of this client's {} connections became free within {} s: something is \
                 still running; cancel it or raise pool_max",
                self.pool.config().max_size,
                self.wait.as_secs()
            ),
        }
    }
}

/// Opens, tests and judges connections for bb8.
pub(super) struct Manager {
    inner: PostgresConnectionManager<MakeRustlsConnect>,
    dial: Dial,
    failures: watch::Sender<Option<Fault>>,
    name: Arc<Mutex<String>>,
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = Fault;

    async fn connect(&self) -> Result<Link, Fault> {
        let name = lock(&self.name).clone();
        match self.dial.connect(&name).await {
            Ok(line) => Ok(Link {
                cancel: line.client.cancel_token(),
                dial: self.dial.clone(),
                client: line.client,
                task: line.task,
                ended: line.ended,
                hearing: line.hearing,
                name,
                dirty: false,
                backend: Slot::default(),
                answered: Instant::now(),
            }),
            Err(fault) => {
                self.failures.send_replace(Some(fault.clone()));
                Err(fault)
            }
        }
    }

    async fn is_valid(&self, link: &mut Link) -> Result<(), Fault> {
        if self.has_broken(link) {
            return Err(Fault::ConnectionLost);
        }
        if link.answered.elapsed() < FRESH {
            return Ok(());
        }
        link.begin();
        let answer = self.inner.is_valid(&mut link.client);
        match tokio::time::timeout(CANCEL_LIMIT * 2, answer).await {
            Ok(Ok(())) => {
                link.settle();
                Ok(())
            }
            _ => Err(Fault::ConnectionLost),
        }
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.dirty || link.task.is_finished() || self.inner.has_broken(&mut link.client)
    }
}

/// One pooled connection.
pub(super) struct Link {
    client: Client,
    task: AbortHandle,
    cancel: CancelToken,
    dial: Dial,
    ended: Arc<OnceLock<Fault>>,
    hearing: Hearing,
    name: String,
    dirty: bool,
    backend: Slot,
    answered: Instant,
}

impl Link {
    /// The driver's client.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Marks that something was sent whose reply is missing; before the first await.
    pub(super) fn begin(&mut self) {
        self.dirty = true;
    }

    /// Takes what the server said besides its answers.
    pub(super) fn take_heard(&mut self) -> Vec<Heard> {
        self.hearing.take()
    }

    /// Marks that every reply came.
    pub(super) fn settle(&mut self) {
        self.dirty = false;
        self.answered = Instant::now();
    }

    /// Why the connection ended, as far as the server told.
    pub(super) fn ended(&self) -> Option<Fault> {
        self.ended.get().cloned()
    }

    /// Where the server's process behind it is named, once that has told.
    pub(super) fn backend(&self) -> Slot {
        self.backend.clone()
    }

    /// Forgets the process behind it: a pooler gives every transaction another one.
    pub(super) fn forget_backend(&mut self) {
        self.backend = Slot::default();
    }

    /// Notes the name it should carry, and returns it when it has another one.
    pub(super) fn take_name(&mut self, wanted: String) -> Option<String> {
        if self.name == wanted {
            return None;
        }
        self.name = wanted.clone();
        Some(wanted)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if !self.dirty {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return self.task.abort();
        };
        // Closing alone does not stop what runs: the server notices only when it answers.
        let (token, dial, task) = (self.cancel.clone(), self.dial.clone(), self.task.clone());
        let pooled = self.dial.options() == Options::Withheld;
        if !pooled {
            self.task.abort();
        }
        runtime.spawn(async move {
            let cancel = cancel::cancel(token, dial.connector().clone(), dial.settings());
            // Invariant: best effort; the statement timeout is behind it.
            let _ = tokio::time::timeout(CANCEL_LIMIT, cancel).await;
            // A pooler knows what to cancel only while the connection is there.
            task.abort();
        });
    }
}

fn lock(name: &Mutex<String>) -> std::sync::MutexGuard<'_, String> {
    name.lock().unwrap_or_else(PoisonError::into_inner)
}
