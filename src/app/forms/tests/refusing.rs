//! What the server refuses: the reason on its fields, and merges taken apart again.

use super::play::Play;
use super::workshop::with;
use crate::app::place::Place;
use crate::db::contract::RecordsReply;
use crate::db::contract::records::{Miss, Rejection, RejectionKind, SaveOutcome};
use crate::domain::record::RecordKey;

fn refused(rejection: Rejection) -> RecordsReply {
    RecordsReply::Finished(SaveOutcome::Rejected(rejection))
}

#[test]
fn refusals_stand_on_their_fields() {
    let mut play = Play::editing();
    play.keys("tab tab ctrl-w '0' ctrl-s");
    play.answer(Ok(refused(Rejection {
        kind: RejectionKind::Check,
        columns: vec![4],
        message: "price must be positive".into(),
        detail: Some("said so".into()),
        hint: None,
        constraint: Some("price_positive".into()),
        other: None,
    })));
    assert_eq!(play.form().focus, 4);
    let screen = play.screen();
    assert!(screen.contains("price must be positive") && screen.contains("ctrl-o about it"));
    // The server's own words are told with all the rest.
    play.keys("ctrl-o");
    let all = play.screen();
    assert!(all.contains("The server says: said so"), "{all}");
    play.keys("esc");
    assert_eq!(play.field("price"), "0");
    play.keys("'1'");
    assert!(!play.screen().contains("must be positive"));
}

#[test]
fn a_merge_that_the_server_refuses_is_taken_apart_and_shown() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer_changed(&with(6, &[("status", "Down"), ("notes", "theirs")]));
    assert_eq!(play.changes(), "description=Compressor #1x");
    play.answer(Ok(refused(Rejection {
        kind: RejectionKind::Unique,
        columns: vec![2, 3],
        message: "BFM-009 has this already".into(),
        detail: None,
        hint: None,
        constraint: Some("one_of_each".into()),
        other: Some(RecordKey(vec!["BFM-009".into()])),
    })));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    let screen = play.screen();
    for line in [
        "0 of 2 decided",
        "not stored: BFM-009 has this already (o opens it)",
        "merged without asking: 1 field (m)",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    // Theirs in both: nothing of what was refused is left, the rest is merged as before.
    play.keys("T ctrl-s");
    assert_eq!(
        play.told(),
        "BFM-001 stays as it was saved by jhymel at 08:52: nothing was left to write"
    );
}

#[test]
fn without_the_shared_layer_receipts_are_kept_for_this_run() {
    let mut play = Play::editing();
    if let Some(server) = &mut play.app.context.server {
        server.way = crate::domain::connection::Way::Plain;
    }
    play.keys("'x' ctrl-s");
    play.answer_changed(&with(6, &[("status", "Down")]));
    let merges = &play.save().unwrap().merges;
    assert_eq!(merges.len(), 1);
    let both = [("description", "Compressor #1x"), ("status", "Down")];
    play.answer_saved(&with(7, &both));
    let kept = &play.app.forms.receipts;
    let columns: Vec<&str> = kept[0]
        .fields
        .iter()
        .map(|field| field.column.as_str())
        .collect();
    assert_eq!((kept.len(), columns), (1, vec!["description", "status"]));
    assert_eq!(kept[0].theirs_by.as_deref(), Some("jhymel"));
}

#[test]
fn a_record_that_was_created_again_meanwhile_is_saved_into() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let gone = Miss::Deleted { by: None };
    play.answer(Ok(RecordsReply::Finished(SaveOutcome::Missed(gone))));
    play.keys("ctrl-r");
    play.answer(Ok(refused(Rejection {
        kind: RejectionKind::Unique,
        columns: vec![0],
        message: "BFM-001 has this already".into(),
        detail: None,
        hint: None,
        constraint: Some("equipment_pkey".into()),
        other: Some(RecordKey(vec!["BFM-001".into()])),
    })));
    assert!(
        play.told().contains("was created again meanwhile"),
        "{}",
        play.told()
    );
    assert!(matches!(play.app.place, Place::Record(_)));
    let screen = play.screen();
    assert!(!screen.contains("it is gone"), "{screen}");
    assert_eq!(play.field("description"), "Compressor #1x");
    play.keys("ctrl-s");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert!(play.told().starts_with("Saved BFM-001"), "{}", play.told());
}
