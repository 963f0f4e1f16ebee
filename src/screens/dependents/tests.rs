//! Who refers to a record: listed by what deleting would do, and opened in the grid.

use std::sync::Arc;

use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::{record, shape};
use crate::app::place::Place;
use crate::domain::dependents::{Denied, Dependents, Fate, Found, Link, Referring};
use crate::domain::table::{TableName, TableSummary};
use crate::domain::value::Value;

/// Rows of the table itself that refer to BFM-001 by a column, under a fate.
fn link(column: &str, fate: Fate, rows: u64) -> Link {
    let shape = shape();
    let at = shape.column_named(column).unwrap();
    Link {
        table: TABLE,
        name: shape.name.clone(),
        columns: vec![Referring {
            number: shape.columns[at].number,
            name: column.into(),
            value: Some(Value::from("BFM-001")),
        }],
        via: Vec::new(),
        fate,
        found: Found::Rows { rows, more: false },
    }
}

/// A seat that reads BFM-001, on which this hangs.
fn reading(known: Dependents) -> Play {
    let mut play = Play::new();
    let shape = shape();
    play.app.context.tables = Arc::from([TableSummary {
        keyless: false,
        id: TABLE,
        name: shape.name,
        kind: shape.kind,
        comment: None,
        estimated_rows: None,
        rights: shape.rights,
    }]);
    play.dependents = known;
    play.open(false);
    play.answer_record(&record(5));
    play
}

fn known(links: &[Link]) -> Dependents {
    Dependents {
        links: links.to_vec(),
        denied: Vec::new(),
    }
}

#[test]
fn who_refers_is_listed_and_enter_opens_the_rows() {
    let links = [
        link("description", Fate::Deleted, 3),
        link("notes", Fate::Forbids, 0),
    ];
    let mut play = reading(known(&links));
    play.keys("R");
    let screen = play.screen();
    assert!(screen.contains("who refers to BFM-001"), "{screen}");
    assert!(
        screen.contains("3 rows  equipment (description)  deleted along"),
        "{screen}"
    );
    assert!(!screen.contains("notes"), "{screen}");
    play.keys("enter");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    let screen = play.screen();
    assert!(screen.contains(" = BFM-001"), "{screen}");
    play.keys("q q");
    assert!(matches!(play.app.place, Place::Record(_)));
}

#[test]
fn what_forbids_is_listed_instead_of_the_question() {
    let mut play = reading(known(&[link("notes", Fate::Forbids, 2)]));
    play.keys("D");
    assert_eq!(play.app.place, Place::Dependents);
    let screen = play.screen();
    assert!(
        screen.contains("BFM-001 cannot be deleted while this is so"),
        "{screen}"
    );
    assert!(screen.contains("forbid deleting"), "{screen}");
    play.keys("y");
    assert!(
        play.asked.is_empty(),
        "nothing is deleted: {:?}",
        play.asked
    );
}

#[test]
fn what_would_be_taken_along_is_said_before_it_is_asked() {
    let mut play = reading(known(&[link("notes", Fate::Deleted, 2)]));
    play.keys("D");
    let screen = play.screen();
    assert!(
        screen.contains("2 rows of equipment (notes): deleted along"),
        "{screen}"
    );
    play.keys("y");
    assert_eq!(play.asked.len(), 1, "it is deleted");
}

#[test]
fn missing_rights_and_rows_further_away_are_said() {
    let mut far = link("notes", Fate::Deleted, 2);
    far.via.push(TableName {
        schema: "public".into(),
        name: "order".into(),
    });
    let mut all = known(&[far]);
    all.denied.push(Denied {
        name: "order".into(),
        verb: "delete".into(),
        adopted: true,
    });
    let mut play = reading(all);
    play.keys("D");
    let screen = play.screen();
    assert!(
        screen.contains("It would also delete rows of order, which your roles do not let you"),
        "{screen}"
    );
    play.keys("enter");
    assert_eq!(
        play.told(),
        "These rows of equipment refer to rows of order: open those first"
    );
    play.keys("q");
    assert!(matches!(play.app.place, Place::Record(_)));
}
