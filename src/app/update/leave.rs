//! Leaving: drafts are written first, then the session is ended, then the program ends.

use super::super::App;
use super::{ask, navigate};
use crate::app::effect::Effect;
use crate::app::message::LeaveReason;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{Go, Place};
use crate::db::contract::{LoginRequest, Request};

/// Leaves because the person asked.
pub fn quit(app: &mut App, effects: &mut Vec<Effect>) {
    leave(app, "left", effects);
}

/// Leaves because the process was told to, or because the terminal is gone.
pub fn at_once(app: &mut App, reason: LeaveReason, effects: &mut Vec<Effect>) {
    let reason = match reason {
        LeaveReason::Terminated => "the client was told to end",
        LeaveReason::HungUp => "the terminal was gone",
    };
    leave(app, reason, effects);
}

/// Signs out and shows the sign-in screen.
pub fn sign_out(app: &mut App, effects: &mut Vec<Effect>) {
    part(app, "signed out", effects);
    effects.push(Effect::ReadSignInHints);
    if app.context.is_shared() {
        navigate::go(app, Go::Instead(Place::Login), effects);
    } else {
        navigate::go(app, Go::Instead(Place::Connect), effects);
    }
}

/// Parts with whoever is signed in: drafts are written, the session ends, all of theirs is forgotten.
pub fn part(app: &mut App, reason: &str, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::House);
    app.forms.write_drafts(&app.context, &mut out);
    end_session(app, &mut out, reason);
    app.carry_out(out, effects);
    app.context.ended = None;
    navigate::forget_person(app);
}

fn leave(app: &mut App, reason: &str, effects: &mut Vec<Effect>) {
    if app.leaving {
        return;
    }
    app.leaving = true;
    ask::with(app, Asker::House, effects, |h| {
        h.forms.write_drafts(h.cx, h.out)
    });
    let mut out = app.outbox(Asker::House);
    end_session(app, &mut out, reason);
    app.carry_out(out, effects);
    effects.push(Effect::Quit);
}

fn end_session(app: &App, out: &mut Outbox, reason: &str) {
    if app.context.session.is_some() && app.context.ended.is_none() {
        out.ask(Request::Login(LoginRequest::SignOut {
            reason: reason.to_owned(),
        }));
    }
}
