//! Asking for records, answering, taking over and releasing: from keys and lines to questions.

mod answers;
mod lines;

pub use answers::{after_save, answer, answered};
pub use lines::{follow, polled};

use jiff::Timestamp;

use super::super::App;
use super::keys;
use crate::app::claims::{Doing, Target};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::overlay::{Answering, Confirm, Confirmed, Overlay};
use crate::app::place::Place;
use crate::db::contract::{ClaimsRequest, Request};
use crate::domain::claim::Line;
use crate::domain::session::Presence;
use crate::domain::text;
use crate::input::action::{Action, ClaimsAction, Scope};

/// Does what was asked for.
pub fn act(app: &mut App, action: ClaimsAction, effects: &mut Vec<Effect>) {
    if !app.context.is_shared() {
        let line = "Who edits what is known only with the shared layer: see rowhouse init";
        return app.tell(Mood::Warning, line);
    }
    match action {
        ClaimsAction::Ask | ClaimsAction::AskInForm => ask(app, effects),
        ClaimsAction::Release => ask_to_release(app),
        // Answers are given in the dialog that asks for them.
        _ => {}
    }
}

/// Does what was confirmed.
pub fn confirmed(app: &mut App, then: &Confirmed, effects: &mut Vec<Effect>) {
    match then.clone() {
        Confirmed::TakeOver { table, key } => {
            let doing = Doing::Taking(
                Target {
                    table,
                    key: key.clone(),
                },
                app.place,
            );
            put(app, ClaimsRequest::TakeOver { table, key }, doing, effects);
        }
        Confirmed::ReleaseRecord { table, key } => {
            let target = Target {
                table,
                key: key.clone(),
            };
            let request = ClaimsRequest::ReleaseRecord { table, key };
            put(app, request, Doing::Releasing(target), effects);
        }
        Confirmed::ReleaseSession(session) => {
            let request = ClaimsRequest::ReleaseSession { session };
            put(app, request, Doing::ReleasingAll(session), effects);
        }
        _ => {}
    }
}

/// The actions that the hint bar offers, among those of the place: answering who asks comes first,
/// asking who edits and releasing come after what is done most.
pub fn hints(app: &App, mut place: Vec<Action>) -> Vec<Action> {
    let over = app.context.ended.is_some() || app.overlay.is_some();
    let pane = app.sessions_pane.is_some_and(|pane| pane.focused);
    if over || pane || !app.context.is_shared() {
        return place;
    }
    let asks = [ClaimsAction::Ask, ClaimsAction::AskInForm].map(Action::Claims);
    if app.claims.question(None).is_some() {
        place.splice(0..0, asks);
        return place;
    }
    let target = target(app).filter(|_| !matches!(keys::shown(app), Place::Conflict(_)));
    if target.is_some_and(|target| !target.editors(&app.context).is_empty()) {
        let release = Action::Claims(ClaimsAction::Release);
        let release = Some(release).filter(|_| may_release(app));
        let at = place.len().min(2);
        place.splice(at..at, asks.into_iter().chain(release));
    }
    place
}

/// The record that the person is on.
pub fn target(app: &App) -> Option<Target> {
    match keys::shown(app) {
        Place::Browser(table) => {
            let key = app.screens.browser.current_key()?.clone();
            Some(Target { table, key })
        }
        Place::Record(id) | Place::Conflict(id) => {
            let form = app.forms.open.get(&id)?;
            let key = form.key.clone()?;
            Some(Target {
                table: form.table,
                key,
            })
        }
        _ => None,
    }
}

/// The key that asks, or takes over, where the person is now: in a form letters are text.
fn ask_key(app: &App) -> String {
    let typing = |scope: &Scope| matches!(scope, Scope::Form | Scope::Conflict);
    let action = match keys::scopes(app).iter().any(typing) {
        true => ClaimsAction::AskInForm,
        false => ClaimsAction::Ask,
    };
    words::key_of(action, &app.context)
}

/// Writes a time with its seconds: what is waited for comes at a second.
pub fn second(at: Timestamp, cx: &Context) -> String {
    at.to_zoned(cx.zone.clone())
        .strftime("%H:%M:%S")
        .to_string()
}

fn may_release(app: &App) -> bool {
    let person = app.context.person();
    person.is_some_and(|person| person.may_end_sessions)
}

