//! Records and people that are looked for while one types: which question is put, what came of it, and
//! the entries that are made of it. Commands and tables never wait for it.

use super::{Chosen, Entry, Palette};
use crate::app::context::Context;
use crate::app::finding::{self, Finding};
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::db::contract::{
    Fault, LookupReply, QueryId, Reply, Request, SessionsReply, SessionsRequest,
};
use crate::domain::record::RecordKey;
use crate::domain::session::{Presence, PresenceMode, SessionLine, SessionState};
use crate::domain::table::{TableId, TableSummary};
use crate::domain::text;

/// How long keys rest before records are looked for, in milliseconds.
pub const REST_MS: u64 = 200;
/// The fewest letters of a table's name that stand for it.
const FEWEST: usize = 3;

/// What is looked for beside commands and tables.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The table of which records are found, and for what of it.
    of: Option<(TableId, String)>,
    list: Finding,
    /// The question who is signed in, while it is under way.
    asking: Option<QueryId>,
    /// Who is signed in, once it was asked.
    sessions: Option<Vec<SessionLine>>,
}

impl Palette {
    /// Keys have rested: asks for the records that fit, and once for who is signed in.
    pub fn rested(&mut self, cx: &Context, out: &mut Outbox) {
        let signed_in = cx.person().is_some() && cx.ended.is_none();
        let typed = self.typed.text().trim().to_owned();
        if !signed_in || typed.is_empty() || self.begins_a_name(&typed, cx) {
            return self.stop(out);
        }
        let sees = cx.is_shared() && cx.person().is_some_and(|one| one.may_see_sessions);
        if sees && self.look.sessions.is_none() && self.look.asking.is_none() {
            let request = Request::Sessions(SessionsRequest::ListSessions);
            self.look.asking = Some(out.ask(request));
        }
        let wanted = self.wanted(&typed, cx);
        if wanted == self.look.of {
            return;
        }
        self.look.list.stop(out);
        self.look.list = Finding::default();
        if let Some((table, typed)) = &wanted {
            self.look.list.typed.clone_from(typed);
            self.look.list.ask(*table, Vec::new(), out);
        }
        self.look.of = wanted;
    }

    /// Gives up what is looked for.
    pub fn stop(&mut self, out: &mut Outbox) {
        self.look.list.stop(out);
        self.look.list = Finding::default();
        self.look.of = None;
    }

    /// Takes the answer to a question of its own; says whether what is to be chosen was waited for.
    pub fn answered(&mut self, query: QueryId, reply: Result<Reply, Fault>, cx: &Context) -> bool {
        let before = self.found(cx);
        let here = before.get(self.selected).map(|found| found.entry.clone());
        if self.look.asking == Some(query) {
            self.look.asking = None;
            self.look.sessions = Some(match reply {
                Ok(Reply::Sessions(SessionsReply::SessionsListed(lines))) => lines,
                _ => Vec::new(),
            });
        } else if self.look.list.query == Some(query) {
            match reply {
                Ok(Reply::Lookup(LookupReply::Found(found))) => self.look.list.take(found, None),
                Ok(_) => self.look.list.query = None,
                Err(fault) => self.look.list.fail(fault),
            }
        }
        // The cursor stays on what it was moved to, wherever that stands now.
        if let Some(here) = here.filter(|_| self.selected > 0) {
            let now = self.found(cx);
            let at = now.iter().position(|found| found.entry == here);
            self.selected = at.unwrap_or(self.selected);
        }
        std::mem::take(&mut self.look.list.choosing)
    }

    /// Nothing is there to choose yet, and something is on its way: it is waited for.
    pub(super) fn wait(&mut self, out: &mut Outbox) {
        if let Some(query) = self.look.list.query {
            self.look.list.choosing = true;
            out.hold = Some(query);
        }
    }

    /// What is said where nothing fits.
    pub(super) fn nothing(&self) -> &str {
        match (&self.look.list.problem, self.look.list.query) {
            (Some(problem), _) => problem,
            (None, Some(_)) => "looking for records…",
            (None, None) => "nothing fits",
        }
    }

