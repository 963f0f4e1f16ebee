//! Keys that were typed before what nobody asked for was painted: they belong to what was seen.
//!
//! In a form they stay with its field, in a list they are dropped; what saves, leaves or throws
//! away is dropped everywhere.

use super::super::App;
use super::ask;
use crate::app::effect::Effect;
use crate::app::outbox::Asker;
use crate::app::place::{FormId, Place};
use crate::db::contract::QueryId;
use crate::input::action::{Action, FormAction, Scope};
use crate::input::event::Key;

/// What was on the screen before an answer was taken.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    place: Place,
    /// Whether the sign-in covered it.
    covered: bool,
    /// Whether a dialog lay over it.
    overlaid: bool,
    /// Whether the keys were those of the pane beside it, or of a list of values under a field.
    aside: bool,
    /// Whether keys are held for what the answer opens: the person asked for it.
    asked_for: bool,
}

impl Seen {
    /// Takes note of what is on the screen while an answer comes.
    pub fn before(app: &App, query: QueryId) -> Self {
        Self {
            place: app.place,
            covered: app.context.ended.is_some(),
            overlaid: is_overlaid(app),
            aside: app.sessions_pane.is_some_and(|pane| pane.focused) || is_picking(app),
            asked_for: app.held.as_ref().is_some_and(|held| held.query == query),
        }
    }

    /// Lets keys stay with what was seen, where the answer brought what nobody asked for.
    pub fn keep_keys(self, app: &mut App) {
        let covered = app.context.ended.is_some();
        let elsewhere = app.place != self.place && !matches!(app.place, Place::Record(_));
        let dialog = is_overlaid(app) && !self.overlaid;
        if self.asked_for || !(elsewhere || dialog || covered != self.covered) {
            return;
        }
        // A dialog that was open goes on taking its keys, and those of one that is gone now, of a
        // pane or of a list of values were never meant for a field.
        if self.overlaid && is_overlaid(app) {
            return;
        }
        let in_list = self.overlaid || self.aside;
        app.beneath = Some(if in_list { Place::Tables } else { self.place });
    }
}

fn is_overlaid(app: &App) -> bool {
    app.overlay.is_some() || app.proof.is_some()
}

fn is_picking(app: &App) -> bool {
    let form = match app.place {
        Place::Record(id) => app.forms.open.get(&id),
        _ => None,
    };
    form.is_some_and(|form| form.picker.is_some() || form.calendar.is_some())
}

/// Takes a key for what was seen.
pub fn press(app: &mut App, beneath: Place, key: Key, effects: &mut Vec<Effect>) {
    let Some((id, mut scopes)) = field(app, beneath) else {
        return;
    };
    scopes.push(Scope::App);
    let action = app.context.keymap.action(&scopes, key);
    let harmless = match action {
        None | Some(Action::Dialog(_)) => true,
        Some(Action::Form(action)) => matches!(
            action,
            FormAction::NextField
                | FormAction::PreviousField
                | FormAction::Enter
                | FormAction::SetNull
                | FormAction::SetDefault
                | FormAction::Undo
                | FormAction::Redo
                | FormAction::PageUp
                | FormAction::PageDown
        ),
        Some(_) => false,
    };
    if harmless {
        ask::with(app, Asker::Form(id), effects, |h| match action {
            Some(action) => h.screens.editor.act(action, h.forms, id, h.cx, h.out),
            None => h.screens.editor.key(key, h.forms, id, h.cx, h.out),
        });
    }
}

/// Takes a paste for what was seen.
pub fn paste(app: &mut App, beneath: Place, text: &str, effects: &mut Vec<Effect>) {
    if let Some((id, _)) = field(app, beneath) {
        ask::with(app, Asker::Form(id), effects, |h| {
            h.screens.editor.paste(text, h.forms, id, h.cx, h.out);
        });
    }
}

/// The form that was seen, when its keys are text.
fn field(app: &App, beneath: Place) -> Option<(FormId, Vec<Scope>)> {
    let Place::Record(id) = beneath else {
        return None;
    };
    let scopes = app.screens.editor.scopes(&app.forms, id);
    let is_text = scopes.first().is_some_and(|scope| scope.is_text());
    is_text.then(|| (id, scopes.to_vec()))
}
