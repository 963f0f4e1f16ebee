//! Saving: only what changed, guarded; merged where it is disjoint, asked again under one number,
//! refused with the reason on its field.

use super::play::{Play, TABLE};
use super::workshop::{by, record, shape, with};
use crate::app::forms::Mode;
use crate::app::message::Message;
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::db::contract::feed::{FeedCursor, FeedItem};
use crate::db::contract::records::{Denied, Miss, SaveOutcome, Swallowed};
use crate::db::contract::{Fault, FeedReply, QueryId, RecordsReply, Reply};
use crate::domain::record::Verb;

fn finished(outcome: SaveOutcome) -> Result<RecordsReply, Fault> {
    Ok(RecordsReply::Finished(outcome))
}

/// Edits BFM-001 at version 5 with keys, saves, and compares what is sent.
#[track_caller]
fn check(keys: &str, changes: &str) {
    let mut play = Play::editing();
    play.keys(keys).keys("ctrl-s");
    assert_eq!(play.changes(), changes);
    let save = play.save().unwrap();
    assert_eq!(save.guard, record(5).guard);
    assert_eq!(save.base, record(5).values);
}

#[test]
fn only_what_changed_is_sent() {
    check("'x'", "description=Compressor #1x");
    check("tab f4 3", "status=Retired");
    check("ctrl-n", "description=NULL");
    check("up up 'x'", "notes=first line\nsecond linex");
}

#[test]
fn nothing_changed_sends_nothing() {
    let mut play = Play::editing();
    play.keys("'x' backspace ctrl-s");
    assert!(play.save().is_none());
    assert_eq!(play.told(), "Nothing was changed, so nothing was sent");
}

#[test]
fn all_faults_are_shown_at_once_and_the_cursor_is_on_the_first() {
    let mut play = Play::editing();
    play.keys("'x' shift-tab ctrl-w ctrl-w ctrl-n tab 'much too long for this'");
    play.keys("tab tab ctrl-w 'abc' tab tab 'soon' tab ctrl-s");
    assert!(play.save().is_none());
    assert_eq!(play.told(), "Not sent: 3 fields to put right first");
    assert_eq!(play.form().focus, 2);
    let screen = play.screen();
    for line in ["at most 20 fit", "is not a number", "is not a date"] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
}

#[test]
fn saving_again_at_once_never_meets_oneself() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let stored = with(6, &[("description", "Compressor #1x")]);
    play.answer_saved(&stored);
    assert_eq!(play.told(), "Saved BFM-001 as version 6");
    assert_eq!(play.form().mode, Mode::Edit);
    play.keys("'y' ctrl-s");
    assert_eq!(play.save().unwrap().guard, stored.guard);
    assert_eq!(play.changes(), "description=Compressor #1xy");
}

#[test]
fn what_is_typed_while_saving_stays_an_edit() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s 'y' tab f4 3");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert_eq!(play.field("description"), "Compressor #1xy");
    assert_eq!(play.field("status"), "Retired");
    assert_eq!(
        play.told(),
        "Saved BFM-001 as version 6; 2 changes typed since"
    );
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "description=Compressor #1xy status=Retired");
}

#[test]
fn what_a_trigger_stored_is_shown() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer_saved(&with(
        6,
        &[("description", "COMPRESSOR"), ("price", "1.00")],
    ));
    assert_eq!(play.field("description"), "COMPRESSOR");
    assert_eq!(play.field("price"), "1.00");
    assert!(!play.form().is_changed());
}

#[test]
fn disjoint_changes_are_merged_at_once_and_named() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let theirs = with(6, &[("status", "Down"), ("price", "1.00")]);
    play.answer_changed(&theirs);
    assert_eq!(play.changes(), "description=Compressor #1x");
    assert_eq!(play.save().unwrap().guard, theirs.guard);
    assert_eq!(play.save().unwrap().base, theirs.values);
    let both = [
        ("description", "Compressor #1x"),
        ("status", "Down"),
        ("price", "1.00"),
    ];
    play.answer_saved(&with(7, &both));
    assert_eq!(
        play.told(),
        "Saved BFM-001 as version 7; merged with jhymel's change of status and price"
    );
    assert_eq!(play.field("status"), "Down");
    assert!(
        play.screen()
            .contains("jhymel changed status and price at 08:52")
    );
    assert!(!play.form().is_changed());
}

