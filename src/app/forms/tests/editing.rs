//! Reading, typing, choosing, NULL and defaults, undo.

use super::play::{Play, TABLE};
use super::workshop::{record, shape, with};
use crate::app::forms::Mode;
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::db::contract::{Fault, RecordsReply};
use crate::input::event::Event;

/// Edits BFM-001 with keys (the cursor begins on `description`) and compares a field.
#[track_caller]
fn check(keys: &str, field: &str, expect: &str) {
    let mut play = Play::editing();
    play.keys(keys);
    assert_eq!(play.field(field), expect, "{}", play.screen());
}

#[test]
fn typing_goes_into_the_field_under_the_cursor() {
    check("'x'", "description", "Compressor #1x");
    check("ctrl-w '2'", "description", "Compressor #2");
    check("tab tab ctrl-w '99'", "price", "99");
    check("up up 'x'", "notes", "first line\nsecond linex");
    check("shift-tab 'x'", "bfm_no", "BFM-001x");
    check("up up enter 'x'", "notes", "first line\nsecond line\nx");
    check("up up up home 'x'", "notes", "xfirst line\nsecond line");
}

#[test]
fn values_of_a_list_are_chosen_by_digit_typing_or_moving() {
    check("tab f4 3", "status", "Retired");
    check("tab 'ret' enter", "status", "Retired");
    check("tab 'ret' tab", "status", "Retired");
    check("tab f4 down enter", "status", "Down");
    check("tab 'ret' esc", "status", "Active");
    check("tab 'xyz' tab", "status", "Active");
    check("tab tab tab f4 2", "in_use", "false");
    check("tab tab tab f4 3", "in_use", "NULL");
    let mut play = Play::editing();
    play.keys("tab 'xyz' tab");
    assert_eq!(play.told(), "status has no value xyz; it is as before");
}

#[test]
fn nothing_is_saved_without_what_is_typed_in_a_list() {
    let mut play = Play::editing();
    play.keys("'!' tab 'xyz' ctrl-s");
    assert_eq!(play.told(), "status has no value xyz; it is as before");
    assert!(play.form().saving.is_none());
    play.keys("ctrl-s");
    assert!(play.form().saving.is_some());
}

#[test]
fn null_empty_and_default_are_set_on_purpose() {
    check("ctrl-n", "description", "NULL");
    check("ctrl-n ctrl-n", "description", "");
    check("ctrl-n 'x'", "description", "x");
    check("ctrl-n ctrl-u", "description", "Compressor #1");
    check("tab ctrl-d", "status", "DEFAULT");
    check("tab tab ctrl-w ctrl-w", "price", "NULL");
    let mut play = Play::editing();
    play.keys("tab ctrl-n");
    let needs = "This field cannot be NULL and knows no empty text; it needs a value now";
    assert_eq!(play.told(), needs);
    let mut play = Play::editing();
    play.keys("ctrl-d");
    assert_eq!(play.told(), "This field has no default");
    play.keys("ctrl-n");
    assert!(play.screen().contains("NULL"));
    play.keys("ctrl-n");
    assert!(play.screen().contains("empty text"));
}

#[test]
fn changes_are_undone_redone_and_reset() {
    check("'x' ctrl-u", "description", "Compressor #1");
    check("'x' ctrl-u ctrl-y", "description", "Compressor #1x");
    check("'one two' ctrl-r", "description", "Compressor #1");
    check("'one' ctrl-r ctrl-u", "description", "Compressor #1one");
    let mut play = Play::editing();
    play.keys("'x' ctrl-r");
    assert!(!play.form().is_changed());
}

#[test]
fn a_paste_of_several_lines_opens_a_text_field() {
    let mut play = Play::editing();
    play.send(Message::Event(Event::Paste("a\nb".into())));
    assert_eq!(play.field("description"), "Compressor #1a\nb");
    play.keys("enter 'c'");
    assert_eq!(play.field("description"), "Compressor #1a\nb\nc");
}

#[test]
fn f4_opens_a_text_into_several_lines() {
    check("f4 enter 'x'", "description", "Compressor #1\nx");
}

