//! Tests of the keymap: the table's own keys, presets, several keys in order.

use super::*;
use crate::input::action::{AppAction, BrowserAction, ListAction};
use crate::input::preset::PRESETS;

#[test]
fn the_defaults_do_not_clash_and_every_key_parses() {
    Keymap::new(&[], false).expect("no clash");
    for row in rows() {
        for name in row.keys {
            let key: Key = name
                .parse()
                .unwrap_or_else(|_| panic!("{name} in {}", row.name));
            assert_eq!(key.to_string(), *name);
        }
    }
}

#[test]
fn forbidden_keys_are_not_defaults() {
    let forbidden = [
        "ctrl-a", "ctrl-b", "ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m", "ctrl-z", "ctrl-[", "f10",
        "f11",
    ];
    for row in rows() {
        for key in row.keys {
            assert!(
                !forbidden.contains(key),
                "{key} is a default of {}",
                row.name
            );
        }
    }
}

#[test]
fn text_scopes_bind_no_printable_key() {
    for row in rows() {
        if row.scopes.iter().any(|scope| scope.is_text()) {
            for key in row.keys {
                assert!(
                    key.chars().count() > 1 && *key != "space",
                    "{key} in {}",
                    row.name
                );
            }
        }
    }
}

#[test]
fn every_preset_is_whole_and_names_what_there_is() {
    for (name, preset) in PRESETS {
        Keymap::of(*preset, &[], false).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        for (action, keys) in preset.rows() {
            assert!(rows().any(|row| row.name == *action), "{name}: {action}");
            for key in *keys {
                let read: Keys = key.parse().unwrap_or_else(|_| panic!("{name}: {key}"));
                assert_eq!(read.to_string(), *key);
            }
        }
    }
}

fn keys(text: &str) -> Vec<Key> {
    text.parse::<Keys>().unwrap().as_slice().to_vec()
}

fn rebound(action: &str, keys: &[&str]) -> Rebinding {
    Rebinding {
        action: action.into(),
        keys: keys.iter().map(|key| key.parse().unwrap()).collect(),
    }
}

#[test]
fn several_keys_ask_for_one_thing() {
    let keymap = Keymap::of(Preset::Vim, &[], false).unwrap();
    let scopes = [Scope::Grid, Scope::List, Scope::AppList, Scope::App];
    assert_eq!(keymap.pressed(&scopes, &keys("g")), Pressed::Begun);
    let first = Pressed::Action(Action::List(ListAction::First));
    assert_eq!(keymap.pressed(&scopes, &keys("g g")), first);
    assert_eq!(keymap.pressed(&scopes, &keys("g x")), Pressed::Nothing);
    let follows = keymap.following(&scopes, &keys("g"));
    let drafts = Action::App(AppAction::ShowDrafts);
    assert!(follows.contains(&Following {
        key: Key::char('d'),
        action: Some(drafts),
    }));
    // Where text is typed, a letter is a letter.
    assert_eq!(
        keymap.pressed(&[Scope::Form, Scope::App], &keys("g")),
        Pressed::Nothing
    );
}

#[test]
fn the_keys_that_are_listed_first_come_first() {
    let own = [rebound("first", &["g g", "home"])];
    let keymap = Keymap::new(&own, false).unwrap();
    let shown = keymap.keys(Action::List(ListAction::First), &[Scope::List]);
    let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["g g", "home"]);
}

#[test]
fn keys_that_begin_others_are_refused() {
    let own = [rebound("last", &["g e"])];
    let fault = Keymap::new(&own, false).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "g is bound to first in scope lists, and begins g e of last"
    );
    let own = [rebound("delete-record", &["D D"])];
    let fault = Keymap::new(&own, false).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "D D repeats one key, which is too easily done for delete-record: give it another"
    );
    let own = [rebound("delete-record", &["D x"])];
    let keymap = Keymap::new(&own, false).unwrap();
    let deletes = Pressed::Action(Action::Browser(BrowserAction::DeleteRecord));
    assert_eq!(keymap.pressed(&[Scope::Grid], &keys("D x")), deletes);
}
