//! The sign-in screen by keys in, questions out and answers back.

use secrecy::ExposeSecret;

use crate::app::bench::{self, Bench};
use crate::app::effect::{Effect, Timer};
use crate::app::message::Message;
use crate::app::place::Place;
use crate::db::contract::fault::SessionEnd;
use crate::db::contract::login::SignedIn;
use crate::db::contract::{ConnectRequest, Fault, LoginReply, LoginRequest, Reply, Request};
use crate::domain::account::SignInHint;
use crate::domain::connection::Way;

fn sign_in(bench: &mut Bench) -> Option<(String, String)> {
    bench
        .asked()
        .into_iter()
        .find_map(|(_, request)| match request {
            Request::Login(LoginRequest::SignIn { username, password }) => {
                Some((username, password.expose_secret().to_owned()))
            }
            _ => None,
        })
}

fn try_to_sign_in() -> Bench {
    let mut bench = Bench::at_sign_in();
    bench.type_text("Anna");
    bench.press("enter");
    bench.type_text("correct horse");
    bench.press("enter");
    bench
}

fn hints() -> Vec<SignInHint> {
    let hint = |username: &str, code: Option<&str>| SignInHint {
        username: username.into(),
        role: "technician".into(),
        code: code.map(str::to_owned),
    };
    vec![hint("anna", Some("AAAA-BBBB")), hint("bo", None)]
}

#[test]
fn name_and_password_are_put_to_the_server_and_never_shown() {
    let mut bench = try_to_sign_in();
    let screen = bench.screen();
    assert!(
        screen.contains("checking…") && screen.contains("Anna"),
        "{screen}"
    );
    assert!(!screen.contains("correct"), "{screen}");
    assert!(!format!("{:?}{:?}", bench.app, bench.effects).contains("correct"));
    assert_eq!(
        sign_in(&mut bench),
        Some(("anna".into(), "correct horse".into()))
    );
}

#[test]
fn keys_typed_while_it_is_checked_go_to_what_comes_then() {
    let mut bench = try_to_sign_in();
    let (query, _) = bench.asked().pop().expect("asked");
    bench.type_text("?");
    assert!(bench.app.overlay.is_none());
    bench.answer_to(
        query,
        Ok(Reply::Login(LoginReply::SignedIn(bench::session("anna")))),
    );
    assert_eq!(bench.app.place, Place::Tables);
    assert!(bench.app.overlay.is_some(), "help was asked for by ?");
}

#[test]
fn a_refusal_says_the_same_of_name_and_password_and_drops_what_was_typed() {
    let mut bench = try_to_sign_in();
    let (query, _) = bench.asked().pop().expect("asked");
    bench.type_text("xyz");
    let refused = LoginReply::Refused {
        tries_left: Some(3),
        wait_seconds: 0,
    };
    bench.answer_to(query, Ok(Reply::Login(refused)));
    let screen = bench.screen();
    assert!(
        screen.contains("Name or password is not right; 3 tries left"),
        "{screen}"
    );
    assert!(screen.contains("dropped"), "{screen}");
    bench.press("enter");
    assert_eq!(sign_in(&mut bench), None, "the password is empty");
}

#[test]
fn a_wait_after_a_refusal_is_told_with_the_time_it_ends() {
    let mut bench = try_to_sign_in();
    let refused = LoginReply::Refused {
        tries_left: Some(1),
        wait_seconds: 8,
    };
    bench.answer(Ok(Reply::Login(refused)));
    let screen = bench.screen();
    assert!(
        screen.contains("not right; the next try opens at 2026-03-02 09:12:08"),
        "{screen}"
    );
}

