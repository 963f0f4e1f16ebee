//! A seat on a record of a small table, played by keys and by answers made by hand.

use std::sync::Arc;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::workshop::{by, record, shape};
use crate::app::App;
use crate::app::context::{Context, Link};
use crate::app::effect::Effect;
use crate::app::forms::Form;
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::app::update::navigate;
use crate::db::contract::connect::Server;
use crate::db::contract::login::SignedIn;
use crate::db::contract::records::{Miss, Save, SaveOutcome};
use crate::db::contract::{
    CatalogReply, DependentsReply, Fault, LookupReply, QueryId, RecordsReply, RecordsRequest,
    Reply, Request,
};
use crate::domain::account::Person;
use crate::domain::connection::Way;
use crate::domain::dependents::Dependents;
use crate::domain::draft::Draft;
use crate::domain::query::Page;
use crate::domain::record::{Record, RecordKey, Verb};
use crate::domain::session::SessionId;
use crate::domain::table::{Shape, TableId};
use crate::domain::value::Value;
use crate::input::event::{Event, Key, Size};
use crate::input::keymap::Keymap;
use crate::theme::Theme;

/// The table.
pub const TABLE: TableId = TableId(7);

/// A seat that is played.
pub struct Play {
    /// The seat.
    pub app: App,
    /// Questions that are not answered yet.
    pub asked: Vec<(QueryId, Request)>,
    /// What hangs on every record.
    pub dependents: Dependents,
    /// Drafts as the disk has them.
    pub disk: Vec<Draft>,
    /// The files that were asked for: name and text.
    pub kept: Vec<(String, String)>,
    now: Timestamp,
}

impl Default for Play {
    fn default() -> Self {
        Self::new()
    }
}

impl Play {
    /// A seat of `anna`, who may do everything, on the grid of `equipment`.
    pub fn new() -> Self {
        Self::sized(80, 24)
    }

    /// The same on another terminal.
    pub fn sized(columns: u16, rows: u16) -> Self {
        let now: Timestamp = "2026-03-04T09:12:00Z".parse().unwrap();
        let size = Size { columns, rows };
        let mut context = Context::new(size, Arc::new(Keymap::default()), 1, now);
        context.server = Some(server());
        context.session = Some(signed_in());
        context.shapes.insert(TABLE, Arc::new(shape()));
        let mut app = App::new(context);
        app.place = Place::Browser(TABLE);
        Self {
            app,
            asked: Vec::new(),
            dependents: Dependents::default(),
            disk: Vec::new(),
            kept: Vec::new(),
            now,
        }
    }

    /// On BFM-001, open to edit, with its drafts as they are on disk.
    pub fn editing() -> Self {
        let mut play = Self::new();
        play.open(true);
        play.answer_record(&record(5));
        play
    }

    /// Nothing is installed: nobody tells what others do.
    pub fn make_plain(&mut self) {
        let person = signed_in().person;
        let plain = Server {
            way: Way::Plain,
            person: Some(person),
            ..server()
        };
        self.app.context.server = Some(plain);
        self.app.context.session = None;
        self.app.context.link = Link::Up;
    }

    /// Opens BFM-001.
    pub fn open(&mut self, edit: bool) {
        let key = Some(RecordKey(vec!["BFM-001".into()]));
        self.go(Go::Open {
            table: TABLE,
            key,
            edit,
        });
    }

    /// Goes somewhere, as a screen would ask for it.
    pub fn go(&mut self, go: Go) {
        let mut effects = Vec::new();
        navigate::go(&mut self.app, go, &mut effects);
        self.take(effects);
    }

