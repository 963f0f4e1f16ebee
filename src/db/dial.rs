//! Opens one connection: driver settings, startup options, the connection's own task.
//!
//! The pool opens its connections through here, and so do the owner's commands; nothing here
//! knows a table.

use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::task::AbortHandle;
use tokio_postgres::config::{ChannelBinding, SslMode};
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::contract::Fault;
use super::fault;
use super::heard::Hearing;
use super::tls::{self, Seen};
use crate::domain::connection::{ConnectionSettings, TlsMode};

/// The setting by which a connection sees that its startup options arrived.
pub(super) const PROBE: &str = "rowhouse.direct";

/// The time zone of every text form; it has no summer time and is the same for everybody.
pub(super) const TIME_ZONE: &str = "UTC";

/// Whether the startup options carry the session's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Options {
    /// They are sent when the connection opens.
    Sent,
    /// A pooler takes none: every transaction sets them for itself.
    Withheld,
}

/// Everything needed to open connections to one database.
#[derive(Clone)]
pub(super) struct Dial {
    config: Config,
    connector: MakeRustlsConnect,
    certificate: Seen,
    settings: Arc<ConnectionSettings>,
    options: Options,
}

/// One open connection and the task that moves its bytes.
pub(super) struct Line {
    /// Sends and receives.
    pub client: Client,
    /// Closes the socket at once when aborted.
    pub task: AbortHandle,
    /// Why the task ended, when the server said so while nobody was asking.
    pub ended: Arc<OnceLock<Fault>>,
    /// What the server says besides its answers.
    pub hearing: Hearing,
}

impl Dial {
    /// Reads certificates and prepares the driver; connects nothing.
    pub(super) fn new(
        settings: &Arc<ConnectionSettings>,
        password: Option<&SecretString>,
        options: Options,
    ) -> Result<Self, Fault> {
        refuse_open_plaintext(settings)?;
        let (connector, certificate) = tls::connector(settings)?;
        Ok(Self {
            config: config(settings, password, options),
            connector,
            certificate,
            settings: settings.clone(),
            options,
        })
    }

    /// The driver's settings.
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// The TLS connector, which a cancel request needs too.
    pub(super) fn connector(&self) -> &MakeRustlsConnect {
        &self.connector
    }

    /// Where the server's certificate is kept once it was shown.
    pub(super) fn certificate(&self) -> &Seen {
        &self.certificate
    }

    /// The person's settings.
    pub(super) fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// Whether startup options were sent.
    pub(super) fn options(&self) -> Options {
        self.options
    }

    /// Opens a connection under a name that the server's list of backends shows.
    pub(super) async fn connect(&self, name: &str) -> Result<Line, Fault> {
        let mut config = self.config.clone();
        config.application_name(name);
        let limit = self.settings.connect_timeout;
        let opening = config.connect(self.connector.clone());
        let (client, connection) = match tokio::time::timeout(limit, opening).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return Err(fault::of_connect(&error, &self.settings)),
            Err(_) => return Err(fault::no_answer(&self.settings)),
        };
        let ended = Arc::new(OnceLock::new());
        let noted = ended.clone();
        let hearing = Hearing::default();
        let heard = hearing.clone();
        let task = tokio::spawn(async move {
            let mut connection = connection;
            let served = std::future::poll_fn(|context| {
                loop {
                    match std::task::ready!(connection.poll_message(context)) {
                        Some(Ok(AsyncMessage::Notice(notice))) => heard.note(&notice),
                        Some(Ok(_)) => {}
                        Some(Err(error)) => return Poll::Ready(Err(error)),
                        None => return Poll::Ready(Ok(())),
                    }
                }
            });
            if let Err(error) = served.await {
                tracing::info!(code = ?error.code(), "a connection ended: {error}");
                // Invariant: only this task sets it, and only once.
                let _ = noted.set(fault::of_statement(&error, None));
            }
        });
        Ok(Line {
            client,
            task: task.abort_handle(),
            ended,
            hearing,
        })
    }
}

/// Opens one connection outside any pool, for the owner's commands.
///
/// The connection lives as long as the client.
pub async fn connect_once(
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
    name: &str,
) -> Result<Client, Fault> {
    let dial = Dial::new(&Arc::new(settings.clone()), password, Options::Sent)?;
    let client = match dial.connect(name).await {
        // What a pooler says that takes no startup options.
        Err(Fault::ConnectionLost) => return Err(pooler_between()),
        connected => connected?.client,
    };
    let probe = format!("select coalesce(current_setting('{PROBE}', true), '') = 'on'");
    let told = client.query_typed_one(&probe, &[]).await;
    let row = told.map_err(|error| fault::of_statement(&error, None))?;
    match super::row::column(&row, 0)? {
        true => Ok(client),
        false => Err(pooler_between()),
    }
}

/// These commands hold on to one session, which a pooler in transaction mode does not give.
fn pooler_between() -> Fault {
    Fault::Unreachable {
        message: "a pooler is in between: the commands of the database's owner go to the server \
                  itself, name its own host and port"
            .into(),
    }
}

/// The settings that fix how values look as text, and how long anything may take.
pub(super) fn session_settings(settings: &ConnectionSettings) -> Vec<(&'static str, String)> {
    let ms = |time: Duration| time.as_millis().to_string();
    vec![
        ("DateStyle", "ISO".into()),
        ("IntervalStyle", "postgres".into()),
        ("TimeZone", TIME_ZONE.into()),
        ("extra_float_digits", "1".into()),
        ("bytea_output", "hex".into()),
        ("statement_timeout", ms(settings.statement_timeout)),
        ("lock_timeout", ms(settings.lock_timeout)),
        ("idle_in_transaction_session_timeout", "30000".into()),
        ("log_parameter_max_length_on_error", "0".into()),
    ]
}

/// Whether TLS is asked for; a local socket has none in PostgreSQL.
pub(super) fn wants_tls(settings: &ConnectionSettings) -> bool {
    settings.tls != TlsMode::Off && !settings.host.starts_with('/')
}

fn refuse_open_plaintext(settings: &ConnectionSettings) -> Result<(), Fault> {
    if settings.tls != TlsMode::Off || settings.is_local() || settings.allow_plaintext {
        return Ok(());
    }
    Err(Fault::Tls {
        message: format!(
            "{} is not this machine, and TLS is off: turn TLS on, or set allow_plaintext = true \
             in the profile",
            settings.host
        ),
    })
}

fn config(
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
    options: Options,
) -> Config {
    let mut config = Config::new();
    config
        .host(settings.host.as_str())
        .port(settings.port)
        .user(settings.user.as_str())
        .dbname(settings.database.as_str())
        .connect_timeout(settings.connect_timeout)
        .keepalives_idle(Duration::from_secs(30))
        .ssl_mode(match wants_tls(settings) {
            true => SslMode::Require,
            false => SslMode::Disable,
        });
    if settings.bound_password {
        config.channel_binding(ChannelBinding::Require);
    }
    if let Some(password) = password {
        config.password(password.expose_secret().as_bytes());
    }
    if options == Options::Sent {
        let probe = (PROBE, "on".to_owned());
        let words: Vec<String> = session_settings(settings)
            .into_iter()
            .chain([probe])
            .map(|(name, value)| format!("-c {name}={value}"))
            .collect();
        config.options(words.join(" "));
    }
    config
}