#[test]
fn keys_typed_while_the_record_is_read_reach_it() {
    let mut play = Play::new();
    play.app.context.shapes.clear();
    play.open(true);
    play.keys("'x'");
    play.answer_shape();
    play.keys("tab f4 3");
    play.answer_record(&record(5));
    assert_eq!(play.field("description"), "Compressor #1x");
    assert_eq!(play.field("status"), "Retired");
}

#[test]
fn keys_typed_for_a_record_that_is_not_there_are_dropped() {
    let mut play = Play::new();
    play.open(true);
    play.keys("'D' 'y'");
    play.answer(Ok(RecordsReply::RecordLoaded(None)));
    assert_eq!(play.told(), "What was typed meanwhile was dropped");
    assert!(
        play.screen().contains("There is no BFM-001"),
        "{}",
        play.screen()
    );
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    assert!(play.app.forms.open.is_empty());
}

#[test]
fn esc_while_it_is_read_goes_back() {
    let mut play = Play::new();
    play.open(false);
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn reading_knows_its_keys_and_f2_edits() {
    let mut play = Play::new();
    play.open(false);
    play.answer_record(&record(5));
    play.keys("j 'x'");
    assert_eq!(play.form().mode, Mode::Read);
    assert!(!play.form().is_changed());
    play.keys("f2 'x'");
    assert_eq!(play.form().mode, Mode::Edit);
    assert!(play.form().is_changed());
    play.keys("esc");
    assert_eq!(play.form().mode, Mode::Read);
    assert_eq!(play.told(), "BFM-001 kept as a draft: 1 change not saved");
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn who_may_not_change_is_told_why() {
    let mut play = Play::new();
    let mut shape = shape();
    shape.rights.update = false;
    play.app.context.shapes.insert(TABLE, shape.into());
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(play.form().mode, Mode::Read);
    assert_eq!(play.told(), "You may not change records of equipment");
}

#[test]
fn what_the_server_fills_is_skipped() {
    let mut play = Play::editing();
    play.keys("tab tab tab tab tab tab tab");
    assert_eq!(play.form().focus, 2);
}

#[test]
fn a_failed_reading_says_why_and_can_be_repeated() {
    let mut play = Play::new();
    play.open(false);
    play.answer(Err(Fault::TooSlow));
    assert!(
        play.screen().contains("It took longer"),
        "{}",
        play.screen()
    );
    play.keys("r");
    play.answer_record(&record(5));
    assert!(play.screen().contains("Compressor #1"));
}

#[test]
fn a_new_record_has_defaults_and_asks_for_what_is_needed() {
    let mut play = Play::new();
    play.go(Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    });
    assert_eq!(play.field("status"), "DEFAULT");
    assert_eq!(play.form().focus, 1);
    play.keys("ctrl-s");
    assert_eq!(play.told(), "Not sent: 1 field to put right first");
    play.keys("'BFM-9' ctrl-s");
    play.answer_saved(&with(1, &[("bfm_no", "BFM-9")]));
    assert_eq!(play.told(), "Created BFM-9");
    assert_eq!(play.form().mode, Mode::Edit);
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn the_screen_shows_what_is_edited() {
    let mut play = Play::editing();
    play.keys("'!' tab f4");
    let (screen, cursor) = play.drawn();
    assert_eq!(screen, SCREEN.trim_start_matches('\n'), "{screen}");
    assert!(cursor.is_some());
}

const SCREEN: &str = "
 rowhouse  plant · workshop · shared · TLS                      anna technician
 equipment · BFM-001                           editing · 1 change · since 09:12
   id            1
   bfm_no        BFM-001
   description • Compressor #1!
 ▌ status        Active
               ▌ 1 Active
                 2 Down
                 3 Retired
   price         12.50
   in_use        true
   due           ∅ NULL
   notes         first line
                 second line







 asset_status · needed · How it is at present · default Active
 ● version 5 · field 4 of 8
 enter choose  esc close  ctrl-p commands  f1 help";