    /// People, then records.
    pub(super) fn looked(&self, cx: &Context) -> Vec<Entry> {
        let typed = self.typed.text().trim().to_lowercase();
        if typed.is_empty() || self.begins_a_name(&typed, cx) {
            return Vec::new();
        }
        let mut entries = self.people(&typed, cx);
        let of = self.look.of.as_ref();
        let table = of.and_then(|(table, _)| cx.table(*table));
        let found = self.look.list.found.as_ref();
        if let (Some(table), Some(found)) = (table, found) {
            entries.extend(found.choices.iter().map(|choice| {
                let name = text::line(&table.name.name);
                Entry {
                    name: finding::key(choice),
                    help: format!("{name}  {}", finding::names(choice)),
                    key: String::new(),
                    then: Chosen::Go(Box::new(Go::Open {
                        table: table.id,
                        key: Some(RecordKey(choice.key.clone())),
                        edit: false,
                    })),
                }
            }));
        }
        entries
    }

    /// Those who are signed in, where that may be seen; else those on records of the table.
    fn people(&self, typed: &str, cx: &Context) -> Vec<Entry> {
        let fits = |username: &str, name: &str| {
            username.to_lowercase().contains(typed) || name.to_lowercase().contains(typed)
        };
        if let Some(sessions) = &self.look.sessions {
            let here = sessions.iter().filter(|line| {
                line.state != SessionState::Ended && fits(&line.username, &line.display_name)
            });
            return here.map(of_session).collect();
        }
        let Some(table) = self.table else {
            return Vec::new();
        };
        let others = cx.presence.iter().filter(|one| !one.mine);
        let others = others.filter(|one| fits(&one.username, &one.display_name));
        others.map(|one| of_presence(one, table)).collect()
    }

    /// Of which table records are looked for: the one that is named first, else the one that is shown.
    fn wanted(&self, typed: &str, cx: &Context) -> Option<(TableId, String)> {
        let named = typed.split_once(char::is_whitespace);
        let named = named.and_then(|(name, rest)| Some((table_of(name, cx)?, rest.trim())));
        if let Some((table, rest)) = named.filter(|(_, rest)| !rest.is_empty()) {
            return Some((table, rest.to_owned()));
        }
        let table = self.table.and_then(|table| cx.table(table))?;
        (!table.keyless).then(|| (table.id, typed.to_owned()))
    }

    /// Whether what is typed begins the name of a command or of a table: then that is meant, and the
    /// server is not asked.
    fn begins_a_name(&self, typed: &str, cx: &Context) -> bool {
        let typed = typed.to_lowercase();
        let begins = |entry: &Entry| entry.name.to_lowercase().starts_with(&typed);
        self.entries(cx).iter().any(begins)
    }
}

/// The table with this name, or the one whose name begins so, others only going on from it.
fn table_of(typed: &str, cx: &Context) -> Option<TableId> {
    let typed = typed.to_lowercase();
    let name = |table: &TableSummary| table.name.name.to_lowercase();
    let whole = |table: &TableSummary| table.name.to_string().to_lowercase();
    let mut all = cx.tables.iter();
    if let Some(exact) = all.find(|table| name(table) == typed || whole(table) == typed) {
        return Some(exact.id);
    }
    let begins = |table: &&TableSummary| name(table).starts_with(&typed);
    let mut begun: Vec<&TableSummary> = cx.tables.iter().filter(begins).collect();
    begun.sort_by_key(|table| table.name.name.len());
    let first = begun.first()?;
    let alone = begun
        .iter()
        .all(|table| name(table).starts_with(&name(first)));
    (alone && typed.chars().count() >= FEWEST).then_some(first.id)
}

fn of_session(line: &SessionLine) -> Entry {
    let on = line
        .record
        .as_ref()
        .map_or(String::new(), |(table, key)| format!(" · on {table} {key}"));
    let help = format!("{} · {}{on}", line.display_name, line.roles.join(", "));
    Entry {
        name: text::line(&line.username).into_owned(),
        help: text::line(&help).into_owned(),
        key: String::new(),
        then: Chosen::Person(line.id),
    }
}

fn of_presence(one: &Presence, table: TableId) -> Entry {
    let does = match one.mode {
        PresenceMode::Edit => "edits",
        PresenceMode::View => "reads",
    };
    let help = format!("{} {does} {}", one.display_name, one.key);
    Entry {
        name: text::line(&one.username).into_owned(),
        help: text::line(&help).into_owned(),
        key: String::new(),
        then: Chosen::Go(Box::new(Go::Open {
            table,
            key: Some(one.key.clone()),
            edit: false,
        })),
    }
}
