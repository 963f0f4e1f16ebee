//! Sessions and presence: who is signed in, and who is on which record.

use jiff::Timestamp;

use super::claim::LineId;
use super::record::RecordKey;
use super::table::{TableId, TableName};

/// A session's number in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub i64);

/// How a session stands, computed by the server when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Keys were pressed lately.
    Active,
    /// Connected, but no keys for a while.
    Idle,
    /// Its client has not been heard of for 90 seconds.
    Away,
    /// Over.
    Ended,
}

/// One line of the sessions pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// The session's number.
    pub id: SessionId,
    /// The account's name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// The names of the roles.
    pub roles: Vec<String>,
    /// When it began.
    pub started: Timestamp,
    /// When a key was pressed last.
    pub last_active: Timestamp,
    /// How it stands.
    pub state: SessionState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended, in the words of who ended it.
    pub end_reason: Option<String>,
    /// From where: address, host and terminal.
    pub station: String,
    /// The record that is open, as table and key.
    pub record: Option<(String, RecordKey)>,
    /// Whether that record has unsaved edits.
    pub dirty: bool,
    /// Whether this is the asking session itself.
    pub mine: bool,
    /// Every record that is open, those with unsaved edits first.
    pub claims: Vec<SessionClaim>,
}

/// A record that a session has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionClaim {
    /// The table's name.
    pub table: String,
    /// The record.
    pub key: RecordKey,
    /// Reading or editing.
    pub mode: PresenceMode,
    /// Whether there are unsaved edits.
    pub dirty: bool,
    /// Since when.
    pub since: Timestamp,
}

/// What somebody does with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceMode {
    /// Reads it.
    View,
    /// Edits it.
    Edit,
}

/// Somebody on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The record's key.
    pub key: RecordKey,
    /// The account's name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Whether this is one's own session; such lines are not shown as somebody else.
    pub mine: bool,
    /// Whether this is the same person at another terminal.
    pub same_person: bool,
    /// Reading or editing.
    pub mode: PresenceMode,
    /// Whether there are unsaved edits.
    pub dirty: bool,
    /// Since when.
    pub since: Timestamp,
    /// Whether that session is away.
    pub away: bool,
    /// Where that terminal is; known only of one's own.
    pub seat: Option<String>,
    /// Whether that is this very terminal: a program that ended here without a word, or rests.
    pub here_before: bool,
    /// Whether nobody else may save the record meanwhile.
    pub hard: bool,
    /// When a key was pressed last; told to those who may release claims.
    pub last_active: Option<Timestamp>,
}

/// What this session tells about itself with every heartbeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Whether keys were pressed since the last one.
    pub active: bool,
    /// Where the person is, in words: `browser equipment`.
    pub place: String,
    /// The open records.
    pub records: Vec<OpenRecord>,
    /// The lines from others that this session has.
    pub heard: Vec<LineId>,
}

/// One open record, as told to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRecord {
    /// The table.
    pub table: TableId,
    /// The table's name.
    pub name: TableName,
    /// The key.
    pub key: RecordKey,
    /// Reading or editing.
    pub mode: PresenceMode,
    /// Whether there are unsaved edits.
    pub dirty: bool,
}
