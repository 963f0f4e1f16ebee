//! What others say about claims, as a poll brings it; and answers that are due by themselves.

use super::super::super::App;
use super::super::ask;
use super::{ask_key, put, second};
use crate::app::claims::{Ask, Doing, Target, label};
use crate::app::effect::Effect;
use crate::app::forms::claim::Lost;
use crate::app::forms::{Mode, words};
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::db::contract::ClaimsRequest;
use crate::domain::claim::{Answer, Line, LineKind};
use crate::domain::table::TableId;
use crate::domain::text;
use crate::input::action::ClaimsAction;

/// Takes the lines of a poll; `table` is the one whose presence it brought.
pub fn polled(app: &mut App, lines: Vec<Line>, table: Option<TableId>, effects: &mut Vec<Effect>) {
    for line in app.claims.hear(lines) {
        heard(app, &line, effects);
    }
    for ask in std::mem::take(&mut app.claims.asks) {
        if let Some(ask) = waiting(app, ask, table) {
            app.claims.asks.push(ask);
        }
    }
}

/// Tells whoever asked for a record that it is not edited here any more: it was saved and left, or
/// just left.
pub fn follow(app: &mut App, effects: &mut Vec<Effect>) {
    let signed_in = app.context.session.is_some() && app.context.ended.is_none();
    if app.claims.asked.is_empty() || !signed_in {
        return;
    }
    let edited = app.forms.open.values().filter(|form| {
        let edits = form.mode == Mode::Edit && !form.left;
        edits && form.lost.is_none()
    });
    let edited: Vec<Target> = edited
        .filter_map(|form| {
            let key = form.key.clone()?;
            Some(Target {
                table: form.table,
                key,
            })
        })
        .collect();
    for line in app.claims.let_go(&edited) {
        let request = ClaimsRequest::AnswerAsk {
            line: line.id,
            answer: Answer::Done,
        };
        put(app, request, Doing::AnsweringByItself, effects);
    }
}

fn heard(app: &mut App, line: &Line, effects: &mut Vec<Effect>) {
    let cx = &app.context;
    let own = cx.person().is_some_and(|me| me.username == line.username);
    let who = match own {
        true => "you, at another terminal".to_owned(),
        false => text::line(&line.username).into_owned(),
    };
    let label = label(&line.key);
    let due = line.due.map_or(String::new(), |due| second(due, cx));
    let edit = "f2 edits it";
    let (mood, told) = match line.kind {
        LineKind::Asked => {
            let key = words::key_of(ClaimsAction::AskInForm, cx);
            (
                Mood::Warning,
                format!("{who} asks you for {label}: {key} answers"),
            )
        }
        LineKind::Done => (Mood::Done, format!("{who} is done with {label}: {edit}")),
        LineKind::Given => (Mood::Done, format!("{who} lets you have {label}: {edit}")),
        LineKind::Later => (
            Mood::Told,
            format!("{who} needs five minutes more for {label}, until {due}"),
        ),
        LineKind::Taken => return lost(app, line, "taken over", &who, effects),
        LineKind::Released => return lost(app, line, "released", &who, effects),
    };
    app.tell(mood, told);
}

/// The claim is gone: what is typed is a draft from here on, and goes on being typed in.
fn lost(app: &mut App, line: &Line, how: &str, who: &str, effects: &mut Vec<Effect>) {
    let lost = Lost {
        how: format!("{how} by {who}"),
        at: line.at,
    };
    let told = format!(
        "{} was {}; what you typed is kept as a draft",
        label(&line.key),
        lost.how
    );
    ask::with(app, Asker::House, effects, |h| {
        h.forms.lose((line.table, &line.key), &lost, h.cx, h.out);
    });
    app.tell(Mood::Warning, told);
}

/// Says when a record that was asked for is free, or may be taken over; `None` when that is over.
fn waiting(app: &mut App, mut ask: Ask, table: Option<TableId>) -> Option<Ask> {
    let label = ask.target.label();
    let editors = ask.target.editors(&app.context);
    let known = table == Some(ask.target.table);
    if known && editors.iter().all(|one| one.same_person) {
        app.tell(Mood::Done, format!("{label} is free now: f2 edits it"));
        return None;
    }
    if !ask.told && app.context.now >= ask.due() {
        ask.told = true;
        let key = ask_key(app);
        let whom = ask.whom();
        let line = format!("{whom} gave no answer for {label}: {key} takes it over");
        app.tell(Mood::Warning, line);
    }
    Some(ask)
}
