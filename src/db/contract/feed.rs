//! What changed since the last question, as plain data; gap-free, and only what may be read.

use jiff::Timestamp;

use crate::domain::claim::Line;
use crate::domain::record::{RecordKey, Verb};
use crate::domain::session::Presence;
use crate::domain::table::TableId;

/// A place in the stream of changes; opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCursor(pub String);

/// Asks what changed.
#[derive(Clone, Debug)]
pub enum FeedRequest {
    /// Everything since the cursor, and who is on the records of the shown table. Without a cursor
    /// it begins now.
    Poll {
        /// Where the last poll ended.
        cursor: Option<FeedCursor>,
        /// The table on the screen.
        table: Option<TableId>,
    },
}

/// What changed.
#[derive(Clone, Debug)]
pub enum FeedReply {
    /// The changes in order of commit.
    Polled {
        /// Where this poll ended.
        cursor: FeedCursor,
        /// The changes.
        items: Vec<FeedItem>,
        /// Who is on the shown table's records.
        presence: Vec<Presence>,
        /// The lines from others that this session does not have yet.
        lines: Vec<Line>,
        /// The server's clock.
        now: Timestamp,
    },
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedItem {
    /// The table.
    pub table: TableId,
    /// The record; `None` when the whole table was emptied.
    pub key: Option<RecordKey>,
    /// What was done.
    pub verb: Verb,
    /// By whom.
    pub username: String,
    /// When.
    pub at: Timestamp,
    /// Whether this session did it.
    pub mine: bool,
}
