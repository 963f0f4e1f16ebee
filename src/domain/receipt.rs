//! Receipts of merges that nobody was asked about: which fields, their three values, and which of
//! them was taken. Pure; nothing is merged here.

use jiff::Timestamp;

use super::record::RecordKey;
use super::table::TableId;
use super::value::Value;

/// Which of the three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What was there before both.
    Was,
    /// What somebody else had saved.
    Theirs,
    /// What the one who saved had typed.
    Yours,
}

impl Side {
    /// Its name where receipts are kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Was => "was",
            Self::Theirs => "theirs",
            Self::Yours => "yours",
        }
    }

    /// Reads that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Was, Self::Theirs, Self::Yours]
            .into_iter()
            .find(|side| side.name() == name)
    }
}

/// One field of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedField {
    /// The column's name, exactly.
    pub column: String,
    /// What was there before both.
    pub base: Value,
    /// What somebody else had saved.
    pub theirs: Value,
    /// What had been typed; `None` for the default of the column.
    pub yours: Option<Value>,
    /// Which of them was taken.
    pub took: Side,
}

impl MergedField {
    /// Returns the value of a side; `None` for the default of the column.
    pub fn value(&self, side: Side) -> Option<&Value> {
        match side {
            Side::Was => Some(&self.base),
            Side::Theirs => Some(&self.theirs),
            Side::Yours => self.yours.as_ref(),
        }
    }

    /// The side that would undo the merge here: the one that was not taken.
    pub fn other(&self) -> Side {
        match self.took {
            Side::Theirs => Side::Yours,
            Side::Yours | Side::Was => Side::Theirs,
        }
    }
}

/// What is noted of a merge when it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeNote {
    /// The version that it was merged with, where there is one.
    pub version: Option<i64>,
    /// The fields that were merged without asking.
    pub fields: Vec<MergedField>,
}

/// The number of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptId(pub i64);

/// A receipt as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its number.
    pub id: ReceiptId,
    /// When the merge was saved.
    pub at: Timestamp,
    /// The table.
    pub table: TableId,
    /// The record's key now.
    pub key: RecordKey,
    /// Whose save it was, harmless.
    pub username: String,
    /// Whether it was the reading person's own.
    pub mine: bool,
    /// Whose change it was merged with, harmless, as far as known.
    pub theirs_by: Option<String>,
    /// When that was saved.
    pub theirs_at: Option<Timestamp>,
    /// The fields.
    pub fields: Vec<MergedField>,
}
