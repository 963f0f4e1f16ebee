//! Leaving: drafts are written first, then the session is ended, then the program ends.

use jiff::Timestamp;

use super::super::App;
use super::{ask, held, navigate};
use crate::app::context::Link;
use crate::app::effect::Effect;
use crate::app::forms::draft;
use crate::app::message::LeaveReason;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::{FormId, Go, Place};
use crate::db::contract::{LoginRequest, Request};

/// Leaves because the person asked: after a save that is under way, and not without asking when
/// what was typed cannot be kept.
pub fn quit(app: &mut App, effects: &mut Vec<Effect>) {
    if let (Some(form), None) = (app.forms.saving(), app.leaving_after) {
        app.leaving_after = Some(form);
        ask::with(app, Asker::House, effects, |h| {
            h.forms.write_drafts(h.cx, h.out)
        });
        return app.tell(
            Mood::Told,
            "Leaving when this is saved; once more leaves at once and keeps a draft",
        );
    }
    if !leaves_off(app) && !asks_first(app, Confirmed::Leave) {
        leave(app, "left", effects);
    }
}

/// Leaves although what was typed cannot be kept: the person said so.
pub fn quit_anyway(app: &mut App, effects: &mut Vec<Effect>) {
    leave(app, "left", effects);
}

/// A save was answered that was to be the last thing done: leaves, unless it did not go through.
pub fn after_save(app: &mut App, form: FormId, effects: &mut Vec<Effect>) {
    if app.leaving_after != Some(form) || app.forms.saving() == Some(form) {
        return;
    }
    app.leaving_after = None;
    let open = app.forms.open.get(&form);
    if open.is_none_or(|form| !form.is_changed()) {
        quit(app, effects);
    }
}

/// Leaves because the process was told to, or because the terminal is gone.
pub fn at_once(app: &mut App, reason: LeaveReason, effects: &mut Vec<Effect>) {
    let reason = match reason {
        LeaveReason::Terminated => "the client was told to end",
        LeaveReason::HungUp => "the terminal was gone",
        LeaveReason::Failed => FAILED,
    };
    leave(app, reason, effects);
}

/// Signs out and shows the sign-in screen, and not without asking when what was typed cannot be kept.
pub fn sign_out(app: &mut App, effects: &mut Vec<Effect>) {
    if !leaves_off(app) && !asks_first(app, Confirmed::SignOut) {
        sign_out_anyway(app, effects);
    }
}

/// Signs out although what was typed cannot be kept: the person said so.
pub fn sign_out_anyway(app: &mut App, effects: &mut Vec<Effect>) {
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
    if app.context.draft_fault.is_some() {
        app.forms.renew_drafts();
    }
    let mut out = app.outbox(Asker::House);
    app.forms.write_drafts(&app.context, &mut out);
    // Whoever signs in next, here or elsewhere, may continue them.
    out.effect(Effect::ReleaseDrafts);
    super::writing::give_up(app, effects);
    end_session(app, &mut out, reason);
    app.carry_out(out, effects);
    app.context.ended = None;
    app.context.link = Link::Down;
    navigate::forget_person(app);
}

impl App {
    /// What is to be done after a panic: drafts of everything typed, whatever was noted of them,
    /// and the end of the session. The state is not to be used any more.
    pub fn rescue(&mut self, now: Timestamp) -> Vec<Effect> {
        self.context.now = now;
        self.leaving = false;
        self.context.draft_fault = Some(FAILED.into());
        let mut effects = Vec::new();
        leave(self, FAILED, &mut effects);
        effects
    }
}

const FAILED: &str = "the client met a fault of its own";

fn leave(app: &mut App, reason: &str, effects: &mut Vec<Effect>) {
    if app.leaving {
        return;
    }
    app.leaving = true;
    if app.context.draft_fault.is_some() {
        app.forms.renew_drafts();
    }
    held::write(app, effects);
    ask::with(app, Asker::House, effects, |h| {
        h.forms.write_drafts(h.cx, h.out)
    });
    stop_reading(app, effects);
    let mut out = app.outbox(Asker::House);
    end_session(app, &mut out, reason);
    app.carry_out(out, effects);
    effects.push(Effect::Quit);
}

