//! The palette by keys.

use crate::app::bench::{self, Bench};
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::app::place::Place;
use crate::db::contract::lookup::Found;
use crate::db::contract::{
    CatalogReply, LoginReply, LookupReply, LookupRequest, QueryId, Reply, Request,
};
use crate::domain::reference::Choice;

fn signed_in() -> Bench {
    let mut bench = Bench::at_sign_in();
    bench.type_text("anna");
    bench.press("enter");
    bench.type_text("correct horse");
    bench.press("enter");
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(bench::session(
        "anna",
    )))));
    bench
}

#[test]
fn it_offers_what_is_possible_here_with_keys() {
    let mut bench = Bench::at_sign_in();
    bench.press("ctrl-p");
    let screen = bench.screen();
    assert!(screen.contains("switch-server"), "{screen}");
    assert!(
        screen.contains("quit") && screen.contains("ctrl-q"),
        "{screen}"
    );
    assert!(!screen.contains("save-record"), "{screen}");
}

#[test]
fn typing_finds_by_letters_in_order() {
    let mut bench = Bench::at_sign_in();
    bench.press("ctrl-p");
    bench.type_text("swserv");
    let screen = bench.screen();
    assert!(
        screen.contains("switch-server") && !screen.contains("redraw"),
        "{screen}"
    );
    bench.press("enter");
    assert_eq!(bench.app.place, Place::Connect);
}

#[test]
fn what_nothing_fits_is_said() {
    let mut bench = Bench::at_sign_in();
    bench.press("ctrl-p");
    bench.type_text("zzzzqqq");
    assert!(bench.screen().contains("nothing fits"));
    bench.press("enter");
    assert!(bench.app.overlay.is_some());
    bench.press("esc");
    assert!(bench.app.overlay.is_none());
}

#[test]
fn a_table_is_opened_by_its_name() {
    let mut bench = signed_in();
    let tables = bench::tables(&["equipment", "parts"]);
    let parts = tables[1].id;
    bench.answer_listing(Reply::Catalog(CatalogReply::TablesListed(tables.into())));
    bench.press("ctrl-p");
    bench.type_text("parts");
    bench.press("enter");
    assert_eq!(bench.app.place, Place::Browser(parts));
}

/// A palette over the rows of parts, with that typed and keys rested.
fn over_parts(typed: &str) -> (Bench, Vec<(QueryId, Request)>) {
    let mut bench = signed_in();
    let tables = bench::tables(&["equipment", "parts"]);
    let parts = tables[1].id;
    bench.answer_listing(Reply::Catalog(CatalogReply::TablesListed(tables.into())));
    bench.app.place = Place::Browser(parts);
    bench.asked();
    bench.press("ctrl-p");
    bench.type_text(typed);
    bench.take(Message::Wake(Timer::Palette));
    let asked = bench.asked();
    (bench, asked)
}

fn found(keys: &[&str]) -> Result<Reply, crate::db::contract::Fault> {
    let choice = |key: &&str| Choice {
        key: vec![(*key).to_owned()],
        labels: vec!["a bolt".into()],
    };
    Ok(Reply::Lookup(LookupReply::Found(Found {
        choices: keys.iter().map(choice).collect(),
        ..Found::default()
    })))
}

#[test]
fn records_of_the_table_that_is_shown_are_found_unless_a_name_is_begun() {
    let (_, asked) = over_parts("so");
    assert!(asked.is_empty(), "sort-column is meant: {asked:?}");
    let (_, asked) = over_parts("B-17");
    let [(_, Request::Lookup(LookupRequest::Find { typed, key, .. }))] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert!(typed == "B-17" && key.is_empty());
    let (_, asked) = over_parts("equ B-17");
    let [(_, Request::Lookup(LookupRequest::Find { table, typed, .. }))] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert!(typed == "B-17" && *table == bench::tables(&["equipment"])[0].id);
}

#[test]
fn what_comes_late_neither_moves_the_cursor_nor_is_waited_for() {
    let (mut bench, asked) = over_parts("tab");
    let moved = |bench: &mut Bench| {
        let screen = bench.screen();
        let line = screen.lines().find(|line| line.contains("▌ "));
        line.unwrap_or_default().to_owned()
    };
    bench.press("down");
    let before = moved(&mut bench);
    bench.answer_to(asked[0].0, found(&["T-1", "T-2"]));
    assert_eq!(moved(&mut bench), before);
    assert!(bench.screen().contains("T-2"));
    // Where nothing else fits the first record is waited for.
    let (mut bench, asked) = over_parts("B-17");
    assert!(
        bench.screen().contains("looking for records"),
        "{}",
        bench.screen()
    );
    bench.press("enter");
    bench.answer_to(asked[0].0, found(&["B-17"]));
    assert!(bench.app.overlay.is_none());
    assert!(matches!(bench.app.place, Place::Record(_)));
}

#[test]
fn letters_here_and_there_in_a_sentence_list_nothing() {
    let mut bench = signed_in();
    bench.press("ctrl-p");
    // "Keeps drafts, signs out and shows the sign-in screen" has these letters in this order.
    bench.type_text("disc");
    let screen = bench.screen();
    assert!(!screen.contains("sign-out"), "{screen}");
    bench.press("ctrl-u");
    bench.type_text("dra sig");
    let screen = bench.screen();
    assert!(
        screen.contains("sign-out"),
        "words that are begun: {screen}"
    );
}

#[test]
fn words_of_other_programs_find_what_they_mean() {
    let mut bench = signed_in();
    bench.press("ctrl-p");
    bench.type_text("logout");
    assert!(bench.screen().contains("sign-out"), "{}", bench.screen());
    bench.press("enter");
    assert_eq!(bench.app.place, Place::Login);
}
