//! The palette over what is there: opening it, and doing what was chosen; what it looks for on the
//! server, and when.

use super::super::{App, Pane};
use super::{keys, navigate};
use crate::app::effect::{Effect, Timer};
use crate::app::outbox::Asker;
use crate::app::overlay::Overlay;
use crate::app::place::Place;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::session::SessionId;
use crate::domain::table::TableId;
use crate::input::action::{Action, DialogAction};
use crate::input::event::Key;
use crate::screens::palette::{Chosen, Palette, REST_MS};

/// How much of what was typed is kept.
const REMEMBERED: usize = 20;

/// Opens the palette over what is there.
pub fn open(app: &mut App) {
    let palette = Palette::open(keys::scopes(app), app.palette_history.clone(), table(app));
    app.overlay = Some(Overlay::Palette(palette));
}

/// The table whose rows or record are shown.
fn table(app: &App) -> Option<TableId> {
    match app.place {
        Place::Browser(table) | Place::Bin(table) => Some(table),
        Place::Record(id) | Place::Conflict(id) => app.forms.open.get(&id).map(|form| form.table),
        _ => None,
    }
}

/// Does what was asked for in it.
pub fn act(app: &mut App, mut palette: Palette, action: Action, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::Palette);
    let before = palette.typed().to_owned();
    let chosen = palette.act(action, &app.context, &mut out);
    if palette.typed() != before {
        out.wake(Timer::Palette, REST_MS);
    }
    app.carry_out(out, effects);
    after(app, palette, chosen, effects);
}

/// Takes a key that is text in it.
pub fn key(app: &mut App, mut palette: Palette, key: Key, effects: &mut Vec<Effect>) {
    if palette.key(key) {
        effects.push(rest());
    }
    app.overlay = Some(Overlay::Palette(palette));
}

/// Takes a paste in it.
pub fn paste(app: &mut App, text: &str, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Palette(palette)) = &mut app.overlay {
        palette.paste(text);
        effects.push(rest());
    }
}

/// Keys have rested.
pub fn rested(app: &mut App, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::Palette);
    if let Some(Overlay::Palette(palette)) = &mut app.overlay {
        palette.rested(&app.context, &mut out);
    }
    app.carry_out(out, effects);
}

/// Takes the answer to a question of its own; where it was closed meanwhile, nothing wants it.
pub fn answered(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    let Some(Overlay::Palette(palette)) = &mut app.overlay else {
        return;
    };
    if !palette.answered(query, reply, &app.context) {
        return;
    }
    if let Some(Overlay::Palette(palette)) = app.overlay.take() {
        act(app, palette, Action::Dialog(DialogAction::Choose), effects);
    }
}

fn rest() -> Effect {
    Effect::Wake {
        timer: Timer::Palette,
        after_ms: REST_MS,
    }
}

fn after(app: &mut App, mut palette: Palette, chosen: Chosen, effects: &mut Vec<Effect>) {
    if chosen == Chosen::Open {
        app.overlay = Some(Overlay::Palette(palette));
        return;
    }
    let mut out = app.outbox(Asker::Palette);
    palette.stop(&mut out);
    app.carry_out(out, effects);
    if chosen != Chosen::Close {
        remember(app, palette.typed().trim());
    }
    match chosen {
        Chosen::Open | Chosen::Close => {}
        Chosen::Do(action) => keys::act(app, action, effects),
        Chosen::Go(go) => navigate::go(app, *go, effects),
        Chosen::Person(session) => to_person(app, session, effects),
    }
}

/// Opens the sessions pane at somebody.
fn to_person(app: &mut App, session: SessionId, effects: &mut Vec<Effect>) {
    app.screens.sessions.cursor = Some(session);
    match &mut app.sessions_pane {
        Some(pane) => *pane = Pane { focused: true },
        None => navigate::toggle_sessions(app, effects),
    }
}

/// Keeps what was typed when something was chosen, for the next time.
fn remember(app: &mut App, typed: &str) {
    if typed.is_empty() {
        return;
    }
    app.palette_history.retain(|before| before != typed);
    app.palette_history.push(typed.to_owned());
    if app.palette_history.len() > REMEMBERED {
        app.palette_history.remove(0);
    }
}
