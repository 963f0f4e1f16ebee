//! Changing one's own password by keys in, questions out.

use secrecy::ExposeSecret;

use crate::app::bench::{self, Bench};
use crate::db::contract::{Fault, LoginReply, LoginRequest, Reply, Request};

fn dialog() -> Bench {
    let mut bench = Bench::at_sign_in();
    bench.type_text("anna");
    bench.press("enter");
    bench.type_text("correct horse");
    bench.press("enter");
    bench.answer(Ok(Reply::Login(LoginReply::SignedIn(bench::session(
        "anna",
    )))));
    bench.effects.clear();
    super::open(&mut bench.app);
    bench.screen();
    bench
}

fn change(bench: &mut Bench) -> Option<(crate::db::contract::QueryId, String)> {
    bench
        .asked()
        .into_iter()
        .find_map(|(query, request)| match request {
            Request::Login(LoginRequest::ChangePassword { password }) => {
                Some((query, password.expose_secret().to_owned()))
            }
            _ => None,
        })
}

#[test]
fn it_is_typed_twice_and_never_shown() {
    let mut bench = dialog();
    bench.type_text("tall green fence");
    bench.press("enter");
    bench.type_text("tall green fenc");
    bench.press("enter");
    assert!(bench.screen().contains("Not yet: typed twice the same"));
    assert!(change(&mut bench).is_none());
    bench.type_text("tall green fence");
    assert!(!bench.screen().contains("tall") && !format!("{:?}", bench.app).contains("tall"));
    bench.press("enter");
    let (query, typed) = change(&mut bench).expect("asked");
    assert_eq!(typed, "tall green fence");
    bench.answer_to(query, Ok(Reply::Login(LoginReply::PasswordChanged)));
    assert!(
        bench.told().contains("other sessions are ended"),
        "{}",
        bench.told()
    );
}

#[test]
fn going_back_changes_nothing() {
    let mut bench = dialog();
    bench.type_text("tall green fence");
    bench.press("esc");
    assert!(bench.app.overlay.is_none() && change(&mut bench).is_none());
    assert!(bench.told().contains("stays as it is"));
}

#[test]
fn what_went_wrong_is_told_with_what_stays() {
    let mut bench = dialog();
    bench.type_text("tall green fence");
    bench.press("enter");
    bench.type_text("tall green fence");
    bench.press("enter");
    let (query, _) = change(&mut bench).expect("asked");
    bench.answer_to(query, Err(Fault::ConnectionLost));
    assert!(bench.told().contains("is not changed"), "{}", bench.told());
}