/// What is only read is not waited for, and keeps no connection from the end of the session. What
/// tells of others is answered in a moment, unless the connection is lost: giving it up would cost
/// the connection it is on, and the end of the session would have to open another.
fn stop_reading(app: &mut App, effects: &mut Vec<Effect>) {
    let open = app.context.server.is_some();
    let lost = matches!(app.context.link, Link::Lost { .. });
    let reads = |asker: &Asker| match asker {
        Asker::Feed | Asker::Heartbeat => lost,
        Asker::Holder | Asker::Watch => true,
        Asker::House => !open,
        asker => asker.may_be_cancelled(),
    };
    let reading = app.questions.extract_if(|_, asker| reads(asker));
    effects.extend(reading.map(|(query, _)| Effect::Cancel(query)));
}

fn end_session(app: &App, out: &mut Outbox, reason: &str) {
    if app.context.session.is_some() && app.context.ended.is_none() {
        out.ask(Request::Login(LoginRequest::SignOut {
            reason: reason.to_owned(),
        }));
    }
}

/// Says why another server, or another tenant, cannot be gone to: something would be lost that no draft
/// keeps.
pub fn why_stay(app: &App) -> Option<String> {
    let fault = app.context.draft_fault.as_ref();
    if let Some(fault) = fault.filter(|_| app.forms.is_changed()) {
        return Some(format!(
            "Stayed here: what you typed cannot be kept: {fault}; save it first"
        ));
    }
    if let Some(what) = unkept(app) {
        return Some(format!("Stayed here: {what} No draft keeps this"));
    }
    let secrets = app.forms.secrets(&app.context);
    (!secrets.is_empty()).then(|| {
        let names = draft::listed(&secrets);
        format!("Stayed here: no draft keeps what you typed in {names}; save it first")
    })
}

/// Asks before something is done by which what was typed would be lost; says whether it did.
fn asks_first(app: &mut App, then: Confirmed) -> bool {
    let secrets = app.forms.secrets(&app.context);
    let question = match app.context.draft_fault.clone() {
        _ if unkept(app).is_some() => ask_to_give_up(unkept(app).unwrap_or_default(), then),
        Some(fault) if app.forms.is_changed() => ask_to_lose(fault, then),
        _ if !secrets.is_empty() => ask_to_lose_secrets(&secrets, then),
        _ => return false,
    };
    app.overlay = Some(question);
    app.question_seen = false;
    true
}

/// Rows are being written: no more are sent, and what becomes of those under way is waited for.
fn leaves_off(app: &mut App) -> bool {
    let running = app.screens.bulk.is_running();
    if running {
        app.screens.bulk.stop_after_these();
        let line = "Leaving off after the rows that are under way; then leave again";
        app.tell(Mood::Warning, line);
    }
    running
}

/// What no draft keeps: rows of which the person was not told all.
fn unkept(app: &App) -> Option<String> {
    if app.screens.restore.is_busy() {
        return Some("It is not known yet what came of bringing records back.".into());
    }
    let bulk = &app.screens.bulk;
    let paused = bulk.is_paused() && bulk.draft().is_none();
    paused.then(|| "Rows are left that are not done, or not known to be done.".into())
}

fn ask_to_give_up(what: String, then: Confirmed) -> Overlay {
    Overlay::Confirm(Confirm {
        title: "Leave although many rows are not changed?".into(),
        lines: vec![what, "No draft keeps this.".into()],
        yes: "leave".into(),
        then,
        danger: true,
    })
}

fn ask_to_lose_secrets(names: &[String], then: Confirmed) -> Overlay {
    let names = draft::listed(names);
    Overlay::Confirm(Confirm {
        title: format!("Leave without what you typed in {names}?"),
        lines: vec![
            "A secret is never kept in a draft: it would have to be typed again.".into(),
            "Everything else that you typed is kept.".into(),
        ],
        yes: "leave and lose it".into(),
        then,
        danger: true,
    })
}

fn ask_to_lose(fault: String, then: Confirmed) -> Overlay {
    Overlay::Confirm(Confirm {
        title: "Leave without what you typed?".into(),
        lines: vec![
            format!("It cannot be kept on this machine: {fault}."),
            "Stay and save it, or make room and go on: it is tried again with every key.".into(),
        ],
        yes: "leave and lose it".into(),
        then,
        danger: true,
    })
}
