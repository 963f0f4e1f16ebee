//! The audit's own keys in its sentences, as they are bound now.

use crate::app::context::Context;
use crate::app::forms::words;
use crate::input::action::{Action, AuditAction, ListAction, Scope};

/// Names the key of an action here.
pub fn of(action: Action, cx: &Context) -> String {
    let scope = match action {
        Action::List(ListAction::Find) => Scope::Audit,
        Action::List(_) => Scope::List,
        _ => Scope::Audit,
    };
    words::key(action, scope, cx)
}

/// The key that opens the line of the filter, and those that filter by the entry under the cursor.
pub fn to_filter(cx: &Context) -> (String, String) {
    let alike = [
        AuditAction::SamePerson,
        AuditAction::SameTable,
        AuditAction::SameAction,
    ];
    let alike = alike.map(Action::Audit);
    let alike = words::keys(&alike, Scope::Audit, cx);
    (of(Action::List(ListAction::Find), cx), alike)
}

/// Says that nothing was found, and which keys let more be found.
pub fn to_widen(cx: &Context) -> String {
    let [part, all] = [AuditAction::RemovePart, AuditAction::ClearFilter]
        .map(|action| of(Action::Audit(action), cx));
    format!("Nothing was found; {part} takes a part of the filter out, {all} all of it")
}
