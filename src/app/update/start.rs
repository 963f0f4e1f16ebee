//! From the first message to the first screen: connecting, and landing after signing in.

use std::sync::Arc;

use secrecy::SecretString;

use super::super::App;
use super::{ask, leave, memory, navigate, timers};
use crate::app::context::{Landing, Link};
use crate::app::effect::Effect;
use crate::app::message::Start;
use crate::app::outbox::Asker;
use crate::app::place::{Go, Place};
use crate::db::contract::{ConnectReply, ConnectRequest, Fault, QueryId, Reply, Request};
use crate::domain::connection::ConnectionSettings;
use crate::domain::nearest::nearest_of;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Begins the seat.
pub fn begin(app: &mut App, start: Start, effects: &mut Vec<Effect>) {
    match start {
        Start::Unconfigured => navigate::go(app, Go::Instead(Place::Connect), effects),
        Start::Connect {
            settings,
            password,
            table,
            key,
        } => {
            app.context.landing = Landing { table, key };
            effects.push(Effect::ReadSignInHints);
            connect(app, settings, password, effects);
        }
    }
}

/// Leaves the server, whoever is signed in, and connects to this one.
pub fn connect(
    app: &mut App,
    settings: Box<ConnectionSettings>,
    password: Option<SecretString>,
    effects: &mut Vec<Effect>,
) {
    if let Some(line) = leave::why_stay(app) {
        return app.tell(crate::app::notice::Mood::Warning, line);
    }
    // A server that is still being reached must not take this one's place when it answers.
    let opening = app
        .questions
        .iter()
        .filter(|(_, asker)| **asker == Asker::House);
    effects.extend(opening.map(|(query, _)| Effect::Cancel(*query)));
    leave::part(app, "went to another server", effects);
    app.context.server = None;
    app.context.link = Link::Down;
    app.context.settings = Some(Arc::new((*settings).clone()));
    app.context.login_password.clone_from(&password);
    app.place = Place::Login;
    let mut out = app.outbox(Asker::House);
    let query = out.ask(Request::Connect(ConnectRequest::Open {
        settings,
        password,
    }));
    app.carry_out(out, effects);
    ask::with(app, Asker::Login, effects, |h| {
        h.screens.login.opening(query);
        h.screens.login.arrived(h.cx, h.out);
    });
}

/// Takes the answer to opening the connection.
pub fn answered(
    app: &mut App,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    if let Ok(Reply::Connect(ConnectReply::Opened(server))) = &reply {
        opened(app, server.clone(), effects);
        if app.context.person().is_some() {
            return;
        }
    }
    ask::with(app, Asker::Login, effects, |h| {
        h.screens.login.reply(query, reply, h.cx, h.out)
    });
}

/// A connection stands: in the plain way the person is known already.
pub fn opened(
    app: &mut App,
    server: crate::db::contract::connect::Server,
    effects: &mut Vec<Effect>,
) {
    app.context.server = Some(server);
    app.context.session = None;
    if app.context.person().is_none() {
        return;
    }
    if let Some(owner) = app.context.draft_owner() {
        effects.push(Effect::ReadDrafts(owner));
    }
    memory::recall(app, effects);
    timers::begin_following(app, effects);
    land(app, effects);
}

/// Goes to the table that the command line named, else to the list of tables.
pub fn land(app: &mut App, effects: &mut Vec<Effect>) {
    app.trail.clear();
    navigate::go(app, Go::Instead(Place::Tables), effects);
}

/// Goes on to the table and record that the command line named, once the tables are known.
pub fn land_on_table(app: &mut App, effects: &mut Vec<Effect>) {
    let Landing { table, key } = std::mem::take(&mut app.context.landing);
    let Some(typed) = table else { return };
    match find(app, &typed) {
        Some(table) => {
            navigate::go(app, Go::To(Place::Browser(table)), effects);
            if let Some(key) = key {
                let key = RecordKey(key.split(',').map(str::to_owned).collect());
                navigate::go(
                    app,
                    Go::Open {
                        table,
                        key: Some(key),
                        edit: false,
                    },
                    effects,
                );
            }
        }
        None => {
            let names = app
                .context
                .tables
                .iter()
                .map(|table| table.name.to_string());
            let near = nearest_of(&typed, names);
            let line = format!("There is no table {typed} here, or you may not see it{near}");
            app.tell(crate::app::notice::Mood::Failed, line);
        }
    }
}

fn find(app: &App, typed: &str) -> Option<TableId> {
    let (schema, name) = match typed.split_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, typed),
    };
    let whole = app
        .context
        .tables
        .iter()
        .find(|table| table.name.name == typed);
    let split = app.context.tables.iter().find(|table| {
        table.name.name == name && schema.is_none_or(|schema| table.name.schema == schema)
    });
    whole.or(split).map(|table| table.id)
}
