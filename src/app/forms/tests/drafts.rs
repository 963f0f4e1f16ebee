//! Drafts: written, continued, thrown away; never lost on the way.

use super::play::{Play, TABLE};
use super::workshop::{record, with};
use crate::app::place::Place;

#[test]
fn a_draft_is_on_disk_after_a_rest_and_gone_after_saving() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.app.context.drafts, play.disk);
    assert!(!play.app.forms.unwritten());
    play.keys("ctrl-s");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert!(play.disk.is_empty());
    assert!(play.app.context.drafts.is_empty());
}

#[test]
fn typing_back_removes_the_draft() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("backspace").rest();
    assert!(play.disk.is_empty());
}

#[test]
fn another_seat_continues_the_draft() {
    let mut play = Play::editing();
    play.keys("'x' tab f4 3 tab ctrl-n esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    let drafts = play.disk.clone();
    let mut play = Play::new();
    play.app.context.drafts = drafts;
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(play.told(), "Draft of 09:12 continued: 3 changes not saved");
    play.keys("ctrl-s");
    assert_eq!(
        play.changes(),
        "description=Compressor #1x status=Retired price=NULL"
    );
}

#[test]
fn a_draft_over_a_record_that_was_saved_since_keeps_its_own_base() {
    let mut play = Play::editing();
    play.keys("'x' esc");
    let drafts = play.disk.clone();
    let mut play = Play::new();
    play.app.context.drafts = drafts;
    play.open(true);
    play.answer_record(&with(6, &[("description", "Pump"), ("price", "1.00")]));
    assert!(
        play.told().ends_with("somebody saved it since"),
        "{}",
        play.told()
    );
    let screen = play.screen();
    assert!(screen.contains("saved by somebody: Pump"), "{screen}");
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap().guard, record(5).guard);
}

#[test]
fn the_same_seat_continues_what_it_left() {
    let mut play = Play::editing();
    play.keys("'x' esc");
    play.open(false);
    assert_eq!(play.told(), "Your draft continues: 1 change not saved");
    play.keys("f2 'y'");
    assert_eq!(play.field("description"), "Compressor #1xy");
}

#[test]
fn throwing_away_asks_first() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("ctrl-x n");
    assert_eq!(play.field("description"), "Compressor #1x");
    play.keys("ctrl-x y");
    assert_eq!(play.field("description"), "Compressor #1");
    assert!(play.disk.is_empty());
}

#[test]
fn a_new_record_is_kept_as_a_draft_too() {
    let mut play = Play::editing();
    play.keys("esc");
    let new = crate::app::place::Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    };
    play.go(new.clone());
    play.keys("'BFM-9' esc");
    assert_eq!(play.disk.len(), 1);
    play.go(new);
    assert_eq!(play.field("bfm_no"), "BFM-9");
}
