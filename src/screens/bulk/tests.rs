//! A change of many rows, played by keys and by answers made by hand.

mod restored;
mod resumed;
mod traced;

use crate::app::effect::Effect;
use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::{by, record};
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::db::contract::many::One;
use crate::db::contract::records::{Miss, Rejection, RejectionKind, SaveOutcome};
use crate::db::contract::{Fault, ManyReply, ManyRequest, QueryId, Reply, Request};
use crate::domain::draft::Rows;
use crate::domain::record::{Record, RecordKey, RequestId, Verb};
use crate::domain::value::{Entry, Value};

/// The row of a number as it is at a version.
fn row(number: usize, version: i64) -> Record {
    let mut one = record(version);
    let key = format!("BFM-{number:03}");
    one.values[1] = Value::text(key.as_str());
    one.key = Some(RecordKey(vec![key]));
    one
}

/// The same with another status than it has.
fn holding(number: usize, version: i64, status: &str) -> Record {
    let mut one = row(number, version);
    one.values[3] = Value::from(status);
    one
}

fn key(number: usize) -> RecordKey {
    RecordKey(vec![format!("BFM-{number:03}")])
}

fn marked(keys: impl IntoIterator<Item = RecordKey>) -> Rows {
    Rows {
        keys: keys.into_iter().collect(),
        ..Rows::default()
    }
}

/// A seat that set the status for so many rows and sees what would change.
fn dry_run(rows: usize) -> Play {
    let mut play = Play::new();
    play.app.context.count_typed_above = 100;
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: marked((1..=rows).map(key)),
    });
    play.keys("tab f4 3 ctrl-s");
    assert_eq!(play.app.place, Place::Bulk, "{}", play.screen());
    answer_rows(&mut play, 1..=rows, 5);
    play
}

fn answer_rows(play: &mut Play, rows: std::ops::RangeInclusive<usize>, version: i64) {
    let (query, request) = take(play);
    assert!(
        matches!(request, ManyRequest::LoadMany { .. }),
        "{request:?}"
    );
    let rows = rows.map(|number| row(number, version)).collect();
    answer(play, query, Ok(ManyReply::ManyLoaded(rows)));
}

fn take(play: &mut Play) -> (QueryId, ManyRequest) {
    let is_it = |(_, request): &(QueryId, Request)| matches!(request, Request::Many(_));
    let at = play.asked.iter().position(is_it).expect("rows are asked");
    match play.asked.remove(at) {
        (query, Request::Many(request)) => (query, request),
        other => panic!("{other:?}"),
    }
}

fn answer(play: &mut Play, query: QueryId, reply: Result<ManyReply, Fault>) {
    let reply = Box::new(reply.map(Reply::Many));
    play.send(Message::Answered { query, reply });
    play.app.painted();
}

/// The rows under way, with the numbers of their saves and what they set.
fn under_way(play: &mut Play) -> (QueryId, Vec<(RecordKey, RequestId, Vec<Entry>)>) {
    let (query, request) = take(play);
    let ManyRequest::ChangeSeveral(all) = request else {
        panic!("{request:?}");
    };
    let each = all.into_iter().map(|one| match one {
        One::Save(save) => {
            let entries = save.changes.into_iter().map(|change| change.entry);
            (save.key, save.request, entries.collect())
        }
        other => panic!("{other:?}"),
    });
    (query, each.collect())
}

fn saved(key: &RecordKey, version: i64) -> Result<SaveOutcome, Fault> {
    let mut stored = record(version);
    stored.values[1] = Value::text(key.0[0].as_str());
    stored.values[3] = Value::from("Retired");
    stored.key = Some(key.clone());
    Ok(SaveOutcome::Saved(Some(Box::new(stored))))
}

fn answer_saved(play: &mut Play) -> usize {
    let (query, rows) = under_way(play);
    let outcomes = rows.iter().map(|(key, ..)| saved(key, 6)).collect();
    answer(play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    rows.len()
}

#[test]
fn nothing_is_set_by_a_text_that_was_taken_away_again() {
    let mut play = Play::new();
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: marked([key(1)]),
    });
    assert!(
        play.screen().contains("CHANGE 1 ROW OF equipment"),
        "{}",
        play.screen()
    );
    play.keys("'x' backspace ctrl-s");
    assert_eq!(
        play.told(),
        "No field is set: only fields that you set are changed"
    );
    play.keys("'a text that is too long for it' ctrl-s");
    assert!(play.told().contains("1 field to put right first"));
    assert!(play.asked.is_empty());
}

