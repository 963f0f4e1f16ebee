//! Answers: to the screen or form that asked, by QueryId; outdated ones are dropped.

use super::super::App;
use super::beneath::Seen;
use super::{
    altered, ask, claims, drafts, held, keys, leave, many, memory, named, navigate, palette,
    password, proof, start, tenants, timers, waiting, watch,
};
use crate::app::context::Link;
use crate::app::effect::{Effect, Timer};
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::app::problem;
use crate::db::contract::fault::SessionEnd;
use crate::db::contract::login::SignedIn;
use crate::db::contract::{CatalogReply, Fault, LoginReply, QueryId, Reply};

/// Takes the answer to a question.
pub fn take(app: &mut App, query: QueryId, reply: Result<Reply, Fault>, effects: &mut Vec<Effect>) {
    let Some(asker) = app.questions.remove(&query) else {
        return;
    };
    let listed = matches!(&reply, Ok(Reply::Catalog(CatalogReply::TablesListed(_))));
    if reply.is_err() || is_refusal(&reply) {
        drop_held(app, query);
    }
    let seen = Seen::before(app, query);
    if proof::parks(app, query, asker, &reply) {
        return seen.keep_keys(app);
    }
    follow_link(app, &reply, effects);
    let tried = app.following.trying.take_if(|trying| *trying == query);
    if tried.is_some() && matches!(app.context.link, Link::Lost { .. }) {
        timers::try_again(app, effects);
    }
    if let Ok(reply) = &reply {
        remember(app, reply, effects);
    }
    if let Err(fault @ Fault::Outdated { .. }) = &reply {
        altered::ask(app, asker, query, fault, effects);
    }
    if let Err(Fault::SessionOver { why }) = &reply {
        session_over(app, why.clone(), effects);
    }
    deliver(app, asker, query, reply, effects);
    seen.keep_keys(app);
    if let Asker::Form(id) = asker {
        leave::after_save(app, id, effects);
        claims::after_save(app, id, effects);
    }
    if listed {
        drafts::tables_listed(app, effects);
    }
    if listed && app.context.landing.table.is_some() {
        start::land_on_table(app, effects);
    }
    if let Some(held) = app.held.take_if(|held| held.query == query) {
        keys::release_held(app, held, effects);
    }
}

/// Hands an answer to who asked.
pub fn deliver(
    app: &mut App,
    asker: Asker,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    match asker {
        Asker::House => start::answered(app, query, reply, effects),
        Asker::Proof => proof::answered(app, query, reply, effects),
        Asker::Password => password::answered(app, reply),
        Asker::Palette => palette::answered(app, query, reply, effects),
        Asker::Tenant => tenants::answered(app, reply, effects),
        Asker::Heartbeat => timers::touched(app, query, reply.is_ok(), effects),
        Asker::Claims => claims::answered(app, query, reply, effects),
        Asker::Holder => waiting::held(app, reply),
        Asker::Watch => watch::answered(app, query, reply, effects),
        Asker::Feed => timers::polled(app, query, reply, effects),
        Asker::Form(id) => named::answered(app, id, query, reply, effects),
        Asker::Connect => ask::with(app, asker, effects, |h| {
            h.screens.connect.reply(query, reply, h.cx, h.out);
        }),
        Asker::Login => ask::with(app, asker, effects, |h| {
            h.screens.login.reply(query, reply, h.cx, h.out);
        }),
        Asker::Tables => ask::with(app, asker, effects, |h| {
            h.screens.tables.reply(query, reply, h.cx, h.out);
        }),
        Asker::Browser | Asker::Deletion => ask::with(app, asker, effects, |h| {
            h.screens.browser.reply(query, reply, h.cx, h.out);
        }),
        Asker::Rows => ask::with(app, asker, effects, |h| {
            h.screens.browser.rows_answered(query, reply, h.out);
        }),
        Asker::Drafts => ask::with(app, asker, effects, |h| {
            h.screens.drafts.reply(query, reply, h.cx, h.out);
        }),
        Asker::Bulk | Asker::BulkRun => many::answered(app, asker, query, reply, effects),
        Asker::Accounts | Asker::AccountChange => ask::with(app, asker, effects, |h| {
            h.screens.accounts.reply(query, reply, h.cx, h.out);
        }),
        Asker::Receipts => ask::with(app, asker, effects, |h| {
            h.screens.receipts.reply(query, reply, h.cx, h.out);
        }),
        Asker::Dependents => ask::with(app, asker, effects, |h| {
            h.screens.dependents.reply(query, reply, h.cx, h.out);
        }),
        Asker::History => ask::with(app, asker, effects, |h| {
            h.screens.history.reply(query, reply, h.cx, h.out);
        }),
        Asker::Undo => ask::with(app, asker, effects, |h| {
            h.screens.undo.reply(query, reply, h.cx, h.out);
        }),
        Asker::Bin => ask::with(app, asker, effects, |h| {
            h.screens.bin.reply(query, reply, h.cx, h.out);
        }),
        Asker::Audit => ask::with(app, asker, effects, |h| {
            h.screens.audit.reply(query, reply, h.cx, h.out);
        }),
        Asker::Restore | Asker::Restoring => ask::with(app, asker, effects, |h| {
            h.screens.restore.reply(query, reply, h.cx, h.out);
        }),
        Asker::Sessions => ask::with(app, asker, effects, |h| {
            h.screens.sessions.reply(query, reply, h.cx, h.out);
        }),
    }
}

