//! Rows that were deleted together come back together.

use super::*;
use crate::db::contract::HistoryRequest;
use crate::domain::dependents::{Dependents, Fate, Found, Link};
use crate::domain::table::TableName;

/// A seat that deleted so many rows.
fn deleted(rows: usize, dependents: Dependents) -> Play {
    let mut play = Play::new();
    play.app.context.count_typed_above = 100;
    play.dependents = dependents;
    play.go(Go::DeleteMarked {
        table: TABLE,
        keys: (1..=rows).map(key).collect(),
    });
    answer_rows(&mut play, 1..=rows, 5);
    play.keys("a");
    let (query, _) = take(&mut play);
    let outcomes = (0..rows).map(|_| Ok(SaveOutcome::Deleted)).collect();
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    play
}

#[test]
fn deleted_rows_come_back_with_one_key_and_one_whose_key_is_taken_is_said() {
    let mut play = deleted(3, Dependents::default());
    assert_eq!(play.told(), "3 deleted");
    play.keys("u");
    assert!(
        play.screen().contains("Bring 3 rows back?"),
        "{}",
        play.screen()
    );
    assert!(play.asked.is_empty(), "it is asked first");
    play.keys("y");
    assert_eq!(play.disk.len(), 1, "it is kept like any other run");
    let (query, request) = take(&mut play);
    let ManyRequest::ChangeSeveral(sent) = request else {
        panic!("{request:?}");
    };
    let One::Create { entries, .. } = &sent[0] else {
        panic!("{sent:?}");
    };
    assert!(
        entries.iter().all(|entry| entry.column != 0),
        "the server numbers id"
    );
    let own = Entry::Value(Value::from("BFM-003"));
    assert!(
        entries.iter().any(|entry| entry.entry == own),
        "the last one first"
    );
    let taken = Rejection {
        kind: RejectionKind::Unique,
        columns: Vec::new(),
        message: "another record has this key".into(),
        detail: None,
        hint: None,
        constraint: None,
        other: None,
    };
    let back = |number| Ok(SaveOutcome::Saved(Some(Box::new(row(number, 1)))));
    let outcomes = vec![back(3), Ok(SaveOutcome::Rejected(taken)), back(1)];
    answer(&mut play, query, Ok(ManyReply::SeveralChanged(outcomes)));
    let screen = play.screen();
    assert!(screen.contains("BRINGING BACK 3 ROWS"), "{screen}");
    assert!(screen.contains("2 brought back, 1 refused"), "{screen}");
    assert!(
        screen.contains("BFM-002  refused       another record has"),
        "{screen}"
    );
    assert!(play.disk.is_empty());
    play.keys("r a");
    let (_, request) = take(&mut play);
    let again = matches!(request, ManyRequest::ChangeSeveral(sent) if sent.len() == 1);
    assert!(again, "only what is not back");
}

#[test]
fn where_others_went_along_all_of_it_comes_back_together() {
    let name = TableName {
        schema: "public".into(),
        name: "reading".into(),
    };
    let link = Link {
        table: TABLE,
        name,
        columns: Vec::new(),
        via: Vec::new(),
        fate: Fate::Deleted,
        found: Found::Rows {
            rows: 3,
            more: false,
        },
    };
    let links = vec![link];
    let mut play = deleted(
        2,
        Dependents {
            links,
            ..Dependents::default()
        },
    );
    assert!(play.screen().contains("take all back"), "{}", play.screen());
    play.keys("u");
    assert_eq!(play.app.place, Place::Restore);
    let read = play.asked.iter().any(|(_, request)| {
        matches!(
            request,
            Request::History(HistoryRequest::LoadRun {
                verb: Verb::Delete,
                ..
            })
        )
    });
    assert!(read, "what the run did is read: {:?}", play.asked);
}