#[test]
fn what_is_set_stays_while_one_looks_elsewhere() {
    let mut play = dry_run(2);
    play.keys("esc");
    assert_eq!(play.field("status"), "Retired");
    play.keys("esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    assert_eq!(play.disk.len(), 1, "it is a draft on disk");
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: marked([key(7)]),
    });
    assert_eq!(play.field("status"), "Retired");
    assert!(play.screen().contains("CHANGE 1 ROW OF equipment"));
    play.keys("ctrl-q");
    assert!(play.app.overlay.is_none(), "nothing would be lost");
}

#[test]
fn the_draft_stays_until_it_is_known_what_became_of_every_row() {
    let mut play = dry_run(12);
    play.keys("a");
    answer_saved(&mut play);
    assert_eq!(play.disk.len(), 1, "some rows are not done");
    answer_saved(&mut play);
    assert!(play.disk.is_empty());
}

#[test]
fn each_row_says_what_became_of_it() {
    let mut play = dry_run(3);
    assert!(
        play.screen()
            .contains("BFM-002  change        status Active → Retired")
    );
    play.keys("enter");
    assert_eq!(play.app.place, Place::Bulk, "enter changes nothing");
    play.keys("o");
    assert!(matches!(play.app.place, Place::Record(_)));
    play.answer_record(&record(5));
    play.keys("q enter a");
    let (query, rows) = under_way(&mut play);
    assert_eq!(rows.len(), 3);
    let changed = SaveOutcome::Missed(Miss::Changed {
        theirs: Box::new(row(2, 6)),
        by: Some(by("jhymel", Verb::Update)),
    });
    let outcomes = vec![
        saved(&key(1), 6),
        Ok(changed),
        Err(Fault::Locked { holder: None }),
    ];
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    let screen = play.screen();
    assert!(
        screen.contains("BFM-002  skipped       changed by jhymel"),
        "{screen}"
    );
    assert!(screen.contains("BFM-003  skipped"), "{screen}");
    assert_eq!(play.told(), "1 saved, 2 skipped");

    play.keys("r");
    answer_rows(&mut play, 2..=3, 6);
    assert!(
        play.screen().contains("CHANGE 2 ROWS OF equipment"),
        "{}",
        play.screen()
    );
    play.keys("a");
    assert_eq!(answer_saved(&mut play), 2);
    assert_eq!(play.told(), "2 saved");
}

#[test]
fn leaving_off_waits_for_the_rows_under_way_and_the_rest_can_go_on() {
    let mut play = dry_run(25);
    play.keys("a esc");
    assert_eq!(play.told(), "Leaving off after the rows that are under way");
    assert_eq!(answer_saved(&mut play), 10);
    assert!(play.asked.is_empty(), "nothing more is sent");
    assert!(
        play.screen().contains("10 saved, 15 not done"),
        "{}",
        play.screen()
    );
    play.keys("c");
    assert_eq!(answer_saved(&mut play), 10);
    assert_eq!(answer_saved(&mut play), 5);
    assert_eq!(play.told(), "25 saved");
}

