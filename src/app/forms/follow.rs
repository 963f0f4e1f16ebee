//! What others do to open records: a record that is read follows; one that is edited is only told.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::Go;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::records::{Look, Looked};
use crate::db::contract::{RecordsRequest, Request};
use crate::domain::record::{Record, Verb};

use super::{At, Form, Mode, Question, conflict, decided, forecast, words};

/// What was heard of a change: by whom and when, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Who, as named to this person.
    pub who: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Whether that is only when it was noticed.
    pub about: bool,
    /// What was done.
    pub verb: Option<Verb>,
}

/// A record that is known to be different from what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    /// By whom and when.
    pub seen: Seen,
    /// The record now; `None` when it is gone.
    pub record: Option<Box<Record>>,
    /// Who saved which fields, where it was not the one named above.
    pub by: BTreeMap<usize, Seen>,
}

/// Which fields somebody changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who, as named to this person.
    pub who: String,
    /// When, as far as known.
    pub at: Option<Timestamp>,
    /// Whether that is only when it was noticed.
    pub about: bool,
    /// Which fields.
    pub columns: Vec<usize>,
}

/// Others changed something: looks whether it is this record.
pub fn followed(form: &mut Form, items: &[FeedItem], cx: &Context, out: &mut Outbox) {
    if form.key.is_none() || form.base.ready().is_none() {
        return;
    }
    let concerns = |item: &&FeedItem| {
        let own = item.key.is_none() || item.key == form.key;
        item.table == form.table && own && !item.mine && item.verb != Verb::Insert
    };
    let Some(item) = items.iter().rfind(concerns) else {
        return;
    };
    // Several may have saved while the connection was away: which of them a field is by is not told.
    let mut names: Vec<String> = Vec::new();
    for item in items.iter().filter(concerns) {
        let name = words::person(&item.username, cx);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let seen = Seen {
        who: Some(names.join(" or ")),
        at: Some(item.at),
        about: false,
        verb: Some(item.verb),
    };
    look(form, seen, out);
}

/// Asks for the record as it is now, without showing it in the stead of what was read.
pub fn look(form: &mut Form, seen: Seen, out: &mut Outbox) {
    let Some(key) = form.key.clone() else { return };
    let table = form.table;
    let request = Request::Records(RecordsRequest::LoadRecord { table, key });
    let query = out.ask_as(Asker::Form(form.id), request);
    form.asked
        .retain(|(_, question)| !matches!(question, Question::Look(_)));
    form.asked.push((query, Question::Look(seen)));
}

/// Asks for the record as it is now, because a conflict with it is opened that was met before.
pub fn look_again(form: &mut Form, out: &mut Outbox) {
    let Some(key) = form.key.clone() else { return };
    let table = form.table;
    let request = Request::Records(RecordsRequest::LoadRecord { table, key });
    let query = out.ask_as(Asker::Form(form.id), request);
    form.asked
        .retain(|(_, question)| *question != Question::Again);
    form.asked.push((query, Question::Again));
}

/// Takes it: what was decided stays where theirs is the same, and what changed since is asked again.
/// One that is gone by now is told of by the save, which knows why.
pub fn met_again(form: &mut Form, record: Option<Box<Record>>, at: At, out: &mut Outbox) {
    let (Some(met), Some(now)) = (&form.conflict, record) else {
        return;
    };
    let Some(theirs) = &met.theirs else {
        return there_again(form, &now, at, out);
    };
    if form.saving.is_some() || now.guard == theirs.guard && now.values == theirs.values {
        return;
    }
    let columns = differing(theirs, &now);
    let names: Vec<String> = columns
        .iter()
        .filter_map(|column| forecast::by(form, *column).who)
        .collect();
    let who = names.first().map_or("somebody", String::as_str).to_owned();
    conflict::met(form, Some(now), None);
    let changed = match columns.is_empty() {
        true => "nothing you see is different".to_owned(),
        false => format!("{} changed", words::columns(form, &columns)),
    };
    let label = form.label();
    let line =
        format!("{label} was saved again by {who} since: {changed}; look again before saving");
    out.tell(Mood::Warning, line);
}

/// A record that could not be seen is there as it was read: there is nothing to decide.
fn there_again(form: &mut Form, now: &Record, at: At, out: &mut Outbox) {
    let as_read = form.base.ready().is_some_and(|base| base == now);
    if !as_read || form.saving.is_some() {
        return;
    }
    form.conflict = None;
    form.newer = None;
    let label = form.label();
    let line = format!("{label} is there again as you read it: save again");
    out.tell(Mood::Told, line);
    if at == At::Conflict {
        out.go(Go::Back);
    }
}

/// Asks who made the record what it is by now, where that can be known.
pub fn ask_who(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let Some(key) = form.key.clone().filter(|_| cx.is_shared()) else {
        return;
    };
    let look = Look {
        table: form.table,
        key,
        columns: Vec::new(),
    };
    let request = Request::Records(RecordsRequest::LookAtRecords(vec![look]));
    let query = out.ask_as(Asker::Form(form.id), request);
    form.asked.push((query, Question::Who));
}

/// Takes the answer to who made the record what it is by now.
pub fn named(form: &mut Form, found: Vec<Looked>, cx: &Context) {
    let found = found.into_iter().next();
    if let Some(Looked::There {
        by: Some(by),
        guard,
        ..
    }) = &found
    {
        decided::named(form, by, guard);
    }
    let (Some(Looked::There { by: Some(by), .. } | Looked::Gone { by: Some(by) }), Some(newer)) =
        (found, &mut form.newer)
    else {
        return;
    };
    if newer.seen.who.is_some() {
        return;
    }
    newer.seen = Seen {
        who: Some(words::who(Some(&by), cx)),
        at: Some(by.at),
        about: false,
        verb: Some(by.verb),
    };
}

/// Takes the record as it is now.
pub fn looked(
    form: &mut Form,
    seen: Seen,
    record: Option<Box<Record>>,
    cx: &Context,
    out: &mut Outbox,
) {
    let Some(base) = form.base.ready() else {
        return;
    };
    tell_back(form, record.is_some(), out);
    if record
        .as_ref()
        .is_some_and(|now| now.guard == base.guard && now.values == base.values)
    {
        form.newer = None;
        return;
    }
    let free = form.mode == Mode::Read && !form.is_changed() && form.saving.is_none();
    match record {
        Some(record) if free => refresh(form, seen, *record),
        record => {
            if form.newer.is_none() && form.is_changed() && !form.left {
                out.tell(Mood::Warning, heard(form, &seen, record.is_some(), cx));
            }
            let seen = match (&form.newer, seen.who.is_some()) {
                (Some(known), false) => known.seen.clone(),
                _ => seen,
            };
            let by = record.as_ref().map_or_else(BTreeMap::new, |record| {
                forecast::attribution(form, &seen, &record.values)
            });
            form.newer = Some(Newer { seen, record, by });
        }
    }
}

/// What was told of a record that was gone does not hold any more.
fn tell_back(form: &Form, exists: bool, out: &mut Outbox) {
    let was_gone = |newer: &Newer| newer.record.is_none();
    if exists && form.is_changed() && !form.left && form.newer.as_ref().is_some_and(was_gone) {
        let label = form.label();
        let line = format!("{label} is there again; your typing is untouched");
        out.tell(Mood::Told, line);
    }
}

/// Says in one line that the record was changed meanwhile, and what saving will do.
pub fn line(form: &Form, newer: &Newer, cx: &Context) -> String {
    let who = newer.seen.who.as_deref().unwrap_or("somebody");
    let at = words::when(newer.seen.at, newer.seen.about, cx);
    if newer.record.is_none() {
        let kept = match form.is_changed() {
            true => "; your typing is kept",
            false => "",
        };
        return format!("{}{kept}", gone(&newer.seen, &format!("{who}{at}")));
    }
    let then = match forecast::to_decide(form) {
        0 => "your save will be merged".to_owned(),
        fields => format!("{} to decide when you save", words::count(fields, "field")),
    };
    // When it was noticed is after it was opened anyway.
    let since = if newer.seen.about {
        ""
    } else {
        " since you opened it"
    };
    format!("saved by {who}{at}{since}; {then}")
}

/// Returns the columns in which two records differ.
pub fn differing(one: &Record, other: &Record) -> Vec<usize> {
    let pairs = one.values.iter().zip(&other.values).enumerate();
    pairs
        .filter(|(_, (one, other))| one != other)
        .map(|(column, _)| column)
        .collect()
}

/// Shows the record as it is now: nothing is typed in it.
fn refresh(form: &mut Form, seen: Seen, record: Record) {
    let columns = form
        .base
        .ready()
        .map_or(Vec::new(), |base| differing(base, &record));
    form.show(record);
    form.newer = None;
    if !columns.is_empty() {
        form.refreshed = Some(Receipt {
            who: seen.who.unwrap_or_else(|| "somebody".into()),
            at: seen.at,
            about: seen.about,
            columns,
        });
    }
}

fn heard(form: &Form, seen: &Seen, exists: bool, cx: &Context) -> String {
    let who = seen.who.as_deref().unwrap_or("somebody");
    let at = words::when(seen.at, seen.about, cx);
    let who = format!("{who}{at}");
    let label = form.label();
    match exists {
        true => format!("{label} was saved by {who}; your typing is untouched"),
        false => format!("{label}: {}; your typing is untouched", gone(seen, &who)),
    }
}

/// Says what is known of a record that is not there under its key any more.
fn gone(seen: &Seen, who: &str) -> String {
    match seen.verb {
        Some(Verb::Delete | Verb::Truncate) => format!("deleted by {who}"),
        Some(_) => format!("key changed, or hidden from you, by {who}"),
        None => "deleted, its key changed, or hidden from you".to_owned(),
    }
}
