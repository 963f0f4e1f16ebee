//! Fields that refer to records: the list under them, typing ahead of it, creating in place.

use std::sync::Arc;

use super::play::{Play, TABLE};
use super::workshop::{record, shape, with};
use crate::app::place::{Go, Place};
use crate::db::contract::lookup::{Found, Label};
use crate::db::contract::{Fault, LookupReply, LookupRequest, Request};
use crate::domain::reference::{Choice, Reference};
use crate::domain::table::Shape;

/// A seat on BFM-001 whose description and price refer, together, to a record of another table.
fn play() -> Play {
    let mut play = Play::new();
    let mut shape = shape();
    shape.references = vec![reference(&shape, true)];
    play.app.context.shapes.insert(TABLE, Arc::new(shape));
    play.open(true);
    play.answer_record(&record(5));
    play
}

fn reference(shape: &Shape, readable: bool) -> Reference {
    let column = |name| shape.column_named(name).unwrap();
    let mut name = shape.name.clone();
    name.name = "kind".into();
    Reference {
        columns: vec![column("description"), column("price")],
        table: crate::domain::table::TableId(9),
        name,
        theirs: vec!["what".into(), "price".into()],
        readable,
    }
}

fn found(names: &[&str]) -> Result<LookupReply, Fault> {
    let choice = |name: &&str| Choice {
        key: vec![(*name).to_owned(), "7".into()],
        labels: vec![format!("called {name}")],
    };
    Ok(LookupReply::Found(Found {
        choices: names.iter().map(choice).collect(),
        more: false,
        may_create: true,
    }))
}

/// What is looked for at present.
fn looked_for(play: &Play) -> Vec<String> {
    let typed = |(_, request): &(_, Request)| match request {
        Request::Lookup(LookupRequest::Find { typed, .. }) => Some(typed.clone()),
        _ => None,
    };
    play.asked.iter().filter_map(typed).collect()
}

#[test]
fn the_records_are_named_together_and_beside_their_fields() {
    let mut play = play();
    let named = Ok(LookupReply::Named(vec![Label::Is("the big one".into())]));
    play.answer_lookup(named);
    assert!(
        play.screen().contains("12.50  the big one"),
        "{}",
        play.screen()
    );
    play.keys("tab tab ctrl-w ctrl-w '9' tab");
    play.answer_lookup(Ok(LookupReply::Named(vec![Label::Missing])));
    assert!(play.screen().contains("9  no such record"));
    // What is known is not asked again.
    play.keys("shift-tab ctrl-w '12.50' tab");
    let names = |(_, request): &(_, Request)| matches!(request, Request::Lookup(_));
    assert!(!play.asked.iter().any(names));
    assert!(play.screen().contains("12.50  the big one"));
}

#[test]
fn a_newer_question_takes_the_place_of_the_older_one() {
    let mut play = play();
    play.keys("f4");
    assert_eq!(looked_for(&play), [""]);
    play.keys("'pu'");
    assert_eq!(looked_for(&play), ["pu"]);
    assert!(play.screen().contains("/ pu"));
    play.answer_lookup(found(&["pump", "pulley"]));
    play.keys("down enter");
    assert_eq!(play.field("description"), "pulley");
    assert_eq!(play.field("price"), "7");
    assert!(play.screen().contains("called pulley"));
    play.keys("shift-tab ctrl-u");
    assert_eq!(play.field("description"), "Compressor #1");
}

#[test]
fn keys_typed_before_the_list_is_there_are_not_lost() {
    let mut play = play();
    play.keys("f4 'pu' enter tab 'abc'");
    assert_eq!(play.field("price"), "12.50");
    play.answer_lookup(found(&["pump"]));
    assert_eq!(play.field("description"), "pump");
    // Chosen, and on to status; tab goes to price, where "abc" was meant to be typed.
    assert_eq!(play.field("price"), "7abc");
    // Where nothing is found, what was meant for the next field goes nowhere.
    play.keys("up up f4 'x' enter 'abc'");
    play.answer_lookup(found(&[]));
    assert_eq!(play.told(), "What was typed meanwhile was dropped");
    assert!(play.screen().contains("no record fits"));
    assert_eq!(play.field("description"), "pump");
}

#[test]
fn leaving_the_list_without_moving_changes_nothing() {
    let mut play = play();
    play.keys("f4");
    play.answer_lookup(found(&["pump"]));
    play.keys("esc");
    assert!(!play.form().is_changed());
    play.keys("f4");
    play.answer_lookup(found(&["pump"]));
    play.keys("tab");
    assert!(!play.form().is_changed());
    play.keys("shift-tab f4 'z' tab");
    assert!(
        play.told()
            .starts_with("Nothing was chosen for description with z")
    );
    assert!(!play.form().is_changed());
    assert!(looked_for(&play).is_empty());
}

#[test]
fn a_new_record_leaves_to_the_database_what_nobody_may_give() {
    let mut play = Play::new();
    let mut kept = shape();
    let price = kept.column_named("price").unwrap();
    kept.columns[price].may_insert = false;
    kept.references = vec![reference(&kept, true)];
    play.app.context.shapes.insert(TABLE, Arc::new(kept));
    play.go(Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    });
    let description = shape().column_named("description").unwrap();
    while play.form().focus < description {
        play.keys("tab");
    }
    play.keys("f4");
    play.answer_lookup(found(&["pump"]));
    play.keys("enter");
    assert_eq!(play.field("description"), "pump", "{}", play.screen());
    assert_ne!(play.field("price"), "7");
}

#[test]
fn what_cannot_be_read_stays_a_field_of_text() {
    let mut play = Play::new();
    let mut shape = shape();
    shape.references = vec![reference(&shape, false)];
    play.app.context.shapes.insert(TABLE, Arc::new(shape));
    play.open(true);
    play.answer_record(&with(5, &[]));
    play.keys("f4");
    assert_eq!(
        play.told(),
        "You may not read kind, so it cannot be listed; type the key itself"
    );
    play.keys("'x'");
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn a_list_that_fails_says_so_and_can_be_tried_again() {
    let mut play = play();
    play.keys("f4 'p'");
    play.answer_lookup(Err(Fault::TooSlow));
    let screen = play.screen();
    assert!(screen.contains("It took longer than the limit"), "{screen}");
    play.keys("'u'");
    play.answer_lookup(found(&["pump"]));
    play.keys("enter");
    assert_eq!(play.field("description"), "pump");
    assert!(matches!(play.app.place, Place::Record(_)));
}