/// What was asked for does not come: the keys meant for it would do something else.
fn drop_held(app: &mut App, query: QueryId) {
    let held = app.held.take_if(|held| held.query == query);
    if held.is_some_and(|held| !held.keys.is_empty()) {
        app.tell(Mood::Warning, "What was typed meanwhile was dropped");
    }
}

/// Whether a sign-in did not lead in: what was typed meanwhile was meant for what is behind it.
fn is_refusal(reply: &Result<Reply, Fault>) -> bool {
    match reply {
        Ok(Reply::Login(LoginReply::SignedIn(session))) => session.must_choose_password,
        Ok(Reply::Login(
            LoginReply::Refused { .. }
            | LoginReply::MustWait { .. }
            | LoginReply::NeedsOldPassword { .. },
        )) => true,
        _ => false,
    }
}

/// Signs somebody in, as told by the server; the same person returns to where they were.
pub fn signed_in(app: &mut App, session: SignedIn, effects: &mut Vec<Effect>) {
    let returns = app.context.ended.take().is_some()
        && app
            .context
            .session
            .as_ref()
            .is_some_and(|before| before.person.username == session.person.username);
    // What was typed while the password was checked is meant for what comes now.
    let held = app.held.take();
    if !returns {
        super::writing::give_up(app, effects);
        effects.push(Effect::ReleaseDrafts);
        navigate::forget_person(app);
    }
    app.context.session = Some(session);
    app.following = crate::app::Following::default();
    app.claims = crate::app::claims::Claims::default();
    if let Some(owner) = app.context.draft_owner() {
        effects.push(Effect::ReadDrafts(owner));
    }
    if !returns {
        memory::recall(app, effects);
    }
    timers::begin_following(app, effects);
    if returns {
        app.tell(Mood::Done, "Signed in again; everything is as you left it");
        ask::with(app, Asker::House, effects, |h| {
            h.forms.resume(h.cx, h.out);
            h.screens.bulk.resume(h.out);
            h.screens.restore.resume(h.out);
        });
    } else {
        start::land(app, effects);
    }
    app.held = held;
}

/// What the whole house remembers of an answer.
fn remember(app: &mut App, reply: &Reply, effects: &mut Vec<Effect>) {
    match reply {
        Reply::Catalog(CatalogReply::TablesListed(tables)) => altered::listed(app, tables),
        Reply::Catalog(CatalogReply::ShapeLoaded(shape)) => {
            altered::learn(app, shape.clone(), effects);
        }
        Reply::Records(_) => {
            app.following.asked_again = None;
            timers::rows_are_here(app, effects);
        }
        Reply::Login(LoginReply::SignedIn(session)) if !session.must_choose_password => {
            signed_in(app, session.clone(), effects);
        }
        Reply::Login(LoginReply::PasswordChosen(session)) => {
            signed_in(app, session.clone(), effects);
        }
        _ => {}
    }
}

/// The session is over: drafts are written, and the sign-in screen covers everything.
fn session_over(app: &mut App, why: SessionEnd, effects: &mut Vec<Effect>) {
    if app.context.ended.is_some() || app.place == Place::Login || app.leaving {
        return;
    }
    held::write(app, effects);
    let mut out = app.outbox(Asker::House);
    app.forms.write_drafts(&app.context, &mut out);
    app.carry_out(out, effects);
    app.held = None;
    app.overlay = None;
    proof::close(app, effects);
    app.tell(
        Mood::Warning,
        format!("{}; your edits are kept", problem::session_end(&why)),
    );
    app.context.ended = Some(why);
    effects
        .extend([Timer::Feed, Timer::Heartbeat, Timer::Sessions, Timer::Audit].map(Effect::Unset));
    effects.push(Effect::ReadSignInHints);
    ask::with(app, Asker::Login, effects, |h| {
        h.screens.login.arrived(h.cx, h.out)
    });
}

/// Notices when the connection breaks and when it stands again.
fn follow_link(app: &mut App, reply: &Result<Reply, Fault>, effects: &mut Vec<Effect>) {
    match reply {
        Err(
            fault @ (Fault::ConnectionLost | Fault::Unreachable { .. } | Fault::OutcomeUnknown),
        ) => {
            // On the sign-in screen whoever tries is told there.
            let here = app.context.person().is_some() && app.context.ended.is_none();
            let connected = here && !matches!(app.context.link, Link::Down);
            if connected && !matches!(app.context.link, Link::Lost { .. }) {
                app.context.link = Link::Lost {
                    since: app.context.now,
                    what: fault.to_string(),
                };
                timers::lost(app, effects);
            }
        }
        // These say nothing about the connection: no server may have been asked.
        Err(Fault::Cancelled | Fault::TooSlow | Fault::TooManyConnections { .. }) => {}
        Ok(Reply::Connect(crate::db::contract::ConnectReply::Tested(_))) => {}
        _ if matches!(app.context.link, Link::Lost { .. }) => {
            app.context.link = Link::Up;
            app.tell(Mood::Done, "The server answers again");
            effects.push(Effect::Unset(Timer::Reconnect));
            timers::begin_following(app, effects);
            ask::with(app, Asker::Browser, effects, |h| {
                h.screens.browser.link_restored(h.cx, h.out);
                h.forms.resume(h.cx, h.out);
                h.screens.bulk.resume(h.out);
                h.screens.restore.resume(h.out);
            });
        }
        Ok(_) => app.context.link = Link::Up,
        Err(_) => {}
    }
}
