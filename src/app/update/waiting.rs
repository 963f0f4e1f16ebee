//! What the person waits for: told in the status line after half a second, with the time it has
//! taken and the key that cancels it. A background question is not waited for.

use jiff::Timestamp;

use super::super::App;
use super::keys;
use crate::app::effect::{Effect, Timer};
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::db::contract::QueryId;
use crate::input::event::{Key, KeyCode, Modifiers};

/// How long something takes before it is told.
const TOLD_MS: u64 = 500;
/// How often the time is told anew when nothing else is drawn.
const AGAIN_MS: u64 = 1_000;

/// What the person waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The question that is open now; one may follow another.
    pub query: QueryId,
    /// What it is, in a word.
    pub what: &'static str,
    /// Since when the person waits.
    pub since: Timestamp,
    /// Whether a key stops it.
    pub stoppable: bool,
    /// Whether it has taken long enough to be told.
    pub told: bool,
}

/// Sets the timer when the person begins to wait, and forgets it when the waiting is over.
pub fn follow(app: &mut App, effects: &mut Vec<Effect>) {
    let now = app.context.now;
    match (app.waiting, waited_for(app)) {
        (None, None) => {}
        (None, Some((query, what, stoppable))) => {
            app.waiting = Some(Waiting {
                query,
                what,
                since: now,
                stoppable,
                told: false,
            });
            effects.push(wake(TOLD_MS));
        }
        // Columns and then rows are one thing to whoever waits.
        (Some(waiting), Some((query, what, stoppable))) => {
            app.waiting = Some(Waiting {
                query,
                what,
                stoppable,
                ..waiting
            });
        }
        (Some(_), None) => {
            app.waiting = None;
            effects.push(Effect::Unset(Timer::Elapsed));
        }
    }
}

/// It has taken long enough to be told, or to be told anew.
pub fn woke(app: &mut App, effects: &mut Vec<Effect>) {
    if let Some(waiting) = &mut app.waiting {
        waiting.told = true;
        effects.push(wake(AGAIN_MS));
    }
}

/// Says what is waited for and for how long, once that is worth telling.
pub fn in_words(app: &App) -> Option<String> {
    let waiting = app.waiting.filter(|waiting| waiting.told)?;
    let ms = app.context.now.duration_since(waiting.since).as_millis();
    let tenths = ms.max(0) / 100;
    let keys = if waiting.stoppable {
        "  esc cancels"
    } else {
        ""
    };
    let what = waiting.what;
    Some(format!("{what} … {}.{} s{keys}", tenths / 10, tenths % 10))
}

/// Whether a key stops what is told to be stopped by it.
pub fn is_stopped_by(app: &App, key: Key) -> bool {
    let stoppable = |waiting: Waiting| waiting.told && waiting.stoppable;
    let esc = Key::new(KeyCode::Esc, Modifiers::NONE);
    key == esc && app.waiting.is_some_and(stoppable)
}

/// The question that the person waits for: its name, and whether a key stops it.
fn waited_for(app: &App) -> Option<(QueryId, &'static str, bool)> {
    let waits = |(query, asker): (&QueryId, &Asker)| {
        let (what, stoppable) = name(app, *query, *asker)?;
        Some((*query, what, stoppable))
    };
    let mut all: Vec<_> = app.questions.iter().filter_map(waits).collect();
    all.sort_by_key(|(query, ..)| *query);
    all.first().copied()
}

fn name(app: &App, query: QueryId, asker: Asker) -> Option<(&'static str, bool)> {
    let screens = &app.screens;
    match asker {
        Asker::Feed | Asker::Heartbeat | Asker::Sessions => None,
        Asker::House => (app.context.server.is_none()).then_some(("connecting", false)),
        Asker::Login => Some(("signing in", app.held.is_some())),
        Asker::Connect => Some(("testing", true)),
        Asker::Tables => screens.tables.waits_for(query).then_some(("tables", true)),
        Asker::Deletion => Some(("deleting", false)),
        Asker::Browser => Some((screens.browser.waits_for(query)?, true)),
        Asker::Drafts => Some(("drafts", true)),
        Asker::Form(id) => {
            let shown = [Place::Record(id), Place::Conflict(id)].contains(&keys::shown(app));
            let form = app.forms.open.get(&id).filter(|_| shown)?;
            let saving = |query| {
                form.saving
                    .as_ref()
                    .is_some_and(|saving| saving.query == query)
            };
            if saving(query) {
                return Some(("saving", false));
            }
            form.base.awaits(query).then_some(("record", true))
        }
    }
}

fn wake(after_ms: u64) -> Effect {
    Effect::Wake {
        timer: Timer::Elapsed,
        after_ms,
    }
}
