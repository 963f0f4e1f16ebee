//! One open database: its pool, the session, and how a unit of work is run on it.
//!
//! The token is kept here alone, in memory, and leaves only as a bind parameter.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use secrecy::SecretString;
use tokio_postgres::{Error, Row};

use super::contract::connect::Server;
use super::contract::{Fault, fault::SessionEnd};
use super::dependents::Graphs;
use super::dial::{Options, session_settings};
use super::fault;
use super::heard::Hearing;
use super::pool::{Loan, Pool};
use super::shape::Shapes;
use super::tx::{self, Broken, Param, Several, Statement, Unit};
use super::unanswered::Unanswered;
use crate::auth::Params;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::record::RequestId;
use crate::domain::session::SessionId;

/// The schema version that this client was written for: its questions name functions of the newest.
pub(super) const CLIENT_SCHEMA: i32 = super::install::SCHEMA_VERSION;

/// How often a unit that others were in the way of is tried.
const TRIES: u32 = 3;

/// What the client waits longer than the server, so that the server speaks first.
const PATIENCE: Duration = Duration::from_secs(2);

/// One database that requests go to.
pub(super) struct Open {
    pub(super) settings: ConnectionSettings,
    pub(super) server: Server,
    pub(super) options: Options,
    pub(super) pool: Pool,
    pub(super) shapes: Shapes,
    pub(super) graphs: Graphs,
    pub(super) unanswered: Unanswered,
    /// What the server said while something was saved.
    pub(super) hearing: Hearing,
    session: Mutex<Option<Session>>,
    /// When this client last did what somebody has to do now and then.
    kept_up: Mutex<Instant>,
}

/// How often a client that stays does so.
const KEEP_UP: Duration = Duration::from_secs(600);

/// The session that a sign-in opened.
#[derive(Clone)]
pub(super) struct Session {
    /// The secret that names it.
    pub token: SecretString,
    /// Its number, once known.
    pub id: Option<SessionId>,
    /// Whose it is.
    pub username: String,
    /// Failed tries before it.
    pub failed_since: u32,
    /// The sign-in before it.
    pub last_sign_in: Option<Timestamp>,
    /// What new passwords are to cost.
    pub cost: Params,
}

impl Open {
    /// Puts an open database together.
    pub(super) fn new(
        settings: ConnectionSettings,
        server: Server,
        options: Options,
        pool: Pool,
    ) -> Self {
        Self {
            settings,
            server,
            options,
            pool,
            shapes: Shapes::default(),
            graphs: Graphs::default(),
            unanswered: Unanswered::default(),
            hearing: Hearing::default(),
            session: Mutex::new(None),
            kept_up: Mutex::new(Instant::now()),
        }
    }

    /// Whether it is time again to do what somebody has to do now and then; told once.
    pub(super) fn is_to_keep_up(&self) -> bool {
        let mut kept_up = self.kept_up.lock().unwrap_or_else(PoisonError::into_inner);
        let due = kept_up.elapsed() >= KEEP_UP;
        if due {
            *kept_up = Instant::now();
        }
        due
    }

    /// Whether people sign in with Rowhouse accounts here.
    pub(super) fn is_shared(&self) -> bool {
        self.server.way == Way::Shared
    }

    /// Begins, replaces or forgets the session.
    pub(super) fn set_session(&self, session: Option<Session>) {
        self.pool.rename(match &session {
            Some(Session {
                username,
                id: Some(id),
                ..
            }) => format!("rowhouse/{username}/{}", id.0),
            _ if self.is_shared() => "rowhouse".into(),
            _ => format!("rowhouse/{}", self.server.role),
        });
        *self.lock_session() = session;
    }

    /// The session, when one is open.
    pub(super) fn session(&self) -> Option<Session> {
        self.lock_session().clone()
    }

    /// Reads in one round trip; tried again where a broken connection or others were in the way.
    pub(super) async fn read(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let mut lost = false;
        for attempt in 1.. {
            let broken = match self.unit(tx::READ, &statements, None).await {
                Ok(rows) => return Ok(rows),
                Err(broken) => broken,
            };
            match broken {
                Broken::Unknown(Fault::ConnectionLost) if !lost => lost = true,
                _ if fault::is_transient(broken.code()) && attempt < TRIES => jitter(attempt).await,
                _ => return Err(fault::of_reading(broken)),
            }
        }
        Err(Fault::Busy)
    }

