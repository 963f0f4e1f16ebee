//! Tests of text editing: keys in, text and cursor out. `|` stands for the cursor.

use proptest::prelude::*;
use secrecy::ExposeSecret;
use unicode_segmentation::UnicodeSegmentation;

use super::{Instead, Mode, Pressed, TextField};
use crate::input::event::Key;
use crate::input::event::tests::all_keys;

/// Makes a field from a text with its cursor marked.
fn field(mode: Mode, marked: &str) -> TextField {
    let cursor = marked.find('|').unwrap();
    let mut field = TextField::new(mode, &marked.replace('|', ""));
    field.cursor = cursor;
    field
}

fn marked(field: &TextField) -> String {
    let (before, after) = field.text().split_at(field.cursor());
    format!("{before}|{after}")
}

fn press(field: &mut TextField, keys: &str) {
    for key in keys.split(' ') {
        field.press(key.parse::<Key>().unwrap());
    }
}

fn check(mode: Mode, start: &str, keys: &str, expected: &str) {
    let mut field = field(mode, start);
    press(&mut field, keys);
    assert_eq!(marked(&field), expected, "{start} and {keys}");
}

#[test]
fn typing_and_deleting_go_by_graphemes() {
    check(Mode::Line, "|", "a é 日", "aé日|");
    check(Mode::Line, "e\u{301}|x", "backspace", "|x");
    check(Mode::Line, "|👨\u{200d}👩\u{200d}👧x", "del", "|x");
    check(Mode::Line, "a👍🏽|", "left x", "ax|👍🏽");
    check(Mode::Line, "|ab", "backspace left", "|ab");
    check(Mode::Line, "ab|", "del right", "ab|");
}

#[test]
fn words_lines_and_ends_are_reached() {
    check(
        Mode::Line,
        "one two, three|",
        "ctrl-left",
        "one two, |three",
    );
    check(
        Mode::Line,
        "one two, |three",
        "ctrl-left",
        "one |two, three",
    );
    check(Mode::Line, "|one two", "ctrl-right", "one| two");
    check(Mode::Line, "one two|", "ctrl-w", "one |");
    check(Mode::Line, "|one two", "ctrl-del", "| two");
    check(Mode::Line, "one| two", "ctrl-k", "one|");
    check(Mode::Line, "one| two", "home x", "x|one two");
    check(Mode::Lines, "one\ntw|o\nthree", "home", "one\n|two\nthree");
    check(Mode::Lines, "one\ntw|o\nthree", "end", "one\ntwo|\nthree");
    check(Mode::Lines, "one\ntw|o", "ctrl-home", "|one\ntwo");
}

#[test]
fn up_and_down_keep_to_their_column() {
    check(
        Mode::Lines,
        "long line\nx\nlong li|ne",
        "up",
        "long line\nx|\nlong line",
    );
    check(
        Mode::Lines,
        "long line\nx\nlong li|ne",
        "up up",
        "long li|ne\nx\nlong line",
    );
    check(Mode::Lines, "日本\na|b", "up", "|日本\nab");
    check(Mode::Lines, "日本\nab|", "up", "日|本\nab");
    let mut top = field(Mode::Lines, "a|\nb");
    assert_eq!(top.press("up".parse().unwrap()), Pressed::Ignored);
    let mut one = field(Mode::Line, "a|");
    assert_eq!(one.press("down".parse().unwrap()), Pressed::Ignored);
    assert_eq!(one.press("enter".parse().unwrap()), Pressed::Ignored);
    check(Mode::Lines, "a|b", "enter", "a\n|b");
}

#[test]
fn a_word_is_undone_at_once_and_done_again() {
    let mut field = TextField::line();
    press(&mut field, "o n e space t w o");
    assert!(field.undo());
    assert_eq!(marked(&field), "one |");
    assert!(field.undo());
    assert_eq!(marked(&field), "|");
    assert!(!field.undo());
    assert!(field.redo() && field.redo() && !field.redo());
    assert_eq!(marked(&field), "one two|");
    field.undo();
    press(&mut field, "x");
    assert!(!field.redo());
    field.set("other");
    assert!(field.undo());
    assert_eq!(field.text(), "one x");
}

#[test]
fn a_paste_fits_the_field() {
    let pasted = |mode, text| {
        let mut field = TextField::new(mode, "");
        field.insert(text);
        field.text().to_string()
    };
    assert_eq!(pasted(Mode::Line, "a\r\nb\u{7}\tc\n"), "a b c");
    assert_eq!(pasted(Mode::Lines, "a\r\nb\rc\u{1b}[A\n"), "a\nb\nc[A\n");
    assert_eq!(pasted(Mode::Secret, "s3 cret\n"), "s3 cret");
}

#[test]
fn null_gives_way_to_typing_and_comes_back_by_undo() {
    let mut field = TextField::new(Mode::Line, "one");
    field.set_instead(Instead::Null);
    assert_eq!((field.text(), field.instead()), ("", Some(Instead::Null)));
    press(&mut field, "x");
    assert_eq!((field.text(), field.instead()), ("x", None));
    assert!(field.undo());
    assert_eq!((field.text(), field.instead()), ("", Some(Instead::Null)));
    assert!(field.undo());
    assert_eq!((field.text(), field.instead()), ("one", None));
    assert!(field.redo());
    assert_eq!(field.instead(), Some(Instead::Null));
}

#[test]
fn the_cursor_is_put_between_graphemes() {
    let mut field = TextField::new(Mode::Line, "ae\u{301}b");
    field.place_cursor(2);
    assert_eq!(marked(&field), "a|e\u{301}b");
    field.place_cursor(99);
    assert_eq!(marked(&field), "ae\u{301}b|");
}

#[test]
fn a_secret_is_neither_printed_nor_undone() {
    let mut field = TextField::secret();
    press(&mut field, "s e c r e t");
    assert_eq!(format!("{field:?}"), "TextField(secret)");
    assert!(!field.undo());
    assert_eq!(field.take_secret().expose_secret(), "secret");
    assert!(field.is_empty());
    // Words within a secret would show where its blanks are.
    check(Mode::Secret, "one two|", "ctrl-w", "|");
}

proptest! {
    #[test]
    fn no_keys_leave_the_cursor_inside_a_character(
        text in "[a-c \n,éß日👍\u{301}\u{200d}]{0,12}",
        presses in proptest::collection::vec((0..all_keys().len(), any::<bool>()), 0..40),
    ) {
        let mut field = TextField::new(Mode::Lines, &text);
        let keys = all_keys();
        for (number, undo) in presses {
            if undo {
                field.undo();
            } else {
                field.press(keys[number]);
            }
            prop_assert!(field.text().is_char_boundary(field.cursor()));
            let (before, after) = field.text().split_at(field.cursor());
            let _ = (before.graphemes(true).count(), after.graphemes(true).count());
        }
        while field.undo() {}
        prop_assert_eq!(field.text(), text);
    }
}
