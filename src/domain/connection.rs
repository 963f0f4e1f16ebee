//! How to reach a server, as plain settings: host, TLS, pool, timeouts; no secrets in them.

use std::path::PathBuf;
use std::time::Duration;

/// In which of its two ways Rowhouse works on a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With Rowhouse accounts and the shared layer that `rowhouse init` installed.
    Shared,
    /// With the person's own PostgreSQL role; nothing installed, nothing altered.
    Plain,
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// TLS with the server's certificate and name verified.
    VerifyFull,
    /// TLS with the certificate verified against the roots, any name.
    VerifyCa,
    /// No TLS; only to a local socket or loopback, or where `allow_plaintext` says so.
    Off,
}

/// Where the password of the login comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PasswordSource {
    /// Environment, then PGPASSFILE or ~/.pgpass, then asked for.
    #[default]
    Ask,
    /// The first line that a command prints.
    Command(String),
    /// Written in the configuration file, which then must be readable by its owner alone.
    Inline,
    /// None is needed (peer, trust or a client certificate).
    None,
}

/// Everything needed to open connections to one database, but for the password itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// The profile's name, or a word for where the settings came from.
    pub profile: String,
    /// A host name, an address, or the folder of a local socket (beginning with `/`).
    pub host: String,
    /// The port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The PostgreSQL role to connect as.
    pub user: String,
    /// The protection of the connection.
    pub tls: TlsMode,
    /// A file of root certificates (PEM) instead of the system's.
    pub tls_root: Option<PathBuf>,
    /// A client certificate and its key (PEM files).
    pub tls_client: Option<(PathBuf, PathBuf)>,
    /// Refuses a server that does not bind the password to the TLS connection.
    pub bound_password: bool,
    /// Permits plaintext to a server that is not local.
    pub allow_plaintext: bool,
    /// Where the password comes from.
    pub password: PasswordSource,
    /// Overrides how the way is found.
    pub way: Option<Way>,
    /// The fewest connections kept open.
    pub pool_min: u32,
    /// The most connections.
    pub pool_max: u32,
    /// How long a connection may take to open or to become free.
    pub connect_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// How long a connection lives at most.
    pub max_lifetime: Duration,
    /// Whether a connection is tested before it is used.
    pub test_on_checkout: bool,
}

/// Words that stand in [`ConnectionSettings::profile`] where the settings come from no profile.
pub const NO_PROFILES: &[&str] = &["--url", "ROWHOUSE_URL", "ROWHOUSE_*", "DATABASE_URL", "PG*"];

impl ConnectionSettings {
    /// Whether the settings come from a named profile.
    pub fn is_from_profile(&self) -> bool {
        !self.profile.is_empty() && !NO_PROFILES.contains(&self.profile.as_str())
    }

    /// Whether the server is reached without a network that others can listen to.
    pub fn is_local(&self) -> bool {
        self.host.starts_with('/')
            || self.host == "localhost"
            || self
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

impl ConnectionSettings {
    /// Returns the protection where none is chosen: a line that never leaves this machine needs
    /// none.
    pub fn usual_tls(&self) -> TlsMode {
        match self.is_local() {
            true => TlsMode::Off,
            false => TlsMode::VerifyFull,
        }
    }
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            profile: String::new(),
            host: "localhost".into(),
            port: 5432,
            database: String::new(),
            user: String::new(),
            tls: TlsMode::VerifyFull,
            tls_root: None,
            tls_client: None,
            bound_password: false,
            allow_plaintext: false,
            password: PasswordSource::Ask,
            way: None,
            pool_min: 0,
            pool_max: 2,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(3),
            idle_timeout: Duration::from_secs(60),
            max_lifetime: Duration::from_secs(1800),
            test_on_checkout: true,
        }
    }
}
