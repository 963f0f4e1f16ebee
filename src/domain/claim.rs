//! Lines between people about who edits a record: asked, answered, taken over, released; no state.

use jiff::Timestamp;

use super::record::RecordKey;
use super::table::TableId;

/// The number of a line in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineId(pub i64);

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Somebody asks to let a record go.
    Asked,
    /// Whoever was asked is done with it.
    Done,
    /// Whoever was asked needs five minutes more.
    Later,
    /// Whoever was asked lets it go at once.
    Given,
    /// Somebody took the record over.
    Taken,
    /// Somebody who manages released the record.
    Released,
}

/// A line from somebody about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub id: LineId,
    /// What it says.
    pub kind: LineKind,
    /// Who sent it, by account.
    pub username: String,
    /// The table.
    pub table: TableId,
    /// The record.
    pub key: RecordKey,
    /// When it was sent.
    pub at: Timestamp,
    /// From when the record may be taken over: of a question, and of an answer that puts it off.
    pub due: Option<Timestamp>,
}

/// An answer to somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done with it.
    Done,
    /// Five minutes more.
    Later,
    /// Take it.
    Given,
}

/// Somebody who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// By account.
    pub username: String,
    /// When they were asked first.
    pub at: Timestamp,
    /// From when the record may be taken over.
    pub due: Timestamp,
}

/// Who has the hard lock of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// By account.
    pub username: String,
    /// Whether it is the same person at another terminal.
    pub same_person: bool,
    /// Where that terminal is; known only of one's own.
    pub seat: Option<String>,
}
