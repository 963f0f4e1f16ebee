//! Timers: following other people's changes, the heartbeat, drafts, trying a lost connection again.

use super::super::App;
use super::{again, ask, claims, held, palette, waiting, watch};
use crate::app::context::Link;
use crate::app::effect::{Effect, Timer};
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::db::contract::{
    Fault, FeedReply, FeedRequest, QueryId, Reply, Request, SessionsRequest,
};
use crate::domain::session::Activity;
use crate::domain::table::TableId;

/// How often the feed is asked while shared rows are shown.
const FEED_MS: u64 = 1_000;
/// How often it is asked otherwise.
const FEED_FAR_MS: u64 = 5_000;
/// How long a poll may go unanswered before that is said.
const SILENT_MS: u64 = 5_000;
/// How often this session tells that it is alive.
const HEARTBEAT_MS: u64 = 30_000;
/// How long a lost connection rests before it is tried again, at first and at the longest.
const FIRST_TRY_MS: u64 = 250;
const LATEST_TRY_MS: u64 = 10_000;
/// How long after a key drafts are written.
const DRAFTS_MS: u64 = 500;

/// A timer is due.
pub fn woke(app: &mut App, timer: Timer, effects: &mut Vec<Effect>) {
    match timer {
        Timer::Feed if app.following.polling.is_some() => silent(app, effects),
        Timer::Feed if !is_lost(app) => poll(app, effects),
        Timer::Feed => {}
        Timer::Watch => watch::woke(app, effects),
        Timer::Heartbeat => touch(app, effects),
        Timer::Drafts => {
            app.following.writing = false;
            held::write(app, effects);
            ask::with(app, Asker::House, effects, |h| {
                h.forms.write_drafts(h.cx, h.out)
            });
        }
        Timer::DraftsAgain => again::woke(app, effects),
        Timer::Reconnect => reconnect(app, effects),
        Timer::Rest if app.place == Place::Tables => {
            ask::with(app, Asker::Tables, effects, |h| {
                h.screens.tables.rested(h.cx, h.out);
            });
        }
        Timer::Rest => ask::with(app, Asker::Browser, effects, |h| {
            h.screens.browser.rested(h.cx, h.out);
        }),
        Timer::Palette => palette::rested(app, effects),
        Timer::SignIn => {
            ask::with(app, Asker::Login, effects, |h| {
                h.screens.login.woke(h.cx, h.out)
            });
        }
        Timer::Sessions if app.sessions_pane.is_some() => {
            ask::with(app, Asker::Sessions, effects, |h| {
                h.screens.sessions.woke(h.cx, h.out)
            });
        }
        Timer::Audit if app.place == Place::Audit => {
            ask::with(app, Asker::Audit, effects, |h| h.screens.audit.woke(h.out));
        }
        Timer::Audit => {}
        Timer::Elapsed => waiting::woke(app, effects),
        Timer::Sessions => {}
    }
}

/// Another table is shown: who is on the records of the one before is forgotten, and who is on
/// these is asked as soon as they are here, or after the usual while.
pub fn follow_table(app: &mut App, table: TableId, effects: &mut Vec<Effect>) {
    if app.following.table.replace(table) == Some(table) {
        return;
    }
    app.context.presence.clear();
    app.following.polling = None;
    if app.context.is_shared() {
        app.following.poll_waits = true;
        effects.push(Effect::Wake {
            timer: Timer::Feed,
            after_ms: FEED_MS,
        });
    }
}

/// Rows were answered: what waits for them is asked now.
pub fn rows_are_here(app: &mut App, effects: &mut Vec<Effect>) {
    // While one is on its way the timer tells that nobody answers.
    let free = app.following.polling.is_none();
    if std::mem::take(&mut app.following.poll_waits) && free {
        effects.push(Effect::Wake {
            timer: Timer::Feed,
            after_ms: 0,
        });
    }
}

/// Begins to follow other people's changes and to tell that this session is alive.
pub fn begin_following(app: &mut App, effects: &mut Vec<Effect>) {
    if app.context.is_shared() && app.context.session.is_some() {
        poll(app, effects);
        touch(app, effects);
    }
}