#[test]
fn an_account_of_an_older_program_asks_for_code_and_old_password() {
    let mut bench = try_to_sign_in();
    let needs = LoginReply::NeedsOldPassword { code_typed: false };
    bench.answer(Ok(Reply::Login(needs)));
    let screen = bench.screen();
    assert!(
        screen.contains("one-time code") && screen.contains("older program"),
        "{screen}"
    );
    bench.type_text("aaaa-bbbb-cccc-dddd");
    bench.press("enter");
    let (query, request) = bench.asked().pop().expect("asked");
    let Request::Login(LoginRequest::TakeOver {
        username,
        code,
        old,
    }) = request
    else {
        panic!("{request:?}");
    };
    assert_eq!(
        (username.as_str(), code.expose_secret(), old.expose_secret()),
        ("anna", "aaaa-bbbb-cccc-dddd", "correct horse"),
        "what was typed first is the old password"
    );
    let refused = LoginReply::Refused {
        tries_left: None,
        wait_seconds: 0,
    };
    bench.answer_to(query, Ok(Reply::Login(refused)));
    assert!(
        bench
            .screen()
            .contains("Name, code or old password is not right")
    );
    bench.press("up");
    bench.type_text("x");
    assert!(
        !bench.screen().contains("old password  "),
        "another name, another question"
    );
}

#[test]
fn escape_stops_the_check() {
    let mut bench = try_to_sign_in();
    bench.press("esc");
    assert!(
        bench
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Cancel(_)))
    );
    bench.effects.clear();
    bench.press("enter");
    assert!(sign_in(&mut bench).is_some(), "the password is still there");
}

#[test]
fn a_wait_is_shown_as_a_time_and_tried_by_itself() {
    let mut bench = try_to_sign_in();
    bench.answer(Ok(Reply::Login(LoginReply::MustWait { seconds: 90 })));
    let screen = bench.screen();
    assert!(screen.contains("2026-03-02 09:13:30"), "{screen}");
    let set = Effect::Wake {
        timer: Timer::SignIn,
        after_ms: 90_000,
    };
    assert!(
        bench
            .effects
            .iter()
            .any(|effect| format!("{effect:?}") == format!("{set:?}"))
    );
    bench.take(Message::Wake(Timer::SignIn));
    assert_eq!(
        sign_in(&mut bench),
        Some(("anna".into(), "correct horse".into()))
    );
}

#[test]
fn what_was_edited_during_a_wait_is_not_tried_by_itself() {
    let mut bench = try_to_sign_in();
    bench.answer(Ok(Reply::Login(LoginReply::MustWait { seconds: 90 })));
    bench.type_text("x");
    bench.take(Message::Wake(Timer::SignIn));
    assert_eq!(sign_in(&mut bench), None);
}

#[test]
fn a_code_leads_to_choosing_a_password_with_a_live_checklist() {
    let mut bench = try_to_sign_in();
    let restricted = SignedIn {
        must_choose_password: true,
        ..bench::session("anna")
    };
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(restricted))));
    assert!(bench.screen().contains("[ ] at least 12 characters"));
    bench.type_text("tall green fence");
    assert!(bench.screen().contains("] at least 12 characters"));
    assert!(!bench.screen().contains("[ ] at least 12 characters"));
    bench.press("enter");
    bench.type_text("tall green fenc");
    bench.press("enter");
    assert!(bench.screen().contains("Not yet: typed twice the same"));
    bench.type_text("e");
    bench.press("enter");
    let (query, request) = bench.asked().pop().expect("asked");
    let Request::Login(LoginRequest::ChoosePassword { username, password }) = request else {
        panic!("{request:?}");
    };
    assert_eq!(
        (username.as_str(), password.expose_secret()),
        ("anna", "tall green fence")
    );
    bench.answer_to(
        query,
        Ok(Reply::Login(LoginReply::PasswordChosen(bench::session(
            "anna",
        )))),
    );
    assert_eq!(bench.app.place, Place::Tables);
}

#[test]
fn choosing_can_be_interrupted_and_the_code_typed_again() {
    let mut bench = try_to_sign_in();
    let restricted = SignedIn {
        must_choose_password: true,
        ..bench::session("anna")
    };
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(restricted))));
    bench.type_text("tall green");
    bench.press("esc");
    let asked = bench.asked();
    assert!(
        matches!(
            asked[..],
            [(_, Request::Login(LoginRequest::SignOut { .. }))]
        ),
        "{asked:?}"
    );
    assert!(bench.told().contains("code still works"));
    bench.answer_to(asked[0].0, Ok(Reply::Login(LoginReply::SignedOut)));
    bench.type_text("AAAA-BBBB");
    bench.press("enter");
    assert_eq!(
        sign_in(&mut bench),
        Some(("anna".into(), "AAAA-BBBB".into()))
    );
}

