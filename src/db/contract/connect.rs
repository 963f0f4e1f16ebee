//! Reaching a server: opening a profile's connection and testing settings, as plain data.

use secrecy::SecretString;

use crate::domain::account::Person;
use crate::domain::connection::{ConnectionSettings, Way};

/// Asks for a connection.
#[derive(Clone, Debug)]
pub enum ConnectRequest {
    /// Opens the database that every later request goes to, replacing the one before.
    Open {
        /// Where and how.
        settings: Box<ConnectionSettings>,
        /// The login's password where one was typed or found.
        password: Option<SecretString>,
    },
    /// Tries the settings stage by stage and closes again.
    Test {
        /// Where and how.
        settings: Box<ConnectionSettings>,
        /// The login's password where one was typed or found.
        password: Option<SecretString>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one reply per connection; its size does not matter"
)]
pub enum ConnectReply {
    /// The database is open.
    Opened(Server),
    /// The stages in order; the first that failed is the last.
    Tested(Vec<Stage>),
}

/// What is known of the server once a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Shared or plain.
    pub way: Way,
    /// The database's name.
    pub database: String,
    /// The label the owner gave the installation, or the host.
    pub label: String,
    /// Names the installation across restarts; host, port and database in the plain way.
    pub identity: String,
    /// The server's version as it says it: `15.18`.
    pub version: String,
    /// Whether TLS protects the connection.
    pub tls: bool,
    /// The PostgreSQL role.
    pub role: String,
    /// Whether a transaction pooler stands between, so that far.
    pub pooler: bool,
    /// The time zone in which timestamps are shown and taken.
    pub time_zone: String,
    /// Who the person is, already, in the plain way.
    pub person: Option<Person>,
}

/// One stage of a connection test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Name, TCP, TLS, sign-in, database, schema, clock, pooler.
    pub name: String,
    /// What was found, or what went wrong and what to try.
    pub text: String,
    /// How it went.
    pub mark: Mark,
}

/// How a stage went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Well.
    Good,
    /// It works, and something about it should be looked at.
    Doubtful,
    /// It did not go.
    Bad,
}

impl Mark {
    /// A sign that needs no colour to be told from the others.
    pub fn sign(self) -> char {
        match self {
            Self::Good => '✓',
            Self::Doubtful => '!',
            Self::Bad => '✗',
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Doubtful => "look",
            Self::Bad => "failed",
        }
    }
}
