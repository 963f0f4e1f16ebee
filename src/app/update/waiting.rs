//! What the person waits for: told in the status line after half a second, with the time it has
//! taken and the key that cancels it. A background question is not waited for.

use jiff::Timestamp;

use super::super::App;
use super::keys;
use crate::app::effect::{Effect, Timer};
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::{FormId, Place};
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::record::RequestId;
use crate::input::event::{Key, KeyCode, Modifiers};

/// How long something takes before it is told.
const TOLD_MS: u64 = 500;
/// How often the time is told anew when nothing else is drawn.
const AGAIN_MS: u64 = 1_000;

/// What is waited for once a save is being stopped.
const STOPPING: &str = "asking what became of it";

/// What the person waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Who holds it up, as far as known.
    pub holder: Option<String>,
}

/// Sets the timer when the person begins to wait, and forgets it when the waiting is over.
pub fn follow(app: &mut App, effects: &mut Vec<Effect>) {
    let now = app.context.now;
    match (app.waiting.take(), waited_for(app)) {
        (None, None) => {}
        (None, Some((query, what, stoppable))) => {
            app.waiting = Some(Waiting {
                query,
                what,
                since: now,
                stoppable,
                told: false,
                holder: None,
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
            effects.push(Effect::Unset(Timer::Elapsed));
        }
    }
}

/// It has taken long enough to be told, or to be told anew.
pub fn woke(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(waiting) = &mut app.waiting else {
        return;
    };
    waiting.told = true;
    effects.push(wake(AGAIN_MS));
    // A save that takes long may wait for somebody's lock: whose is asked beside it.
    let asking = app.questions.values().any(|asker| *asker == Asker::Holder);
    if let Some(number) = number_of_save(app).filter(|_| !asking) {
        let mut out = app.outbox(Asker::Holder);
        out.ask(Request::Records(RecordsRequest::FindHolder(number)));
        app.carry_out(out, effects);
    }
}

/// Takes the answer who holds up what is waited for.
pub fn held(app: &mut App, reply: Result<Reply, Fault>) {
    if let (Some(waiting), Ok(Reply::Records(RecordsReply::HolderFound(holder)))) =
        (&mut app.waiting, reply)
    {
        waiting.holder = holder;
    }
}

/// Stops what the person waits for, where that may be stopped, and says so.
pub fn stop(app: &mut App, effects: &mut Vec<Effect>) -> bool {
    let stopping = |waiting: &Waiting| waiting.what == STOPPING;
    if app.waiting.as_ref().is_some_and(stopping) {
        return true;
    }
    let mut out = app.outbox(Asker::House);
    let stopped = match keys::shown(app) {
        Place::Record(id) | Place::Conflict(id) => app.forms.stop_saving(id, &mut out),
        Place::Browser(_) => app.screens.browser.stop_deleting(&mut out),
        _ => false,
    };
    app.carry_out(out, effects);
    if stopped {
        app.tell(Mood::Told, "Stopping it, and asking what became of it");
    }
    stopped
}

fn number_of_save(app: &App) -> Option<RequestId> {
    match keys::shown(app) {
        Place::Record(id) | Place::Conflict(id) => app.forms.save_number(id),
        Place::Browser(_) => app.screens.browser.deletion_number(),
        _ => None,
    }
}

/// Says what is waited for and for how long, once that is worth telling.
pub fn in_words(app: &App) -> Option<String> {
    let waiting = app.waiting.as_ref().filter(|waiting| waiting.told)?;
    let ms = app.context.now.duration_since(waiting.since).as_millis();
    let tenths = ms.max(0) / 100;
    let keys = if waiting.stoppable {
        "  esc cancels"
    } else {
        ""
    };
    let what = waiting.what;
    let held = waiting.holder.as_ref();
    let held = held.map_or(String::new(), |holder| format!("  {holder} holds it"));
    Some(format!(
        "{what} … {}.{} s{held}{keys}",
        tenths / 10,
        tenths % 10
    ))
}

/// Whether a key stops what is told to be stopped by it.
pub fn is_stopped_by(app: &App, key: Key) -> bool {
    let stoppable = |waiting: &Waiting| waiting.told && waiting.stoppable;
    let esc = Key::new(KeyCode::Esc, Modifiers::NONE);
    key == esc && app.waiting.as_ref().is_some_and(stoppable)
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
    let reads = |waits: bool, what| waits.then_some((what, true));
    // A screen that was left is not waited for.
    let here = |place: Place, waits: bool| waits && keys::shown(app) == place;
    match asker {
        Asker::Feed
        | Asker::Watch
        | Asker::Heartbeat
        | Asker::Claims
        | Asker::Sessions
        | Asker::Rows
        | Asker::Palette
        | Asker::Holder => None,
        Asker::House => (app.context.server.is_none()).then_some(("connecting", false)),
        Asker::Login => Some(("signing in", app.held.is_some())),
        Asker::Connect => Some(("testing", true)),
        Asker::Proof => Some(("checking", true)),
        Asker::Password => Some(("password", false)),
        Asker::Tenant => Some(("tenant", false)),
        Asker::Tables => screens.tables.waits_for(query).then_some(("tables", true)),
        Asker::Deletion => Some(match screens.browser.deletion_number() {
            Some(_) => ("deleting", true),
            None => (STOPPING, false),
        }),
        Asker::Browser => Some((screens.browser.waits_for(query)?, true)),
        // After a sign-in they are looked at unasked.
        Asker::Drafts => (keys::shown(app) == Place::Drafts).then_some(("drafts", true)),
        Asker::Accounts => reads(
            here(Place::Accounts, screens.accounts.waits_for(query)),
            "accounts",
        ),
        Asker::AccountChange => Some(("changing the account", false)),
        Asker::Receipts => reads(
            here(Place::Receipts, screens.receipts.waits_for(query)),
            "receipts",
        ),
        Asker::Dependents => Some(("dependents", true)),
        Asker::History => reads(
            here(Place::History, screens.history.waits_for(query)),
            "history",
        ),
        Asker::Audit => reads(here(Place::Audit, screens.audit.waits_for(query)), "audit"),
        Asker::Bin => screens.bin.waits_for(query).then_some(("bin", true)),
        Asker::Restore => reads(screens.restore.waits_for(query), "what went"),
        Asker::Restoring => Some(("bringing back", false)),
        Asker::Undo => reads(here(Place::Undo, screens.undo.waits_for(query)), "changes"),
        Asker::Bulk => Some(("rows", true)),
        // How far it is, is said in the status line itself.
        Asker::BulkRun => None,
        Asker::Form(id) => of_form(app, query, id),
    }
}

/// The question of an open record that is shown.
fn of_form(app: &App, query: QueryId, id: FormId) -> Option<(&'static str, bool)> {
    let shown = [Place::Record(id), Place::Conflict(id)].contains(&keys::shown(app));
    let form = app.forms.open.get(&id).filter(|_| shown)?;
    let saving = |query| {
        form.saving
            .as_ref()
            .is_some_and(|saving| saving.query == query)
    };
    if saving(query) {
        return Some(match app.forms.save_number(id) {
            Some(_) => ("saving", true),
            None => (STOPPING, false),
        });
    }
    if form
        .finder
        .as_ref()
        .is_some_and(|it| it.list.query == Some(query))
    {
        return Some(("list", false));
    }
    form.base.awaits(query).then_some(("record", true))
}

fn wake(after_ms: u64) -> Effect {
    Effect::Wake {
        timer: Timer::Elapsed,
        after_ms,
    }
}