/// Answers who waits for this record, else asks who edits it, or offers to take it over.
fn ask(app: &mut App, effects: &mut Vec<Effect>) {
    let target = target(app);
    let here = app
        .claims
        .question(target.as_ref())
        .filter(|_| target.is_some());
    let free = target
        .as_ref()
        .is_none_or(|target| target.editors(&app.context).is_empty());
    let waiting = here.or_else(|| app.claims.question(None).filter(|_| free));
    if let Some(line) = waiting.cloned() {
        return open_answer(app, &line);
    }
    let Some(target) = target else {
        return app.tell(
            Mood::Told,
            "There is no record here that somebody could edit",
        );
    };
    let cx = &app.context;
    let editors = target.editors(cx);
    let label = target.label();
    let asked = app.claims.ask_about(&target);
    match (editors.first(), asked) {
        (None, _) => app.tell(Mood::Told, format!("Nobody else is editing {label}")),
        (Some(first), _) if first.same_person => {
            let confirm = take_own(&target, first);
            app.overlay = Some(Overlay::Confirm(confirm));
        }
        (Some(_), Some(ask)) if cx.now >= ask.due() => {
            let confirm = take_over(&target, &ask.whom(), &editors, cx);
            app.overlay = Some(Overlay::Confirm(confirm));
        }
        (Some(_), Some(ask)) => {
            let (whom, due) = (ask.whom(), second(ask.due(), cx));
            let line =
                format!("{whom} has until {due} to answer for {label}; you may take it over then");
            app.tell(Mood::Told, line);
        }
        (Some(_), None) => {
            let (table, key) = (target.table, target.key.clone());
            let request = ClaimsRequest::AskToYield { table, key };
            put(app, request, Doing::Asking(target), effects);
        }
    }
}

fn open_answer(app: &mut App, line: &Line) {
    let cx = &app.context;
    let target = Target::of(line);
    let form = app.forms.editing(line.table, &line.key);
    let form = form.and_then(|id| app.forms.open.get(&id));
    let changes = form.map_or(0, |form| form.changed_count());
    let mut lines = vec![format!("Asked at {}.", words::clock(line.at, cx))];
    if let Some(due) = line.due {
        let due = second(due, cx);
        lines.push(format!(
            "Without an answer it may be taken over from {due} on."
        ));
    }
    lines.push(match changes {
        0 => "You have typed nothing in it.".into(),
        1 => "Your change stays, whatever you answer.".into(),
        n => format!("Your {n} changes stay, whatever you answer."),
    });
    let who = text::line(&line.username).into_owned();
    app.overlay = Some(Overlay::Answer(Answering {
        line: line.id,
        title: format!("{who} asks for {}", target.label()),
        lines,
        saves: changes > 0,
    }));
}

fn take_own(target: &Target, own: &Presence) -> Confirm {
    let label = target.label();
    let typed = match own.dirty {
        true => "What you typed there and did not save stays there as a draft.",
        false => "Nothing is typed there that is not saved.",
    };
    Confirm {
        title: format!("Take {label} over?"),
        lines: vec![format!("From {}.", words::whoever(own)), typed.into()],
        yes: "take over".into(),
        then: Confirmed::TakeOver {
            table: target.table,
            key: target.key.clone(),
        },
        danger: false,
    }
}

fn take_over(target: &Target, whom: &str, editors: &[&Presence], cx: &Context) -> Confirm {
    let label = target.label();
    let mut lines: Vec<String> = editors
        .iter()
        .take(3)
        .map(|one| words::at_record(one, &label, cx))
        .collect();
    lines.push("What is typed there and not saved stays there as a draft.".into());
    Confirm {
        title: format!("{whom} gave no answer. Take {label} over?"),
        lines,
        yes: "take over".into(),
        then: Confirmed::TakeOver {
            table: target.table,
            key: target.key.clone(),
        },
        danger: true,
    }
}

/// Says what releasing would do, and asks.
fn ask_to_release(app: &mut App) {
    if !may_release(app) {
        let line = "Only people who may end sessions can release what others edit";
        return app.tell(Mood::Warning, line);
    }
    let Some(target) = target(app) else {
        return app.tell(
            Mood::Told,
            "There is no record here that somebody could edit",
        );
    };
    let cx = &app.context;
    let label = target.label();
    let editors = target.editors(cx);
    if editors.is_empty() {
        return app.tell(Mood::Told, format!("Nobody else is editing {label}"));
    }
    let mut lines = Vec::new();
    for one in editors.iter().take(3) {
        lines.push(words::at_record(one, &label, cx));
        if let Some(at) = one.last_active {
            let who = text::line(&one.username);
            lines.push(format!(
                "{who} pressed a key last at {}.",
                words::clock(at, cx)
            ));
        }
    }
    if editors.len() > 3 {
        lines.push(format!("and {} more", editors.len() - 3));
    }
    lines.push("Each form becomes a draft where it is, and says that you released it.".into());
    app.overlay = Some(Overlay::Confirm(Confirm {
        title: format!("Release {label}?"),
        lines,
        yes: "release".into(),
        then: Confirmed::ReleaseRecord {
            table: target.table,
            key: target.key,
        },
        danger: true,
    }));
}

fn put(app: &mut App, request: ClaimsRequest, doing: Doing, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::Claims);
    let query = out.ask(Request::Claims(request));
    app.carry_out(out, effects);
    app.claims.open.push((query, doing));
}
