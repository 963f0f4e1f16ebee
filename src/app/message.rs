//! Everything that `update` accepts.

use crate::app::effect::Timer;
use crate::db::contract::{Fault, Heard, QueryId, Reply};
use crate::domain::account::SignInHint;
use crate::domain::draft::{Draft, DraftId, DraftOwner, Fate};
use crate::domain::memory::Memory;
use crate::input::event::Event;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The seat begins.
    Started(Start),
    /// A terminal delivered something.
    Event(Event),
    /// A question was answered.
    Answered {
        /// Its number.
        query: QueryId,
        /// The answer.
        reply: Box<Result<Reply, Fault>>,
    },
    /// What the database said of its own accord while it saved; the answer follows.
    Heard(Vec<Heard>),
    /// A timer is due.
    Wake(Timer),
    /// The person's drafts were read from disk.
    DraftsRead(Vec<Draft>),
    /// Files that the person's editor wrote and nobody took back, where there are any.
    TextsLeft(Vec<String>),
    /// A draft could not be written or removed; the one before is whole.
    DraftFailed(String),
    /// A draft is not as this seat left it: another terminal has it, or had it.
    DraftMet {
        /// The draft.
        id: DraftId,
        /// What became of it.
        fate: Fate,
    },
    /// A draft is on disk as it was asked for last, or cannot be, as was told.
    DraftKept(DraftId),
    /// What is remembered of somebody was read from disk.
    MemoryRead(Box<Recalled>),
    /// What is to be remembered could not be written.
    MemoryFailed(String),
    /// Every draft is on disk again.
    DraftsSafe,
    /// The demo's sign-ins.
    SignInHints(Vec<SignInHint>),
    /// A profile was written, or not.
    ProfileSaved(Result<String, String>),
    /// The person's editor has ended: the text as it is now, or why there is none.
    TextEdited(Result<String, String>),
    /// What was typed is in a file of its own: where, or why it is not.
    YoursKept(Result<String, String>),
    /// A file is whole: where; or why it is not written.
    Exported(Result<String, String>),
    /// So many rows are written to a file.
    RowsTold {
        /// The question.
        query: QueryId,
        /// How many.
        rows: u64,
    },
    /// The process cannot be stopped: no shell could let it go on.
    NotSuspended,
    /// The terminal's side tells something of its own.
    Terminal(Told),
    /// The process was told to end, or the terminal is gone.
    Leave(LeaveReason),
}

/// What is remembered of somebody, as it is on disk.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// Of whom.
    pub owner: DraftOwner,
    /// What is remembered.
    pub memory: Memory,
    /// What is to be told of the file, if anything.
    pub told: Option<String>,
}

/// What the terminal's side tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It takes long to show a whole picture.
    Slow,
    /// Little is sent to it from now on; or as much as before.
    Thin(bool),
    /// Whether the mouse is used now.
    Mouse(bool),
    /// What was sent so far.
    Sent(Sent),
}

/// What was sent to the terminal since the start, and asked of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Pictures.
    pub frames: u64,
    /// Bytes.
    pub bytes: usize,
    /// Questions to the database.
    pub questions: u64,
}

/// How a seat begins.
#[derive(Clone, Debug)]
pub enum Start {
    /// No connection is configured: ask for one.
    Unconfigured,
    /// With a connection; where to land after signing in.
    Connect {
        /// The settings.
        settings: Box<crate::domain::connection::ConnectionSettings>,
        /// The login's password, where it was found.
        password: Option<secrecy::SecretString>,
        /// The table to open, as typed.
        table: Option<String>,
        /// The record to open, as typed: key values separated by commas.
        key: Option<String>,
    },
}

/// Why the seat has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveReason {
    /// SIGTERM.
    Terminated,
    /// SIGHUP, or the terminal is gone.
    HungUp,
    /// The program met a fault of its own.
    Failed,
}
