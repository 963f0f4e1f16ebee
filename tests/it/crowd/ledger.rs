//! What everybody was told of every change, kept outside the database. No tests here.

use super::figures::Figures;

/// Whether a change goes by a session of the shared layer or by a role of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Shared,
    Plain,
}

/// What a person was told of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is stored.
    Saved,
    /// It is not.
    NotSaved,
    /// Somebody else's is there now. In the plain way this may hide that one's own was stored and
    /// then overwritten while the reply was lost: nothing knows it there.
    Met,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Update,
    Insert,
    Delete,
}

/// One change that was asked for under one number.
#[derive(Clone, Debug)]
pub struct Entry {
    pub way: Way,
    pub number: u128,
    pub verb: Verb,
    /// The record's key, where it was known.
    pub key: Option<String>,
    /// What was written: column, value, and the value that the person had seen there.
    pub values: Vec<Written>,
    pub verdict: Verdict,
    /// The version that was told.
    pub version: Option<i64>,
}

/// One value of a change.
#[derive(Clone, Debug)]
pub struct Written {
    pub column: &'static str,
    pub value: String,
    pub seen: Option<String>,
}

/// Everything that was told.
#[derive(Debug, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    pub figures: Figures,
}
