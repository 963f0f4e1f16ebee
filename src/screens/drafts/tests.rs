//! The list of drafts: opened, thrown away, never lost by looking at it.

use std::sync::Arc;

use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::{record, shape};
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::domain::table::TableSummary;

/// A seat that left edits of BFM-001 and of a new record, and looks at the list.
fn with_two() -> Play {
    let mut play = Play::editing();
    let shape = shape();
    play.app.context.tables = Arc::from([TableSummary {
        id: TABLE,
        name: shape.name,
        kind: shape.kind,
        comment: None,
        estimated_rows: None,
        rights: shape.rights,
    }]);
    play.keys("'x' tab f4 3 esc");
    play.go(Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    });
    play.keys("'BFM-9' esc f7");
    assert_eq!(play.app.place, Place::Drafts);
    play
}

#[test]
fn drafts_are_listed_with_age_record_and_fields() {
    let play = with_two();
    let screen = play.screen();
    assert!(screen.contains("2 drafts"), "{screen}");
    assert!(
        screen.contains("equipment · BFM-001  2 fields: description, status"),
        "{screen}"
    );
    assert!(
        screen.contains("equipment · new      1 field: bfm_no"),
        "{screen}"
    );
}

#[test]
fn enter_continues_a_draft() {
    let mut play = with_two();
    play.keys("enter");
    assert!(matches!(play.app.place, Place::Record(_)));
    assert_eq!(play.field("description"), "Compressor #1x");
    play.keys("up 'y'");
    assert_eq!(play.field("description"), "Compressor #1xy");
}

#[test]
fn a_draft_of_another_day_is_opened_from_disk() {
    let drafts = with_two().disk;
    let mut play = with_two();
    play.app.forms = crate::app::forms::Forms::default();
    play.send(Message::DraftsRead(drafts));
    play.keys("enter");
    play.answer_record(&record(5));
    assert_eq!(play.field("status"), "Retired");
}

#[test]
fn throwing_away_asks_and_the_form_forgets_too() {
    let mut play = with_two();
    play.keys("X n");
    assert_eq!(play.disk.len(), 2);
    play.keys("X y");
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.app.context.drafts.len(), 1);
    assert_eq!(play.app.forms.open.len(), 1);
    assert_eq!(play.told(), "The draft was thrown away");
    play.keys("X y");
    assert!(play.screen().contains("Nothing is waiting to be saved"));
}
