//! Actions on the past: timelines, blame, restoring, undoing one's own changes, the bin; no state.

use super::{Action, ActionRow, Scope};

/// Actions on the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HistoryAction {
    /// Shows the timeline of the record.
    ShowHistory,
    /// Shows or hides who gave each field its value.
    Blame,
    /// Shows the timeline of the field that is edited.
    FieldHistory,
    /// Shows the timeline of the field under the cursor.
    BlamedHistory,
    /// Shows the person's own last changes.
    ShowUndo,
    /// Shows the deleted records of the table.
    ShowBin,
    /// Shows the values of an entry whole.
    ShowWhole,
    /// Shows the record as it was after the entry.
    ViewAsOf,
    /// Puts the values of a version into the form.
    RestoreVersion,
    /// Puts one old value into the form.
    RestoreField,
    /// Puts what one's own change replaced into the form.
    UndoChange,
    /// Opens the form that creates a deleted record again.
    RestoreRecord,
    /// Shows what would come back of a deleted record and of all that went with it.
    RestoreTogether,
    /// Brings back what is listed.
    BringBack,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::History(HistoryAction::ShowHistory),
        name: "show-history",
        help: "Shows the history of the record: who changed what, and when",
        hint: "history",
        scopes: &[Scope::Grid, Scope::Record, Scope::Undo, Scope::Audit],
        keys: &["H"],
    },
    ActionRow {
        action: Action::History(HistoryAction::Blame),
        name: "blame",
        help: "Shows or hides beside each field who gave it its value, and when",
        hint: "blame",
        scopes: &[Scope::Record],
        keys: &["b"],
    },
    ActionRow {
        action: Action::History(HistoryAction::BlamedHistory),
        name: "show-field-history",
        help: "Shows the history of the field under the cursor",
        hint: "field history",
        scopes: &[Scope::Record],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::History(HistoryAction::FieldHistory),
        name: "field-history",
        help: "Shows the history of the field that is edited; the typing is kept",
        hint: "field history",
        scopes: &[Scope::Form],
        keys: &["f2"],
    },
    ActionRow {
        action: Action::History(HistoryAction::ShowUndo),
        name: "show-undo",
        help: "Lists your own last changes, to take one back",
        hint: "undo mine",
        scopes: &[Scope::Tables, Scope::Grid, Scope::Record],
        keys: &["U"],
    },
    ActionRow {
        action: Action::History(HistoryAction::ShowBin),
        name: "show-bin",
        help: "Lists the deleted records of the table",
        hint: "bin",
        scopes: &[Scope::Grid],
        keys: &["B"],
    },
    ActionRow {
        action: Action::History(HistoryAction::ShowWhole),
        name: "show-whole-entry",
        help: "Shows the values whole; again: the list",
        hint: "whole",
        scopes: &[Scope::History, Scope::Bin, Scope::Restore],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::History(HistoryAction::ViewAsOf),
        name: "view-as-of",
        help: "Shows the whole record as it was after this change",
        hint: "as it was",
        scopes: &[Scope::History],
        keys: &["v"],
    },
    ActionRow {
        action: Action::History(HistoryAction::RestoreVersion),
        name: "restore-version",
        help: "Opens the form with the record as it was after this change; saving restores it",
        hint: "restore",
        scopes: &[Scope::History],
        keys: &["R"],
    },
    ActionRow {
        action: Action::History(HistoryAction::RestoreField),
        name: "restore-field",
        help: "Opens the form with the old value of this field alone",
        hint: "restore field",
        scopes: &[Scope::History],
        keys: &["F"],
    },
    ActionRow {
        action: Action::History(HistoryAction::UndoChange),
        name: "undo-change",
        help: "Opens what would take your change back; saving does it",
        hint: "undo",
        scopes: &[Scope::Undo],
        keys: &["u"],
    },
    ActionRow {
        action: Action::History(HistoryAction::RestoreRecord),
        name: "restore-record",
        help: "Opens a new record with the values of the deleted one; saving creates it again",
        hint: "restore",
        scopes: &[Scope::Bin],
        keys: &["R"],
    },
    ActionRow {
        action: Action::History(HistoryAction::RestoreTogether),
        name: "restore-together",
        help: "Shows what would come back of the record and of all that went with it",
        hint: "with all",
        scopes: &[Scope::Bin],
        keys: &["T"],
    },
    ActionRow {
        action: Action::History(HistoryAction::BringBack),
        name: "bring-back",
        help: "Brings back what is listed, all in one transaction; for many their number is asked first",
        hint: "bring back",
        scopes: &[Scope::Restore],
        keys: &["a"],
    },
];
