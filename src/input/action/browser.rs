//! Actions on tables, rows, drafts and records that are read; no state.

use super::{Action, ActionRow, Scope};

/// Actions on tables, rows, drafts and records that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BrowserAction {
    /// Opens what the cursor is on.
    Open,
    /// Edits the record.
    EditRecord,
    /// Creates a record.
    NewRecord,
    /// Begins a new record as a copy.
    DuplicateRecord,
    /// Deletes the record, after asking.
    DeleteRecord,
    /// Sorts by the column under the cursor.
    SortColumn,
    /// Sorts by the column under the cursor after the others.
    SortAlso,
    /// Removes filter and sort.
    ClearFilter,
    /// Reads again what is shown.
    Reload,
    /// Counts the rows exactly.
    CountRows,
    /// Shows or hides the record beside the grid.
    ToggleRecordPane,
    /// Shows the next record.
    NextRecord,
    /// Shows the record before.
    PreviousRecord,
    /// Throws a draft away, after asking.
    DiscardDraft,
    /// Shows everything in a draft whole.
    ShowDraft,
    /// Lists who refers to the record.
    ShowDependents,
    /// Asks where to jump.
    Jump,
    /// Makes the table a favourite, or none.
    Favourite,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Browser(BrowserAction::Open),
        name: "open",
        help: "Opens what the cursor is on, to read",
        hint: "open",
        scopes: &[
            Scope::Receipts,
            Scope::Tables,
            Scope::Grid,
            Scope::Drafts,
            Scope::Dependents,
            Scope::Undo,
        ],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::EditRecord),
        name: "edit-record",
        help: "Edits the record",
        hint: "edit",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["f2", "e"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::NewRecord),
        name: "new-record",
        help: "Creates a record",
        hint: "new",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["n"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::DuplicateRecord),
        name: "duplicate-record",
        help: "Begins a new record as a copy, without key and unique values",
        hint: "duplicate",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["d"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::DeleteRecord),
        name: "delete-record",
        help: "Deletes the record, after asking",
        hint: "delete",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["D"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::SortColumn),
        name: "sort-column",
        help: "Sorts by the column alone; again: the other way; again: by key",
        hint: "sort",
        scopes: &[Scope::Grid],
        keys: &["s"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::SortAlso),
        name: "sort-also",
        help: "Sorts by the column after the others; again: the other way; again: not by it",
        hint: "sort also",
        scopes: &[Scope::Grid],
        keys: &["S"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::ClearFilter),
        name: "clear-filter",
        help: "Shows all rows again; once more: sorted as at the beginning",
        hint: "show all",
        scopes: &[Scope::Grid, Scope::Parts],
        keys: &["x"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::Reload),
        name: "reload",
        help: "Reads again what is shown",
        hint: "reload",
        scopes: &[
            Scope::Tables,
            Scope::Grid,
            Scope::Receipts,
            Scope::Record,
            Scope::Drafts,
            Scope::Dependents,
            Scope::History,
            Scope::Undo,
            Scope::Bin,
            Scope::Audit,
        ],
        keys: &["r", "f5"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::CountRows),
        name: "count-rows",
        help: "Counts the rows exactly",
        hint: "count",
        scopes: &[Scope::Grid],
        keys: &["c"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::ToggleRecordPane),
        name: "toggle-record-pane",
        help: "Shows or hides the record beside the grid",
        hint: "record pane",
        scopes: &[Scope::Grid],
        keys: &["v"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::NextRecord),
        name: "next-record",
        help: "Shows the next record of the list",
        hint: "next",
        scopes: &[Scope::Record],
        keys: &["J", "ctrl-n"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::PreviousRecord),
        name: "previous-record",
        help: "Shows the record before",
        hint: "previous",
        scopes: &[Scope::Record],
        keys: &["K"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::DiscardDraft),
        name: "discard-draft",
        help: "Throws the draft away, after asking",
        hint: "discard",
        scopes: &[Scope::Drafts],
        keys: &["X"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::ShowDraft),
        name: "show-draft",
        help: "Shows everything in the draft whole; again: the list",
        hint: "whole",
        scopes: &[Scope::Drafts],
        keys: &["v"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::ShowDependents),
        name: "show-references",
        help: "Lists who refers to the record, and what deleting it would do to them",
        hint: "who refers",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["R"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::Jump),
        name: "jump",
        help: "Jumps to a key, to a share of the rows such as 50%, to the first or the last",
        hint: "jump",
        scopes: &[Scope::Grid],
        keys: &["J"],
    },
    ActionRow {
        action: Action::Browser(BrowserAction::Favourite),
        name: "favourite",
        help: "Has the table stand first in the list; again: where it stood",
        hint: "favourite",
        scopes: &[Scope::Tables],
        keys: &["t"],
    },
];
