//! What the mouse does, where it is used: the wheel moves in lists, a click in the grid goes to a row or
//! sorts by a heading. Nothing that changes a record is done by it.

use super::super::App;
use super::{ask, keys};
use crate::app::context::Link;
use crate::app::effect::Effect;
use crate::app::layout;
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::input::action::{Action, ListAction, Scope};
use crate::input::event::{Mouse, MouseKind};

/// How many lines the wheel moves.
const LINES: usize = 3;

/// Takes what was done.
pub fn take(app: &mut App, mouse: Mouse, effects: &mut Vec<Effect>) {
    app.following.active = true;
    // What somebody waits for, and what nobody saw yet, is not meant.
    if app.held.is_some() || app.beneath.is_some() || layout::is_too_small(app.context.size) {
        return;
    }
    match mouse.kind {
        MouseKind::WheelUp => wheel(app, ListAction::Up, effects),
        MouseKind::WheelDown => wheel(app, ListAction::Down, effects),
        MouseKind::Click => click(app, mouse, effects),
    }
}

fn wheel(app: &mut App, action: ListAction, effects: &mut Vec<Effect>) {
    for _ in 0..LINES {
        if keys::scopes(app).contains(&Scope::List) {
            keys::act(app, Action::List(action), effects);
        }
    }
}

fn click(app: &mut App, mouse: Mouse, effects: &mut Vec<Effect>) {
    let lost = matches!(app.context.link, Link::Lost { .. });
    let pane = app.sessions_pane.is_some() && app.context.ended.is_none();
    let Some(layout) = layout::layout(app.context.size, lost, pane) else {
        return;
    };
    let (place, at) = (layout.place, (mouse.x, mouse.y));
    let inside = place.contains(at.into());
    let grid = matches!(keys::shown(app), Place::Browser(_));
    if !grid || !inside || app.overlay.is_some() || app.proof.is_some() {
        return;
    }
    if let Some(pane) = &mut app.sessions_pane {
        pane.focused = false;
    }
    let (x, y) = (mouse.x - place.x, mouse.y - place.y);
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.clicked(x, y, h.cx, h.out);
    });
}