/// Tells at once when the open record or its dirtiness changed, and sets the drafts' timer.
pub fn tell_activity(app: &mut App, effects: &mut Vec<Effect>) {
    if (app.forms.unwritten() || held::is_unwritten(app)) && !app.following.writing {
        app.following.writing = true;
        effects.push(Effect::Wake {
            timer: Timer::Drafts,
            after_ms: DRAFTS_MS,
        });
    }
    let following = app.context.session.is_some() && app.context.ended.is_none();
    if !following || app.following.touching.is_some() || !app.context.is_shared() {
        return;
    }
    let records = app.forms.activity(&app.context);
    let heard = app.claims.untold();
    let news = records != app.following.told.records
        || (!heard.is_empty() && heard != app.following.told.heard);
    if news && matches!(app.context.link, Link::Up) {
        touch(app, effects);
    }
}

/// Takes the answer to the heartbeat.
pub fn touched(app: &mut App, query: QueryId, well: bool, effects: &mut Vec<Effect>) {
    if app.following.touching == Some(query) {
        if well {
            app.claims.told(&app.following.told.heard);
            app.following.told.heard.clear();
        }
        // What was not heard is told again by the next heartbeat, not at once: whatever refused it
        // may go on refusing.
        app.following.touching = None;
        if app.context.ended.is_none() && !is_lost(app) {
            effects.push(Effect::Wake {
                timer: Timer::Heartbeat,
                after_ms: HEARTBEAT_MS,
            });
        }
    }
}

/// Takes what a poll of the feed brought.
pub fn polled(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    if app.following.polling != Some(query) {
        return;
    }
    app.following.polling = None;
    if app.context.ended.is_some() {
        return;
    }
    // While the connection is lost, trying it again is the poll.
    if !is_lost(app) {
        let near =
            shown_table(app).is_some() || app.forms.is_edited() || !app.claims.asks.is_empty();
        effects.push(Effect::Wake {
            timer: Timer::Feed,
            after_ms: if near { FEED_MS } else { FEED_FAR_MS },
        });
    }
    let Ok(Reply::Feed(FeedReply::Polled {
        cursor,
        items,
        presence,
        lines,
        ..
    })) = reply
    else {
        return;
    };
    app.following.cursor = Some(cursor);
    app.context.presence = presence;
    let table = shown_table(app);
    claims::polled(app, lines, table, effects);
    if items.is_empty() {
        return;
    }
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.followed(&items, h.cx, h.out)
    });
    if matches!(app.place, Place::Bin(_)) {
        ask::with(app, Asker::Bin, effects, |h| {
            h.screens.bin.followed(&items, h.out);
        });
    }
    if app.place == Place::History {
        ask::with(app, Asker::History, effects, |h| {
            h.screens.history.followed(&items, h.cx, h.out);
        });
    }
    if app.place == Place::Audit {
        ask::with(app, Asker::Audit, effects, |h| {
            h.screens.audit.followed(h.out)
        });
    }
    let mut out = app.outbox(Asker::House);
    app.forms.followed(&items, &app.context, &mut out);
    app.carry_out(out, effects);
}

/// Tries a lost connection again after a while that grows.
pub fn try_again(app: &mut App, effects: &mut Vec<Effect>) {
    let tries = app.following.tries.min(6);
    app.following.tries += 1;
    // Many clients lose a server at once: they must not come back at once.
    let after = (FIRST_TRY_MS << tries).min(LATEST_TRY_MS);
    let spread = app
        .context
        .seed
        .wrapping_mul(u64::from(app.following.tries).wrapping_add(0x9e37_79b9_7f4a_7c15));
    effects.push(Effect::Wake {
        timer: Timer::Reconnect,
        after_ms: after / 2 + (spread >> 32) % (after / 2 + 1),
    });
}

/// The connection is lost: only trying it again asks the server now.
pub fn lost(app: &mut App, effects: &mut Vec<Effect>) {
    app.following.tries = 0;
    effects.extend([Timer::Feed, Timer::Heartbeat, Timer::Audit].map(Effect::Unset));
    try_again(app, effects);
}

