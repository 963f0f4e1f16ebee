//! The palette by keys.

use crate::app::bench::{self, Bench};
use crate::app::place::Place;
use crate::db::contract::{CatalogReply, LoginReply, Reply};

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
