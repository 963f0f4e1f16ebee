//! Watching the open records where no feed tells what others do: every few seconds one small
//! question, while a record is open and the connection stands.

use super::super::App;
use super::ask;
use crate::app::context::Link;
use crate::app::effect::{Effect, Timer};
use crate::app::forms::watch::Open;
use crate::app::message::Message;
use crate::app::outbox::Asker;
use crate::db::contract::records::Watched;
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};

/// How often it is asked.
const WATCH_MS: u64 = 3_000;

/// What is under way.
#[derive(Debug, Default)]
pub struct Watching {
    /// Whether the timer is set.
    set: bool,
    /// The question that is open, and what it is about.
    asked: Option<(QueryId, Vec<Open>)>,
}

/// Sets the timer when a record is open, and forgets it when none is.
pub fn follow(app: &mut App, effects: &mut Vec<Effect>) {
    let wanted = is_wanted(app);
    let watch = &mut app.following.watch;
    match (wanted, watch.set) {
        (true, false) if watch.asked.is_none() => {
            effects.push(Effect::Wake {
                timer: Timer::Watch,
                after_ms: WATCH_MS,
            });
            watch.set = true;
        }
        (false, true) => {
            effects.push(Effect::Unset(Timer::Watch));
            watch.set = false;
        }
        _ => {}
    }
}

/// The timer is due: asks.
pub fn woke(app: &mut App, effects: &mut Vec<Effect>) {
    app.following.watch.set = false;
    if !is_wanted(app) || app.following.watch.asked.is_some() {
        return;
    }
    let open = app.forms.watched();
    let watches = open.iter().map(|open| open.watch.clone()).collect();
    let mut out = app.outbox(Asker::Watch);
    let query = out.ask(Request::Records(RecordsRequest::WatchRecords(watches)));
    app.carry_out(out, effects);
    app.following.watch.asked = Some((query, open));
}

/// Takes the answer: forms whose record is not as it was look at it.
pub fn answered(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    let asked = &mut app.following.watch.asked;
    let Some((_, open)) = asked.take_if(|(asked, _)| *asked == query) else {
        return;
    };
    if let Ok(Reply::Records(RecordsReply::RecordsWatched(seen))) = reply {
        ask::with(app, Asker::House, effects, |h| {
            h.forms.seen(&open, &seen, h.cx, h.out);
        });
    }
}

/// Whether a message leaves the screen as it is: the next look is due, or nothing was seen by it.
pub fn is_quiet(app: &App, message: &Message) -> bool {
    match message {
        Message::Wake(Timer::Watch) => true,
        Message::Answered { query, reply } => {
            let ours = app.questions.get(query) == Some(&Asker::Watch);
            let same = |seen: &Watched| matches!(seen, Watched::Same | Watched::Unknown);
            let nothing = match reply.as_ref() {
                Ok(Reply::Records(RecordsReply::RecordsWatched(seen))) => seen.iter().all(same),
                _ => false,
            };
            ours && nothing && matches!(app.context.link, Link::Up)
        }
        _ => false,
    }
}

fn is_wanted(app: &App) -> bool {
    let here = app.context.person().is_some() && !app.context.is_shared();
    here && matches!(app.context.link, Link::Up) && !app.leaving && app.forms.is_watching()
}
