//! Records that foreign keys refer to: finding one, and naming those that are referred to now.

use crate::domain::reference::Choice;
use crate::domain::table::TableId;

/// Asks about records that a foreign key can refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupRequest {
    /// The first records whose key begins with a text, then those whose names contain it.
    Find {
        /// The table that is referred to.
        table: TableId,
        /// The exact names of the columns that are referred to; none stand for the table's own key.
        key: Vec<String>,
        /// What was typed; everything fits the empty text.
        typed: String,
        /// The most records to find.
        limit: u16,
    },
    /// What is to be known of these tables, so that what they are referred to by is named along with the
    /// rows that refer.
    Learn(Vec<TableId>),
    /// The same, before any rows are there. Rows that are read meanwhile may come without names: who
    /// asks with them is told that something is new.
    LearnAhead(Vec<TableId>),
    /// The names of records, all in one round trip.
    Name(Vec<Named>),
}

/// A record that is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// The table that is referred to.
    pub table: TableId,
    /// The exact names of the columns that are referred to.
    pub columns: Vec<String>,
    /// Their values.
    pub key: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupReply {
    /// Records, in the order to show them.
    Found(Found),
    /// The person may not read the table that is referred to.
    Unreadable,
    /// Whether something was learned that was not known before.
    Learned(bool),
    /// A name for each record that was asked about, in order.
    Named(Vec<Label>),
}

/// The records that fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The records.
    pub choices: Vec<Choice>,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// Whether the person may create one.
    pub may_create: bool,
}

/// What is known of a record that is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// It is there and is called this; empty where nothing names it but its key.
    Is(String),
    /// There is none under that key, or none that may be seen.
    Missing,
    /// It cannot be known.
    Unknown,
}
