//! The password asked for again: keys from before it was painted, going back, going on, waiting.

use secrecy::ExposeSecret;

use crate::app::bench::{self, Bench};
use crate::app::place::Place;
use crate::db::contract::fault::SessionEnd;
use crate::db::contract::{
    Fault, LoginReply, LoginRequest, QueryId, Reply, Request, SessionsReply, SessionsRequest,
};
use crate::domain::session::SessionId;

/// A seat whose question about ending a session was answered by asking for the password.
fn asked() -> (Bench, QueryId) {
    let mut bench = Bench::at_sign_in();
    bench.type_text("anna");
    bench.press("enter");
    bench.type_text("correct horse");
    bench.press("enter");
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(bench::session(
        "anna",
    )))));
    assert_eq!(bench.app.place, Place::Tables);
    let mut out = bench.app.outbox(crate::app::outbox::Asker::Sessions);
    let (session, reason) = (SessionId(9), "over".to_owned());
    bench
        .app
        .screens
        .sessions
        .end_confirmed(session, &reason, &mut out);
    let mut effects = Vec::new();
    bench.app.carry_out(out, &mut effects);
    bench.effects.extend(effects);
    let query = ending(&mut bench).expect("asked");
    bench.answer_to(query, Err(Fault::ProofNeeded));
    (bench, query)
}

fn ending(bench: &mut Bench) -> Option<QueryId> {
    let asked = bench.asked();
    let found = asked.into_iter().find(|(_, request)| {
        matches!(
            request,
            Request::Sessions(SessionsRequest::EndSession { .. })
        )
    });
    found.map(|(query, _)| query)
}

fn proved(bench: &mut Bench) -> Option<(QueryId, String)> {
    let asked = bench.asked();
    asked
        .into_iter()
        .find_map(|(query, request)| match request {
            Request::Login(LoginRequest::Prove { password }) => {
                Some((query, password.expose_secret().to_owned()))
            }
            _ => None,
        })
}

#[test]
fn keys_from_before_it_was_painted_do_not_go_in() {
    let (mut bench, _) = asked();
    bench.type_text("j");
    bench.press("enter");
    assert_eq!(proved(&mut bench), None);
    let screen = bench.screen();
    assert!(screen.contains("end somebody's session"), "{screen}");
    bench.press("enter");
    assert_eq!(proved(&mut bench), None, "nothing is typed");
    bench.type_text("tall green fence");
    assert!(!bench.screen().contains("tall"));
    assert!(!format!("{:?}", bench.app).contains("tall"));
    bench.press("enter");
    let (_, typed) = proved(&mut bench).expect("asked");
    assert_eq!(typed, "tall green fence");
}

#[test]
fn the_right_password_puts_the_same_question_again() {
    let (mut bench, query) = asked();
    bench.screen();
    bench.type_text("right");
    bench.press("enter");
    let (prove, _) = proved(&mut bench).expect("asked");
    bench.answer_to(prove, Ok(Reply::Login(LoginReply::Proved)));
    assert_eq!(ending(&mut bench), Some(query), "under its own number");
    assert!(bench.app.proof.is_none());
    let session = SessionId(9);
    let ended = SessionsReply::SessionEnded {
        session,
        was_open: true,
    };
    bench.answer_to(query, Ok(Reply::Sessions(ended)));
    assert!(bench.told().contains("is signed out"), "{}", bench.told());
}

#[test]
fn going_back_tells_who_asked_that_nothing_was_done() {
    let (mut bench, _) = asked();
    bench.screen();
    bench.type_text("half a passw");
    bench.press("esc");
    assert!(bench.app.proof.is_none() && bench.app.sensitive.is_empty());
    assert!(
        bench.told().contains("Nothing was done"),
        "{}",
        bench.told()
    );
    assert_eq!(bench.app.place, Place::Tables);
}

#[test]
fn a_wrong_password_and_a_wait_are_told_and_the_question_waits() {
    let (mut bench, _) = asked();
    bench.screen();
    bench.type_text("wrong");
    bench.press("enter");
    let (prove, _) = proved(&mut bench).expect("asked");
    let refused = LoginReply::Refused {
        tries_left: Some(2),
        wait_seconds: 4,
    };
    bench.answer_to(prove, Ok(Reply::Login(refused)));
    let screen = bench.screen();
    assert!(screen.contains("That is not your password"), "{screen}");
    assert!(screen.contains("09:12:04"), "{screen}");
    bench.type_text("again");
    bench.press("enter");
    let (prove, _) = proved(&mut bench).expect("asked");
    bench.answer_to(
        prove,
        Ok(Reply::Login(LoginReply::MustWait { seconds: 30 })),
    );
    assert!(bench.screen().contains("09:12:30"), "{}", bench.screen());
    bench.press("enter");
    assert_eq!(proved(&mut bench), None, "it waits");
    assert!(bench.app.proof.is_some());
}

#[test]
fn the_end_of_the_session_takes_the_dialog_away() {
    let (mut bench, _) = asked();
    bench.screen();
    bench.type_text("right");
    bench.press("enter");
    let (prove, _) = proved(&mut bench).expect("asked");
    let why = SessionEnd::Expired;
    bench.answer_to(prove, Err(Fault::SessionOver { why }));
    assert!(bench.app.proof.is_none());
    assert!(
        bench.screen().contains("longest time"),
        "{}",
        bench.screen()
    );
}
