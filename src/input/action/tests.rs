//! Dangerous actions have keys of their own: held over the whole table.

use super::{Action, DialogAction, Scope, rows};
use crate::input::event::{Key, KeyCode, Modifiers};
use crate::input::keymap::Keymap;

fn is_text(key: Key) -> bool {
    let plain = key.modifiers == Modifiers::NONE || key.modifiers == Modifiers::SHIFT;
    matches!(key.code, KeyCode::Char(_)) && plain
}

fn keys(action: Action, scope: Scope) -> Vec<Key> {
    let keymap = Keymap::default();
    let all = keymap.keys(action, &[scope]);
    // What is pressed last decides.
    all.iter()
        .filter_map(|keys| keys.as_slice().last().copied())
        .collect()
}

#[test]
fn no_dangerous_action_has_enter_or_a_key_that_text_presses_unasked() {
    let dangerous = rows().filter(|row| row.action.is_dangerous());
    let mut seen = 0;
    for row in dangerous {
        for scope in row.scopes {
            for key in keys(row.action, *scope) {
                seen += 1;
                assert!(key.code != KeyCode::Enter, "{}", row.name);
                let unasked = scope.comes_unasked() || scope.is_text();
                assert!(!(unasked && is_text(key)), "{} by {key}", row.name);
            }
        }
    }
    assert!(seen >= 5);
}

#[test]
fn the_key_that_asks_is_never_the_key_that_confirms() {
    let yes = keys(Action::Dialog(DialogAction::Yes), Scope::Confirm);
    assert!(!yes.is_empty());
    for row in rows().filter(|row| row.action.is_dangerous()) {
        if row.action == Action::Dialog(DialogAction::Yes) {
            continue;
        }
        for scope in row.scopes {
            let asks = keys(row.action, *scope);
            assert!(asks.iter().all(|key| !yes.contains(key)), "{}", row.name);
        }
    }
}
