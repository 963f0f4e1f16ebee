//! Saving and going on: only past what is stored, with the keys that were typed meanwhile.

use std::sync::Arc;

use super::play::{Play, TABLE};
use super::workshop::{record, shape, with};
use crate::app::forms::Mode;
use crate::app::place::{Go, Place};
use crate::db::contract::Fault;
use crate::domain::record::RecordKey;

#[test]
fn a_new_record_follows_with_what_was_typed_meanwhile() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-t 'BFM-7'");
    assert!(play.save().is_some());
    assert_eq!(play.field("description"), "Compressor #1x");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    let new = play
        .app
        .forms
        .open
        .values()
        .find(|form| form.mode == Mode::Create);
    let new = new.expect("a new record");
    assert_eq!(play.app.place, Place::Record(new.id));
    assert!(play.screen().contains("BFM-7"), "{}", play.screen());
    assert!(play.screen().contains("equipment · new"));
}

#[test]
fn what_is_not_stored_keeps_the_person_there() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-t 'lost'");
    play.answer(Err(Fault::ConnectionLost));
    assert!(matches!(play.app.place, Place::Record(id) if id == play.form().id));
    assert_eq!(play.field("description"), "Compressor #1x");
    let dropped = |(_, notice): &(_, crate::app::notice::Notice)| {
        notice.text == "What was typed meanwhile was dropped"
    };
    assert!(play.app.notices.log.iter().any(dropped));
    // The same keys again: asked for under the same number, and then on.
    play.keys("ctrl-t");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert!(play.screen().contains("equipment · new"));
}

#[test]
fn a_conflict_comes_before_what_follows() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-g 'typed for the next'");
    play.answer_changed(&with(6, &[("description", "Pump")]));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    assert!(play.save().is_none());
    // Disjoint changes are merged and sent anew; what follows waits for that.
    let mut play = Play::editing();
    play.keys("'x' ctrl-t 'BFM-8'");
    play.answer_changed(&with(6, &[("price", "9.00")]));
    assert!(play.save().is_some());
    let merged = [("price", "9.00"), ("description", "Compressor #1x")];
    play.answer_saved(&with(7, &merged));
    assert!(play.screen().contains("equipment · new"));
    assert!(play.screen().contains("BFM-8"));
}

#[test]
fn nothing_to_save_goes_on_at_once_and_an_empty_record_is_not_sent() {
    let mut play = Play::editing();
    play.keys("ctrl-t");
    assert!(play.asked.is_empty());
    assert!(play.screen().contains("equipment · new"));
    play.keys("ctrl-t");
    assert_eq!(play.told(), "Nothing is typed in this new record yet");
}

/// Asks for a copy of BFM-001, whose description must be unique.
fn copying() -> Play {
    let mut play = Play::new();
    let mut shape = shape();
    shape.uniques = vec![vec![2]];
    play.app.context.shapes.insert(TABLE, Arc::new(shape));
    play.go(Go::Copy {
        table: TABLE,
        key: RecordKey(vec!["BFM-001".into()]),
    });
    play
}

#[test]
fn a_copy_leaves_out_key_and_unique_values() {
    let mut play = copying();
    play.keys("'BFM-009'");
    play.answer_record(&with(5, &[("status", "Down")]));
    for (name, value) in [
        ("bfm_no", "BFM-009"),
        ("description", "NULL"),
        ("status", "Down"),
        ("price", "12.50"),
        ("due", "NULL"),
        ("notes", "first line\nsecond line"),
    ] {
        assert_eq!(play.field(name), value, "{name}");
    }
    play.keys("esc");
    play.rest();
    assert_eq!(play.disk.len(), 1);
    // Another copy has a draft of its own.
    play.go(Go::Copy {
        table: TABLE,
        key: RecordKey(vec!["BFM-001".into()]),
    });
    play.answer_record(&record(5));
    play.keys("'BFM-010' esc");
    play.rest();
    assert_eq!(play.disk.len(), 2);
}

#[test]
fn a_copy_that_nobody_typed_in_leaves_nothing_behind() {
    let mut play = copying();
    play.answer_record(&record(5));
    play.rest();
    play.keys("esc");
    play.rest();
    assert!(play.disk.is_empty());
    assert!(play.app.forms.open.is_empty());
}

#[test]
fn a_copy_keeps_signs_that_cannot_be_typed_until_the_text_is_typed_in() {
    let whole = "one\r\ntwo\u{7}\r\n";
    let mut play = copying();
    play.answer_record(&with(5, &[("notes", whole)]));
    assert_eq!(play.field("notes"), whole);
    assert!(!play.screen().contains('\u{7}'));
    let column = shape().column_named("notes").unwrap();
    while play.form().focus != column {
        play.keys("tab");
    }
    play.keys("'!'");
    assert_eq!(play.field("notes"), "one\ntwo\n!");
    play.keys("ctrl-u");
    assert_eq!(play.field("notes"), whole);
}
