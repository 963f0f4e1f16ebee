//! What a screen asks of the house while it handles something: questions, places, notices.

use secrecy::SecretString;

use crate::app::context::Context;
use crate::app::effect::{Effect, Timer};
use crate::app::notice::{Mood, Notice};
use crate::app::overlay::Overlay;
use crate::app::place::{FormId, Go};
use crate::app::problem::Problem;
use crate::db::contract::rows::Writing;
use crate::db::contract::{QueryId, Request};
use crate::domain::connection::ConnectionSettings;
use crate::domain::memory::Change;
use crate::domain::record::RequestId;

/// Who put a question: the answer goes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asker {
    /// The house itself: opening the connection.
    House,
    /// The house itself: the heartbeat.
    Heartbeat,
    /// The house itself: the feed.
    Feed,
    /// The house itself: whether open records are as they were.
    Watch,
    /// The house itself: who edits what.
    Claims,
    /// The connection screen.
    Connect,
    /// The sign-in screen.
    Login,
    /// The list of tables.
    Tables,
    /// The grid.
    Browser,
    /// Rows that are written to a file.
    Rows,
    /// The grid, deleting: what is under way there is asked about, never given up.
    Deletion,
    /// An open record.
    Form(FormId),
    /// The list of drafts.
    Drafts,
    /// The list of who refers to a record.
    Dependents,
    /// Receipts of merges.
    Receipts,
    /// The timeline of a record.
    History,
    /// One's own last changes.
    Undo,
    /// The deleted records of a table.
    Bin,
    /// Bringing back what deletions took, reading.
    Restore,
    /// Bringing back, storing: what is under way there is asked about, never given up.
    Restoring,
    /// A change of many rows, reading.
    Bulk,
    /// A change of many rows, writing: what is under way is asked about, never given up.
    BulkRun,
    /// The audit.
    Audit,
    /// The sessions pane.
    Sessions,
    /// The dialog that asks for the password again.
    Proof,
    /// The dialog in which the own password is changed.
    Password,
    /// The accounts, reading.
    Accounts,
    /// The accounts, changing one: what is under way is never given up.
    AccountChange,
    /// The palette: records and people that fit.
    Palette,
    /// The house itself: choosing among tenants.
    Tenant,
    /// The house itself: who holds up what is waited for.
    Holder,
}

impl Asker {
    /// Whether the person may stop what this one asked: a save under way is asked about, never
    /// given up.
    pub fn may_be_cancelled(self) -> bool {
        !matches!(
            self,
            Self::Feed
                | Self::Watch
                | Self::Heartbeat
                | Self::Claims
                | Self::House
                | Self::Holder
                | Self::Deletion
                | Self::Restoring
                | Self::BulkRun
                | Self::AccountChange
                | Self::Tenant
                | Self::Form(_)
        )
    }
}

/// Collects what a screen asks for; the house carries it out afterwards, in order.
#[derive(Debug)]
pub struct Outbox {
    /// The questions put, with who put them.
    pub asked: Vec<(QueryId, Asker)>,
    /// The effects, questions included.
    pub effects: Vec<Effect>,
    /// Where to go.
    pub go: Option<Go>,
    /// The server to leave this one for.
    pub connect: Option<(Box<ConnectionSettings>, Option<SecretString>)>,
    /// What to lay over the place.
    pub overlay: Option<Overlay>,
    /// Lines to tell.
    pub notices: Vec<Notice>,
    /// The question whose answer opens a screen that the person asked for: keys are held for it.
    pub hold: Option<QueryId>,
    /// Keys that a draft held, by name, to be typed into its record.
    pub type_again: Vec<String>,
    /// What was to be opened cannot be: the keys held for it are dropped.
    pub drop_held: bool,
    asker: Asker,
    next_query: u64,
    next_request: u64,
    seed: u64,
}

