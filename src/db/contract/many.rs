//! Many rows at once, as plain data; each keeps a guard, a number and a truth of its own.

use super::fault::Fault;
use super::records::{Save, SaveOutcome};
use crate::domain::draft::Stored;
use crate::domain::record::{FieldChange, Guard, Record, RecordKey, RequestId};
use crate::domain::table::TableId;
use crate::domain::value::Value;

/// Asks for many rows, or to change several.
#[derive(Clone, Debug)]
pub enum ManyRequest {
    /// Records whole, by their keys; some hundreds at most.
    LoadMany {
        /// The table.
        table: TableId,
        /// The keys.
        keys: Vec<RecordKey>,
    },
    /// Several guarded changes in order, each in a transaction of its own.
    ChangeSeveral(Vec<One>),
    /// Several creations and changes in order, all in one transaction under one number: what is refused is
    /// left out with all that needs it, and the others are stored together. Only in the shared way.
    BringBack {
        /// The number of it all.
        request: RequestId,
        /// What is done, each with the positions of those that it needs.
        parts: Vec<(One, Vec<usize>)>,
    },
    /// What became of saves that were sent under these numbers by a program that is gone. One that
    /// never came is not carried out any more. Only where the shared layer knows numbers.
    Settle(Vec<RequestId>),
}

/// One guarded change among several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum One {
    /// Changes exactly one record, or none.
    Save(Save),
    /// Creates a record again that was deleted.
    Create {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The columns to send.
        entries: Vec<FieldChange>,
    },
    /// Deletes exactly one record, or none.
    Delete {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The key.
        key: RecordKey,
        /// What must still hold.
        guard: Guard,
        /// Every value that was read, for tables without a better guard.
        base: Vec<Value>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum ManyReply {
    /// The records that are there, in no certain order.
    ManyLoaded(Vec<Record>),
    /// The truth about each change, in the order asked.
    SeveralChanged(Vec<Result<SaveOutcome, Fault>>),
    /// What came of each, in the order asked.
    BroughtBack(Vec<Returned>),
    /// How each was stored, in the order asked; `None` where it was not.
    Settled(Vec<Option<Stored>>),
}

/// What came of a record that was to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// It is back, under this key where that may be seen.
    Back(Option<RecordKey>),
    /// The server refused it, for this reason.
    Refused(String),
    /// It was left out, because it needs the one at this position.
    Needs(usize),
    /// Nothing was refused, and no row came of it: a rule of the database or somebody else was in the way.
    Nothing,
}
