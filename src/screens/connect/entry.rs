//! The entries of the connection screen: which there are, what they hold, and the settings they make.

use std::path::PathBuf;

use secrecy::SecretString;

use super::Connect;
use crate::app::loadable::Loadable;
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};
use crate::input::line::TextField;

/// An entry of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Server,
    Port,
    Database,
    User,
    Way,
    Tls,
    Plaintext,
    Root,
    Source,
    Command,
    Password,
    Name,
}

/// Where the password comes from, as it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Ask,
    Command,
    Inline,
    None,
}

const WAYS: &[Option<Way>] = &[None, Some(Way::Shared), Some(Way::Plain)];
const TLS: &[Option<TlsMode>] = &[
    None,
    Some(TlsMode::VerifyFull),
    Some(TlsMode::VerifyCa),
    Some(TlsMode::Off),
];
const SOURCES: &[Source] = &[Source::Ask, Source::Command, Source::Inline, Source::None];

impl Connect {
    /// Takes settings over to be changed.
    pub(super) fn take(&mut self, settings: ConnectionSettings) {
        let is_named = settings.is_from_profile();
        self.name.set(if is_named { &settings.profile } else { "" });
        self.server.set(&settings.host);
        self.port.set(&settings.port.to_string());
        self.database.set(&settings.database);
        self.user.set(&settings.user);
        let root = settings
            .tls_root
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned());
        self.root.set(&root.unwrap_or_default());
        self.way = settings.way;
        self.tls = Some(settings.tls).filter(|tls| *tls != settings.usual_tls());
        self.command.clear();
        self.password.clear();
        self.source = match &settings.password {
            PasswordSource::Ask => Source::Ask,
            PasswordSource::None => Source::None,
            PasswordSource::Inline => Source::Inline,
            PasswordSource::Command(command) => {
                self.command.set(command);
                Source::Command
            }
        };
        self.fault = None;
        self.tested = Loadable::Idle;
        self.focus = Entry::Server;
        self.untouched = true;
        self.base = settings.clone();
        self.taken = Some(settings);
    }

    /// Returns the entries that are shown now, in order.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![
            Entry::Server,
            Entry::Port,
            Entry::Database,
            Entry::User,
            Entry::Way,
            Entry::Tls,
        ];
        let place = ConnectionSettings {
            host: self.server.text().into(),
            ..self.base.clone()
        };
        match self.tls.unwrap_or_else(|| place.usual_tls()) {
            TlsMode::Off if !place.is_local() => entries.push(Entry::Plaintext),
            TlsMode::Off => {}
            TlsMode::VerifyFull | TlsMode::VerifyCa => entries.push(Entry::Root),
        }
        entries.push(Entry::Source);
        match self.source {
            Source::Ask | Source::Inline => entries.push(Entry::Password),
            Source::Command => entries.push(Entry::Command),
            Source::None => {}
        }
        entries.push(Entry::Name);
        entries
    }

    /// Returns the text of an entry, where it holds one.
    pub(super) fn text(&self, entry: Entry) -> Option<&TextField> {
        match entry {
            Entry::Server => Some(&self.server),
            Entry::Port => Some(&self.port),
            Entry::Database => Some(&self.database),
            Entry::User => Some(&self.user),
            Entry::Root => Some(&self.root),
            Entry::Command => Some(&self.command),
            Entry::Password => Some(&self.password),
            Entry::Name => Some(&self.name),
            Entry::Way | Entry::Tls | Entry::Plaintext | Entry::Source => None,
        }
    }

    /// Returns the text under the cursor, where there is one.
    pub(super) fn text_mut(&mut self) -> Option<&mut TextField> {
        match self.focus {
            Entry::Server => Some(&mut self.server),
            Entry::Port => Some(&mut self.port),
            Entry::Database => Some(&mut self.database),
            Entry::User => Some(&mut self.user),
            Entry::Root => Some(&mut self.root),
            Entry::Command => Some(&mut self.command),
            Entry::Password => Some(&mut self.password),
            Entry::Name => Some(&mut self.name),
            Entry::Way | Entry::Tls | Entry::Plaintext | Entry::Source => None,
        }
    }

    /// Takes the next or the former value of an entry that has a few.
    pub(super) fn turn(&mut self, forth: bool) {
        match self.focus {
            Entry::Way => self.way = next(WAYS, self.way, forth),
            Entry::Tls => self.tls = next(TLS, self.tls, forth),
            Entry::Plaintext => self.base.allow_plaintext = !self.base.allow_plaintext,
            Entry::Source => self.source = next(SOURCES, self.source, forth),
            _ => {}
        }
    }

    /// Makes settings of what is typed.
    ///
    /// # Errors
    /// The entry that is not right, and why.
    pub(super) fn settings(&self) -> Result<ConnectionSettings, (Entry, String)> {
        let text = |entry, field: &TextField, what: &str| match field.text().trim() {
            "" => Err((entry, format!("{what} is needed"))),
            text => Ok(text.to_owned()),
        };
        let port = self.port.text().trim();
        let port = port.parse::<u16>().ok().filter(|port| *port > 0);
        let mut settings = ConnectionSettings {
            profile: self.name.text().trim().to_owned(),
            host: text(
                Entry::Server,
                &self.server,
                "a host name, an address or a socket's folder",
            )?,
            port: port.ok_or((Entry::Port, "a number from 1 to 65535 is needed".to_owned()))?,
            database: text(Entry::Database, &self.database, "the database's name")?,
            user: text(Entry::User, &self.user, "a PostgreSQL role")?,
            way: self.way,
            ..self.base.clone()
        };
        settings.tls = self.tls.unwrap_or_else(|| settings.usual_tls());
        let root = self.root.text().trim();
        settings.tls_root =
            (!root.is_empty() && settings.tls != TlsMode::Off).then(|| PathBuf::from(root));
        settings.password = match self.source {
            Source::Ask => PasswordSource::Ask,
            Source::None => PasswordSource::None,
            Source::Inline => PasswordSource::Inline,
            Source::Command => {
                PasswordSource::Command(text(Entry::Command, &self.command, "a command")?)
            }
        };
        if settings.tls == TlsMode::Off && !settings.is_local() && !settings.allow_plaintext {
            let what = "others could read along: say yes, or use TLS";
            return Err((Entry::Plaintext, what.into()));
        }
        Ok(settings)
    }

    /// Says what is wrong with the profile's name.
    pub(super) fn name_fault(&self) -> Option<(Entry, String)> {
        let name = self.name.text().trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let what = match name {
            "" => "a name is needed to save the profile",
            name if !name.chars().all(plain) => "letters, digits, - and _ make up a name",
            _ => return None,
        };
        Some((Entry::Name, what.into()))
    }

    /// Returns the password as typed.
    pub(super) fn typed_password(&self) -> Option<SecretString> {
        let shown = matches!(self.source, Source::Ask | Source::Inline);
        (shown && !self.password.is_empty())
            .then(|| SecretString::from(self.password.text().to_owned()))
    }
}

fn next<T: Copy + PartialEq>(all: &[T], now: T, forth: bool) -> T {
    let at = all.iter().position(|one| *one == now).unwrap_or(0);
    all[(at + if forth { 1 } else { all.len() - 1 }) % all.len()]
}