impl Outbox {
    /// Makes an empty one for a screen; numbers go on from the given ones.
    pub fn new(asker: Asker, next_query: u64, next_request: u64, seed: u64) -> Self {
        Self {
            asked: Vec::new(),
            effects: Vec::new(),
            go: None,
            connect: None,
            overlay: None,
            notices: Vec::new(),
            hold: None,
            type_again: Vec::new(),
            drop_held: false,
            asker,
            next_query,
            next_request,
            seed,
        }
    }

    /// Puts a question; the answer comes to the screen that asked.
    pub fn ask(&mut self, request: Request) -> QueryId {
        self.ask_as(self.asker, request)
    }

    /// Puts a question whose answer goes to another asker.
    pub fn ask_as(&mut self, asker: Asker, request: Request) -> QueryId {
        let query = QueryId(self.next_query);
        self.next_query += 1;
        self.asked.push((query, asker));
        self.effects.push(Effect::Ask {
            query,
            request: Box::new(request),
        });
        query
    }

    /// Has rows written to a file; what becomes of it is answered like a question.
    pub fn write_rows(&mut self, writing: Writing) -> QueryId {
        let query = QueryId(self.next_query);
        self.next_query += 1;
        self.asked.push((query, Asker::Rows));
        self.effects.push(Effect::WriteRows {
            query,
            writing: Box::new(writing),
        });
        query
    }

    /// Puts a question whose answer opens a screen; keys typed meanwhile are held for it.
    pub fn ask_holding(&mut self, request: Request) -> QueryId {
        let query = self.ask(request);
        self.hold = Some(query);
        query
    }

    /// What was asked for cannot be opened: keys held for it are dropped, and the person is told.
    pub fn drop_held(&mut self) {
        self.drop_held = true;
    }

    /// Stops a question.
    pub fn cancel(&mut self, query: QueryId) {
        self.effects.push(Effect::Cancel(query));
    }

    /// Sets a timer.
    pub fn wake(&mut self, timer: Timer, after_ms: u64) {
        self.effects.push(Effect::Wake { timer, after_ms });
    }

    /// Asks for anything else of the world.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Has something remembered of the person, unless it is known.
    pub fn remember(&mut self, cx: &Context, change: Change) {
        if let Some(owner) = cx.draft_owner().filter(|_| !cx.memory().has(&change)) {
            let change = Box::new(change);
            self.effects.push(Effect::Remember { owner, change });
        }
    }

    /// Goes somewhere.
    pub fn go(&mut self, go: Go) {
        self.go = Some(go);
    }

    /// Leaves the server, whoever is signed in, and connects to another: the sign-in screen follows.
    pub fn connect(&mut self, settings: Box<ConnectionSettings>, password: Option<SecretString>) {
        self.connect = Some((settings, password));
    }

    /// Lays something over the place.
    pub fn overlay(&mut self, overlay: Overlay) {
        self.overlay = Some(overlay);
    }

    /// Tells a line.
    pub fn tell(&mut self, mood: Mood, text: impl Into<String>) {
        self.notices.push(Notice::new(mood, text));
    }

    /// Tells a problem.
    pub fn tell_problem(&mut self, problem: &Problem) {
        let kept = problem
            .kept
            .as_deref()
            .map_or(String::new(), |kept| format!("; {kept}"));
        self.tell(Mood::Failed, format!("{}{kept}", problem.what));
    }

    /// Makes the number of a new save; asking the same save again uses the same number.
    pub fn request_id(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId(u128::from(self.seed) << 64 | u128::from(self.next_request))
    }

    /// Makes the number of the first save of a run; those of the others follow it.
    pub fn run_id(&mut self) -> RequestId {
        self.next_request += 1;
        RequestId::of_run(self.seed, self.next_request)
    }

    /// Returns the next numbers, for the house to go on from.
    pub fn counters(&self) -> (u64, u64) {
        (self.next_query, self.next_request)
    }

    /// Speaks for another asker from here on.
    pub fn speak_for(&mut self, asker: Asker) {
        self.asker = asker;
    }
}
