//! What is changed in the form while a save is under way: the save never goes over theirs with what
//! is not there any more.

use super::play::Play;
use super::workshop::with;
use crate::app::overlay::Overlay;
use crate::app::place::Place;

/// Saves a description, does something meanwhile, and is told that jhymel saved another one.
fn met(meanwhile: &str, theirs: &[(&str, &str)]) -> Play {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s").keys(meanwhile);
    play.answer_changed(&with(6, theirs));
    play
}

#[test]
fn a_field_that_is_set_back_while_it_is_saved_is_not_written_over_theirs() {
    for back in ["ctrl-r", "ctrl-u", "backspace"] {
        let play = met(back, &[("description", "Pump")]);
        assert!(play.save().is_none(), "{back}: {:?}", play.asked);
        let told = "BFM-001 stays as it was saved by jhymel at 08:52: nothing was left to write";
        assert_eq!(play.told(), told, "{back}");
        assert_eq!(play.field("description"), "Pump");
        assert!(!play.form().is_changed());
    }
}

#[test]
fn with_other_fields_typed_it_is_saved_again_by_the_person() {
    let mut play = met("ctrl-r tab tab '9'", &[("description", "Pump")]);
    assert!(play.save().is_none(), "{:?}", play.asked);
    assert!(
        play.told().starts_with("Not saved: BFM-001"),
        "{}",
        play.told()
    );
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "price=12.509");
    let both = [("description", "Pump"), ("price", "12.51")];
    play.answer_saved(&with(7, &both));
    assert_eq!(play.field("description"), "Pump");
    assert!(!play.form().is_changed());
}

#[test]
fn what_is_typed_to_theirs_meanwhile_does_not_send_the_old_typing_over_it() {
    let mut play = met("ctrl-w ctrl-w ctrl-w 'Pump'", &[("description", "Pump")]);
    assert!(play.save().is_none(), "{:?}", play.asked);
    play.keys("ctrl-s");
    assert!(play.save().is_none(), "{:?}", play.asked);
    assert_eq!(play.field("description"), "Pump");
}

#[test]
fn what_is_typed_on_meanwhile_is_decided_as_it_is_now() {
    let play = met("'y'", &[("description", "Pump")]);
    assert!(play.save().is_none());
    assert!(matches!(play.app.place, Place::Conflict(_)));
    assert_eq!(play.field("description"), "Compressor #1xy");
}

#[test]
fn edits_are_not_thrown_away_while_they_are_saved() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s ctrl-x");
    assert!(!matches!(play.app.overlay, Some(Overlay::Confirm(_))));
    assert!(
        play.told().starts_with("It is being saved"),
        "{}",
        play.told()
    );
    play.answer_changed(&with(6, &[("description", "Pump")]));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn the_receipt_of_a_merge_has_what_was_sent_and_not_what_was_typed_since() {
    let play = met("tab tab '9' shift-tab shift-tab 'y'", &[("status", "Down")]);
    let notes = &play.save().unwrap().merges;
    let fields = notes.iter().flat_map(|note| &note.fields);
    let told: Vec<String> = fields
        .map(|field| {
            format!(
                "{} {:?}",
                field.column,
                field.yours.as_ref().unwrap().as_text()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "description Some(\"Compressor #1x\")",
            "status Some(\"Active\")"
        ]
    );
}
