//! Rows of a table that are written to a file, as plain data.

use crate::domain::export::Form;
use crate::domain::query::{Filter, SortColumn};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Which rows, of which columns, how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    /// The table.
    pub table: TableId,
    /// Which rows.
    pub which: Which,
    /// In which order; ties are broken by the key.
    pub sort: Vec<SortColumn>,
    /// Positions in the shape's columns, in the order in which they are written. Those that may not
    /// be read are left out.
    pub columns: Vec<usize>,
    /// How they are written.
    pub form: Form,
    /// Whether texts that a spreadsheet would compute are left as they are.
    pub raw: bool,
    /// Which rows these are, in words, for the trail.
    pub words: String,
}

/// Which rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of a filter; an empty one means all.
    Filtered(Filter),
    /// Those of these keys.
    Keys(Vec<RecordKey>),
}

/// Rows, and the file they go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The rows.
    pub rows: Extract,
    /// The file as it was named.
    pub file: String,
    /// Whether it may take the place of one that is there.
    pub over: bool,
}

/// Asks about rows for a file. That they are written is an effect, because a file is.
#[derive(Clone, Debug)]
pub enum RowsRequest {
    /// That writing them was stopped.
    NoteStopped {
        /// The table.
        table: TableId,
        /// The form.
        form: Form,
        /// How many were written.
        rows: u64,
    },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowsReply {
    /// The file is whole.
    Written {
        /// Where it is.
        path: String,
        /// How many rows it holds.
        rows: u64,
        /// How long it is.
        bytes: u64,
    },
    /// There is such a file already; nothing was read or written.
    IsThere {
        /// Where it is.
        path: String,
    },
    /// It could not be written, in a sentence; nothing of it is left.
    NotWritten(String),
    /// The trail knows.
    Noted,
}

/// A piece of the text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How many rows there are up to its end.
    pub rows: u64,
}
