//! Old values put into a form: they become edits under the ordinary guard, meet others as any edit
//! does, and never go over what is typed.

use super::play::{Play, TABLE};
use super::workshop::{by, record, with};
use crate::app::forms::wish::{Put, PutField, Wish};
use crate::app::forms::{Mode, conflict};
use crate::app::place::{Go, Place};
use crate::domain::record::{RecordKey, Verb};
use crate::domain::value::Value;

fn field(column: &str, over: Option<&str>, value: &str) -> PutField {
    PutField {
        column: column.into(),
        over: over.map(Value::from),
        value: Value::from(value),
    }
}

/// Taking back one's own change of BFM-001, which made version 5.
fn take_back(fields: Vec<PutField>) -> Put {
    Put {
        what: "Your change taken back".into(),
        fields,
        version: Some(5),
        by: Some(by("jhymel", Verb::Update)),
        ..Put::default()
    }
}

fn wish(play: &mut Play, key: Option<&str>, put: Put) {
    play.go(Go::OpenWith {
        table: TABLE,
        key: key.map(|key| RecordKey(vec![key.into()])),
        wish: Box::new(Wish::Put(put)),
    });
}

#[test]
fn what_nobody_touched_is_an_edit_under_the_guard_of_what_was_read() {
    let mut play = Play::new();
    let put = take_back(vec![field("status", Some("Active"), "Down")]);
    wish(&mut play, Some("BFM-001"), put);
    play.answer_record(&record(7));
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(play.form().mode, Mode::Edit);
    assert_eq!(
        play.told(),
        "Your change taken back: 1 field put in, not saved yet"
    );
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "status=Down");
    assert_eq!(play.save().unwrap().guard, record(7).guard);
}

#[test]
fn what_somebody_touched_since_is_decided_and_then_guarded_by_theirs() {
    let mut play = Play::new();
    let put = take_back(vec![
        field("status", Some("Active"), "Down"),
        field("price", Some("12.50"), "11.00"),
    ]);
    wish(&mut play, Some("BFM-001"), put);
    play.answer_record(&with(7, &[("status", "Retired"), ("notes", "theirs")]));
    assert!(
        matches!(play.app.place, Place::Conflict(_)),
        "{:?}",
        play.app.place
    );
    let clashing: Vec<usize> = conflict::clashing(play.form())
        .iter()
        .map(|item| item.column)
        .collect();
    assert_eq!(clashing, [3], "the status alone");
    play.keys("y ctrl-s");
    assert_eq!(play.changes(), "status=Down price=11.00");
    assert_eq!(play.save().unwrap().guard, record(7).guard);
}

#[test]
fn leaving_the_conflict_keeps_theirs_and_the_wish_as_typing() {
    let mut play = Play::new();
    let put = take_back(vec![field("status", Some("Active"), "Down")]);
    wish(&mut play, Some("BFM-001"), put);
    play.answer_record(&with(7, &[("status", "Retired")]));
    play.keys("t ctrl-s");
    assert!(play.save().is_none(), "nothing is left to write");
    assert!(
        play.told().contains("nothing was left to write"),
        "{}",
        play.told()
    );
}

#[test]
fn edits_of_one_s_own_are_never_written_over() {
    let mut play = Play::editing();
    play.keys("'x'");
    let put = take_back(vec![field("status", None, "Down")]);
    wish(&mut play, Some("BFM-001"), put);
    assert!(
        play.told().contains("save them or throw them away first"),
        "{}",
        play.told()
    );
    assert_eq!(play.form().changed_count(), 1);
    play.answer_record(&record(5));
    assert_eq!(play.field("status"), "Active", "nor later");
}

#[test]
fn what_cannot_be_put_is_named() {
    let mut play = Play::new();
    let mut put = take_back(vec![
        field("status", None, "Down"),
        field("no such", None, "x"),
        field("id", None, "2"),
    ]);
    put.lost
        .push("notes was too long, only its beginning was kept".into());
    wish(&mut play, Some("BFM-001"), put);
    play.answer_record(&record(5));
    assert_eq!(play.form().changed_count(), 1);
    let told = play.told().to_owned();
    assert!(
        told.starts_with("Not put back: notes was too long"),
        "{told}"
    );
    assert!(told.contains("no such is no longer there"), "{told}");
    assert!(
        !told.contains("id"),
        "what the server counts goes without saying: {told}"
    );
}

#[test]
fn a_deleted_record_is_created_again_by_its_form() {
    let mut play = Play::new();
    let put = take_back(vec![
        field("id", None, "9"),
        field("bfm_no", None, "BFM-009"),
        field("status", None, "Down"),
    ]);
    wish(&mut play, None, put);
    assert_eq!(play.form().mode, Mode::Create);
    assert!(
        play.told().contains("id is filled by the server"),
        "{}",
        play.told()
    );
    assert_eq!(play.field("bfm_no"), "BFM-009");
    assert_eq!(play.field("status"), "Down");
    play.keys("ctrl-s");
    assert!(play.form().saving.is_some());
}
