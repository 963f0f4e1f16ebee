//! Actions in dialogs, prompts and the palette; no state.

use super::{Action, ActionRow, Scope};

/// Actions in dialogs, prompts and the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DialogAction {
    /// Does what was asked.
    Yes,
    /// Deletes what was changed meanwhile, as it was shown.
    Anyway,
    /// Does not.
    No,
    /// Accepts a prompt.
    Accept,
    /// Proves the password and goes on with what asked for it.
    Prove,
    /// Takes what the cursor is on.
    Choose,
    /// Closes.
    Close,
    /// One line up.
    Up,
    /// One line down.
    Down,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Dialog(DialogAction::Yes),
        name: "yes",
        help: "Does it",
        hint: "yes",
        scopes: &[Scope::Confirm],
        keys: &["y"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Anyway),
        name: "delete-anyway",
        help: "Deletes it all the same, as it was shown",
        hint: "delete all the same",
        scopes: &[Scope::Anyway],
        keys: &["ctrl-x"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::No),
        name: "no",
        help: "Does not",
        hint: "no",
        scopes: &[Scope::Confirm, Scope::Anyway],
        keys: &["n", "esc"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Accept),
        name: "accept",
        help: "Accepts what is typed",
        hint: "accept",
        scopes: &[Scope::Prompt, Scope::Write],
        keys: &["f8", "ctrl-s"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Prove),
        name: "prove",
        help: "Proves the password and goes on with what asked for it",
        hint: "go on",
        scopes: &[Scope::Proof],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Choose),
        name: "choose",
        help: "Takes what the cursor is on",
        hint: "choose",
        scopes: &[Scope::Palette, Scope::Find, Scope::Write, Scope::Calendar],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Close),
        name: "close",
        help: "Closes without doing anything",
        hint: "close",
        scopes: &[
            Scope::Prompt,
            Scope::Write,
            Scope::CopyRow,
            Scope::Proof,
            Scope::Palette,
            Scope::Find,
            Scope::Calendar,
            Scope::Condition,
            Scope::ConditionValues,
        ],
        keys: &["esc"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Up),
        name: "choice-up",
        help: "Moves one line up; above the first line of the palette: what was typed there before",
        hint: "up",
        scopes: &[
            Scope::Palette,
            Scope::Find,
            Scope::Write,
            Scope::Condition,
            Scope::ConditionValues,
        ],
        keys: &["up"],
    },
    ActionRow {
        action: Action::Dialog(DialogAction::Down),
        name: "choice-down",
        help: "Moves one line down",
        hint: "down",
        scopes: &[
            Scope::Palette,
            Scope::Find,
            Scope::Write,
            Scope::Condition,
            Scope::ConditionValues,
        ],
        keys: &["down"],
    },
];