#[test]
fn half_typed_fields_are_not_sent_with_a_merge() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s tab tab '9'");
    play.answer_changed(&with(6, &[("status", "Down")]));
    assert_eq!(play.changes(), "description=Compressor #1x");
    let both = [("description", "Compressor #1x"), ("status", "Down")];
    play.answer_saved(&with(7, &both));
    assert_eq!(play.field("price"), "12.509");
    assert_eq!(play.form().changed_count(), 1);
}

#[test]
fn the_same_change_by_both_leaves_nothing_to_write() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer_changed(&with(6, &[("description", "Compressor #1x")]));
    assert!(play.save().is_none());
    assert!(
        play.told()
            .contains("stays as it was saved by jhymel at 08:52"),
        "{}",
        play.told()
    );
    assert!(!play.form().is_changed());
}

#[test]
fn a_clash_opens_the_conflict_screen_and_sends_nothing() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play.answer_changed(&with(6, &[("description", "Pump")]));
    assert!(play.save().is_none());
    assert!(matches!(play.app.place, Place::Conflict(_)));
}

#[test]
fn a_clash_of_a_form_that_was_left_waits_for_it() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    play.answer_changed(&with(6, &[("description", "Pump")]));
    assert_eq!(play.app.place, Place::Browser(TABLE));
    assert!(
        play.told().starts_with("Not saved: BFM-001 was saved"),
        "{}",
        play.told()
    );
    play.open(true);
    play.keys("ctrl-s");
    assert!(matches!(play.app.place, Place::Conflict(_)));
}

#[test]
fn an_unknown_end_is_asked_about_under_the_same_number() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let first = play.save().unwrap().clone();
    play.answer(Err(Fault::OutcomeUnknown));
    assert_eq!(play.field("description"), "Compressor #1x");
    assert!(
        play.told().contains("not known whether this was saved"),
        "{}",
        play.told()
    );
    play.keys("'y' ctrl-s");
    assert_eq!(play.save().unwrap(), &first);
    let stored = with(6, &[("description", "Compressor #1x")]);
    play.answer_saved(&stored);
    assert_eq!(play.changes(), "description=Compressor #1xy");
    assert_eq!(play.save().unwrap().guard, stored.guard);
    assert_ne!(play.save().unwrap().request, first.request);
}

#[test]
fn an_unknown_end_is_asked_about_by_itself_once_the_server_answers() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let first = play.save().unwrap().clone();
    play.answer(Err(Fault::OutcomeUnknown));
    assert!(play.save().is_none());
    polled(&mut play, Vec::new());
    assert_eq!(play.save().unwrap(), &first);
    let stored = with(6, &[("description", "Compressor #1x")]);
    play.answer_saved(&stored);
    assert_eq!(play.told(), "Saved BFM-001 as version 6");
}

#[test]
fn a_lost_connection_saved_nothing_and_the_same_save_keeps_its_number() {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    let first = play.save().unwrap().clone();
    play.answer(Err(Fault::ConnectionLost));
    assert!(
        play.told()
            .starts_with("Not saved, your edits are kept: the connection"),
        "{}",
        play.told()
    );
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap(), &first);
    play.answer(Err(Fault::ConnectionLost));
    play.keys("'y' ctrl-s");
    assert_ne!(play.save().unwrap().request, first.request);
}

