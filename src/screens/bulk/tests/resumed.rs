//! A change of many rows whose program died: settled row by row, gone on with, taken back as one.

use super::*;
use crate::app::forms::tests::workshop::summary;
use crate::domain::draft::Stored;

/// The next start of the program, with what the disk has, in the list of drafts.
fn after(killed: &Play) -> Play {
    let mut play = Play::new();
    play.app.context.seed = 2;
    play.app.context.tables = [summary()].into();
    play.app.context.count_typed_above = 100;
    play.disk = killed.disk.clone();
    play.send(Message::DraftsRead(play.disk.clone()));
    play.keys("f7");
    play
}

/// A seat that died after so many rows of 25 were answered; ten more were under way.
fn killed() -> (Play, Vec<RequestId>) {
    let mut play = dry_run(25);
    play.keys("a");
    assert_eq!(answer_saved(&mut play), 10);
    let (_, rows) = under_way(&mut play);
    let numbers = rows.iter().map(|(_, number, _)| *number).collect();
    (play, numbers)
}

/// Answers what became of the rows: so many of them were stored as version 6.
fn answer_settled(play: &mut Play, stored: usize) -> Vec<RequestId> {
    let (query, request) = take(play);
    let ManyRequest::Settle(numbers) = request else {
        panic!("{request:?}");
    };
    let came = (0..numbers.len()).map(|at| {
        (at < stored).then_some(Stored {
            key: None,
            version: Some(6),
        })
    });
    answer(play, query, Ok(ManyReply::Settled(came.collect())));
    numbers
}

/// Answers the reading of all 25 rows: so many are as they were stored.
fn answer_all(play: &mut Play, stored: usize) {
    let (query, request) = take(play);
    assert!(
        matches!(request, ManyRequest::LoadMany { .. }),
        "{request:?}"
    );
    let row = |number: usize| {
        let done = number <= stored;
        let mut one = row(number, if done { 6 } else { 5 });
        if done {
            one.values[3] = Value::from("Retired");
        }
        one
    };
    answer(
        play,
        query,
        Ok(ManyReply::ManyLoaded((1..=25).map(row).collect())),
    );
}

#[test]
fn what_is_begun_is_on_disk_before_the_first_row_is_sent() {
    let mut play = dry_run(3);
    play.keys("a");
    let (_, rows) = under_way(&mut play);
    let run = play.disk[0].rows.as_ref().and_then(|rows| rows.run.clone());
    let run = run.expect("what is begun is kept");
    for (at, (key, number, _)) in rows.iter().enumerate() {
        assert_eq!((&run.rows[at].key, run.number(at)), (key, *number));
        assert_eq!(
            run.rows[at].was,
            [("status".to_owned(), Value::from("Active"))]
        );
    }
}

#[test]
fn the_list_says_how_far_it_came_and_the_rest_goes_on_once() {
    let (killed, under_way_then) = killed();
    let mut play = after(&killed);
    let asked = answer_settled(&mut play, 14);
    assert_eq!(asked.len(), 25);
    assert_eq!(asked[10..20], under_way_then[..]);
    let screen = play.screen();
    assert!(screen.contains("14 of 25 saved"), "{screen}");
    assert!(screen.contains("begun 09:12: 14 saved, 11 not"), "{screen}");

    play.keys("enter");
    answer_settled(&mut play, 14);
    answer_all(&mut play, 14);
    let screen = play.screen();
    assert!(screen.contains("14 saved, 11 to change"), "{screen}");
    play.keys("a");
    let run = play.disk[0].rows.as_ref().and_then(|rows| rows.run.clone());
    assert_eq!(run.expect("kept").done(), 14, "both parts are one");
    let (query, rows) = under_way(&mut play);
    assert_eq!(rows[0].0, key(15), "no row is done twice");
    assert!(rows.iter().all(|(_, number, _)| !asked.contains(number)));
    let outcomes = rows.iter().map(|(key, ..)| saved(key, 6)).collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert_eq!(answer_saved(&mut play), 1);
    assert_eq!(play.told(), "25 saved");
    assert!(play.disk.is_empty());

    // One taking back covers both parts.
    play.keys("u y");
    let (_, rows) = under_way(&mut play);
    assert_eq!(rows[0].0, key(1));
    assert_eq!(rows[0].2, [Entry::Value(Value::from("Active"))]);
    assert!(
        play.screen().contains("TAKE BACK 25 ROWS"),
        "{}",
        play.screen()
    );
}

#[test]
fn what_is_not_gone_on_with_stays_a_draft() {
    let (killed, _) = killed();
    let mut play = after(&killed);
    answer_settled(&mut play, 3);
    play.keys("enter");
    answer_settled(&mut play, 3);
    answer_all(&mut play, 3);
    play.keys("esc");
    assert_eq!(play.told(), "Nothing more was done; the draft is kept");
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.app.place, Place::Drafts);
}

#[test]
fn nothing_is_guessed_while_the_server_does_not_answer() {
    let (killed, _) = killed();
    let mut play = after(&killed);
    let (query, _) = take(&mut play);
    answer(&mut play, query, Err(Fault::TooSlow));
    assert!(
        play.screen().contains("begun, not ended"),
        "{}",
        play.screen()
    );
    play.keys("enter");
    let (query, _) = take(&mut play);
    answer(&mut play, query, Err(Fault::TooSlow));
    assert!(
        play.screen().contains("nothing is known of them yet"),
        "{}",
        play.screen()
    );
    play.keys("r");
    answer_settled(&mut play, 25);
    answer_all(&mut play, 25);
    assert_eq!(play.told(), "25 saved");
    assert!(play.disk.is_empty());
}