fn reconnect(app: &mut App, effects: &mut Vec<Effect>) {
    if !is_lost(app) || app.following.trying.is_some() || app.leaving {
        return;
    }
    if app.context.is_shared() {
        // Nobody is signed in: whoever signs in tries it.
        if app.context.session.is_none() || app.context.ended.is_some() {
            return;
        }
        poll(app, effects);
        app.following.trying = app.following.polling;
    } else {
        let mut out = app.outbox(Asker::Tables);
        let query = out.ask(Request::Catalog(
            crate::db::contract::CatalogRequest::ListTables,
        ));
        app.carry_out(out, effects);
        app.following.trying = Some(query);
    }
}

fn is_lost(app: &App) -> bool {
    matches!(app.context.link, Link::Lost { .. })
}

fn poll(app: &mut App, effects: &mut Vec<Effect>) {
    let signed_in = app.context.session.is_some() && app.context.ended.is_none();
    if app.following.polling.is_some() || !signed_in || app.leaving {
        return;
    }
    let cursor = app.following.cursor.clone();
    let table = shown_table(app);
    let mut out = app.outbox(Asker::Feed);
    let query = out.ask(Request::Feed(FeedRequest::Poll { cursor, table }));
    app.carry_out(out, effects);
    app.following.polling = Some(query);
    app.following.poll_waits = false;
    app.following.polled_at = Some(app.context.now);
    effects.push(Effect::Wake {
        timer: Timer::Feed,
        after_ms: SILENT_MS,
    });
}

/// The server has been silent for long: it is said, and the answer is waited for all the same.
fn silent(app: &mut App, effects: &mut Vec<Effect>) {
    if is_lost(app) {
        return;
    }
    app.context.link = Link::Lost {
        since: app.following.polled_at.unwrap_or(app.context.now),
        what: "the server does not answer".into(),
    };
    app.following.tries = 0;
    app.following.trying = app.following.polling;
    effects.push(Effect::Unset(Timer::Heartbeat));
}

fn touch(app: &mut App, effects: &mut Vec<Effect>) {
    let signed_in = app.context.session.is_some() && app.context.ended.is_none();
    if app.following.touching.is_some() || !signed_in || app.leaving {
        return;
    }
    let activity = Activity {
        active: std::mem::take(&mut app.following.active),
        place: place_in_words(app),
        records: app.forms.activity(&app.context),
        heard: app.claims.untold(),
    };
    app.following.told = activity.clone();
    let mut out = app.outbox(Asker::Heartbeat);
    let query = out.ask(Request::Sessions(SessionsRequest::Touch(activity)));
    app.carry_out(out, effects);
    app.following.touching = Some(query);
}

fn shown_table(app: &App) -> Option<TableId> {
    match app.place {
        Place::Browser(table) => Some(table),
        Place::Record(id) | Place::Conflict(id) => app.forms.table(id),
        Place::History => app.screens.history.table(),
        Place::Bin(table) => Some(table),
        Place::Bulk => app.screens.bulk.table(),
        Place::Restore => app.screens.restore.table(),
        _ => None,
    }
}

fn place_in_words(app: &App) -> String {
    let name = |table| {
        app.context
            .table(table)
            .map_or(String::new(), |t| t.name.to_string())
    };
    match app.place {
        Place::Connect => "connection".into(),
        Place::Login => "sign-in".into(),
        Place::Tables => "tables".into(),
        Place::Drafts => "drafts".into(),
        Place::Receipts => "receipts".into(),
        Place::Accounts => "accounts".into(),
        Place::Dependents => "references".into(),
        Place::History => "history".into(),
        Place::Undo => "own changes".into(),
        Place::Bin(table) => format!("bin {}", name(table)),
        Place::Bulk => "many rows".into(),
        Place::Restore => "bringing back".into(),
        Place::Audit => "audit".into(),
        Place::Browser(table) => format!("browser {}", name(table)),
        Place::Record(id) => format!("record {}", app.forms.table(id).map_or(String::new(), name)),
        Place::Conflict(id) => {
            format!(
                "conflict {}",
                app.forms.table(id).map_or(String::new(), name)
            )
        }
    }
}
