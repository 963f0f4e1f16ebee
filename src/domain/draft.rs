//! Drafts: edits not yet saved, as they are kept on disk; secrets are never part of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{Guard, RecordKey};
use super::table::TableName;
use super::value::{Entry, Value};

/// Names a draft's file: person, server and record decide it, so that one record has one draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftId(pub String);

/// Whose drafts: an account on an installation (or a role on a server in the plain way).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DraftOwner {
    /// The installation's id, or host, port and database in the plain way.
    pub server: String,
    /// The account's or role's name.
    pub username: String,
}

/// One record's edits with everything needed to continue them at another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The name of its file.
    pub id: DraftId,
    /// Whose it is.
    pub owner: DraftOwner,
    /// The table, by name: object ids change with a restore.
    pub table: TableName,
    /// The record; `None` for one that is being created.
    pub key: Option<RecordKey>,
    /// What the record's guard was when it was opened.
    pub guard: Guard,
    /// When the last key was typed.
    pub typed_at: Timestamp,
    /// The fields, by column name.
    pub fields: Vec<DraftField>,
}

/// One field of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftField {
    /// The column's name.
    pub column: String,
    /// The value that was read.
    pub base: Value,
    /// What the person made of it; `None` where untouched.
    pub yours: Option<Entry>,
}
