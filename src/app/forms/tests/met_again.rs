//! A conflict that is kept and opened again: it is read again first, and choices stay where they can.

use super::play::Play;
use super::workshop::{record, with};
use crate::app::place::Place;

/// Decided one field of two, and went back to the form.
fn kept() -> Play {
    let mut play = Play::editing();
    play.keys("end 'x' tab f4 3 ctrl-s");
    let theirs = [("description", "theirs"), ("status", "Down")];
    play.answer_changed(&with(6, &theirs));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play.keys("y esc ctrl-s");
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play
}

#[test]
fn what_changed_since_is_said_and_asked_again_and_choices_stay() {
    let mut play = kept();
    let theirs = [("description", "theirs"), ("status", "Active")];
    play.answer_record(&with(7, &theirs));
    assert_eq!(
        play.told(),
        "BFM-001 was saved again by somebody since: status changed; look again before saving"
    );
    let met = play.form().conflict.as_ref().unwrap();
    assert_eq!(met.decisions.choices.len(), 1, "the one that is as it was");
    assert_eq!(met.theirs.as_ref().unwrap().guard, record(7).guard);
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn nothing_is_said_where_nothing_changed() {
    let mut play = kept();
    let before = play.told().to_owned();
    let theirs = [("description", "theirs"), ("status", "Down")];
    play.answer_record(&with(6, &theirs));
    assert_eq!(play.told(), before);
    assert!(
        play.screen().contains("1 of 2 decided"),
        "{}",
        play.screen()
    );
}

#[test]
fn a_record_that_is_there_again_as_it_was_read_needs_no_decision() {
    let mut play = Play::editing();
    play.keys("end 'x' ctrl-s");
    play.answer_deleted();
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play.keys("esc ctrl-s");
    play.answer_record(&record(5));
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(
        play.told(),
        "BFM-001 is there again as you read it: save again"
    );
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "description=Compressor #1x");
}
