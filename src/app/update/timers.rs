//! Timers: following other people's changes, the heartbeat, drafts, trying a lost connection again.

use super::super::App;
use super::ask;
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
/// How often this session tells that it is alive.
const HEARTBEAT_MS: u64 = 30_000;
/// How long after a key drafts are written.
const DRAFTS_MS: u64 = 500;

/// A timer is due.
pub fn woke(app: &mut App, timer: Timer, effects: &mut Vec<Effect>) {
    match timer {
        Timer::Feed => poll(app, effects),
        Timer::Heartbeat => touch(app, effects),
        Timer::Drafts => {
            app.following.writing = false;
            ask::with(app, Asker::House, effects, |h| {
                h.forms.write_drafts(h.cx, h.out)
            });
        }
        Timer::Reconnect => reconnect(app, effects),
        Timer::Rest => ask::with(app, Asker::Browser, effects, |h| {
            h.screens.browser.rested(h.cx, h.out);
        }),
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
        Timer::Elapsed => super::waiting::woke(app, effects),
        Timer::Sessions => {}
    }
}

/// Another table is shown: who is on the records of the one before is forgotten, and who is on
/// these is asked at once.
pub fn follow_table(app: &mut App, table: TableId, effects: &mut Vec<Effect>) {
    if app.following.table.replace(table) == Some(table) {
        return;
    }
    app.context.presence.clear();
    app.following.polling = None;
    if app.context.is_shared() {
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
    if app.forms.unwritten() && !app.following.writing {
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
    if records != app.following.told.records && matches!(app.context.link, Link::Up) {
        touch(app, effects);
    }
}

/// Takes the answer to the heartbeat.
pub fn touched(app: &mut App, query: QueryId, effects: &mut Vec<Effect>) {
    if app.following.touching == Some(query) {
        app.following.touching = None;
        // One that failed is told again by the next heartbeat, or when the server answers again:
        // telling it at once would ask for as long as it fails.
        if app.context.ended.is_none() {
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
    let after_ms = if shown_table(app).is_some() {
        FEED_MS
    } else {
        FEED_FAR_MS
    };
    effects.push(Effect::Wake {
        timer: Timer::Feed,
        after_ms,
    });
    let Ok(Reply::Feed(FeedReply::Polled {
        cursor,
        items,
        presence,
        ..
    })) = reply
    else {
        return;
    };
    app.following.cursor = Some(cursor);
    app.context.presence = presence;
    if items.is_empty() {
        return;
    }
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.followed(&items, h.cx, h.out)
    });
    let mut out = app.outbox(Asker::House);
    app.forms.followed(&items, &app.context, &mut out);
    app.carry_out(out, effects);
}

/// Tries a lost connection again after a while that grows.
pub fn try_again(app: &mut App, effects: &mut Vec<Effect>) {
    let tries = app.following.tries.min(6);
    app.following.tries += 1;
    let jitter = app
        .context
        .seed
        .wrapping_mul(u64::from(app.following.tries))
        % 100;
    let after_ms = (250 << tries).min(10_000) + jitter;
    effects.push(Effect::Wake {
        timer: Timer::Reconnect,
        after_ms,
    });
}

fn reconnect(app: &mut App, effects: &mut Vec<Effect>) {
    if !matches!(app.context.link, Link::Lost { .. }) {
        return;
    }
    try_again(app, effects);
    if app.context.is_shared() && app.context.session.is_some() {
        app.following.polling = None;
        poll(app, effects);
    } else {
        let mut out = app.outbox(Asker::Tables);
        out.ask(Request::Catalog(
            crate::db::contract::CatalogRequest::ListTables,
        ));
        app.carry_out(out, effects);
    }
}

fn poll(app: &mut App, effects: &mut Vec<Effect>) {
    let signed_in = app.context.session.is_some() && app.context.ended.is_none();
    if app.following.polling.is_some() || !signed_in {
        return;
    }
    let cursor = app.following.cursor.clone();
    let table = shown_table(app);
    let mut out = app.outbox(Asker::Feed);
    let query = out.ask(Request::Feed(FeedRequest::Poll { cursor, table }));
    app.carry_out(out, effects);
    app.following.polling = Some(query);
}

fn touch(app: &mut App, effects: &mut Vec<Effect>) {
    let signed_in = app.context.session.is_some() && app.context.ended.is_none();
    if app.following.touching.is_some() || !signed_in {
        return;
    }
    let activity = Activity {
        active: std::mem::take(&mut app.following.active),
        place: place_in_words(app),
        records: app.forms.activity(&app.context),
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
