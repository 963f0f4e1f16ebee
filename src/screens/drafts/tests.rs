//! The list of drafts: opened, thrown away, never lost by looking at it.

use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::{by, record, summary};
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::db::contract::records::Looked;
use crate::db::contract::{Fault, RecordsReply};
use crate::domain::record::Verb;

/// A seat that left edits of BFM-001 and of a new record, and looks at the list.
fn with_two() -> Play {
    let mut play = Play::editing();
    play.app.context.tables = [summary()].into();
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
    for line in [
        "2 drafts",
        "today 09:12       equipment · BFM-001  2 fields  v5    …",
        "today 09:12       equipment · new      1 field         new record",
        "description: Compressor #1x, was Compressor #1",
        "status: Retired, was Active",
    ] {
        assert!(screen.contains(line), "{screen}");
    }
}

#[test]
fn every_draft_says_how_it_stands_now() {
    let mut play = with_two();
    let by = Some(by("jhymel", Verb::Update));
    let found = Looked::There {
        guard: record(6).guard,
        values: vec![
            ("description".into(), "Pump".into()),
            ("status".into(), "Active".into()),
        ],
        by: by.clone(),
    };
    play.answer(Ok(RecordsReply::RecordsLookedAt(vec![found])));
    let screen = play.screen();
    assert!(
        screen.contains("2 fields  v5    1 would conflict"),
        "{screen}"
    );
    let whole = "Saved by jhymel today 08:52 (version 6): 1 field would conflict";
    assert!(screen.contains(whole), "{screen}");
    assert!(screen.contains("description is now Pump"), "{screen}");
    play.keys("r");
    play.answer(Ok(RecordsReply::RecordsLookedAt(vec![Looked::Gone { by }])));
    assert!(
        play.screen()
            .contains("The record was deleted by jhymel today 08:52")
    );
    play.keys("r");
    play.answer(Err(Fault::ConnectionLost));
    let screen = play.screen();
    assert!(
        screen.contains("It is not known how it stands now"),
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

#[test]
fn a_draft_of_long_ago_is_called_old_and_kept() {
    let mut play = with_two();
    let mut drafts = play.disk.clone();
    drafts[0].typed_at = "2026-02-01T10:00:00Z".parse().unwrap();
    drafts[1].typed_at = "2026-02-03T10:00:00Z".parse().unwrap();
    let id = drafts[0].id.clone();
    play.app.forms = crate::app::forms::Forms::default();
    play.disk = drafts;
    play.keys("r");
    let screen = play.screen();
    assert!(screen.contains("2 drafts, 1 old"), "{screen}");
    assert!(
        screen.contains("2026-02-01 10:00  old  equipment"),
        "{screen}"
    );
    assert!(
        screen.contains("2026-02-03 10:00       equipment"),
        "{screen}"
    );
    assert!(play.disk.iter().any(|draft| draft.id == id));
}

#[test]
fn what_an_editor_left_is_named_with_its_whole_path() {
    let folder = "/home/maria/.local/state/rowhouse/drafts/editor/editor-22482-b94e9d540ce3875d";
    let mut play = with_two();
    play.send(Message::TextsLeft(vec![format!("{folder}/notes.txt")]));
    assert_eq!(
        play.told(),
        "1 text of your editor not taken back: f7 lists them"
    );
    let screen = play.screen();
    assert!(screen.contains("2 drafts"), "{screen}");
    let shown: String = screen.lines().map(str::trim).collect();
    assert!(shown.contains(&format!("{folder}/notes.txt")), "{screen}");
    play.keys("X y");
    play.keys("X y");
    let screen = play.screen();
    assert!(screen.contains("No draft is waiting"), "{screen}");
    assert!(screen.contains("editor-22482"), "{screen}");
}
