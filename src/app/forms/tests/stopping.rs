//! A save that is stopped is asked about at once, and what became of it is told as it is.

use super::play::Play;
use super::workshop::with;
use crate::db::contract::{Fault, RecordsRequest, Request};

fn saving() -> Play {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s ctrl-c");
    play
}

fn settles(play: &Play) -> bool {
    let last = play.asked.last().map(|(_, request)| request);
    matches!(last, Some(Request::Records(RecordsRequest::Settle(_))))
}

#[test]
fn what_was_not_stored_stays_typed_and_is_saved_under_another_number() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let first = play.save().unwrap().request;
    play.keys("ctrl-c");
    assert!(play.save().is_none() && settles(&play), "{:?}", play.asked);
    play.keys("'y' ctrl-s ctrl-c");
    assert_eq!(play.asked.len(), 1, "asked once");
    play.answer(Err(Fault::Cancelled));
    assert_eq!(
        play.told(),
        "Not saved: it was stopped; your edits are kept"
    );
    assert_eq!(play.field("description"), "Compressor #1xy");
    play.keys("ctrl-s");
    assert_ne!(play.save().unwrap().request, first);
}

#[test]
fn what_was_stored_before_is_told_as_stored() {
    let mut play = saving();
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert_eq!(
        play.told(),
        "Saved BFM-001 as version 6; it was too late to stop it"
    );
    assert!(!play.form().is_changed());
}

#[test]
fn what_cannot_be_known_is_asked_again_under_the_same_number() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let first = play.save().unwrap().request;
    play.keys("ctrl-c").answer(Err(Fault::OutcomeUnknown));
    assert!(play.told().contains("It is not known"), "{}", play.told());
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap().request, first);
}
