//! What a form does when a save met no row: what moved is followed, what is another record is asked
//! for field by field, and nothing makes a second record without saying so.

use super::play::Play;
use super::workshop::{by, shape, with};
use crate::app::forms::Mode;
use crate::app::forms::field::Field;
use crate::app::place::Place;
use crate::db::contract::records::{Miss, SaveOutcome};
use crate::db::contract::{Fault, RecordsReply, RecordsRequest, Request};
use crate::domain::connection::Way;
use crate::domain::record::{Record, Verb};
use crate::domain::table::ColumnKind;
use crate::domain::value::{Entry, Value};

fn missed(miss: Miss) -> Result<RecordsReply, Fault> {
    Ok(RecordsReply::Finished(SaveOutcome::Missed(miss)))
}

fn creates(play: &Play) -> bool {
    let creates = |request: &Request| {
        matches!(
            request,
            Request::Records(RecordsRequest::CreateRecord { .. })
        )
    };
    play.asked.iter().any(|(_, request)| creates(request))
}

#[test]
fn a_record_whose_key_was_changed_is_followed_with_its_draft() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let theirs = with(6, &[("bfm_no", "BFM-777")]);
    play.answer(missed(Miss::Moved {
        theirs: Box::new(theirs.clone()),
        by: Some(by("jhymel", Verb::Update)),
    }));
    let save = play.save().expect("it is sent on").clone();
    assert_eq!(
        (Some(save.key), save.guard),
        (theirs.key.clone(), theirs.guard)
    );
    assert_eq!(play.changes(), "description=Compressor #1x");
    play.rest();
    let kept: Vec<_> = play.disk.iter().map(|draft| draft.key.clone()).collect();
    assert_eq!(kept, [theirs.key]);
    play.answer_saved(&with(
        7,
        &[("bfm_no", "BFM-777"), ("description", "Compressor #1x")],
    ));
    assert!(
        play.told().starts_with("Saved BFM-777 as version 7"),
        "{}",
        play.told()
    );
    assert!(play.disk.is_empty());
}

#[test]
fn another_record_under_the_same_key_gets_nothing_unasked() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let theirs = with(1, &[("status", "Down")]);
    play.answer(missed(Miss::Replaced {
        theirs: Box::new(theirs.clone()),
        deleted: Some(by("jhymel", Verb::Delete)),
        by: Some(by("boss", Verb::Insert)),
    }));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    let screen = play.screen();
    assert!(
        screen.contains("BFM-001 was deleted and created again"),
        "{screen}"
    );
    assert!(
        screen.contains("deleted by jhymel at 08:52, this one created by boss"),
        "{screen}"
    );
    play.keys("ctrl-s");
    assert!(play.save().is_none());
    assert_eq!(play.told(), "Not saved: 1 field not decided yet");
    play.keys("y ctrl-s");
    assert_eq!(play.save().expect("decided").guard, theirs.guard);
    assert_eq!(play.changes(), "description=Compressor #1x");
    // It stays another record, whoever changes that one meanwhile.
    play.answer_changed(&with(2, &[("status", "Down"), ("description", "Pump")]));
    assert!(
        play.screen()
            .contains("BFM-001 was deleted and created again")
    );
}

#[test]
fn a_second_record_is_never_made_without_saying_so() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer(missed(Miss::Gone {
        may_be_hidden: false,
    }));
    let screen = play.screen();
    assert!(
        screen.contains("is gone: deleted, or its key was changed"),
        "{screen}"
    );
    play.keys("ctrl-r");
    assert!(!creates(&play));
    assert!(
        play.screen().contains("this makes a second record"),
        "{}",
        play.screen()
    );
    play.keys("n");
    assert!(!creates(&play));
    play.keys("ctrl-r y");
    assert!(creates(&play));
}

#[test]
fn a_hidden_record_is_not_offered_to_be_created() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer(missed(Miss::Hidden));
    let screen = play.screen();
    assert!(
        screen.contains("was not deleted, but is hidden from you now"),
        "{screen}"
    );
    assert!(!screen.contains("create again"), "{screen}");
    play.keys("ctrl-r");
    assert!(!creates(&play));
    play.keys("esc");
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn a_creation_that_came_to_nothing_keeps_what_was_typed() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer(missed(Miss::Gone {
        may_be_hidden: true,
    }));
    play.keys("ctrl-r y");
    play.answer(missed(Miss::Swallowed(
        crate::db::contract::records::Swallowed {
            by: vec!["to_inbox".into()],
            ..Default::default()
        },
    )));
    assert!(
        play.told()
            .contains("No record came of it here: a trigger or rule (to_inbox) took it"),
        "{}",
        play.told()
    );
    assert_eq!(play.field("description"), "Compressor #1x");
}

/// In the plain way a record with these other values is met; says whether yours was sent on.
#[track_caller]
fn met_in_plain(changed: &[(&str, &str)], sent_on: bool) {
    let mut play = Play::editing();
    play.app.context.server.as_mut().expect("a server").way = Way::Plain;
    play.keys("'x' ctrl-s");
    let theirs: Record = with(6, changed);
    play.answer(missed(Miss::Changed {
        theirs: Box::new(theirs),
        by: None,
    }));
    assert_eq!(play.save().is_some(), sent_on, "{changed:?}");
    if !sent_on {
        let screen = play.screen();
        assert!(screen.contains("was saved, or created again"), "{screen}");
    }
}

#[test]
fn without_a_trail_what_may_be_another_record_is_asked_for() {
    met_in_plain(&[("status", "Down")], true);
    met_in_plain(
        &[("status", "Down"), ("price", "1.00"), ("notes", "NULL")],
        true,
    );
    met_in_plain(
        &[
            ("status", "Down"),
            ("price", "1.00"),
            ("notes", "NULL"),
            ("in_use", "false"),
        ],
        false,
    );
}

#[test]
fn the_empty_label_of_an_enum_is_no_null() {
    let mut column = shape().columns[3].clone();
    column.not_null = false;
    for (labels, expected) in [
        (vec!["Active", ""], Value::text("")),
        (vec!["Active"], Value::Null),
    ] {
        let labels = labels.into_iter().map(str::to_owned).collect();
        column.kind = ColumnKind::Enum { labels };
        let mut field = Field::new(&column, &Value::text("Active"), Mode::Edit);
        field.put(&Entry::Value(Value::text("")));
        assert_eq!(field.content(), Entry::Value(expected));
    }
}
