//! Answering who asks, and what came of questions about claims.

use super::super::super::App;
use super::super::{ask, navigate};
use super::{ask_key, put, second};
use crate::app::claims::{Ask, Doing, Target};
use crate::app::effect::Effect;
use crate::app::forms::{Mode, open, save, words};
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::{FormId, Go, Place};
use crate::app::problem::Problem;
use crate::db::contract::{ClaimsReply, ClaimsRequest, Fault, QueryId, Reply};
use crate::domain::claim::{Answer, Asked, Line, LineId};
use crate::domain::session::PresenceMode;
use crate::input::action::ClaimsAction;

/// Answers who asks, as the key in the dialog says.
pub fn answer(app: &mut App, id: LineId, action: ClaimsAction, effects: &mut Vec<Effect>) {
    let Some(line) = app.claims.asked.iter().find(|line| line.id == id).cloned() else {
        return app.tell(Mood::Told, "Nothing is asked any more");
    };
    match action {
        ClaimsAction::SaveAndYield => save_first(app, line, effects),
        ClaimsAction::Yield => let_go(app, line, Answer::Done, effects),
        ClaimsAction::Give => let_go(app, line, Answer::Given, effects),
        ClaimsAction::FiveMinutes => {
            app.claims.take_question(id);
            send(app, line, Answer::Later, effects);
        }
        _ => {}
    }
}

/// A save was answered after which a record is to be let go: lets it go, unless it did not go
/// through.
pub fn after_save(app: &mut App, id: FormId, effects: &mut Vec<Effect>) {
    let waits = |(form, _): &mut (FormId, Line)| *form == id;
    if app
        .forms
        .open
        .get(&id)
        .is_some_and(|form| form.saving.is_some())
    {
        return;
    }
    let Some((_, line)) = app.claims.after_save.take_if(waits) else {
        return;
    };
    let open = app.forms.open.get(&id);
    if open.is_none_or(|form| !form.is_changed()) {
        return let_go(app, line, Answer::Done, effects);
    }
    let key = words::key_of(ClaimsAction::AskInForm, &app.context);
    let (label, who) = (Target::of(&line).label(), &line.username);
    let told = format!("{label} is not saved, so it is not let go: {key} answers {who}");
    app.tell(Mood::Warning, told);
}

/// Takes what came of a question.
pub fn answered(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    let open = &mut app.claims.open;
    let Some(at) = open.iter().position(|(asked, _)| *asked == query) else {
        return;
    };
    let (_, doing) = open.swap_remove(at);
    let reply = match reply {
        Ok(Reply::Claims(reply)) => reply,
        Ok(_) => return,
        Err(fault) => return failed(app, doing, fault),
    };
    match (doing, reply) {
        (Doing::Asking(target), ClaimsReply::AskedToYield(of)) => asked(app, target, of),
        (Doing::Taking(target, place), ClaimsReply::TakenOver(claims)) => {
            taken(app, target, place, claims, effects);
        }
        (Doing::Releasing(target), ClaimsReply::Released(claims)) => {
            let label = target.label();
            let line = match claims {
                0 => format!("Nobody was editing {label} any more"),
                1 => format!("{label} is released; what was typed is a draft there"),
                n => format!(
                    "{label} is released from {n} terminals; what was typed is a draft there"
                ),
            };
            app.tell(Mood::Done, line);
        }
        (Doing::ReleasingAll(_), ClaimsReply::Released(claims)) => {
            let records = words::count(usize::try_from(claims).unwrap_or(usize::MAX), "record");
            app.tell(
                Mood::Done,
                format!("{records} released; what was typed is a draft there"),
            );
        }
        (Doing::Answering(line, answer), ClaimsReply::Answered(true)) => {
            told_answer(app, &line, answer);
        }
        (Doing::Answering(..), ClaimsReply::Answered(false)) => {
            app.tell(
                Mood::Told,
                "It was too late for this answer: nothing is asked any more",
            );
        }
        _ => {}
    }
}

