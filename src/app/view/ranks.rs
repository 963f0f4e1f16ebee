//! How much each hint is missed where the bar has no room for all: saving, going back and help are
//! always shown. Which hints there are is said by the screens; nothing is drawn here.

use crate::input::action::{
    AccountsAction, Action, AppAction, ConflictAction, DialogAction, FormAction, ListAction,
    SignInAction,
};
use crate::widgets::hints::Rank;

/// Whether an action leads out of what is shown.
pub fn leads_out(action: &Action) -> bool {
    matches!(
        action,
        Action::List(ListAction::Back)
            | Action::Form(FormAction::Leave)
            | Action::Conflict(ConflictAction::Leave)
            | Action::SignIn(SignInAction::Leave)
            | Action::Accounts(AccountsAction::Leave)
            | Action::Dialog(DialogAction::Close | DialogAction::No)
    )
}

/// How much an action is missed.
pub fn of(action: Action) -> Rank {
    match action {
        Action::Form(FormAction::Save)
        | Action::Accounts(AccountsAction::Save)
        | Action::App(AppAction::Help | AppAction::HelpInList | AppAction::ChooseTenant) => {
            Rank::Always
        }
        Action::App(AppAction::Palette | AppAction::PaletteInList) => Rank::Spare,
        action if leads_out(&action) => Rank::Always,
        _ => Rank::Usual,
    }
}

/// For how many of the usual hints the commands give way: who decides between values needs all the
/// keys for that.
pub fn enough(decides: bool) -> usize {
    if decides { 5 } else { 1 }
}
