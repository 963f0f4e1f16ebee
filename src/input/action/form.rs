//! Actions in a form that is edited; no state.

use super::{Action, ActionRow, CalendarAction, Scope};

/// Actions in a form that is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FormAction {
    /// Saves.
    Save,
    /// Saves, then edits the next record of the list.
    SaveNext,
    /// Saves, then begins a new record.
    SaveNew,
    /// To the next field.
    NextField,
    /// To the field before.
    PreviousField,
    /// To the next field, or a new line.
    Enter,
    /// Leaves; edits become a draft.
    Leave,
    /// Opens the list of values, or the calendar.
    PickValue,
    /// Creates the record that the field is to refer to.
    CreateReferred,
    /// Edits the field in the person's own editor.
    EditOutside,
    /// Sets NULL.
    SetNull,
    /// Sets the empty text.
    SetEmpty,
    /// Sets the default.
    SetDefault,
    /// Back to what was read.
    ResetField,
    /// Undoes in the field.
    Undo,
    /// Redoes in the field.
    Redo,
    /// Throws the edits away, after asking.
    Discard,
    /// To the next field that somebody else saved.
    NextSaved,
    /// Opens the record that stands in the way.
    OpenOther,
    /// Puts what is typed into the record that stands in the way.
    MergeInto,
    /// Creates the record that is missing.
    CreateMissing,
    /// Shows all that is to be known of the field under the cursor.
    AboutField,
    /// Writes what is typed to a file.
    KeepYours,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// Moves in the calendar.
    Calendar(CalendarAction),
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Form(FormAction::Save),
        name: "save-record",
        help: "Saves the record",
        hint: "save",
        scopes: &[Scope::Form, Scope::Conflict],
        keys: &["ctrl-s", "f8"],
    },
    ActionRow {
        action: Action::Form(FormAction::SaveNext),
        name: "save-and-next",
        help: "Saves, then edits the next record of the list",
        hint: "save, next",
        scopes: &[Scope::Form],
        keys: &["ctrl-g"],
    },
    ActionRow {
        action: Action::Form(FormAction::SaveNew),
        name: "save-and-new",
        help: "Saves, then begins a new record of the table",
        hint: "save, new",
        scopes: &[Scope::Form],
        keys: &["ctrl-t"],
    },
    ActionRow {
        action: Action::Form(FormAction::NextField),
        name: "next-field",
        help: "Goes to the next field",
        hint: "next field",
        scopes: &[Scope::Form, Scope::Connect],
        keys: &["tab", "down"],
    },
    ActionRow {
        action: Action::Form(FormAction::PreviousField),
        name: "previous-field",
        help: "Goes to the field before",
        hint: "field before",
        scopes: &[Scope::Form, Scope::Connect],
        keys: &["shift-tab", "up"],
    },
    ActionRow {
        action: Action::Form(FormAction::Enter),
        name: "enter-field",
        help: "Goes to the next field; in a long text begins a new line",
        hint: "next field",
        scopes: &[Scope::Form],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Form(FormAction::Leave),
        name: "leave-form",
        help: "Leaves the form; edits are kept as a draft",
        hint: "leave, keep draft",
        scopes: &[Scope::Form],
        keys: &["esc"],
    },
    ActionRow {
        action: Action::Form(FormAction::PickValue),
        name: "pick-value",
        help: "Chooses among the values of the field; a day, in a calendar",
        hint: "choose",
        scopes: &[Scope::Form],
        keys: &["f4"],
    },
    ActionRow {
        action: Action::Form(FormAction::CreateReferred),
        name: "create-referred",
        help: "Creates a record in the table that is listed, and comes back with it",
        hint: "new one",
        scopes: &[Scope::Refer],
        keys: &["ctrl-t"],
    },
    ActionRow {
        action: Action::Form(FormAction::EditOutside),
        name: "edit-in-editor",
        help: "Edits the field in your editor (VISUAL or EDITOR)",
        hint: "editor",
        scopes: &[Scope::Form],
        keys: &["ctrl-e"],
    },
    ActionRow {
        action: Action::Form(FormAction::SetNull),
        name: "set-null",
        help: "Sets the field to NULL",
        hint: "NULL",
        scopes: &[Scope::Form],
        keys: &["ctrl-n"],
    },
    ActionRow {
        action: Action::Form(FormAction::SetEmpty),
        name: "set-empty",
        help: "Sets the field to the empty text, which is not NULL",
        hint: "empty",
        scopes: &[Scope::Form],
        keys: &["ctrl-k"],
    },
    ActionRow {
        action: Action::Form(FormAction::SetDefault),
        name: "set-default",
        help: "Sets the field to its default",
        hint: "default",
        scopes: &[Scope::Form],
        keys: &["ctrl-d"],
    },
    ActionRow {
        action: Action::Form(FormAction::ResetField),
        name: "reset-field",
        help: "Sets the field back to what was read",
        hint: "reset field",
        scopes: &[Scope::Form],
        keys: &["ctrl-r"],
    },
    ActionRow {
        action: Action::Form(FormAction::Undo),
        name: "undo",
        help: "Takes the last change of the field back",
        hint: "undo",
        scopes: &[Scope::Form],
        keys: &["ctrl-u"],
    },
    ActionRow {
        action: Action::Form(FormAction::Redo),
        name: "redo",
        help: "Does it again",
        hint: "redo",
        scopes: &[Scope::Form],
        keys: &["ctrl-y"],
    },
    ActionRow {
        action: Action::Form(FormAction::Discard),
        name: "discard-edits",
        help: "Throws all edits of the record away, after asking",
        hint: "discard edits",
        scopes: &[Scope::Form, Scope::Conflict],
        keys: &["ctrl-x"],
    },
    ActionRow {
        action: Action::Form(FormAction::NextSaved),
        name: "next-saved-field",
        help: "Goes to the next field that somebody else saved meanwhile",
        hint: "theirs",
        scopes: &[Scope::Form],
        keys: &["ctrl-f"],
    },
    ActionRow {
        action: Action::Form(FormAction::OpenOther),
        name: "open-other-record",
        help: "Opens the record that has these values already",
        hint: "open it",
        scopes: &[Scope::Form],
        keys: &["ctrl-v"],
    },
    ActionRow {
        action: Action::Form(FormAction::MergeInto),
        name: "merge-into-other",
        help: "Compares what you typed with the record that has its value, and merges it into that",
        hint: "merge into it",
        scopes: &[Scope::Taken],
        keys: &["ctrl-f"],
    },
    ActionRow {
        action: Action::Form(FormAction::CreateMissing),
        name: "create-missing",
        help: "Creates the record that the field refers to in vain, with its value, and comes back",
        hint: "create it",
        scopes: &[Scope::Missing],
        keys: &["ctrl-v"],
    },
    ActionRow {
        action: Action::Form(FormAction::AboutField),
        name: "about-field",
        help: "Shows all about the field: what is wrong, what it must hold; and all that is not saved",
        hint: "about it",
        scopes: &[Scope::Form, Scope::Record, Scope::Conflict],
        keys: &["ctrl-o"],
    },
    ActionRow {
        action: Action::Form(FormAction::KeepYours),
        name: "keep-your-edits",
        help: "Writes what you typed to a text file of your own; secrets are left out",
        hint: "to a file",
        scopes: &[Scope::Form],
        keys: &[],
    },
    ActionRow {
        action: Action::Form(FormAction::PageUp),
        name: "form-page-up",
        help: "Moves one page up",
        hint: "page up",
        scopes: &[Scope::Form],
        keys: &["pgup"],
    },
    ActionRow {
        action: Action::Form(FormAction::PageDown),
        name: "form-page-down",
        help: "Moves one page down",
        hint: "page down",
        scopes: &[Scope::Form],
        keys: &["pgdn"],
    },
];
