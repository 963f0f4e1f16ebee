//! What every screen may read: person, server, tables, keymap, size, time. Screens never change it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::app::remembered::Remembered;
use crate::db::contract::connect::Server;
use crate::db::contract::fault::SessionEnd;
use crate::db::contract::login::SignedIn;
use crate::domain::account::{Person, SignInHint};
use crate::domain::clipboard::Clipboard;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::draft::{Draft, DraftId, DraftOwner, DraftRules};
use crate::domain::flag::FlagRule;
use crate::domain::memory::Memory;
use crate::domain::session::Presence;
use crate::domain::table::{CoupleRule, Shape, TableId, TableName, TableSummary};
use crate::input::event::Size;
use crate::input::keymap::Keymap;

/// What every screen may read.
#[derive(Clone, Debug)]
pub struct Context {
    /// The server's clock as last told, moved on by the seat's own.
    pub now: Timestamp,
    /// The time zone for showing times.
    pub zone: jiff::tz::TimeZone,
    /// How a text reaches the clipboard of the terminal.
    pub clipboard: Clipboard,
    /// The terminal's size.
    pub size: Size,
    /// The room that the place has: the terminal without the lines and panes around it.
    pub room: Size,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// How the server is reached.
    pub settings: Option<Arc<ConnectionSettings>>,
    /// The login's password as it was found or typed, for trying again; in memory only.
    pub login_password: Option<SecretString>,
    /// The server, once a connection stands.
    pub server: Option<Server>,
    /// The session, once signed in (shared way).
    pub session: Option<SignedIn>,
    /// Why the session is over, until somebody signs in again.
    pub ended: Option<SessionEnd>,
    /// How the connection stands.
    pub link: Link,
    /// The tables.
    pub tables: Arc<[TableSummary]>,
    /// The shapes of the tables opened so far.
    pub shapes: HashMap<TableId, Arc<Shape>>,
    /// Columns that belong together, as configured.
    pub couples: Arc<[CoupleRule]>,
    /// Values that get a sign in the grid, as configured.
    pub flags: Arc<[FlagRule]>,
    /// Who is on the records of the table that is shown.
    pub presence: Vec<Presence>,
    /// The person's drafts on disk.
    pub drafts: Vec<Draft>,
    /// Why what is typed is not on disk, while that is so.
    pub draft_fault: Option<String>,
    /// The draft of the change of many rows that is under way here.
    pub run_here: Option<DraftId>,
    /// What is remembered of the person.
    pub remembered: Remembered,
    /// Files that the person's editor wrote and nobody took back.
    pub texts_left: Vec<String>,
    /// What holds for drafts.
    pub draft_rules: Arc<DraftRules>,
    /// Up to how many rows a change of many rows does not ask for their number.
    pub count_typed_above: usize,
    /// The demo's sign-ins.
    pub sign_in_hints: Vec<SignInHint>,
    /// Where to land after signing in.
    pub landing: Landing,
    /// A random number for this seat; request numbers are made of it and a counter.
    pub seed: u64,
}

/// Where to land after signing in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landing {
    /// The table, as typed.
    pub table: Option<String>,
    /// The record's key, as typed.
    pub key: Option<String>,
}

/// How the connection stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// None was made yet.
    #[default]
    Down,
    /// The last question was answered.
    Up,
    /// It broke; it is being tried again.
    Lost {
        /// Since when.
        since: Timestamp,
        /// What was said.
        what: String,
    },
}

impl Context {
    /// Makes the context of a seat before anything happened.
    pub fn new(size: Size, keymap: Arc<Keymap>, seed: u64, now: Timestamp) -> Self {
        Self {
            now,
            zone: jiff::tz::TimeZone::UTC,
            clipboard: Clipboard::default(),
            size,
            room: Size {
                columns: size.columns,
                rows: size.rows.saturating_sub(3),
            },
            keymap,
            settings: None,
            login_password: None,
            server: None,
            session: None,
            ended: None,
            link: Link::Down,
            tables: Arc::from([]),
            shapes: HashMap::new(),
            couples: Arc::from([]),
            flags: Arc::from([]),
            presence: Vec::new(),
            drafts: Vec::new(),
            draft_fault: None,
            run_here: None,
            remembered: Remembered::default(),
            texts_left: Vec::new(),
            draft_rules: Arc::default(),
            count_typed_above: 10,
            sign_in_hints: Vec::new(),
            landing: Landing::default(),
            seed,
        }
    }

    /// Returns who is signed in.
    pub fn person(&self) -> Option<&Person> {
        let session = self.session.as_ref().map(|session| &session.person);
        session.or_else(|| {
            self.server
                .as_ref()
                .and_then(|server| server.person.as_ref())
        })
    }

    /// Whether Rowhouse's own layer is there: sessions, audit, presence.
    pub fn is_shared(&self) -> bool {
        self.server
            .as_ref()
            .is_some_and(|server| server.way == Way::Shared)
    }

    /// Whose drafts this seat keeps.
    pub fn draft_owner(&self) -> Option<DraftOwner> {
        let server = self.server.as_ref()?.identity.clone();
        Some(DraftOwner {
            server,
            username: self.person()?.username.clone(),
        })
    }

    /// Returns what is remembered of the person.
    pub fn memory(&self) -> &Memory {
        &self.remembered.memory
    }

    /// Returns the summary of a table.
    pub fn table(&self, id: TableId) -> Option<&TableSummary> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// Finds a table by its schema and name.
    pub fn table_named(&self, name: &TableName) -> Option<&TableSummary> {
        self.tables.iter().find(|table| table.name == *name)
    }
}