#[test]
fn a_connection_that_breaks_in_the_middle_leaves_nothing_unknown() {
    let mut play = dry_run(25);
    play.keys("a");
    let (query, rows) = under_way(&mut play);
    let outcomes = rows.iter().enumerate().map(|(at, (key, ..))| match at {
        0..4 => saved(key, 6),
        4..7 => Err(Fault::OutcomeUnknown),
        _ => Err(Fault::ConnectionLost),
    });
    let outcomes = outcomes.collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert!(play.asked.is_empty(), "it waits");
    let told = "4 saved, 18 not done, 3 not known";
    assert_eq!(play.told(), told);

    // When the server answers again, the same numbers are asked about; the rest waits for a choice.
    let mut effects: Vec<Effect> = Vec::new();
    crate::app::update::ask::with(
        &mut play.app,
        crate::app::outbox::Asker::House,
        &mut effects,
        |h| h.screens.bulk.resume(h.out),
    );
    for effect in effects {
        if let Effect::Ask { query, request } = effect {
            play.asked.push((query, *request));
        }
    }
    let (query, again) = under_way(&mut play);
    let numbers = |rows: &[(RecordKey, RequestId, Vec<Entry>)]| -> Vec<RequestId> {
        rows.iter().map(|(_, number, _)| *number).collect()
    };
    assert_eq!(numbers(&again), numbers(&rows[4..7]));
    let outcomes = again.iter().map(|(key, ..)| saved(key, 6)).collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert!(play.asked.is_empty(), "it goes on only when that is chosen");
    assert_eq!(play.told(), "7 saved, 18 not done");
    play.keys("esc");
    let screen = play.screen();
    assert!(screen.contains("CHANGE OF 25 ROWS"), "{screen}");
    play.keys("r");
    let keys: Vec<usize> = (8..=25).collect();
    answer_rows(&mut play, keys[0]..=25, 5);
    assert!(play.screen().contains("CHANGE 18 ROWS OF equipment"));
}

#[test]
fn everything_is_taken_back_to_what_it_was() {
    let mut play = dry_run(2);
    play.keys("a");
    answer_saved(&mut play);
    play.keys("u");
    assert!(play.asked.is_empty(), "it is asked first");
    play.keys("y");
    let (query, rows) = under_way(&mut play);
    let active = vec![Entry::Value(Value::from("Active"))];
    assert!(
        rows.iter().all(|(_, _, entries)| *entries == active),
        "{rows:?}"
    );
    let outcomes = rows.iter().map(|(key, ..)| saved(key, 7)).collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert!(play.screen().contains("TAKING BACK 2 ROWS OF equipment"));
    play.keys("q");
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn the_number_is_typed_above_the_threshold() {
    let mut play = dry_run(3);
    play.app.context.count_typed_above = 2;
    play.keys("a '2' f8");
    assert_eq!(
        play.told(),
        "Nothing was done: the number of rows is 3, not \"2\""
    );
    play.keys("a '3' f8");
    assert_eq!(answer_saved(&mut play), 3);
}

#[test]
fn a_row_is_shown_whole_with_its_reason_and_every_value() {
    let mut play = dry_run(2);
    play.keys("down enter");
    let screen = play.screen();
    for line in [
        "BFM-002 of equipment: change",
        "row 2 of 2",
        "is   Active",
        "to   Retired",
    ] {
        assert!(screen.contains(line), "{screen}");
    }
    play.keys("a");
    assert!(play.asked.is_empty(), "nothing is carried out from here");
    play.keys("enter a");
    let (query, _) = under_way(&mut play);
    let long = "The supervisor of Bldg 3 has to agree before anything there is retired, and \
                nobody did so yet; ask in the office, or set the date of the last inspection";
    let refused = Rejection {
        kind: RejectionKind::Raised,
        columns: Vec::new(),
        message: long.into(),
        detail: Some("Missing: agreement".into()),
        hint: Some("See the notice board".into()),
        constraint: None,
        other: None,
    };
    let outcomes = vec![saved(&key(1), 6), Ok(SaveOutcome::Rejected(refused))];
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert!(
        !play.screen().contains("last inspection"),
        "it is cut in the list"
    );
    play.keys("enter");
    let screen = play.screen();
    assert!(screen.contains("BFM-002 of equipment: refused"), "{screen}");
    let words: Vec<&str> = screen.split_whitespace().collect();
    let whole = format!("{long}. Missing: agreement. See the notice board");
    let said: Vec<&str> = whole.split_whitespace().collect();
    assert!(
        words.windows(said.len()).any(|window| window == said),
        "{screen}"
    );
    assert!(
        screen.contains("Nothing of this row was written"),
        "{screen}"
    );
    play.keys("o");
    assert!(matches!(play.app.place, Place::Record(_)));
    play.answer_record(&row(2, 5));
    play.keys("q q");
    assert_eq!(play.app.place, Place::Bulk, "q closes the row first");
    assert!(play.screen().contains("1 saved, 1 refused"));
}
