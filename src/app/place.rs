//! Where the person is: plain data, so that going back and scripting are simple.

use crate::app::forms::wish::Wish;
use crate::domain::dependents::Dependents;
use crate::domain::draft::{DraftId, Rows};
use crate::domain::record::RecordKey;
use crate::domain::run::{Gone, OwnRun};
use crate::domain::table::TableId;
use crate::domain::value::Value;

/// The number of an open form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormId(pub u32);

/// Where the person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Setting up a connection.
    Connect,
    /// Signing in.
    Login,
    /// The list of tables.
    Tables,
    /// The rows of one table.
    Browser(TableId),
    /// A record, read or edited.
    Record(FormId),
    /// A save that met somebody else's.
    Conflict(FormId),
    /// The list of drafts.
    Drafts,
    /// Receipts of merges that nobody was asked about.
    Receipts,
    /// The accounts and the roles.
    Accounts,
    /// Who refers to a record.
    Dependents,
    /// A change of many rows.
    Bulk,
    /// The timeline of a record.
    History,
    /// One's own last changes.
    Undo,
    /// What deletions took, on its way back.
    Restore,
    /// The deleted records of a table.
    Bin(TableId),
    /// What happened across all records, and at the door.
    Audit,
}

/// Whose past is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The table.
    pub table: TableId,
    /// The record.
    pub key: RecordKey,
    /// Only this column of it.
    pub column: Option<String>,
}

/// Where a screen wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// To a place; the present one stays on the way back.
    To(Place),
    /// To a place that takes the present one's stead.
    Instead(Place),
    /// One level back.
    Back,
    /// Closes the pane beside.
    ClosePane,
    /// To a record, opened by table and key; without a key a new one.
    Open {
        /// The table.
        table: TableId,
        /// The record; `None` creates one.
        key: Option<RecordKey>,
        /// Whether to edit at once.
        edit: bool,
    },
    /// To a draft, however many there are of its record.
    Continue {
        /// Its table.
        table: TableId,
        /// Its record; `None` for one that is being created.
        key: Option<RecordKey>,
        /// The draft.
        draft: DraftId,
    },
    /// To the list of who refers to a record.
    Dependents {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
        /// What is known already, because deleting was asked for and is refused by it.
        refused: Option<Box<Dependents>>,
    },
    /// To the form in which fields are set for many rows.
    ChangeMarked {
        /// The table.
        table: TableId,
        /// The rows.
        rows: Rows,
    },
    /// To the fields of a draft that were set for many rows.
    ContinueMany {
        /// Its table.
        table: TableId,
        /// The draft.
        draft: DraftId,
    },
    /// To what deleting many rows would do.
    DeleteMarked {
        /// The table.
        table: TableId,
        /// The rows.
        keys: Vec<RecordKey>,
    },
    /// To what taking a run of one's own back would do.
    TakeRunBack(Box<OwnRun>),
    /// To what bringing deleted records back with all that went along would do.
    BringBack(Box<Gone>),
    /// To what the fields set in a form would change.
    DryRun(FormId),
    /// Back to the form in which fields are set for many rows.
    FieldsOfMany(FormId),
    /// To the rows of a table that hold these values in these columns, by number.
    Filtered {
        /// The table.
        table: TableId,
        /// The columns' numbers in the catalog, with the values.
        columns: Vec<(i16, Value)>,
    },
    /// To the record of a table that holds these values in these columns, by their exact names: in the
    /// grid, with the cursor on it.
    Follow {
        /// The table.
        table: TableId,
        /// The columns, with the values.
        values: Vec<(String, String)>,
    },
    /// To a record with old values for it; without a key to a new one.
    OpenWith {
        /// The table.
        table: TableId,
        /// The record; `None` creates one.
        key: Option<RecordKey>,
        /// What is to be done with it.
        wish: Box<Wish>,
    },
    /// To the timeline of a record or of one of its fields.
    History(Past),
    /// To a new record of a table that the form refers to; saving it comes back with its key.
    CreateFor {
        /// The table that is referred to.
        table: TableId,
        /// The form that asks for it.
        form: FormId,
        /// The foreign key, as a position among those of the form's table.
        reference: usize,
        /// What was typed to find the record, which names the new one.
        typed: String,
    },
    /// To a copy of a record, as a new one.
    Copy {
        /// The table.
        table: TableId,
        /// The record that is copied.
        key: RecordKey,
    },
    /// To a new record of a table, in the stead of the present place.
    NewInstead {
        /// The table.
        table: TableId,
    },
    /// To the record after the present one, to edit it.
    NextToEdit,
    /// To the record after or before the present one, in the list it was opened from.
    Beside {
        /// Whether to the one after.
        forward: bool,
    },
}
