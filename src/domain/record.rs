//! Records: their key, their guard, their values, and the changes a person asks for.

use serde::{Deserialize, Serialize};

use super::table::TableId;
use super::value::{Entry, Value};

/// A record's key: the text form of each key column, in key order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordKey(pub Vec<String>);

/// Which record: table and key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordRef {
    /// The table.
    pub table: TableId,
    /// The key in it.
    pub key: RecordKey,
}

/// What a save compares so that it never overwrites somebody else's change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// The version that was read, where the table has our version column.
    pub version: Option<i64>,
    /// The row's `xmin` as it was read, where it can be read.
    pub xmin: Option<String>,
}

/// One record with every readable value whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The key; `None` where the table has none.
    pub key: Option<RecordKey>,
    /// What a save of it must compare.
    pub guard: Guard,
    /// A value per column of the table's shape, in the same order.
    pub values: Vec<Value>,
}

/// A number for one save: the same save asked again carries the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u128);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hex = format!("{:032x}", self.0);
        let (a, rest) = hex.split_at(8);
        let (b, rest) = rest.split_at(4);
        let (c, rest) = rest.split_at(4);
        let (d, e) = rest.split_at(4);
        write!(f, "{a}-{b}-{c}-{d}-{e}")
    }
}

/// A new value for one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The position in the shape's columns.
    pub column: usize,
    /// What to store.
    pub entry: Entry,
}

/// Who changed a record last, as far as the person may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// What was done.
    pub verb: Verb,
    /// The account, or the database role for other programs.
    pub username: String,
    /// The person's name, when there is an account.
    pub display_name: String,
    /// From where: host and terminal as that client told.
    pub station: String,
    /// When, by the server's clock.
    pub at: jiff::Timestamp,
}

/// What can be done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// A row was created.
    Insert,
    /// A row was changed.
    Update,
    /// A row was deleted.
    Delete,
    /// The whole table was emptied.
    Truncate,
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" · "))
    }
}