#[test]
fn a_table_that_was_altered_never_gets_a_value_in_another_column() {
    let mut play = Play::editing();
    play.keys("'x' tab tab tab tab tab 'noted' ctrl-s");
    let message = "the table was altered meanwhile; it is read again".into();
    play.answer(Err(Fault::Outdated { message }));
    let mut altered = shape();
    altered.columns.remove(4);
    play.answer_shape_as(altered.clone());
    assert!(
        play.told().contains("your edits are carried over"),
        "{}",
        play.told()
    );
    let mut now = record(5);
    now.values.remove(4);
    play.answer_record(&now);
    let save = play.keys("ctrl-s").save().unwrap();
    let columns: Vec<&str> = save
        .changes
        .iter()
        .map(|change| altered.columns[change.column].name.as_str())
        .collect();
    assert_eq!(columns, ["description", "notes"]);
}

#[test]
fn a_lost_right_and_a_swallowed_change_have_their_own_words() {
    let swallowed = Swallowed {
        by: vec!["keep_label".into()],
        ..Swallowed::default()
    };
    for (miss, words) in [
        (
            Miss::NotPermitted(Denied::Table),
            "You may not change records of equipment any more",
        ),
        (
            Miss::NotPermitted(Denied::Row),
            "Row security of equipment does not let you",
        ),
        (
            Miss::Swallowed(swallowed),
            "BFM-001 is as it was: a trigger or rule (keep_label) dropped",
        ),
    ] {
        let mut play = Play::editing();
        play.keys("'x' ctrl-s");
        play.answer(finished(SaveOutcome::Missed(miss)));
        assert!(play.screen().contains(words), "{}", play.screen());
        assert_eq!(play.field("description"), "Compressor #1x");
    }
}

#[test]
fn deleting_asks_is_guarded_and_never_deletes_what_changed() {
    let mut play = Play::new();
    play.open(false);
    play.answer_record(&record(5));
    play.keys("D n");
    assert!(play.asked.is_empty());
    play.keys("D y");
    play.answer_changed(&with(6, &[("status", "Down")]));
    assert_eq!(
        play.told(),
        "Not deleted: jhymel changed status meanwhile; look at it first"
    );
    assert!(
        play.screen().contains("jhymel changed status at 08:52"),
        "{}",
        play.screen()
    );
    let screen = play.screen();
    assert!(screen.contains("status: Active → Down"), "{screen}");
    play.keys("y enter D");
    assert!(play.asked.is_empty(), "a key of its own");
    play.keys("ctrl-x");
    play.answer(finished(SaveOutcome::Deleted));
    assert_eq!(play.told(), "Deleted BFM-001");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    assert!(play.app.forms.open.is_empty());
}

#[test]
fn an_edited_record_is_not_reloaded_when_others_save_it() {
    let mut play = Play::editing();
    play.keys("'x'");
    follow(&mut play);
    play.answer_record(&with(6, &[("description", "Pump")]));
    assert_eq!(play.field("description"), "Compressor #1x");
    let screen = play.screen();
    assert!(
        screen.contains("saved by jhymel at 08:52: Pump"),
        "{screen}"
    );
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap().guard, record(5).guard);
}

#[test]
fn a_record_that_is_read_follows() {
    let mut play = Play::new();
    play.open(false);
    play.answer_record(&record(5));
    follow(&mut play);
    play.answer_record(&with(6, &[("description", "Pump")]));
    assert_eq!(play.field("description"), "Pump");
    assert!(
        play.screen()
            .contains("jhymel changed description at 08:52")
    );
}

/// jhymel's change of BFM-001 arrives by the feed.
fn follow(play: &mut Play) {
    let by = by("jhymel", Verb::Update);
    let item = FeedItem {
        table: TABLE,
        key: record(5).key,
        verb: by.verb,
        username: by.username,
        at: by.at,
        mine: false,
    };
    polled(play, vec![item]);
}

/// A poll of the feed is answered.
fn polled(play: &mut Play, items: Vec<FeedItem>) {
    let query = QueryId(9_000);
    play.app.following.polling = Some(query);
    play.app.questions.insert(query, Asker::Feed);
    let reply = Ok(Reply::Feed(FeedReply::Polled {
        cursor: FeedCursor("1".into()),
        items,
        presence: Vec::new(),
        lines: Vec::new(),
        now: by("jhymel", Verb::Update).at,
    }));
    let reply = Box::new(reply);
    play.send(Message::Answered { query, reply });
}
