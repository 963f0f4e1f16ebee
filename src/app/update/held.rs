//! Keys held for a record that is on its way: kept in a draft too, so that they outlive the program,
//! and put into the record when that draft is continued.

use super::super::App;
use super::{ask, beneath};
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::input::action::{Action, BrowserAction, Scope};
use crate::input::event::Key;

/// Writes what is held for a record that is not there yet.
pub fn write(app: &mut App, effects: &mut Vec<Effect>) {
    let (Some(held), Place::Record(id)) = (&app.held, app.place) else {
        return;
    };
    let keys: Vec<String> = held.keys.iter().map(ToString::to_string).collect();
    ask::with(app, Asker::House, effects, |h| {
        h.forms.write_held(id, keys, h.cx, h.out);
    });
}

/// Whether something is held that is on no disk yet.
pub fn is_unwritten(app: &App) -> bool {
    match (&app.held, app.place) {
        (Some(held), Place::Record(id)) => {
            let form = app.forms.open.get(&id);
            form.is_some_and(|form| form.draft.held != held.keys.len())
        }
        _ => false,
    }
}

/// Types what a draft held into its record: text and moving among fields. What saves, leaves or
/// throws away was meant for another day.
pub fn type_again(app: &mut App, keys: &[String], effects: &mut Vec<Effect>) {
    let begins_editing = |key: &Key| {
        let action = app.context.keymap.action(&[Scope::Record], *key);
        action == Some(Action::Browser(BrowserAction::EditRecord))
    };
    let mut keys: Vec<Key> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    if keys.first().is_some_and(begins_editing) {
        keys.remove(0);
    }
    for key in keys {
        beneath::press(app, app.place, key, effects);
    }
    app.tell(
        Mood::Told,
        "What was typed before the record had come is put in; look at it before you save",
    );
}
