//! Choices of a conflict outlive the program: they count over what they were made over, and no longer.

use super::play::Play;
use super::workshop::{record, with};
use crate::app::message::Message;
use crate::app::place::Place;
use crate::domain::draft::Draft;
use crate::domain::merge::Choice;

const THEIRS: [(&str, &str); 2] = [("description", "theirs"), ("status", "Down")];

/// Two fields clash; these keys are pressed on the conflict screen, and the program dies.
fn killed(keys: &str) -> Vec<Draft> {
    let mut play = Play::editing();
    play.keys("end 'x' tab f4 3 ctrl-s");
    play.answer_changed(&with(6, &THEIRS));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play.keys(keys).rest();
    play.disk.clone()
}

/// The next start: the record is opened and is like this by now.
fn after(disk: Vec<Draft>, version: i64, now: &[(&str, &str)]) -> Play {
    let mut play = Play::new();
    play.disk = disk;
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(true);
    play.answer_record(&with(version, now));
    play
}

/// Opens the conflict, which is read again first.
fn meet(play: &mut Play, version: i64, now: &[(&str, &str)]) {
    play.keys("ctrl-s");
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play.answer_record(&with(version, now));
}

fn choices(play: &Play) -> Vec<Choice> {
    let met = play.form().conflict.as_ref().expect("a conflict");
    met.decisions.choices.values().copied().collect()
}

#[test]
fn every_choice_is_there_after_a_kill_over_the_same_values() {
    for (keys, choice) in [
        ("y", Choice::Yours),
        ("t", Choice::Theirs),
        ("w", Choice::Was),
    ] {
        let mut play = after(killed(keys), 6, &THEIRS);
        let told = "Draft of 09:12 continued: 2 changes not saved; saved since, 1 of 2 decided";
        assert_eq!(play.told(), told);
        meet(&mut play, 6, &THEIRS);
        assert!(
            play.screen().contains("1 of 2 decided"),
            "{}",
            play.screen()
        );
        assert_eq!(choices(&play), [choice]);
    }
    // A value typed there, and the other one decided: saved under the guard of theirs.
    let mut play = after(killed("e '!' enter t"), 6, &THEIRS);
    meet(&mut play, 6, &THEIRS);
    assert!(
        play.screen().contains("2 of 2 decided"),
        "{}",
        play.screen()
    );
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "description=Compressor #1x!");
    assert_eq!(play.save().unwrap().guard, record(6).guard);
}

#[test]
fn a_choice_over_something_newer_is_asked_again() {
    let newer = [("description", "theirs"), ("status", "Active")];
    let mut play = after(killed("y n t"), 7, &newer);
    assert!(
        play.told().ends_with("saved since, 1 of 2 decided"),
        "{}",
        play.told()
    );
    meet(&mut play, 7, &newer);
    assert_eq!(
        choices(&play),
        [Choice::Yours],
        "of the one that is as it was"
    );
    // That it is to be asked anew is kept too, also where nothing clashes any more.
    play.keys("up up u y").rest();
    let mut play = after(play.disk.clone(), 8, &[("description", "theirs")]);
    meet(&mut play, 8, &[("description", "theirs")]);
    let met = play.form().conflict.as_ref().unwrap();
    assert_eq!(met.decisions.reopened.len(), 1, "{:?}", met.decisions);
    assert!(
        play.screen().contains("1 of 2 decided"),
        "{}",
        play.screen()
    );
}

#[test]
fn what_was_taken_back_is_open_again_and_a_record_that_began_anew_is_left_to_the_save() {
    let play = after(killed("y u"), 6, &THEIRS);
    assert!(
        play.told().ends_with("; it was saved since"),
        "{}",
        play.told()
    );
    let mut play = after(killed("y"), 1, &THEIRS);
    assert!(play.form().conflict.is_none());
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap().guard, record(5).guard);
}

#[test]
fn yours_typed_back_to_what_was_read_does_not_write_over_theirs_after_a_kill() {
    // The choice is yours; of yours nothing is left in it.
    let mut play = after(killed("e backspace enter t"), 6, &THEIRS);
    meet(&mut play, 6, &THEIRS);
    assert!(
        play.screen().contains("1 of 2 decided"),
        "{}",
        play.screen()
    );
}

#[test]
fn drafts_of_before_are_read_and_say_nothing_of_choices() {
    let disk = killed("");
    let text = serde_json::to_string(&disk[0]).unwrap();
    assert!(!text.contains("decided"), "{text}");
    assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), disk[0]);
    let disk = killed("y");
    let text = serde_json::to_string(&disk[0]).unwrap();
    assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), disk[0]);
}