    /// Presses keys: names as the keymap writes them, and text between quotes.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for (number, part) in keys.split('\'').enumerate() {
            let keys: Vec<Key> = if number % 2 == 1 {
                part.chars().map(Key::char).collect()
            } else {
                let names = part.split_whitespace();
                names.map(|name| name.parse().unwrap()).collect()
            };
            for key in keys {
                self.send(Message::Event(Event::Key(key)));
                self.app.painted();
            }
        }
        self
    }

    /// Lets the drafts' timer run out.
    pub fn rest(&mut self) -> &mut Self {
        self.send(Message::Wake(crate::app::effect::Timer::Drafts));
        self
    }

    /// Hands a message in.
    pub fn send(&mut self, message: Message) {
        let effects = self.app.update(message, self.now);
        self.take(effects);
    }

    /// Answers the latest question about records; what follows is painted.
    pub fn answer(&mut self, reply: Result<RecordsReply, Fault>) -> &mut Self {
        self.answer_unpainted(reply);
        self.app.painted();
        self
    }

    /// Answers the latest question about records, before anything is painted.
    pub fn answer_unpainted(&mut self, reply: Result<RecordsReply, Fault>) {
        let at = self
            .asked
            .iter()
            .rposition(|(_, request)| matches!(request, Request::Records(_)))
            .expect("something was asked");
        let (query, _) = self.asked.remove(at);
        let reply = Box::new(reply.map(Reply::Records));
        self.send(Message::Answered { query, reply });
    }

    /// Answers a question about the table's columns.
    pub fn answer_shape(&mut self) {
        self.answer_shape_as(shape());
    }

    /// Answers it with other columns.
    pub fn answer_shape_as(&mut self, shape: Shape) {
        let asked = |(_, request): &(QueryId, Request)| matches!(request, Request::Catalog(_));
        let at = self.asked.iter().rposition(asked);
        let (query, _) = self.asked.remove(at.expect("the shape was asked for"));
        let reply = Ok(Reply::Catalog(CatalogReply::ShapeLoaded(Arc::new(shape))));
        let reply = Box::new(reply);
        self.send(Message::Answered { query, reply });
    }

    /// Answers with a record.
    pub fn answer_record(&mut self, record: &Record) -> &mut Self {
        let record = Some(Box::new(record.clone()));
        self.answer(Ok(RecordsReply::RecordLoaded(record)))
    }

    /// Answers the oldest question for a record that is still open.
    pub fn answer_record_late(&mut self, record: &Record) {
        let loads = |(_, request): &(QueryId, Request)| {
            matches!(request, Request::Records(RecordsRequest::LoadRecord { .. }))
        };
        let at = self.asked.iter().position(loads).expect("it was asked for");
        let (query, _) = self.asked.remove(at);
        let record = Some(Box::new(record.clone()));
        let reply = Reply::Records(RecordsReply::RecordLoaded(record));
        let reply = Box::new(Ok(reply));
        self.send(Message::Answered { query, reply });
    }

    /// Answers a save with what is stored.
    pub fn answer_saved(&mut self, record: &Record) -> &mut Self {
        let outcome = SaveOutcome::Saved(Some(Box::new(record.clone())));
        self.answer(Ok(RecordsReply::Finished(outcome)))
    }

    /// Answers a save with what jhymel saved meanwhile.
    pub fn answer_changed(&mut self, theirs: &Record) -> &mut Self {
        let miss = Miss::Changed {
            theirs: Box::new(theirs.clone()),
            by: Some(by("jhymel", Verb::Update)),
        };
        self.answer(Ok(RecordsReply::Finished(SaveOutcome::Missed(miss))))
    }

    /// Answers a save with jhymel's deletion.
    pub fn answer_deleted(&mut self) -> &mut Self {
        let miss = Miss::Deleted {
            by: Some(by("jhymel", Verb::Delete)),
        };
        self.answer(Ok(RecordsReply::Finished(SaveOutcome::Missed(miss))))
    }

    /// Answers the latest question about records that a field refers to.
    pub fn answer_lookup(&mut self, reply: Result<LookupReply, Fault>) -> &mut Self {
        let asked = |(_, request): &(QueryId, Request)| matches!(request, Request::Lookup(_));
        let at = self.asked.iter().rposition(asked);
        let (query, _) = self.asked.remove(at.expect("records were looked for"));
        let reply = Box::new(reply.map(Reply::Lookup));
        self.send(Message::Answered { query, reply });
        self.app.painted();
        self
    }

    /// Returns the save that is asked for and not answered.
    pub fn save(&self) -> Option<&Save> {
        self.asked
            .iter()
            .rev()
            .find_map(|(_, request)| match request {
                Request::Records(RecordsRequest::SaveRecord(save)) => Some(save),
                _ => None,
            })
    }

    /// Returns the changes of the save under way, as `status=Retired`.
    pub fn changes(&self) -> String {
        let save = self.save().expect("a save is under way");
        let shape = shape();
        let changes = save.changes.iter().map(|change| {
            let name = &shape.columns[change.column].name;
            format!("{name}={}", shown(&change.entry))
        });
        changes.collect::<Vec<_>>().join(" ")
    }

    /// Returns the latest line told.
    pub fn told(&self) -> &str {
        let last = self.app.notices.log.back();
        last.map_or("", |(_, notice)| &notice.text)
    }

    /// Returns the only form.
    pub fn form(&self) -> &Form {
        self.app.forms.open.values().next().expect("a form is open")
    }

    /// Returns what a field holds.
    pub fn field(&self, name: &str) -> String {
        let column = shape().column_named(name).unwrap();
        shown(&self.form().fields[column].content())
    }

    /// Draws the screen and returns its lines, without blanks at their ends.
    pub fn screen(&self) -> String {
        self.drawn().0
    }

    /// Draws the screen and returns where the cursor is.
    pub fn drawn(&self) -> (String, Option<Position>) {
        let size = self.app.context.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.columns, size.rows));
        let theme = Theme::for_snapshots();
        let cursor = crate::app::view::view(&self.app, &theme, &mut buffer);
        let mut lines = Vec::new();
        for y in 0..size.rows {
            let cells = (0..size.columns).map(|x| buffer[(x, y)].symbol());
            lines.push(cells.collect::<String>().trim_end().to_owned());
        }
        (lines.join("\n"), cursor)
    }

    fn answer_dependents(&mut self, query: QueryId) {
        let known = DependentsReply::DependentsLoaded(self.dependents.clone());
        let reply = Box::new(Ok(Reply::Dependents(known)));
        self.send(Message::Answered { query, reply });
    }

    fn answer_page(&mut self, query: QueryId) {
        let reply = Ok(Reply::Records(RecordsReply::PageLoaded(Page::default())));
        let reply = Box::new(reply);
        self.send(Message::Answered { query, reply });
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { query, request } => match *request {
                    Request::Records(RecordsRequest::LoadPage(_)) => self.answer_page(query),
                    Request::Dependents(_) => self.answer_dependents(query),
                    Request::Records(_)
                    | Request::Many(_)
                    | Request::History(_)
                    | Request::Catalog(_)
                    | Request::Lookup(_) => {
                        self.asked.push((query, *request));
                    }
                    _ => {}
                },
                Effect::Cancel(query) => self.asked.retain(|(asked, _)| *asked != query),
                Effect::WriteDraft(draft) => {
                    self.disk.retain(|old| old.id != draft.id);
                    self.disk.push(*draft);
                }
                Effect::TellWhenKept(id) => self.send(Message::DraftKept(id)),
                Effect::KeepYours { name, text } => self.kept.push((name, text)),
                Effect::RemoveDraft(id) => self.disk.retain(|draft| draft.id != id),
                Effect::ReadDrafts(_) => self.send(Message::DraftsRead(self.disk.clone())),
                _ => {}
            }
        }
    }
}

fn shown(entry: &crate::domain::value::Entry) -> String {
    use crate::domain::value::Entry;
    match entry {
        Entry::Default => "DEFAULT".into(),
        Entry::Value(Value::Null) => "NULL".into(),
        Entry::Value(Value::Text(text)) => text.clone(),
    }
}

/// A server with the shared layer.
pub fn server() -> Server {
    Server {
        label: "plant".into(),
        database: "workshop".into(),
        way: Way::Shared,
        identity: "plant".into(),
        person: None,
        tls: true,
        pooler: false,
        version: "17".into(),
        role: "rowhouse_client".into(),
        time_zone: "UTC".into(),
    }
}

fn signed_in() -> SignedIn {
    SignedIn {
        session: SessionId(1),
        person: Person {
            username: "anna".into(),
            display_name: "Anna".into(),
            roles: vec!["technician".into()],
            tenant: None,
            may_see_sessions: false,
            may_end_sessions: false,
            may_manage_accounts: false,
            may_see_audit: false,
            may_choose_tenant: false,
        },
        must_choose_password: false,
        failed_since: 0,
        last_sign_in: None,
        idle_limit_seconds: 900,
    }
}
