//! Actions on what the grid's rows hold: to the records they refer to, and out into a file; no state.

use super::{Action, ActionRow, Scope};

/// Actions on what the grid's rows hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowsAction {
    /// Asks which rows go to which file.
    WriteRows,
    /// Writes the columns as they are shown, or all.
    SwitchColumns,
    /// Goes to the record that the value refers to.
    FollowReference,
    /// Goes back to where one was.
    WayBack,
    /// Goes forward again.
    WayForward,
    /// Looks into the value under the cursor.
    Peek,
    /// Folds what belongs to the line away, or unfolds it.
    Fold,
    /// Goes to the next line that has what is looked for.
    NextMatch,
    /// Writes the value to a file.
    WriteValue,
    /// Copies the value.
    CopyValue,
    /// Asks how the row is to be copied.
    CopyRow,
    /// Copies the row, its values parted by tabs.
    CopyTabbed,
    /// Copies the row as an object of JSON.
    CopyObject,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Rows(RowsAction::WriteRows),
        name: "write-rows",
        help: "Writes rows to a file: CSV, TSV, JSON or an object per line",
        hint: "write to a file",
        scopes: &[Scope::Grid],
        keys: &["w"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::FollowReference),
        name: "follow-reference",
        help: "Goes to the record that the value under the cursor refers to",
        hint: "follow",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["o"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::WayBack),
        name: "way-back",
        help: "Goes back to the table where one was, as it was left",
        hint: "back",
        scopes: &[Scope::Grid],
        keys: &["["],
    },
    ActionRow {
        action: Action::Rows(RowsAction::WayForward),
        name: "way-forward",
        help: "Goes forward again",
        hint: "forward",
        scopes: &[Scope::Grid],
        keys: &["]"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::Peek),
        name: "look-into-value",
        help: "Looks into the value under the cursor: JSON as a tree, bytes in hex, all of a text",
        hint: "look into",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["p"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::Fold),
        name: "fold",
        help: "Folds away what belongs to the line; again: unfolds it",
        hint: "fold",
        scopes: &[Scope::Peek],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::NextMatch),
        name: "next-match",
        help: "Goes to the next line that has what is looked for",
        hint: "next",
        scopes: &[Scope::Peek],
        keys: &["n"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::WriteValue),
        name: "write-value",
        help: "Writes the exact value to a file",
        hint: "write to a file",
        scopes: &[Scope::Peek],
        keys: &["w"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::CopyValue),
        name: "copy-value",
        help: "Copies the whole value to the terminal's clipboard",
        hint: "copy",
        scopes: &[Scope::Grid, Scope::Record, Scope::Peek],
        keys: &["y"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::CopyRow),
        name: "copy-row",
        help: "Copies the row to the terminal's clipboard, parted by tabs or as JSON",
        hint: "copy row",
        scopes: &[Scope::Grid],
        keys: &["Y"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::CopyTabbed),
        name: "copy-row-tabbed",
        help: "Copies the row, its values parted by tabs",
        hint: "parted by tabs",
        scopes: &[Scope::CopyRow],
        keys: &["t"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::CopyObject),
        name: "copy-row-json",
        help: "Copies the row as JSON",
        hint: "JSON",
        scopes: &[Scope::CopyRow],
        keys: &["j"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::SwitchColumns),
        name: "switch-columns",
        help: "Writes the columns as they are shown; again: all of them",
        hint: "columns",
        scopes: &[Scope::Write],
        keys: &["tab"],
    },
];