#[test]
fn what_runs_here_is_not_asked_about() {
    let mut play = dry_run(25);
    play.app.context.tables = [summary()].into();
    play.keys("a f7");
    let settles = |(_, request): &(QueryId, Request)| {
        matches!(request, Request::Many(ManyRequest::Settle(_)))
    };
    assert!(!play.asked.iter().any(settles), "its rows would be refused");
}

#[test]
fn a_deletion_is_taken_up_too_and_asks_for_no_row_that_is_gone() {
    let mut play = Play::new();
    play.app.context.count_typed_above = 100;
    play.go(Go::DeleteMarked {
        table: TABLE,
        keys: (1..=12).map(key).collect(),
    });
    answer_rows(&mut play, 1..=12, 5);
    play.keys("a");
    let (_, request) = take(&mut play);
    let ManyRequest::ChangeSeveral(sent) = request else {
        panic!("{request:?}");
    };
    assert_eq!(sent.len(), 10);
    let mut play = after(&play);
    answer_settled(&mut play, 7);
    let screen = play.screen();
    assert!(screen.contains("7 of 12 deleted"), "{screen}");
    let line = "Deleting 12 rows of equipment, begun 09:12: 7 deleted, 5 not";
    assert!(screen.contains(line), "{screen}");
    play.keys("enter");
    answer_settled(&mut play, 7);
    answer_rows(&mut play, 8..=12, 5);
    let screen = play.screen();
    assert!(screen.contains("7 deleted, 5 to delete"), "{screen}");
    play.keys("a");
    let (query, request) = take(&mut play);
    let ManyRequest::ChangeSeveral(sent) = request else {
        panic!("{request:?}");
    };
    let keys: Vec<&RecordKey> = sent
        .iter()
        .map(|one| match one {
            One::Delete { key, .. } => key,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        keys,
        (8..=12)
            .map(key)
            .collect::<Vec<_>>()
            .iter()
            .collect::<Vec<_>>()
    );
    let outcomes = keys.iter().map(|_| Ok(SaveOutcome::Deleted)).collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    assert_eq!(play.told(), "12 deleted");
    assert!(play.disk.is_empty());
}

#[test]
fn in_the_plain_way_the_rows_themselves_tell_and_nothing_is_claimed() {
    let (killed, _) = killed();
    let mut play = Play::new();
    play.app.context.tables = [summary()].into();
    if let Some(server) = &mut play.app.context.server {
        server.way = crate::domain::connection::Way::Plain;
    }
    play.disk = killed.disk.clone();
    play.send(Message::DraftsRead(play.disk.clone()));
    play.keys("f7");
    assert!(play.asked.is_empty(), "nobody knows numbers there");
    assert!(
        play.screen().contains("begun, not ended"),
        "{}",
        play.screen()
    );
    play.keys("enter");
    answer_all(&mut play, 14);
    let screen = play.screen();
    assert!(screen.contains("11 to change, 14 as they are"), "{screen}");
}

#[test]
fn a_default_that_may_have_been_set_is_not_set_twice_in_the_plain_way() {
    let mut play = Play::new();
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: marked((1..=2).map(key)),
    });
    play.keys("tab ctrl-d ctrl-s");
    answer_rows(&mut play, 1..=2, 5);
    play.keys("a");
    under_way(&mut play);
    let mut next = Play::new();
    next.app.context.tables = [summary()].into();
    if let Some(server) = &mut next.app.context.server {
        server.way = crate::domain::connection::Way::Plain;
    }
    next.disk = play.disk.clone();
    next.send(Message::DraftsRead(next.disk.clone()));
    next.keys("f7 enter");
    let (query, _) = take(&mut next);
    let rows = vec![row(1, 6), row(2, 5)];
    answer(&mut next, query, Ok(ManyReply::ManyLoaded(rows)));
    let screen = next.screen();
    assert!(screen.contains("1 to change, 1 not possible"), "{screen}");
    assert!(screen.contains("by this or not is not known"), "{screen}");
}

#[test]
fn secrets_are_set_again_before_anything_goes_on() {
    let mut play = Play::new();
    let secret_columns = vec!["price".into()];
    play.app.context.draft_rules = std::sync::Arc::new(crate::domain::draft::DraftRules {
        secret_columns,
        ..Default::default()
    });
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: marked((1..=2).map(key)),
    });
    play.keys("tab f4 3 tab '4711' ctrl-s");
    answer_rows(&mut play, 1..=2, 5);
    play.keys("a");
    let text = serde_json::to_string(&play.disk).expect("written");
    assert!(!text.contains("4711") && !text.contains("12.50"), "{text}");
    let rules = play.app.context.draft_rules.clone();
    let mut play = after(&play);
    play.app.context.draft_rules = rules;
    play.keys("enter");
    assert!(
        matches!(play.app.place, Place::Record(_)),
        "{}",
        play.screen()
    );
    assert!(
        play.told().ends_with("; set price again"),
        "{}",
        play.told()
    );
}

#[test]
fn what_is_taken_back_after_a_crash_leaves_alone_what_somebody_saved_since() {
    let mut killed = dry_run(2);
    killed.keys("a");
    answer_saved(&mut killed);
    killed.keys("u y");
    assert_eq!(under_way(&mut killed).1.len(), 2);
    let mut play = after(&killed);
    answer_settled(&mut play, 0);
    play.keys("enter");
    answer_settled(&mut play, 0);
    let (query, _) = take(&mut play);
    let now = vec![holding(1, 7, "Spare"), holding(2, 6, "Retired")];
    answer(&mut play, query, Ok(ManyReply::ManyLoaded(now)));
    let screen = play.screen();
    assert!(
        screen.contains("1 to take back, 1 not possible"),
        "{screen}"
    );
    play.keys("a");
    let (_, sent) = under_way(&mut play);
    assert_eq!((sent.len(), &sent[0].0), (1, &key(2)));
}
