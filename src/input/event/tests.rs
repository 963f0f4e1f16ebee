//! Tests of key names: every key has one, and both spellings are read.

use super::{Key, KeyCode, Modifiers, Size};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

#[test]
fn names_of_config_and_of_tapes_are_the_same_keys() {
    for (ours, tapes) in [
        ("ctrl-s", "Ctrl+S"),
        ("f5", "F5"),
        ("enter", "Enter"),
        ("pgdn", "PageDown"),
        ("shift-tab", "Shift+Tab"),
        ("esc", "Escape"),
        ("space", "Space"),
        ("backspace", "Backspace"),
        ("del", "Delete"),
        ("alt-x", "Alt+x"),
        ("ctrl-alt-x", "Ctrl+Alt+X"),
        ("shift-f3", "Shift+F3"),
        ("H", "shift-h"),
        ("ctrl--", "Ctrl+minus"),
        ("ctrl-+", "Ctrl++"),
        ("-", "minus"),
        ("+", "plus"),
    ] {
        assert_eq!(key(ours), key(tapes), "{ours} and {tapes}");
        assert_eq!(key(ours).to_string(), ours);
    }
}

#[test]
fn every_key_is_read_back_from_its_name() {
    for key in all_keys() {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
}

#[test]
fn what_is_no_key_is_named() {
    for text in ["", "ctrl-", "f0", "f21", "hyper-x", "entr", "\n"] {
        let refused = text.parse::<Key>().unwrap_err();
        assert_eq!(refused.text, text);
    }
}

#[test]
fn a_size_from_outside_is_kept_small() {
    assert_eq!(
        Size::clamped(0, 0),
        Size {
            columns: 1,
            rows: 1
        }
    );
    assert_eq!(Size::clamped(u32::MAX, 70_000), Size::LARGEST);
}

#[test]
fn only_plain_characters_type_text() {
    assert_eq!(key("é").text(), Some('é'));
    assert_eq!(key("space").text(), Some(' '));
    assert_eq!(key("ctrl-s").text(), None);
    assert_eq!(key("enter").text(), None);
}

/// Every key there is with every combination held, in normal form.
pub fn all_keys() -> Vec<Key> {
    let mut codes = vec![
        KeyCode::Enter,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Insert,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Esc,
    ];
    codes.extend((1..=20).map(KeyCode::F));
    codes.extend("aZé 日-+/1[\\]^_@~".chars().map(KeyCode::Char));
    let mut keys = Vec::new();
    for code in codes {
        for bits in 0..8 {
            let modifiers = Modifiers {
                ctrl: bits & 1 > 0,
                alt: bits & 2 > 0,
                shift: bits & 4 > 0,
            };
            keys.push(Key::new(code, modifiers));
        }
    }
    keys
}
