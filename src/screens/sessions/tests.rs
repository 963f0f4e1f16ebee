//! The pane's behaviour by keys and answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::app::outbox::Asker;
use crate::domain::record::RecordKey;
use crate::input::event::Size;
use crate::input::keymap::Keymap;

fn line(id: i64, name: &str, state: SessionState) -> SessionLine {
    SessionLine {
        id: SessionId(id),
        username: name.into(),
        display_name: name.into(),
        roles: vec!["technician".into()],
        started: Timestamp::UNIX_EPOCH,
        last_active: Timestamp::UNIX_EPOCH,
        state,
        ended_at: None,
        end_reason: None,
        station: "tape tty1".into(),
        record: Some(("equipment".into(), RecordKey(vec!["BFM-001".into()]))),
        dirty: true,
        mine: name == "manager",
        claims: Vec::new(),
    }
}

fn listed(names: &[(i64, &str, SessionState)]) -> (Sessions, Context, Outbox) {
    let now = Timestamp::UNIX_EPOCH;
    let cx = Context::new(Size::STANDARD, Arc::new(Keymap::default()), 1, now);
    let mut out = Outbox::new(Asker::Sessions, 0, 0, 1);
    let mut sessions = Sessions::default();
    sessions.opened(&cx, &mut out);
    let lines = names
        .iter()
        .map(|(id, name, state)| line(*id, name, *state))
        .collect();
    let reply = Ok(Reply::Sessions(SessionsReply::SessionsListed(lines)));
    sessions.reply(QueryId(0), reply, &cx, &mut out);
    (sessions, cx, out)
}

#[test]
fn the_cursor_stays_on_its_session_when_the_list_changes() {
    let names = [
        (1, "manager", SessionState::Active),
        (2, "anna", SessionState::Active),
    ];
    let (mut sessions, cx, mut out) = listed(&names);
    sessions.act(Action::List(ListAction::Down), &cx, &mut out);
    assert_eq!(
        sessions.current().map(|line| line.username.as_str()),
        Some("anna")
    );
    sessions.woke(&cx, &mut out);
    let lines = [(3, "bob"), (1, "manager"), (2, "anna")]
        .map(|(id, name)| line(id, name, SessionState::Active));
    let reply = Ok(Reply::Sessions(SessionsReply::SessionsListed(lines.into())));
    sessions.reply(QueryId(1), reply, &cx, &mut out);
    assert_eq!(sessions.position(), 2);
}

#[test]
fn ending_asks_for_a_reason_and_never_ends_oneself_or_the_ended() {
    let names = [
        (1, "manager", SessionState::Active),
        (2, "anna", SessionState::Active),
        (3, "bob", SessionState::Ended),
    ];
    let (mut sessions, cx, mut out) = listed(&names);
    let end = Action::Sessions(SessionsAction::EndSession);
    sessions.act(end, &cx, &mut out);
    assert!(out.overlay.is_none(), "oneself");
    sessions.act(Action::List(ListAction::Last), &cx, &mut out);
    sessions.act(end, &cx, &mut out);
    assert!(out.overlay.is_none(), "ended");
    sessions.act(Action::List(ListAction::Up), &cx, &mut out);
    sessions.act(end, &cx, &mut out);
    let Some(Overlay::Prompt(prompt)) = &out.overlay else {
        panic!("no question")
    };
    assert_eq!(prompt.then, Prompted::EndSession(SessionId(2)));
    assert!(prompt.lines[0].contains("unsaved"));
}

#[test]
fn releasing_says_what_it_would_do_and_is_for_those_who_may_end_sessions() {
    let names = [
        (1, "manager", SessionState::Active),
        (2, "anna", SessionState::Away),
    ];
    let (mut sessions, mut cx, mut out) = listed(&names);
    let release = Action::Sessions(SessionsAction::ReleaseClaims);
    let claim = |key: &str, mode| crate::domain::session::SessionClaim {
        table: "equipment".into(),
        key: RecordKey(vec![key.into()]),
        mode,
        dirty: true,
        since: Timestamp::UNIX_EPOCH,
    };
    sessions.lines[0].claims = vec![claim("BFM-001", PresenceMode::Edit)];
    sessions.lines[1].claims = vec![
        claim("BFM-002", PresenceMode::Edit),
        claim("BFM-003", PresenceMode::View),
    ];
    sessions.act(Action::List(ListAction::Down), &cx, &mut out);
    sessions.act(release, &cx, &mut out);
    assert!(out.overlay.is_none(), "a technician");
    let mut session = crate::app::bench::session("manager");
    session.person.may_end_sessions = true;
    cx.session = Some(session);
    sessions.act(release, &cx, &mut out);
    let Some(Overlay::Confirm(confirm)) = out.overlay.take() else {
        panic!("no question")
    };
    assert_eq!(confirm.then, Confirmed::ReleaseSession(SessionId(2)));
    let told = confirm.lines.join(" ");
    assert!(
        told.contains("BFM-002") && told.contains("not saved"),
        "{told}"
    );
    assert!(
        !told.contains("BFM-003"),
        "what is only read is not released: {told}"
    );
    sessions.act(Action::List(ListAction::Up), &cx, &mut out);
    sessions.act(release, &cx, &mut out);
    assert!(out.overlay.is_none(), "oneself");
}
