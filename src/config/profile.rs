//! One connection as the configuration states it: the keys of `[profiles.NAME]`.

use std::path::PathBuf;

use secrecy::SecretString;

use super::keys::KeyRow;
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};

/// One connection as the configuration states it.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The settings; complete after [`Profile::finish`].
    pub settings: ConnectionSettings,
    /// The password, where the file itself holds it.
    pub password: Option<SecretString>,
    tls: Option<TlsMode>,
    from: Option<From>,
    command: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

/// Where the file says that the password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Ask,
    Command,
    Inline,
    None,
}

/// The keys of `[profiles.NAME]`.
pub const KEYS: &[KeyRow<Profile>] = &[
    KeyRow {
        name: "server",
        default: Some("\"localhost\""),
        sample: "",
        about: "Host name, address, or the folder of a local socket (beginning with /).",
        set: |p, given| given.text().map(|text| p.settings.host = text),
    },
    KeyRow {
        name: "port",
        default: Some("5432"),
        sample: "",
        about: "The server's port.",
        set: |p, given| {
            given
                .number(1, 65_535)
                .map(|port| p.settings.port = u16::try_from(port).unwrap_or(0))
        },
    },
    KeyRow {
        name: "database",
        default: None,
        sample: "\"plant\"",
        about: "The database; needed.",
        set: |p, given| given.text().map(|text| p.settings.database = text),
    },
    KeyRow {
        name: "user",
        default: None,
        sample: "\"rowhouse_client\"",
        about: "The PostgreSQL role to connect as; needed. In the shared way it is the shared login,\nin the plain way your own role.",
        set: |p, given| given.text().map(|text| p.settings.user = text),
    },
    KeyRow {
        name: "way",
        default: Some("\"auto\""),
        sample: "",
        about: "shared (Rowhouse accounts), plain (your own PostgreSQL role), or auto: shared when\nthe shared layer is there and the role may use it.",
        set: |p, given| {
            given
                .word(&[
                    ("auto", None),
                    ("shared", Some(Way::Shared)),
                    ("plain", Some(Way::Plain)),
                ])
                .map(|way| p.settings.way = way)
        },
    },
    KeyRow {
        name: "tls",
        default: Some("\"auto\""),
        sample: "",
        about: "verify-full (certificate and name), verify-ca (certificate, any name), off, or auto:\noff on this machine, verify-full to every other.",
        set: |p, given| given.word(TLS_WORDS).map(|tls| p.tls = tls),
    },
    KeyRow {
        name: "tls_root",
        default: None,
        sample: "\"/etc/ssl/plant-ca.pem\"",
        about: "A file of root certificates (PEM) instead of the system's.",
        set: |p, given| given.path().map(|path| p.settings.tls_root = Some(path)),
    },
    KeyRow {
        name: "tls_cert",
        default: None,
        sample: "\"~/.config/rowhouse/client.pem\"",
        about: "A client certificate (PEM); needs tls_key.",
        set: |p, given| given.path().map(|path| p.certificate = Some(path)),
    },
    KeyRow {
        name: "tls_key",
        default: None,
        sample: "\"~/.config/rowhouse/client.key\"",
        about: "The key of the client certificate (PEM).",
        set: |p, given| given.path().map(|path| p.key = Some(path)),
    },
    KeyRow {
        name: "channel_binding",
        default: Some("\"prefer\""),
        sample: "",
        about: "Binds the password to the TLS connection, so that nobody between can pass it on:\nprefer (where the server offers it) or require (another server is refused).",
        set: |p, given| {
            given
                .word(&[("prefer", false), ("require", true)])
                .map(|bound| p.settings.bound_password = bound)
        },
    },
    KeyRow {
        name: "allow_plaintext",
        default: Some("false"),
        sample: "",
        about: "With tls = \"off\": permits it to a server that is not on this machine.",
        set: |p, given| given.flag().map(|flag| p.settings.allow_plaintext = flag),
    },
    KeyRow {
        name: "password_from",
        default: Some("\"ask\""),
        sample: "",
        about: "Where the password of the role comes from: ask (ROWHOUSE_PASSWORD, then PGPASSFILE or\n~/.pgpass, then the screen asks), command, inline, or none (peer, trust, certificate).",
        set: |p, given| {
            given
                .word(&[
                    ("ask", From::Ask),
                    ("command", From::Command),
                    ("inline", From::Inline),
                    ("none", From::None),
                ])
                .map(|from| p.from = Some(from))
        },
    },
    KeyRow {
        name: "password_command",
        default: None,
        sample: "\"pass show plant/rowhouse_client\"",
        about: "A command whose first line of output is the password.",
        set: |p, given| given.text().map(|text| p.command = Some(text)),
    },
    KeyRow {
        name: "password",
        default: None,
        sample: "\"...\"",
        about: "The password itself. This file is then refused unless you own it and nobody else can\nread it (chmod 600).",
        set: |p, given| given.text().map(|text| p.password = Some(text.into())),
    },
    KeyRow {
        name: "pool_min",
        default: Some("0"),
        sample: "",
        about: "The fewest connections kept open.",
        set: |p, given| given.number(0, 100).map(|n| p.settings.pool_min = small(n)),
    },
    KeyRow {
        name: "pool_max",
        default: Some("2"),
        sample: "",
        about: "The most connections of one client. Fifty clients with 2 each are 100 on the server.",
        set: |p, given| given.number(1, 100).map(|n| p.settings.pool_max = small(n)),
    },
    KeyRow {
        name: "connect_timeout_s",
        default: Some("5"),
        sample: "",
        about: "How long a connection may take to open or to become free, in seconds.",
        set: |p, given| {
            given
                .seconds(1, 600)
                .map(|time| p.settings.connect_timeout = time)
        },
    },
    KeyRow {
        name: "statement_timeout_s",
        default: Some("10"),
        sample: "",
        about: "How long one statement may run, in seconds.",
        set: |p, given| {
            given
                .seconds(1, 86_400)
                .map(|time| p.settings.statement_timeout = time)
        },
    },
    KeyRow {
        name: "lock_timeout_s",
        default: Some("3"),
        sample: "",
        about: "How long a statement waits for somebody else's lock, in seconds.",
        set: |p, given| {
            given
                .seconds(1, 86_400)
                .map(|time| p.settings.lock_timeout = time)
        },
    },
    KeyRow {
        name: "idle_timeout_s",
        default: Some("60"),
        sample: "",
        about: "How long an unused connection is kept, in seconds.",
        set: |p, given| {
            given
                .seconds(1, 86_400)
                .map(|time| p.settings.idle_timeout = time)
        },
    },
    KeyRow {
        name: "max_lifetime_s",
        default: Some("1800"),
        sample: "",
        about: "How long a connection lives before a fresh one takes its place, in seconds.",
        set: |p, given| {
            given
                .seconds(10, 86_400)
                .map(|time| p.settings.max_lifetime = time)
        },
    },
    KeyRow {
        name: "test_on_checkout",
        default: Some("true"),
        sample: "",
        about: "Tests a connection before it is used again.",
        set: |p, given| given.flag().map(|flag| p.settings.test_on_checkout = flag),
    },
];

