//! Whether the person has waited for the server for a while, so that the status line says so. No
//! tick: it is said after half a second, and again whenever the wait has doubled.

use jiff::Timestamp;

use super::super::App;
use crate::app::effect::{Effect, Timer};
use crate::app::outbox::Asker;
use crate::db::contract::QueryId;

/// After how long it is said, in milliseconds.
const NOTICEABLE_MS: u64 = 500;

/// What the person waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The question that has been open longest.
    pub query: QueryId,
    /// Since when.
    pub since: Timestamp,
    /// Whether it has been long enough to say so.
    pub noticeable: bool,
}

/// Begins or ends to watch the time when questions were put or answered.
pub fn watch(app: &mut App, effects: &mut Vec<Effect>) {
    let open = app.questions.iter();
    let waited = open.filter(|(_, asker)| is_waited_for(**asker));
    let oldest = waited.map(|(query, _)| *query).min();
    if app.waiting.map(|waiting| waiting.query) == oldest {
        return;
    }
    let watched = app.waiting.take().is_some();
    app.waiting = oldest.map(|query| Waiting {
        query,
        since: app.context.now,
        noticeable: false,
    });
    if app.waiting.is_some() {
        wake(NOTICEABLE_MS, effects);
    } else if watched {
        effects.push(Effect::Unset(Timer::Elapsed));
    }
}

/// The time is over after which a wait is said.
pub fn woke(app: &mut App, effects: &mut Vec<Effect>) {
    let elapsed = elapsed_ms(app);
    if let Some(waiting) = &mut app.waiting {
        waiting.noticeable = true;
        wake(elapsed.max(NOTICEABLE_MS), effects);
    }
}

/// Says how long the person has waited, once it is noticeable: `waiting for the server, 1.0 s`.
pub fn in_words(app: &App) -> Option<String> {
    let waiting = app.waiting.filter(|waiting| waiting.noticeable)?;
    let tenths = elapsed_ms(app) / 100;
    let cancel = match app.questions.get(&waiting.query) {
        Some(asker) if asker.may_be_cancelled() => "; ctrl-c stops it",
        _ => "",
    };
    let (whole, tenth) = (tenths / 10, tenths % 10);
    Some(format!("waiting for the server, {whole}.{tenth} s{cancel}"))
}

/// Whether the person waits for what this one asked.
fn is_waited_for(asker: Asker) -> bool {
    !matches!(asker, Asker::Feed | Asker::Heartbeat)
}

fn elapsed_ms(app: &App) -> u64 {
    let since = app.waiting.map_or(app.context.now, |waiting| waiting.since);
    let elapsed = app.context.now.duration_since(since).as_millis();
    u64::try_from(elapsed).unwrap_or(0)
}

fn wake(after_ms: u64, effects: &mut Vec<Effect>) {
    effects.push(Effect::Wake {
        timer: Timer::Elapsed,
        after_ms,
    });
}
