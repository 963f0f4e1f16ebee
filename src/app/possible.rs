//! Whether an action can do anything for whoever is, or is not, signed in; no state.

use crate::app::context::Context;
use crate::input::action::{Action, AppAction};

/// Whether an action can do anything for whoever is, or is not, signed in.
pub fn is_possible(action: Action, cx: &Context) -> bool {
    let signed_in = cx.person().is_some() && cx.ended.is_none();
    match action {
        Action::App(AppAction::ToggleSessions) => {
            signed_in && cx.person().is_some_and(|person| person.may_see_sessions)
        }
        Action::App(AppAction::ShowAudit) => {
            signed_in && cx.person().is_some_and(|person| person.may_see_audit)
        }
        Action::App(AppAction::ChooseTenant) => {
            signed_in && cx.person().is_some_and(|person| person.may_choose_tenant)
        }
        Action::App(
            AppAction::SignOut
            | AppAction::NextPane
            | AppAction::ShowTables
            | AppAction::ShowDrafts
            | AppAction::ShowReceipts,
        ) => signed_in,
        Action::Accounts(_) => {
            signed_in && cx.person().is_some_and(|person| person.may_manage_accounts)
        }
        // What the past and who edits what need is not there in the plain way.
        Action::History(_) | Action::Claims(_) => signed_in && cx.is_shared(),
        _ => true,
    }
}