/// How TLS modes are written.
pub const TLS_WORDS: &[(&str, Option<TlsMode>)] = &[
    ("auto", None),
    ("verify-full", Some(TlsMode::VerifyFull)),
    ("verify-ca", Some(TlsMode::VerifyCa)),
    ("off", Some(TlsMode::Off)),
];

impl Profile {
    /// Brings together what several keys say; after it, [`Profile::settings`] is complete but for
    /// what [`Profile::missing`] tells.
    ///
    /// # Errors
    /// Keys that contradict one another.
    pub fn finish(&mut self) -> Result<(), String> {
        self.settings.password = self.source()?;
        self.settings.tls = self.tls.unwrap_or_else(|| self.settings.usual_tls());
        self.settings.tls_client = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            (Some(_), None) => return Err("tls_cert needs tls_key".into()),
            (None, Some(_)) => return Err("tls_key needs tls_cert".into()),
        };
        if self.settings.bound_password && self.settings.tls == TlsMode::Off {
            return Err("channel_binding = \"require\" needs TLS".into());
        }
        if self.settings.pool_min > self.settings.pool_max {
            return Err("pool_min is more than pool_max".into());
        }
        Ok(())
    }

    /// Returns the name of a key that is needed and was not given.
    pub fn missing(&self) -> Option<&'static str> {
        match (
            self.settings.database.is_empty(),
            self.settings.user.is_empty(),
        ) {
            (true, _) => Some("database"),
            (_, true) => Some("user"),
            _ => None,
        }
    }

    fn source(&self) -> Result<PasswordSource, String> {
        let command = self.command.clone();
        match (self.from, command, &self.password) {
            (None, Some(_), Some(_)) => {
                Err("both password and password_command are given; say password_from".into())
            }
            (None | Some(From::Command), Some(command), _) => Ok(PasswordSource::Command(command)),
            (None | Some(From::Inline), _, Some(_)) => Ok(PasswordSource::Inline),
            (Some(From::Command), None, _) => {
                Err("password_from = \"command\" needs password_command".into())
            }
            (Some(From::Inline), _, None) => {
                Err("password_from = \"inline\" needs password".into())
            }
            (Some(From::None), _, _) => Ok(PasswordSource::None),
            (None | Some(From::Ask), _, _) => Ok(PasswordSource::Ask),
        }
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