fn save_first(app: &mut App, line: Line, effects: &mut Vec<Effect>) {
    let Some(id) = app.forms.editing(line.table, &line.key) else {
        return let_go(app, line, Answer::Done, effects);
    };
    app.claims.after_save = Some((id, line));
    ask::with(app, Asker::Form(id), effects, |h| {
        if let Some(form) = h.forms.open.get_mut(&id).filter(|form| form.is_changed()) {
            save::save(form, h.cx, h.out);
        }
    });
    after_save(app, id, effects);
}

fn let_go(app: &mut App, line: Line, answer: Answer, effects: &mut Vec<Effect>) {
    app.claims.take_question(line.id);
    if let Some(id) = app.forms.editing(line.table, &line.key) {
        ask::with(app, Asker::Form(id), effects, |h| {
            h.forms.let_go(id, h.cx, h.out)
        });
    }
    send(app, line, answer, effects);
}

fn send(app: &mut App, line: Line, answer: Answer, effects: &mut Vec<Effect>) {
    let request = ClaimsRequest::AnswerAsk {
        line: line.id,
        answer,
    };
    put(app, request, Doing::Answering(line, answer), effects);
}

fn told_answer(app: &mut App, line: &Line, answer: Answer) {
    let label = Target::of(line).label();
    let who = &line.username;
    let typed = |form: &&crate::app::forms::Form| {
        form.table == line.table && form.key.as_ref() == Some(&line.key) && form.is_changed()
    };
    let kept = match app.forms.open.values().any(|form| typed(&form)) {
        true => "; your edits are kept as a draft",
        false => "",
    };
    let told = match answer {
        Answer::Later => format!("{who} knows that you need five minutes more for {label}"),
        Answer::Done => format!("{who} knows that {label} is free{kept}"),
        Answer::Given => format!("{who} knows that {label} is to be taken{kept}"),
    };
    app.tell(Mood::Done, told);
}

fn asked(app: &mut App, target: Target, of: Vec<Asked>) {
    let label = target.label();
    if of.is_empty() {
        return app.tell(
            Mood::Done,
            format!("Nobody else is editing {label} any more"),
        );
    }
    let ask = Ask {
        target,
        of,
        told: false,
    };
    let (whom, due) = (ask.whom(), second(ask.due(), &app.context));
    let key = ask_key(app);
    let line = format!("Asked {whom} for {label}; from {due} on {key} takes it over");
    app.claims.asks.retain(|old| old.target != ask.target);
    app.claims.asks.push(ask);
    app.tell(Mood::Told, line);
}

/// The record is this person's now: it is edited at once where they still are at it.
fn taken(app: &mut App, target: Target, place: Place, claims: u32, effects: &mut Vec<Effect>) {
    let label = target.label();
    app.claims.asks.retain(|ask| ask.target != target);
    let others = |one: &crate::domain::session::Presence| {
        one.mine || one.key != target.key || one.mode == PresenceMode::View
    };
    app.context.presence.retain(others);
    let line = match claims {
        0 => format!("{label} was free already"),
        _ => format!("{label} is yours now; what was typed there is a draft there"),
    };
    app.tell(Mood::Done, line);
    if app.place != place || app.overlay.is_some() {
        return;
    }
    match place {
        Place::Browser(table) if table == target.table => {
            let go = Go::Open {
                table,
                key: Some(target.key),
                edit: true,
            };
            navigate::go(app, go, effects);
        }
        Place::Record(id) => ask::with(app, Asker::Form(id), effects, |h| {
            let Some(form) = h.forms.open.get_mut(&id) else {
                return;
            };
            form.lost = None;
            if form.mode == Mode::Read {
                open::edit_now(form, h.out);
            }
        }),
        _ => {}
    }
}

fn failed(app: &mut App, doing: Doing, fault: Fault) {
    match doing {
        // It was put off by nobody: it can be asked for anew.
        Doing::Taking(target, _) => app.claims.asks.retain(|ask| ask.target != target),
        Doing::Answering(line, Answer::Later) => app.claims.asked.push(line),
        Doing::AnsweringByItself => return,
        _ => {}
    }
    if matches!(fault, Fault::SessionOver { .. }) {
        return;
    }
    let problem = Problem::from(fault);
    app.tell(Mood::Failed, problem.what);
}
