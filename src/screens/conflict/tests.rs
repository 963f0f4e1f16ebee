//! The conflict screen: decided by keys, drawn at 80x24, saved under guard of theirs.

mod long;
mod rest;

use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::with;
use crate::app::place::Place;
use crate::db::contract::records::SaveOutcome;
use crate::db::contract::{RecordsReply, RecordsRequest, Request};

/// Yours: description, status and price; theirs: description, status and notes.
fn met() -> Play {
    let mut play = Play::editing();
    play.keys("ctrl-w '2' tab f4 3 tab ctrl-w ctrl-w '99' ctrl-s");
    play.answer_changed(&theirs(6));
    assert!(
        matches!(play.app.place, Place::Conflict(_)),
        "{}",
        play.screen()
    );
    play
}

fn theirs(version: i64) -> crate::domain::record::Record {
    let changed = [
        ("description", "Compressor #7"),
        ("status", "Down"),
        ("notes", "bearings noisy"),
    ];
    with(version, &changed)
}

/// Decides with keys, saves, and compares what is sent.
#[track_caller]
fn check(keys: &str, changes: &str) {
    let mut play = met();
    play.keys(keys).keys("ctrl-s");
    assert_eq!(play.changes(), changes, "{}", play.screen());
    assert_eq!(play.save().unwrap().guard, theirs(6).guard);
    assert_eq!(play.save().unwrap().base, theirs(6).values);
}

#[test]
fn each_field_is_decided_by_its_key() {
    check("y n t", "description=Compressor #2 price=99");
    check("t j y", "status=Retired price=99");
    check(
        "w down w",
        "description=Compressor #1 status=Active price=99",
    );
    check("Y", "description=Compressor #2 status=Retired price=99");
    check("y T", "description=Compressor #2 price=99");
    check("T", "price=99");
}

#[test]
fn words_typed_in_place_are_made_exact_and_say_what_they_mean() {
    for leave in ["enter", "esc", "tab", "ctrl-s"] {
        let mut play = Play::editing();
        play.keys("tab tab tab tab '2026-01-01' ctrl-s");
        play.answer_changed(&with(6, &[("due", "2026-02-02")]));
        play.keys("e ctrl-w ctrl-w ctrl-w '+3d'");
        let screen = play.screen();
        assert!(screen.contains("= Saturday 2026-03-07"), "{screen}");
        play.keys(leave).keys("ctrl-s");
        assert_eq!(play.changes(), "due=2026-03-07", "{}", play.screen());
    }
    let mut play = Play::editing();
    play.keys("tab tab tab tab '2026-01-01' ctrl-s");
    play.answer_changed(&with(6, &[("due", "2026-02-02")]));
    play.keys("e ctrl-w ctrl-w ctrl-w 'soon' ctrl-s");
    assert!(play.save().is_none());
    assert!(play.screen().contains("is not a date"), "{}", play.screen());
}

#[test]
fn a_value_can_be_typed_in_place() {
    check("e '5' enter t", "description=Compressor #25 price=99");
    check("t e '5' esc T", "description=Compressor #75 price=99");
    check("t n e 2 y", "price=99");
    check("t n e 1", "status=Active price=99");
}

#[test]
fn what_was_merged_can_be_turned_back() {
    check("T m j j j w", "price=99 notes=first line\nsecond line");
}

#[test]
fn taking_back_turns_to_the_other_side_and_back_again() {
    check("T m j j j u", "price=99 notes=first line\nsecond line");
    check("T m j j j u u", "price=99");
    check("Y u y", "description=Compressor #2 status=Retired price=99");
    let mut play = met();
    play.keys("Y u ctrl-s");
    assert!(play.save().is_none());
    assert_eq!(play.told(), "Not saved: 1 field not decided yet");
}

#[test]
fn nothing_is_sent_while_a_field_is_undecided() {
    let mut play = met();
    play.keys("down y up ctrl-s");
    assert!(play.save().is_none());
    assert_eq!(play.told(), "Not saved: 1 field not decided yet");
    play.keys("Y ctrl-s");
    assert!(play.save().is_some());
}

