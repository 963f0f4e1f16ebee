//! Claiming records, asking for them and taking them over, as plain data.

use crate::domain::claim::{Answer, Asked, Holder, LineId};
use crate::domain::record::RecordKey;
use crate::domain::session::SessionId;
use crate::domain::table::TableId;

/// Asks for something about claims.
#[derive(Clone, Debug)]
pub enum ClaimsRequest {
    /// Claims a record before it is edited.
    Claim {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Asks whoever edits a record to let it go.
    AskToYield {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Answers somebody who asked.
    AnswerAsk {
        /// What was asked.
        line: LineId,
        /// The answer.
        answer: Answer,
    },
    /// Takes a record over.
    TakeOver {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Releases a record, whoever edits it.
    ReleaseRecord {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Releases all that a session edits.
    ReleaseSession {
        /// Whose.
        session: SessionId,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum ClaimsReply {
    /// It may be edited, or somebody holds it.
    Claimed(Option<Holder>),
    /// These were asked; nobody when nobody else edits the record.
    AskedToYield(Vec<Asked>),
    /// Answered; false when nothing was asked any more.
    Answered(bool),
    /// So many claims were taken over.
    TakenOver(u32),
    /// So many claims were released.
    Released(u32),
}
