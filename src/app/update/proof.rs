//! Asks for the password again where the database wants it, and goes on with what was asked: the same
//! question is put once more, under its own number, so that whoever asked notices nothing.

#[cfg(test)]
mod tests;

use jiff::SignedDuration;
use secrecy::SecretString;

use super::super::App;
use super::replies;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::proof::{Parked, Proof};
use crate::db::contract::{Fault, LoginReply, LoginRequest, QueryId, Reply, Request};
use crate::input::action::{Action, DialogAction};
use crate::input::event::Key;
use crate::screens::login;

/// Keeps a question that the database may not answer without the password.
pub fn keep(app: &mut App, effect: &Effect) {
    if let Effect::Ask { query, request } = effect
        && request.may_need_proof()
    {
        app.sensitive.insert(*query, (**request).clone());
    }
}

/// Parks a question whose answer is that the password is needed, and asks for that; says whether it
/// did.
pub fn parks(app: &mut App, query: QueryId, asker: Asker, reply: &Result<Reply, Fault>) -> bool {
    let Some(request) = app.sensitive.remove(&query) else {
        return false;
    };
    if !matches!(reply, Err(Fault::ProofNeeded)) {
        return false;
    }
    let parked = Parked {
        query,
        asker,
        request,
    };
    match &mut app.proof {
        Some(proof) => proof.parked.push(parked),
        none => *none = Some(Proof::new(parked)),
    }
    true
}

/// Does what was asked for in the dialog.
pub fn act(app: &mut App, action: Action, effects: &mut Vec<Effect>) {
    let Some(proof) = &mut app.proof else { return };
    match action {
        Action::Dialog(DialogAction::Close) => close(app, effects),
        Action::Dialog(DialogAction::Prove) if proof.seen => try_it(app, effects),
        _ => {}
    }
}

/// Takes a key that is text; none from before the dialog was painted.
pub fn key(app: &mut App, key: Key) {
    if let Some(proof) = app
        .proof
        .as_mut()
        .filter(|proof| proof.seen && proof.asked.is_none())
    {
        proof.line.press(key);
        proof.said = None;
    }
}

/// Takes a paste; a line end that was copied along is left out.
pub fn paste(app: &mut App, text: &str) {
    if let Some(proof) = app
        .proof
        .as_mut()
        .filter(|proof| proof.seen && proof.asked.is_none())
    {
        proof.line.insert(text.trim_end_matches('\n'));
        proof.said = None;
    }
}

/// Gives up: whoever asked hears that it was not done.
pub fn close(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(proof) = app.proof.take() else {
        return;
    };
    if let Some(query) = proof.asked {
        app.questions.remove(&query);
        effects.push(Effect::Cancel(query));
    }
    for parked in proof.parked {
        replies::deliver(
            app,
            parked.asker,
            parked.query,
            Err(Fault::Cancelled),
            effects,
        );
    }
    app.tell(
        Mood::Told,
        "Nothing was done: it asks for your password, and that was not given",
    );
}

/// Takes what came of a try.
pub fn answered(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    let now = app.context.now;
    let Some(proof) = app
        .proof
        .as_mut()
        .filter(|proof| proof.asked == Some(query))
    else {
        return;
    };
    proof.asked = None;
    match reply {
        Ok(Reply::Login(LoginReply::Proved)) => go_on(app, effects),
        Ok(Reply::Login(LoginReply::Refused {
            tries_left,
            wait_seconds,
        })) => {
            proof.line.clear();
            let next = login::next_try(tries_left, wait_seconds, &app.context);
            proof.said = Some(format!("That is not your password{next}"));
        }
        Ok(Reply::Login(LoginReply::MustWait { seconds })) => {
            proof.wait_until = Some(now + SignedDuration::from_secs(i64::from(seconds)));
        }
        Ok(_) => {}
        Err(Fault::Cancelled) => proof.said = None,
        Err(fault) => proof.said = Some(crate::app::problem::Problem::from(fault).what),
    }
}

/// Puts everything that waited again.
fn go_on(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(proof) = app.proof.take() else {
        return;
    };
    for parked in proof.parked {
        app.questions.insert(parked.query, parked.asker);
        app.sensitive.insert(parked.query, parked.request.clone());
        effects.push(Effect::Ask {
            query: parked.query,
            request: Box::new(parked.request),
        });
    }
}

fn try_it(app: &mut App, effects: &mut Vec<Effect>) {
    let now = app.context.now;
    let Some(proof) = &mut app.proof else { return };
    if proof.asked.is_some() || proof.line.is_empty() || proof.wait_until.is_some_and(|at| now < at)
    {
        return;
    }
    proof.said = None;
    proof.wait_until = None;
    let password = SecretString::from(proof.line.text().to_owned());
    let mut out = app.outbox(Asker::Proof);
    let query = out.ask(Request::Login(LoginRequest::Prove { password }));
    app.carry_out(out, effects);
    if let Some(proof) = &mut app.proof {
        proof.asked = Some(query);
    }
}
