//! Drives a seat's state by hand in tests: keys in, questions out, answers back, the screen as text.
//! No database and no terminal.

use std::sync::Arc;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::App;
use super::context::Context;
use super::effect::Effect;
use super::message::{Message, Start};
use crate::db::contract::connect::Server;
use crate::db::contract::login::SignedIn;
use crate::db::contract::{CatalogRequest, ConnectReply, Fault, QueryId, Reply, Request};
use crate::domain::account::Person;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::session::SessionId;
use crate::domain::table::{Rights, TableId, TableKind, TableName, TableSummary};
use crate::input::event::{Event, Key, Size};
use crate::input::keymap::Keymap;
use crate::theme::Theme;

/// A seat on a bench.
pub struct Bench {
    /// Its state.
    pub app: App,
    /// What it asked of the world since it was last looked at.
    pub effects: Vec<Effect>,
    /// The clock.
    pub now: Timestamp,
    cursor: Option<Position>,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    /// Makes a seat that has not begun, 80 by 24.
    pub fn new() -> Self {
        let now: Timestamp = "2026-03-02T09:12:00Z".parse().expect("a time");
        let context = Context::new(Size::STANDARD, Arc::new(Keymap::default()), 7, now);
        Self {
            app: App::new(context),
            effects: Vec::new(),
            now,
            cursor: None,
        }
    }

    /// Makes a seat whose connection to [`settings`] is being opened.
    pub fn connecting() -> Self {
        let mut bench = Self::new();
        bench.take(Message::Started(Start::Connect {
            settings: Box::new(settings()),
            password: None,
            table: None,
            key: None,
        }));
        bench
    }

    /// Makes a seat at the sign-in of a server with the shared layer.
    pub fn at_sign_in() -> Self {
        let mut bench = Self::connecting();
        bench.answer(Ok(opened(Way::Shared)));
        bench.effects.clear();
        bench
    }

    /// Hands in a message.
    pub fn take(&mut self, message: Message) {
        let effects = self.app.update(message, self.now);
        self.effects.extend(effects);
    }

    /// Presses keys by their names, separated by blanks; each is pressed on what was painted.
    pub fn press(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            let key: Key = name.parse().expect("the name of a key");
            self.take(Message::Event(Event::Key(key)));
            self.app.painted();
        }
    }

    /// Types a text, key by key.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.take(Message::Event(Event::Key(Key::char(c))));
        }
    }

    /// Takes the questions that were put since the last look.
    pub fn asked(&mut self) -> Vec<(QueryId, Request)> {
        let effects = std::mem::take(&mut self.effects);
        let asked = effects.into_iter().filter_map(|effect| match effect {
            Effect::Ask { query, request } => Some((query, *request)),
            _ => None,
        });
        asked.collect()
    }

    /// Answers the question that was put last.
    pub fn answer(&mut self, reply: Result<Reply, Fault>) {
        let last = self.asked().pop().expect("a question was put");
        self.answer_to(last.0, reply);
    }

    /// Answers a question.
    pub fn answer_to(&mut self, query: QueryId, reply: Result<Reply, Fault>) {
        self.take(Message::Answered {
            query,
            reply: Box::new(reply),
        });
    }

    /// Answers the list of tables that was asked for last.
    pub fn answer_listing(&mut self, reply: Reply) {
        let asked = self.asked().into_iter().rev();
        let is_listing =
            |request: &Request| matches!(request, Request::Catalog(CatalogRequest::ListTables));
        let (query, _) = asked
            .into_iter()
            .find(|(_, request)| is_listing(request))
            .expect("the tables were asked for");
        self.answer_to(query, Ok(reply));
    }

    /// Draws the screen and returns it line by line, without blanks at the ends.
    pub fn screen(&mut self) -> String {
        let size = self.app.context.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.columns, size.rows));
        self.cursor = super::view::view(&self.app, &Theme::for_snapshots(), &mut buffer);
        self.app.painted();
        let line = |y| {
            (0..size.columns)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
        };
        let lines: Vec<String> = (0..size.rows)
            .map(|y| line(y).trim_end().to_owned())
            .collect();
        lines.join("\n")
    }

    /// Returns where the cursor was in the last screen: column and row.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor.map(|at| (at.x, at.y))
    }

    /// Returns the line of the status line.
    pub fn told(&self) -> &str {
        self.app
            .notices
            .current()
            .map_or("", |notice| notice.text.as_str())
    }
}

/// The settings that the bench connects with.
pub fn settings() -> ConnectionSettings {
    ConnectionSettings {
        profile: "plant".into(),
        host: "db.example.org".into(),
        database: "plant".into(),
        user: "rowhouse_client".into(),
        ..ConnectionSettings::default()
    }
}

/// The answer to opening a connection; in the plain way the person is known.
pub fn opened(way: Way) -> Reply {
    Reply::Connect(ConnectReply::Opened(Server {
        way,
        database: "plant".into(),
        label: "workshop".into(),
        identity: "test".into(),
        version: "17.2".into(),
        tls: true,
        role: "rowhouse_client".into(),
        pooler: false,
        time_zone: "UTC".into(),
        person: (way == Way::Plain).then(|| person("anna")),
    }))
}

/// A technician.
pub fn person(username: &str) -> Person {
    Person {
        username: username.into(),
        display_name: username.into(),
        roles: vec!["technician".into()],
        tenant: None,
        may_see_sessions: false,
        may_end_sessions: false,
        may_manage_accounts: false,
        may_see_audit: false,
        may_choose_tenant: false,
    }
}

/// A session of a technician.
pub fn session(username: &str) -> SignedIn {
    SignedIn {
        session: SessionId(1),
        person: person(username),
        must_choose_password: false,
        failed_since: 0,
        last_sign_in: None,
        idle_limit_seconds: 900,
    }
}

/// Tables that may be read, numbered from 1.
pub fn tables(names: &[&str]) -> Vec<TableSummary> {
    let table = |(number, name): (u32, &&str)| TableSummary {
        keyless: false,
        id: TableId(number),
        name: TableName {
            schema: "public".into(),
            name: (*name).to_owned(),
        },
        kind: TableKind::Table,
        comment: None,
        estimated_rows: Some(10),
        rights: Rights {
            view: true,
            ..Rights::default()
        },
    };
    (1..).zip(names).map(table).collect()
}
