//! Actions on the sign-in and connection screens; no state.

use super::{Action, ActionRow, Scope};

/// Actions on the sign-in and connection screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignInAction {
    /// Goes on.
    Submit,
    /// To the next field of the sign-in.
    NextField,
    /// To the field before, of the sign-in.
    PreviousField,
    /// To the next sign-in that the demo offers, else to the next field.
    Down,
    /// To the sign-in before, else to the field before.
    Up,
    /// Tests the settings.
    TestConnection,
    /// Saves the profile.
    SaveProfile,
    /// Opens the connection screen.
    SwitchServer,
    /// Goes back.
    Leave,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::SignIn(SignInAction::Submit),
        name: "submit",
        help: "Goes on: next field, or signs in",
        hint: "go on",
        scopes: &[Scope::SignIn, Scope::Connect],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::NextField),
        name: "sign-in-next-field",
        help: "Goes to the next field",
        hint: "next field",
        scopes: &[Scope::SignIn],
        keys: &["tab"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::PreviousField),
        name: "sign-in-previous-field",
        help: "Goes to the field before",
        hint: "field before",
        scopes: &[Scope::SignIn],
        keys: &["shift-tab"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::Down),
        name: "sign-in-down",
        help: "Chooses the next of the demo's sign-ins, else goes to the next field",
        hint: "choose",
        scopes: &[Scope::SignIn],
        keys: &["down"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::Up),
        name: "sign-in-up",
        help: "Chooses the sign-in before, else goes to the field before",
        hint: "choose",
        scopes: &[Scope::SignIn],
        keys: &["up"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::TestConnection),
        name: "test-connection",
        help: "Tests the settings stage by stage",
        hint: "test",
        scopes: &[Scope::Connect],
        keys: &["f5", "ctrl-t"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::SaveProfile),
        name: "save-profile",
        help: "Saves the settings as a profile and connects",
        hint: "save",
        scopes: &[Scope::Connect],
        keys: &["f8", "ctrl-s"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::SwitchServer),
        name: "switch-server",
        help: "Opens the connection screen",
        hint: "connection",
        scopes: &[Scope::SignIn],
        keys: &["f4"],
    },
    ActionRow {
        action: Action::SignIn(SignInAction::Leave),
        name: "leave-sign-in",
        help: "Goes back",
        hint: "back",
        scopes: &[Scope::SignIn, Scope::Connect],
        keys: &["esc"],
    },
];
