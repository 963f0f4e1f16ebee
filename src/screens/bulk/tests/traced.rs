//! A run is taken back after its list was left.

use super::*;
use crate::db::contract::{HistoryReply, HistoryRequest};
use crate::domain::history::{EntryId, FieldPast, Kept, Touched};
use crate::domain::run::{OwnRun, RunId, RunPlace, RunRow};

fn own_run(verb: Verb) -> Go {
    Go::TakeRunBack(Box::new(OwnRun {
        id: EntryId(9),
        run: RunId("00000000-0000-8000-8000-0001".into()),
        at: "2026-03-02T09:05:00Z".parse().expect("a time"),
        table: TABLE,
        verb,
        rows: 3,
        is_more: false,
        columns: Vec::new(),
        set: Vec::new(),
    }))
}

/// What a run did to a field of a row.
fn did(number: usize, column: &str, old: Option<&Value>, new: Option<&Value>) -> RunRow {
    RunRow {
        entry: EntryId(1),
        key: key(number),
        fields: vec![FieldPast {
            column: column.into(),
            old: old.cloned().map(Kept::Whole),
            new: new.cloned().map(Kept::Whole),
        }],
        withheld: 0,
        along: false,
        touched: None,
    }
}

fn touched(verb: Verb) -> Option<Touched> {
    Some(Touched {
        verb,
        columns: vec!["status".into()],
        at: "2026-03-02T09:05:00Z".parse().expect("a time"),
        by: "bert".into(),
        mine: false,
    })
}

fn answer_run(play: &mut Play, rows: Vec<RunRow>, next: Option<RunPlace>) -> HistoryRequest {
    let is_it = |(_, request): &(QueryId, Request)| matches!(request, Request::History(_));
    let at = play
        .asked
        .iter()
        .position(is_it)
        .expect("the run is asked for");
    let (query, Request::History(request)) = play.asked.remove(at) else {
        panic!("it is one");
    };
    let reply = Reply::History(HistoryReply::RunLoaded { rows, next });
    let reply = Box::new(Ok(reply));
    play.send(Message::Answered { query, reply });
    play.app.painted();
    request
}

#[test]
fn a_run_is_taken_back_but_for_what_somebody_touched_since() {
    let mut play = Play::new();
    play.app.context.count_typed_above = 100;
    play.go(own_run(Verb::Update));
    let now = row(1, 5).values[3].clone();
    let old = Value::from("Retired");
    let mut theirs = did(2, "status", Some(&old), Some(&now));
    theirs.touched = touched(Verb::Update);
    let first = vec![did(1, "status", Some(&old), Some(&now)), theirs];
    let place = RunPlace {
        request: "00000000-0000-8000-8000-000100000001".into(),
        entry: EntryId(10),
    };
    answer_run(&mut play, first, Some(place.clone()));
    // Another program set it, and nobody knows who.
    let other = did(3, "status", Some(&old), Some(&Value::from("Spare")));
    let asked = answer_run(&mut play, vec![other], None);
    assert!(
        matches!(asked, HistoryRequest::LoadRun { after: Some(after), .. } if after == place),
        "the second page"
    );
    answer_rows(&mut play, 1..=3, 5);
    let screen = play.screen();
    for line in [
        "TAKE BACK 3 ROWS OF equipment",
        "1 to take back, 2 not possible",
        "status changed since by bert at",
        "it does not hold what you had set any more",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    play.keys("a");
    let (_, sent) = under_way(&mut play);
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&sent[0].0, &sent[0].2),
        (&key(1), &vec![Entry::Value(old)])
    );
    let number = sent[0].1.to_string();
    assert_eq!((&number[14..15], &number[19..20]), ("8", "8"), "{number}");
}

#[test]
fn what_somebody_saved_while_it_was_taken_back_is_left_alone_at_the_next_try_too() {
    let mut play = dry_run(2);
    play.keys("a");
    answer_saved(&mut play);
    play.keys("u y");
    let (query, rows) = under_way(&mut play);
    assert_eq!(rows.len(), 2);
    let changed = SaveOutcome::Missed(Miss::Changed {
        theirs: Box::new(row(1, 7)),
        by: Some(by("jhymel", Verb::Update)),
    });
    let outcomes = vec![Ok(changed), Err(Fault::Locked { holder: None })];
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    play.keys("r");
    let (query, _) = take(&mut play);
    let now = vec![holding(1, 7, "Spare"), holding(2, 6, "Retired")];
    answer(&mut play, query, Ok(ManyReply::ManyLoaded(now)));
    let screen = play.screen();
    for line in [
        "1 to take back, 1 not possible",
        "it does not hold what you had set any more",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    play.keys("a");
    let (_, sent) = under_way(&mut play);
    let sent: Vec<&RecordKey> = sent.iter().map(|(key, ..)| key).collect();
    assert_eq!(sent, [&key(2)]);
}

#[test]
fn what_was_deleted_comes_back_the_last_first_but_for_what_is_there_again() {
    let mut play = Play::new();
    play.app.context.count_typed_above = 100;
    play.go(own_run(Verb::Delete));
    let rows = (1..=4).map(|number| {
        let named = Value::text(format!("BFM-{number:03}"));
        did(number, "bfm_no", Some(&named), None)
    });
    let mut rows: Vec<RunRow> = rows.collect();
    rows[1].touched = touched(Verb::Insert);
    rows[2].touched = touched(Verb::Delete);
    answer_run(&mut play, rows, None);
    let (query, _) = take(&mut play);
    answer(&mut play, query, Ok(ManyReply::ManyLoaded(vec![row(2, 1)])));
    let screen = play.screen();
    for line in [
        "BRING BACK 4 ROWS OF equipment",
        "2 to bring back, 2 not possible",
        "created again by bert at",
        "deleted since by bert at",
    ] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    play.keys("a");
    let (_, request) = take(&mut play);
    let ManyRequest::ChangeSeveral(sent) = request else {
        panic!("{request:?}");
    };
    let named = sent.iter().map(|one| match one {
        One::Create { entries, .. } => entries[0].entry.clone(),
        other => panic!("{other:?}"),
    });
    let named: Vec<Entry> = named.collect();
    let expected = ["BFM-004", "BFM-001"].map(|name| Entry::Value(Value::from(name)));
    assert_eq!(named, expected);
}

#[test]
fn a_run_that_took_others_along_comes_back_with_them() {
    let mut play = Play::new();
    let before = play.app.place;
    play.go(own_run(Verb::Delete));
    let named = Value::text("BFM-001");
    let mut row = did(1, "bfm_no", Some(&named), None);
    row.along = true;
    answer_run(&mut play, vec![row], None);
    assert_eq!(play.app.place, Place::Restore);
    play.keys("esc");
    assert_eq!(play.app.place, before, "nothing is left in between");
}

#[test]
fn a_run_of_which_nothing_may_be_seen_is_said_and_left() {
    let mut play = Play::new();
    let before = play.app.place;
    play.go(own_run(Verb::Update));
    assert_eq!(play.app.place, Place::Bulk);
    answer_run(&mut play, Vec::new(), None);
    assert_eq!(
        play.told(),
        "None of these records may be seen by you any more"
    );
    assert_eq!(play.app.place, before);
}