#[test]
fn saving_ends_the_conflict_and_the_draft() {
    let mut play = met();
    play.rest();
    assert_eq!(play.disk.len(), 1);
    play.keys("y t ctrl-s");
    assert!(play.save().is_none());
    play.keys("n t ctrl-s");
    let stored = [
        ("description", "Compressor #7"),
        ("status", "Down"),
        ("price", "99.00"),
        ("notes", "bearings noisy"),
    ];
    play.answer_saved(&with(7, &stored));
    assert_eq!(play.told(), "Saved BFM-001 as version 7");
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(play.field("description"), "Compressor #7");
    assert!(!play.form().is_changed());
    assert!(play.disk.is_empty());
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn esc_goes_back_with_every_keystroke_and_saving_comes_back_with_the_choices() {
    let mut play = met();
    play.keys("y esc");
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(play.field("description"), "Compressor #2");
    assert_eq!(play.field("status"), "Retired");
    assert_eq!(play.field("price"), "99");
    assert!(
        play.screen().contains("1 field to decide: save again"),
        "{}",
        play.screen()
    );
    play.keys("ctrl-s");
    assert!(matches!(play.app.place, Place::Conflict(_)));
    assert!(
        play.screen().contains("1 of 2 decided"),
        "{}",
        play.screen()
    );
}

#[test]
fn what_is_set_back_in_the_form_is_not_written_over_theirs_as_yours() {
    for back in ["ctrl-r", "ctrl-w ctrl-w 'Compressor #1'"] {
        let mut play = met();
        play.keys("y n t esc shift-tab shift-tab").keys(back);
        assert_eq!(play.field("description"), "Compressor #1");
        play.keys("ctrl-s");
        let screen = play.screen();
        assert!(screen.contains("1 of 2 decided"), "{back}\n{screen}");
        play.keys("ctrl-s");
        assert!(play.told().contains("not decided yet"), "{}", play.told());
        play.keys("t ctrl-s");
        assert_eq!(play.changes(), "price=99");
    }
}

#[test]
fn a_second_conflict_keeps_what_was_decided_where_the_values_are_the_same() {
    let mut play = met();
    play.keys("y n t ctrl-s");
    let mut again = theirs(7);
    again.values[3] = "Active".into();
    again.values[2] = "Compressor #8".into();
    play.answer_changed(&again);
    assert!(matches!(play.app.place, Place::Conflict(_)));
    let screen = play.screen();
    assert!(screen.contains("0 of 2 decided"), "{screen}");
    assert!(play.told().contains("once more"), "{}", play.told());
    play.keys("y n y ctrl-s");
    assert_eq!(
        play.changes(),
        "description=Compressor #2 status=Retired price=99"
    );
    assert_eq!(play.save().unwrap().guard, again.guard);
}

#[test]
fn a_second_save_elsewhere_that_leaves_nothing_undecided_is_merged_on() {
    let mut play = met();
    play.keys("y n t ctrl-s");
    let mut again = theirs(7);
    again.values[6] = "2026-05-01".into();
    play.answer_changed(&again);
    assert_eq!(play.changes(), "description=Compressor #2 price=99");
    assert_eq!(play.save().unwrap().guard, again.guard);
}

#[test]
fn all_theirs_leaves_nothing_to_write() {
    let mut play = met();
    play.keys("T m t");
    let screen = play.screen();
    assert!(
        screen.contains("merged without asking (m closes)"),
        "{screen}"
    );
    play.keys("ctrl-s");
    assert!(play.save().is_none());
    assert!(
        play.told().contains("nothing was left to write"),
        "{}",
        play.told()
    );
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(play.field("notes"), "bearings noisy");
    assert!(!play.form().is_changed());
}

#[test]
fn a_deleted_record_can_be_created_again_or_kept_as_a_draft() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("ctrl-s");
    play.answer_deleted();
    let screen = play.screen();
    assert!(
        screen.contains("BFM-001 was deleted by jhymel at 08:52"),
        "{screen}"
    );
    assert!(
        screen.contains("Compressor #1 → Compressor #1x"),
        "{screen}"
    );
    play.keys("esc");
    assert_eq!(play.field("description"), "Compressor #1x");
    assert_eq!(play.disk.len(), 1);
    play.keys("ctrl-s ctrl-r");
    let Some((_, Request::Records(RecordsRequest::CreateRecord { entries, .. }))) =
        play.asked.last()
    else {
        panic!("{:?}", play.asked);
    };
    assert_eq!(entries.len(), 7);
    play.answer_saved(&with(1, &[("description", "Compressor #1x")]));
    assert_eq!(play.told(), "Created BFM-001");
    assert!(matches!(play.app.place, Place::Record(_)));
    assert!(play.disk.is_empty());
}

#[test]
fn throwing_away_ends_the_conflict() {
    let mut play = met();
    play.keys("ctrl-x y");
    assert!(matches!(play.app.place, Place::Record(_)));
    assert!(play.form().conflict.is_none());
    play.answer_record(&theirs(6));
    assert_eq!(play.field("status"), "Down");
}

#[test]
fn keys_typed_before_it_was_painted_stay_with_the_field_beneath() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let miss = crate::db::contract::records::Miss::Changed {
        theirs: Box::new(theirs(6)),
        by: None,
    };
    let outcome = RecordsReply::Finished(SaveOutcome::Missed(miss));
    play.answer_unpainted(Ok(outcome));
    for key in ["y", "ctrl-s", "tab", "tab", "9"] {
        let key: crate::input::event::Key = key.parse().unwrap();
        play.send(crate::app::message::Message::Event(
            crate::input::event::Event::Key(key),
        ));
    }
    play.send(crate::app::message::Message::Event(
        crate::input::event::Event::Paste("9".into()),
    ));
    assert_eq!(play.field("description"), "Compressor #1xy");
    assert_eq!(play.field("price"), "12.5099");
    assert_eq!(
        play.form()
            .conflict
            .as_ref()
            .unwrap()
            .decisions
            .choices
            .len(),
        0
    );
}

#[test]
fn the_screen_is_the_one_of_the_design() {
    let mut play = met();
    play.keys("down y up");
    let (screen, cursor) = play.drawn();
    assert_eq!(screen, SCREEN.trim_start_matches('\n'), "{screen}");
    assert!(cursor.is_some());
}

const SCREEN: &str = "
 rowhouse  plant · workshop · shared · TLS                      anna technician
 BFM-001 was saved by jhymel at 08:52 while you were editing     1 of 2 decided
 ▌ description  was                Compressor #1
                saved by jhymel    Compressor #7
                yours              Compressor #2
   status       yours: Retired                                               •
 merged without asking: 2 fields (m)














                             ctrl-s: save   esc: back to the form, typing kept
 ●
 y yours  t theirs  w was  e edit  ctrl-s save  f to a file  esc back  f1 help";
