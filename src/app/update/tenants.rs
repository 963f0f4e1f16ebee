//! Choosing among tenants: the list, the choice, and the house of the tenant that was chosen.

#[cfg(test)]
mod tests;

use super::super::App;
use super::{held, leave, replies};
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::overlay::Overlay;
use crate::app::problem::Problem;
use crate::app::tenants::{Choice, ChooseTenant};
use crate::db::contract::login::SignedIn;
use crate::db::contract::{Fault, Reply, Request, TenantsReply, TenantsRequest};
use crate::input::action::{Action, DialogAction};
use crate::input::event::Key;
use crate::input::line::Pressed;

/// Asks for the list, where there is one for whoever is signed in.
pub fn open(app: &mut App, effects: &mut Vec<Effect>) {
    let why_not = match app.context.person() {
        _ if app.context.ended.is_some() => Some("Sign in first".into()),
        None => Some("Sign in first".into()),
        Some(_) if !app.context.is_shared() => {
            Some("Tenants are known only where rowhouse init installed the shared layer".into())
        }
        Some(person) if !person.may_choose_tenant => {
            Some("Only who has a role that sees all tenants chooses among them".into())
        }
        Some(_) => stays(app),
    };
    match why_not {
        Some(line) => app.tell(Mood::Told, line),
        None => ask(app, TenantsRequest::List, effects),
    }
}

/// Why nothing can be chosen at the moment.
fn stays(app: &App) -> Option<String> {
    if app.forms.saving().is_some() || app.context.run_here.is_some() {
        return Some("Something is being saved; choose another tenant when that is done".into());
    }
    leave::why_stay(app)
}

/// Does what was asked for in the list.
pub fn act(app: &mut App, mut list: ChooseTenant, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Dialog(DialogAction::Close) => return,
        Action::Dialog(DialogAction::Up) => list.step(false),
        Action::Dialog(DialogAction::Down) => list.step(true),
        Action::Dialog(DialogAction::Choose) => match list.found().get(list.selected) {
            None => {}
            Some(Choice::One(one)) if one.closed.is_some() => {
                let why = one.closed.clone().unwrap_or_default();
                app.tell(Mood::Warning, why);
            }
            Some(Choice::All) if list.across => return,
            Some(Choice::One(one)) if one.chosen => return,
            Some(choice) => {
                let name = match choice {
                    Choice::All => None,
                    Choice::One(one) => Some(one.name.clone()),
                };
                return ask(app, TenantsRequest::Choose { name }, effects);
            }
        },
        _ => {}
    }
    app.overlay = Some(Overlay::Tenants(list));
}

/// Takes a key that is text: it finds.
pub fn key(list: &mut ChooseTenant, key: Key) {
    if list.typed.press(key) == Pressed::Edited {
        list.selected = 0;
    }
}

/// Takes what came of it.
pub fn answered(app: &mut App, reply: Result<Reply, Fault>, effects: &mut Vec<Effect>) {
    match reply {
        Ok(Reply::Tenants(TenantsReply::Listed(tenants))) => {
            app.overlay = Some(Overlay::Tenants(ChooseTenant::new(tenants)));
            app.question_seen = false;
        }
        Ok(Reply::Tenants(TenantsReply::Chosen(session))) => chosen(app, session, effects),
        // That it was given up is told already.
        Ok(_) | Err(Fault::Cancelled) => {}
        Err(fault) => app.tell(Mood::Failed, Problem::from(fault).what),
    }
}

/// Nothing that was open goes along: what was typed is kept as drafts, and the list of tables is anew.
fn chosen(app: &mut App, session: SignedIn, effects: &mut Vec<Effect>) {
    let line = match &session.person.tenant {
        Some(name) => format!("You act in {name} now: what you save goes there"),
        None => {
            "You look across all tenants now; nothing can be changed until one is chosen".into()
        }
    };
    held::write(app, effects);
    let mut out = app.outbox(Asker::House);
    app.forms.write_drafts(&app.context, &mut out);
    app.carry_out(out, effects);
    replies::signed_in(app, session, effects);
    app.tell(Mood::Done, line);
}

fn ask(app: &mut App, request: TenantsRequest, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::Tenant);
    out.ask(Request::Tenants(request));
    app.carry_out(out, effects);
}
