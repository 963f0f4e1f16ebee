//! Actions on the conflict screen; no state.

use super::{Action, ActionRow, Scope};

/// Actions on the conflict screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictAction {
    /// Keeps your value.
    TakeYours,
    /// Takes the saved value.
    TakeTheirs,
    /// Takes the value from before.
    TakeWas,
    /// Writes another value.
    EditValue,
    /// Yours everywhere undecided.
    AllYours,
    /// Theirs everywhere undecided.
    AllTheirs,
    /// To the next undecided field.
    NextUndecided,
    /// To the undecided field before.
    PreviousUndecided,
    /// Lists what was merged.
    ShowMerged,
    /// Lists the fields that nobody changed too.
    ShowUnchanged,
    /// Takes back what was decided here.
    TakeBack,
    /// Shows whole values.
    ShowAll,
    /// To the next difference in the whole values.
    NextDifference,
    /// To the difference before.
    PreviousDifference,
    /// Both changes of a text as one.
    TakeBoth,
    /// Opens the record that stands in the way.
    OpenOther,
    /// Creates the deleted record again.
    Recreate,
    /// Writes what is typed to a file.
    KeepYours,
    /// Back to the form.
    Leave,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Conflict(ConflictAction::TakeYours),
        name: "take-yours",
        help: "Keeps your value",
        hint: "yours",
        scopes: &[Scope::Conflict, Scope::Receipts],
        keys: &["y"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::TakeTheirs),
        name: "take-theirs",
        help: "Takes the saved value",
        hint: "theirs",
        scopes: &[Scope::Conflict, Scope::Receipts],
        keys: &["t"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::TakeWas),
        name: "take-was",
        help: "Takes the value that was there before both",
        hint: "was",
        scopes: &[Scope::Conflict, Scope::Receipts],
        keys: &["w"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::EditValue),
        name: "edit-value",
        help: "Writes another value",
        hint: "edit",
        scopes: &[Scope::Conflict],
        keys: &["e", "f2"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::AllYours),
        name: "all-yours",
        help: "Keeps yours in every undecided field",
        hint: "all yours",
        scopes: &[Scope::Conflict],
        keys: &["Y"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::AllTheirs),
        name: "all-theirs",
        help: "Takes theirs in every undecided field",
        hint: "all theirs",
        scopes: &[Scope::Conflict],
        keys: &["T"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::NextUndecided),
        name: "next-undecided",
        help: "Goes to the next undecided field",
        hint: "next",
        scopes: &[Scope::Conflict],
        keys: &["n"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::PreviousUndecided),
        name: "previous-undecided",
        help: "Goes to the undecided field before",
        hint: "undecided before",
        scopes: &[Scope::Conflict],
        keys: &["p"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::ShowMerged),
        name: "show-merged",
        help: "Lists what was merged without asking",
        hint: "merged",
        scopes: &[Scope::Conflict],
        keys: &["m"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::ShowUnchanged),
        name: "show-unchanged",
        help: "Lists all fields of the record; again: changes only",
        hint: "all fields",
        scopes: &[Scope::Conflict],
        keys: &["a"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::TakeBack),
        name: "take-back",
        help: "Takes back what was merged or decided in this field",
        hint: "take back",
        scopes: &[Scope::Conflict, Scope::Receipts],
        keys: &["u"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::ShowAll),
        name: "show-whole-value",
        help: "Shows the whole values of the field",
        hint: "whole value",
        scopes: &[Scope::Conflict],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::NextDifference),
        name: "next-difference",
        help: "Goes to the next difference in the whole values",
        hint: "next difference",
        scopes: &[Scope::Values],
        keys: &["n"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::PreviousDifference),
        name: "previous-difference",
        help: "Goes to the difference before",
        hint: "before",
        scopes: &[Scope::Values],
        keys: &["p"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::TakeBoth),
        name: "take-both",
        help: "Puts both changes of a text together as yours, where they do not meet",
        hint: "both",
        scopes: &[Scope::Conflict],
        keys: &["b"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::OpenOther),
        name: "open-other",
        help: "Opens the record that has these values already",
        hint: "open it",
        scopes: &[Scope::Conflict],
        keys: &["o"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::Recreate),
        name: "recreate-record",
        help: "Creates the deleted record again from your values",
        hint: "create again",
        scopes: &[Scope::Conflict],
        keys: &["ctrl-r"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::KeepYours),
        name: "keep-yours",
        help: "Writes what you typed to a text file of your own; secrets are left out",
        hint: "to a file",
        scopes: &[Scope::Conflict, Scope::Drafts],
        keys: &["f"],
    },
    ActionRow {
        action: Action::Conflict(ConflictAction::Leave),
        name: "leave-conflict",
        help: "Goes back to the form; your typing is kept",
        hint: "back",
        scopes: &[Scope::Conflict],
        keys: &["esc", "q"],
    },
];
