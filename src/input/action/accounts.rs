//! Actions on the accounts screen; no state.

use super::{Action, ActionRow, Scope};

/// Actions on the accounts screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountsAction {
    /// Shows the accounts.
    Show,
    /// Begins a new account.
    New,
    /// Changes an account's name and roles.
    Edit,
    /// Gives an account a new one-time code.
    Reset,
    /// Lets an account sign in no more.
    Deactivate,
    /// Lets an account sign in again.
    Activate,
    /// Forgets an account's failed tries.
    Unlock,
    /// Shows the roles.
    ShowRoles,
    /// Shows what the role under the cursor gives.
    ShowRights,
    /// Shows or hides the one-time code.
    ShowCode,
    /// Reads the accounts again.
    Refresh,
    /// Saves what was set for an account.
    Save,
    /// To the next entry.
    NextEntry,
    /// To the entry before.
    EntryBefore,
    /// Leaves the entries without saving.
    Leave,
}

const LIST: &[Scope] = &[Scope::Accounts];
const ENTRIES: &[Scope] = &[Scope::Account];

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Accounts(AccountsAction::Show),
        name: "show-accounts",
        help: "Shows the accounts and the roles, for those who may manage accounts",
        hint: "accounts",
        scopes: &[Scope::AppList],
        keys: &["@"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::New),
        name: "new-account",
        help: "Begins a new account",
        hint: "new",
        scopes: LIST,
        keys: &["n"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Edit),
        name: "edit-account",
        help: "Changes the name that others see, and the roles",
        hint: "name, roles",
        scopes: LIST,
        keys: &["e", "f2"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Reset),
        name: "reset-account",
        help: "Makes a new one-time code, after asking; ends the account's sessions",
        hint: "new code",
        scopes: LIST,
        keys: &["c"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Deactivate),
        name: "deactivate-account",
        help: "Lets the account sign in no more, after asking; ends its sessions",
        hint: "deactivate",
        scopes: LIST,
        keys: &["x"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Activate),
        name: "activate-account",
        help: "Lets the account sign in again",
        hint: "activate",
        scopes: LIST,
        keys: &["a"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Unlock),
        name: "unlock-account",
        help: "Forgets the account's failed tries, so that it need not wait",
        hint: "unlock",
        scopes: LIST,
        keys: &["u"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::ShowRoles),
        name: "show-roles",
        help: "Shows the roles and who has them",
        hint: "roles",
        scopes: LIST,
        keys: &["o"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::ShowRights),
        name: "show-rights",
        help: "Shows what the role gives, table by table",
        hint: "what it gives",
        scopes: LIST,
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::ShowCode),
        name: "show-code",
        help: "Shows or hides the one-time code that was just made",
        hint: "show code",
        scopes: LIST,
        keys: &["v"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Refresh),
        name: "refresh-accounts",
        help: "Reads the accounts again",
        hint: "reload",
        scopes: LIST,
        keys: &["r", "f5"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Save),
        name: "save-account",
        help: "Saves the account",
        hint: "save",
        scopes: ENTRIES,
        keys: &["ctrl-s", "f8"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::NextEntry),
        name: "next-entry",
        help: "Goes to the next entry",
        hint: "next",
        scopes: ENTRIES,
        keys: &["tab", "down", "enter"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::EntryBefore),
        name: "entry-before",
        help: "Goes to the entry before",
        hint: "before",
        scopes: ENTRIES,
        keys: &["shift-tab", "up"],
    },
    ActionRow {
        action: Action::Accounts(AccountsAction::Leave),
        name: "leave-account",
        help: "Leaves without saving; what was typed is there when you come back",
        hint: "leave",
        scopes: ENTRIES,
        keys: &["esc"],
    },
];