#[test]
fn a_demo_sign_in_is_two_keys() {
    let mut bench = Bench::at_sign_in();
    bench.take(Message::SignInHints(hints()));
    assert!(bench.screen().contains("AAAA-BBBB"));
    assert!(bench.screen().contains("password chosen"));
    bench.press("down enter enter");
    assert_eq!(
        sign_in(&mut bench),
        Some(("anna".into(), "AAAA-BBBB".into()))
    );
    let mut bench = Bench::at_sign_in();
    bench.take(Message::SignInHints(hints()));
    bench.press("up enter enter");
    assert_eq!(sign_in(&mut bench), None, "bo has a password of his own");
}

#[test]
fn what_is_typed_before_the_connection_stands_is_tried_then() {
    let mut bench = Bench::connecting();
    assert!(bench.screen().contains("connecting to db.example.org…"));
    let (query, _) = bench.asked().pop().expect("asked");
    bench.type_text("anna");
    bench.press("enter");
    bench.type_text("secret words");
    bench.press("enter");
    assert_eq!(sign_in(&mut bench), None);
    bench.answer_to(query, Ok(bench::opened(Way::Shared)));
    assert_eq!(
        sign_in(&mut bench),
        Some(("anna".into(), "secret words".into()))
    );
}

#[test]
fn a_server_that_cannot_be_reached_is_tried_again_by_enter() {
    let mut bench = Bench::connecting();
    let message = "db.example.org does not answer on port 5432".to_owned();
    bench.answer(Err(Fault::Unreachable { message }));
    let screen = bench.screen();
    assert!(
        screen.contains("db.example.org does not answer"),
        "{screen}"
    );
    assert!(
        screen.contains("enter tries again   f4 opens the connection screen"),
        "{screen}"
    );
    bench.press("enter");
    let asked = bench.asked();
    assert!(
        matches!(
            asked[..],
            [(_, Request::Connect(ConnectRequest::Open { .. }))]
        ),
        "{asked:?}"
    );
    bench.press("f4");
    assert_eq!(bench.app.place, Place::Connect);
}

#[test]
fn the_password_of_the_database_login_is_asked_for_by_name() {
    let mut bench = Bench::connecting();
    let missing = |password_missing, message: &str| Fault::LoginRefused {
        message: message.into(),
        password_missing,
    };
    bench.answer(Err(missing(true, "needed")));
    assert!(
        bench
            .screen()
            .contains("password of the database login rowhouse_client")
    );
    bench.type_text("wrong");
    bench.press("enter");
    bench.answer(Err(missing(false, "the password was refused")));
    assert!(bench.screen().contains("the password was refused"));
    bench.type_text("right");
    bench.press("enter");
    let (query, request) = bench.asked().pop().expect("asked");
    let Request::Connect(ConnectRequest::Open {
        password: Some(password),
        ..
    }) = request
    else {
        panic!("{request:?}");
    };
    assert_eq!(password.expose_secret(), "right");
    bench.answer_to(query, Ok(bench::opened(Way::Shared)));
    assert!(bench.screen().contains("Sign in"));
}

#[test]
fn after_the_end_of_a_session_the_former_name_stands_there() {
    let mut bench = try_to_sign_in();
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(bench::session(
        "anna",
    )))));
    let reason = "shift is over".to_owned();
    let why = SessionEnd::Ended { reason };
    let (query, _) = bench.asked().pop().expect("asked");
    bench.answer_to(query, Err(Fault::SessionOver { why }));
    let screen = bench.screen();
    assert!(
        screen.contains("Your session was ended: shift is over"),
        "{screen}"
    );
    assert!(screen.contains("anna"), "{screen}");
    bench.type_text("correct horse");
    bench.press("enter");
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(bench::session(
        "anna",
    )))));
    assert!(bench.told().contains("as you left it"), "{}", bench.told());
}

#[test]
fn failed_tries_since_the_last_sign_in_are_told() {
    let mut bench = try_to_sign_in();
    let last = "2026-03-01T17:00:00Z".parse().expect("a time");
    let session = SignedIn {
        failed_since: 2,
        last_sign_in: Some(last),
        ..bench::session("anna")
    };
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(session))));
    assert_eq!(
        bench.told(),
        "2 failed tries to sign in as you since your last sign-in (2026-03-01 17:00:00)"
    );
}
