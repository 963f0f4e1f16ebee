//! The pure core: messages in, effects out, and views of the state; no I/O, no clock, no SQL.

#[cfg(test)]
#[path = "app/tests/bench.rs"]
pub mod bench;
pub mod claims;
pub mod context;
pub mod copying;
pub mod effect;
pub mod finding;
pub mod flags;
pub mod forms;
pub mod layout;
pub mod loadable;
pub mod looking;
pub mod message;
pub mod notice;
pub mod outbox;
pub mod overlay;
pub mod pace;
pub mod password;
pub mod past;
pub mod place;
pub mod possible;
pub mod problem;
pub mod proof;
pub mod remembered;
pub mod tenants;
pub mod update;
pub mod view;
pub mod writing;

use std::collections::HashMap;

use crate::db::contract::{QueryId, Request};
use crate::domain::table::TableId;
use crate::input::action::Scope;
use crate::input::event::Key;
use crate::screens;

use claims::Claims;
use context::Context;
use forms::Forms;
use notice::Notices;
use outbox::Asker;
use overlay::Overlay;
use place::{FormId, Place};
use proof::Proof;
use update::waiting::Waiting;

/// Everything one seat holds in memory, but for its connections.
#[derive(Debug)]
pub struct App {
    /// What every screen may read.
    pub context: Context,
    /// Where the person is; the way back is below.
    pub place: Place,
    /// The places left behind, the latest last.
    pub trail: Vec<Place>,
    /// What lies over the place: help, palette, a question.
    pub overlay: Option<Overlay>,
    /// The dialog that asks for the password again; it lies over everything.
    pub proof: Option<Proof>,
    /// Open questions that the database may not answer without the password.
    pub sensitive: HashMap<QueryId, Request>,
    /// The open records.
    pub forms: Forms,
    /// Lines told to the person.
    pub notices: Notices,
    /// The screens' own states.
    pub screens: Screens,
    /// The sessions pane, when it is open.
    pub sessions_pane: Option<Pane>,
    /// Which questions are open, and whose they are.
    pub questions: HashMap<QueryId, Asker>,
    /// How long answers take.
    pub pace: pace::Pace,
    /// What the person waits for.
    pub waiting: Option<Waiting>,
    /// What was typed in the palette when something was chosen, the latest last.
    pub palette_history: Vec<String>,
    /// The keys pressed so far of what takes several.
    pub pending: Vec<Key>,
    /// Keys typed while the screen that was asked for is still on its way.
    pub held: Option<Held>,
    /// The place beneath one that nobody asked for and that was not painted yet: keys typed
    /// before it was painted belong to what was seen.
    pub beneath: Option<Place>,
    /// Whether the question that lies over the place was painted: before, nobody can have meant it.
    pub question_seen: bool,
    /// Following other people's changes.
    pub following: Following,
    /// Who asks whom for which record.
    pub claims: Claims,
    next_query: u64,
    next_request: u64,
    leaving: bool,
    /// The save after which the program is left.
    leaving_after: Option<FormId>,
}

/// The screens' own states, one each.
#[derive(Debug, Default)]
pub struct Screens {
    /// The connection screen.
    pub connect: screens::connect::Connect,
    /// The sign-in screen.
    pub login: screens::login::Login,
    /// The list of tables.
    pub tables: screens::tables::Tables,
    /// The grid of rows.
    pub browser: screens::browser::Browser,
    /// A record that is read or edited.
    pub editor: screens::editor::Editor,
    /// The conflict screen.
    pub conflict: screens::conflict::Conflict,
    /// The timeline of a record.
    pub history: screens::history::History,
    /// One's own last changes.
    pub undo: screens::undo::Undo,
    /// The deleted records of a table.
    pub bin: screens::bin::Bin,
    /// What deletions took, on its way back.
    pub restore: screens::restore::Restore,
    /// The list of drafts.
    pub drafts: screens::drafts::Drafts,
    /// A change of many rows.
    pub bulk: screens::bulk::Bulk,
    /// Who refers to a record.
    pub dependents: screens::dependents::Dependents,
    /// Receipts of merges.
    pub receipts: screens::receipts::Receipts,
    /// What happened across all records, and at the door.
    pub audit: screens::audit::Audit,
    /// The sessions pane.
    pub sessions: screens::sessions::Sessions,
    /// The accounts.
    pub accounts: screens::accounts::Accounts,
}

/// The pane beside the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pane {
    /// Whether it gets the keys.
    pub focused: bool,
}

/// Keys held back for a screen that the person asked for.
#[derive(Debug)]
pub struct Held {
    /// The question whose answer opens the screen.
    pub query: QueryId,
    /// The keys, in order.
    pub keys: Vec<Key>,
}

/// Following other people's changes: where the last poll ended.
#[derive(Debug, Default)]
pub struct Following {
    /// Where the last poll ended.
    pub cursor: Option<crate::db::contract::feed::FeedCursor>,
    /// The table whose rows were shown last.
    pub table: Option<TableId>,
    /// The poll that is under way.
    pub polling: Option<QueryId>,
    /// Whether a poll waits until the rows of another table are here: they are what is waited for.
    pub poll_waits: bool,
    /// Watching the open records, where no feed tells.
    pub watch: update::watch::Watching,
    /// When the last poll was put.
    pub polled_at: Option<jiff::Timestamp>,
    /// The heartbeat that is under way.
    pub touching: Option<QueryId>,
    /// Whether keys were pressed since the last heartbeat.
    pub active: bool,
    /// What was told last, so that a change is told at once.
    pub told: crate::domain::session::Activity,
    /// The question about the columns of a table that was altered.
    pub altered: Option<QueryId>,
    /// The table of which everything was asked for again since, and nothing was answered yet.
    pub asked_again: Option<TableId>,
    /// The tables of which it was told what their configuration means in vain.
    pub introduced: std::collections::BTreeSet<TableId>,
    /// Whether the drafts' timer is set: it runs from the first key, so that typing on and on does
    /// not put the writing off.
    pub writing: bool,
    /// Whether drafts that the disk refused are tried again, and how.
    pub again: update::again::Again,
    /// How often the connection was tried again since it was lost.
    pub tries: u32,
    /// The try that is under way.
    pub trying: Option<QueryId>,
}

impl App {
    /// Makes a seat's state before anything happened.
    pub fn new(context: Context) -> Self {
        Self {
            context,
            place: Place::Login,
            trail: Vec::new(),
            overlay: None,
            proof: None,
            sensitive: HashMap::new(),
            forms: Forms::default(),
            notices: Notices::default(),
            screens: Screens::default(),
            sessions_pane: None,
            questions: HashMap::new(),
            pace: pace::Pace::default(),
            waiting: None,
            palette_history: Vec::new(),
            pending: Vec::new(),
            held: None,
            beneath: None,
            question_seen: false,
            following: Following::default(),
            claims: Claims::default(),
            next_query: 0,
            next_request: 0,
            leaving: false,
            leaving_after: None,
        }
    }

    /// Whether nothing is asked of the database that the person waits for.
    pub fn is_idle(&self) -> bool {
        self.questions.is_empty()
    }

    /// Takes note that what is shown was painted.
    pub fn painted(&mut self) {
        self.beneath = None;
        if let Some(proof) = &mut self.proof {
            proof.seen = true;
        }
        self.question_seen = matches!(self.overlay, Some(Overlay::Confirm(_) | Overlay::Anyway(_)));
    }

    /// The scopes in which a key is looked up now, innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        update::keys::scopes(self)
    }
}