    /// Reads in one round trip, each statement for itself: one that is refused leaves the others
    /// their answers.
    pub(super) async fn read_each(
        &self,
        statements: &[Statement],
    ) -> Result<Vec<Result<Vec<Row>, Error>>, Fault> {
        let mut again = false;
        loop {
            let prelude = self.prelude()?;
            let mut link = self.pool.get().await?;
            let unit = Unit {
                rename: None,
                begin: tx::READ,
                prelude: &prelude,
                statements,
            };
            match tx::run_each(&mut link, unit, self.limit()).await {
                Err(Broken::Unknown(Fault::ConnectionLost)) if !again => again = true,
                done => return done.map_err(fault::of_reading),
            }
        }
    }

    /// Writes in one round trip; tried again only where the server says that nothing was done.
    pub(super) async fn write(&self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Broken> {
        for attempt in 1..TRIES {
            match self.unit(tx::WRITE, statements, None).await {
                Err(broken) if fault::is_transient(broken.code()) => jitter(attempt).await,
                done => return done,
            }
        }
        self.unit(tx::WRITE, statements, None).await
    }

    /// Writes as [`Open::write`] does, under a number that is noted from when it is sent. The
    /// statements of a save pass the gate themselves: see [`Open::save_gate`].
    pub(super) async fn save(
        &self,
        request: RequestId,
        statements: &[Statement],
    ) -> Result<Vec<Vec<Row>>, Broken> {
        for attempt in 1..TRIES {
            match self.unit(tx::WRITE, statements, Some(request)).await {
                Err(broken) if fault::is_transient(broken.code()) => jitter(attempt).await,
                done => return done,
            }
        }
        self.unit(tx::WRITE, statements, Some(request)).await
    }

    /// Sends several saves in one round trip, each a unit of its own under its number that passes the
    /// gate itself; nothing is tried again here.
    pub(super) async fn save_several(
        &self,
        numbers: &[RequestId],
        units: Vec<&[Statement]>,
    ) -> Result<Vec<Result<Vec<Vec<Row>>, Broken>>, Fault> {
        let prelude = self.settings_prelude();
        let mut link = self.pool.get().await?;
        let rename = match self.options {
            Options::Sent => link.take_name(self.pool.name()),
            Options::Withheld => None,
        };
        for number in numbers {
            self.note(*number, &mut link).map_err(Broken::into_fault)?;
        }
        let several = Several {
            rename,
            begin: tx::WRITE,
            prelude: &prelude,
            units,
        };
        link.take_heard();
        let answers = tx::run_several(&mut link, several, self.limit()).await;
        self.hearing.add(link.take_heard());
        Ok(answers)
    }

    /// What can be said of a save that is not asked about for now.
    pub(super) fn unsent_or_unknown(&self, number: RequestId) -> Fault {
        match self.unanswered.holds(number) {
            true => Fault::OutcomeUnknown,
            false => Fault::ConnectionLost,
        }
    }

    /// Changes one row where the count must be known before the commit; nothing is tried again.
    pub(super) async fn write_counted(
        &self,
        number: RequestId,
        change: Statement,
        then: Option<Statement>,
    ) -> Result<(u64, Vec<Row>), Broken> {
        let prelude = self.prelude().map_err(Broken::Unsent)?;
        let mut link = self.pool.get().await.map_err(Broken::Unsent)?;
        let unit = Unit {
            rename: None,
            begin: tx::WRITE,
            prelude: &prelude,
            statements: &[change],
        };
        self.note(number, &mut link)?;
        link.take_heard();
        let counted = tx::run_counted(&mut link, unit, then, self.limit()).await;
        self.hearing.add(link.take_heard());
        counted
    }

    /// Runs statements of which each is its own transaction, in one round trip; nothing is tried
    /// again.
    pub(super) async fn alone(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let mut link = self.pool.get().await?;
        tx::run_alone(&mut link, &statements, self.limit())
            .await
            .map_err(Broken::into_fault)
    }

    /// Writes without passing the gate: for functions that judge a token themselves.
    pub(super) async fn ungated(&self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, Broken> {
        let prelude = self.settings_prelude();
        self.prepared(tx::WRITE, &prelude, statements, None).await
    }

    /// The statement that puts the session in place, and raises where it is not good any more.
    pub(super) fn gate(&self) -> Result<Statement, Fault> {
        let session = self.session().ok_or_else(Self::nobody)?;
        Ok(Statement::new(
            "select rowhouse.tx_open($1, $2)",
            vec![Param::Secret(session.token), Param::int4(CLIENT_SCHEMA)],
        ))
    }

    /// The statement that does the same and begins a save under its number, in one call.
    pub(super) fn save_gate(&self, request: RequestId, hash: Vec<u8>) -> Result<Statement, Fault> {
        let session = self.session().ok_or_else(Self::nobody)?;
        Ok(Statement::new(
            "select rowhouse.save_begin($1, $2, $3, $4)",
            vec![
                Param::Secret(session.token),
                Param::int4(CLIENT_SCHEMA),
                Param::text(request.to_string()),
                Param::Bytes(hash),
            ],
        ))
    }

    /// The fault of asking without being signed in.
    pub(super) fn nobody() -> Fault {
        Fault::SessionOver {
            why: SessionEnd::Unknown,
        }
    }

    /// What every transaction begins with: settings behind a pooler, and the session.
    pub(super) fn prelude(&self) -> Result<Vec<Statement>, Fault> {
        let mut prelude = self.settings_prelude();
        if self.is_shared() {
            prelude.push(self.gate()?);
        }
        Ok(prelude)
    }

    fn settings_prelude(&self) -> Vec<Statement> {
        match self.options {
            Options::Withheld => vec![local_settings(&self.settings)],
            Options::Sent => Vec::new(),
        }
    }

    /// How long one unit may take altogether.
    pub(super) fn limit(&self) -> Duration {
        self.settings.statement_timeout + PATIENCE
    }

    async fn unit(
        &self,
        begin: &'static str,
        statements: &[Statement],
        number: Option<RequestId>,
    ) -> Result<Vec<Vec<Row>>, Broken> {
        let prelude = match number {
            None => self.prelude().map_err(Broken::Unsent)?,
            Some(_) => self.settings_prelude(),
        };
        self.prepared(begin, &prelude, statements, number).await
    }

    async fn prepared(
        &self,
        begin: &'static str,
        prelude: &[Statement],
        statements: &[Statement],
        number: Option<RequestId>,
    ) -> Result<Vec<Vec<Row>>, Broken> {
        let mut link = self.pool.get().await.map_err(Broken::Unsent)?;
        let rename = match self.options {
            Options::Sent => link.take_name(self.pool.name()),
            Options::Withheld => None,
        };
        let unit = Unit {
            rename,
            begin,
            prelude,
            statements,
        };
        if let Some(number) = number {
            self.note(number, &mut link)?;
        }
        link.take_heard();
        let done = tx::run(&mut link, unit, self.limit()).await;
        // What is said while something is read concerns nobody.
        let heard = link.take_heard();
        if number.is_some() {
            self.hearing.add(heard);
        }
        done
    }

    /// Notes on which backend a save is about to run, unless it was stopped meanwhile.
    fn note(&self, number: RequestId, link: &mut Loan<'_>) -> Result<(), Broken> {
        if self.options == Options::Withheld {
            link.forget_backend();
        }
        match self.unanswered.begin(number, link.backend()) {
            true => Ok(()),
            false => Err(Broken::Unsent(Fault::Cancelled)),
        }
    }

    fn lock_session(&self) -> MutexGuard<'_, Option<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings of a session for one transaction, where a pooler took no startup options.
fn local_settings(settings: &ConnectionSettings) -> Statement {
    let settings = session_settings(settings);
    let calls: Vec<String> = (1..=settings.len())
        .map(|n| format!("set_config(${}, ${}, true)", 2 * n - 1, 2 * n))
        .collect();
    let params = settings
        .into_iter()
        .flat_map(|(name, value)| [Param::text(name), Param::text(value)])
        .collect();
    Statement::new(format!("select {}", calls.join(", ")), params)
}

/// Waits a little, longer each time and never twice the same, before a unit is tried again.
async fn jitter(attempt: u32) {
    let spread = crate::runtime::clock::random::<1>()[0];
    let wait_ms = 10 * u64::from(attempt) + u64::from(spread) / 4;
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
}
