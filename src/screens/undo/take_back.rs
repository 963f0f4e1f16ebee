//! What taking a change of one's own back would do, in words and as a wish to the form.

use super::Undo;
use crate::app::context::Context;
use crate::app::forms::wish::{self, Put, PutField, Wish};
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, HistoryReply, HistoryRequest, Reply, Request};
use crate::domain::history::{Kept, OwnChange, Touched};
use crate::domain::record::{LastChange, Verb};
use crate::domain::run::{Gone, Own, Which};
use crate::domain::text;

impl Undo {
    /// Opens what would take the change under the cursor back.
    pub(super) fn take_back(&mut self, cx: &Context, out: &mut Outbox) {
        let change = match self.current() {
            Some(Own::Change(change)) => change,
            Some(Own::Run(run)) => return out.go(Go::TakeRunBack(run.clone())),
            None => return,
        };
        let gone = change
            .touched
            .as_ref()
            .is_some_and(|touched| touched.verb == Verb::Delete);
        match change.entry.verb {
            Verb::Update | Verb::Insert if gone => {
                let line = format!(
                    "{}: {}; the bin of its table restores it",
                    label(change),
                    standing(change, cx)
                );
                out.tell(Mood::Warning, line);
            }
            Verb::Update => {
                let wish = update(change, cx);
                open(change, true, wish, out);
            }
            Verb::Insert => {
                let since = change
                    .touched
                    .as_ref()
                    .map(|_| format!("Look first: {} {}", label(change), standing(change, cx)));
                open(change, true, Wish::Delete(since), out);
            }
            Verb::Delete if change.touched.is_some() => {
                let line = format!("{} {}", label(change), standing(change, cx));
                out.tell(Mood::Told, line);
            }
            Verb::Delete => {
                let change = Box::new((**change).clone());
                let request = HistoryRequest::LoadRemains {
                    table: change.table,
                    of: vec![(change.entry.key.clone(), change.entry.id)],
                };
                let query = out.ask(Request::History(request));
                self.asked = Some((query, change));
            }
            Verb::Truncate => {}
        }
    }
}

/// It is known what went with a deletion: alone it comes back through the form, else with all of it.
pub(super) fn went(
    change: &OwnChange,
    reply: Result<Reply, Fault>,
    cx: &Context,
    out: &mut Outbox,
) {
    match reply {
        Ok(Reply::History(HistoryReply::RemainsLoaded(remains)))
            if remains.len() > 1 || remains.iter().any(|one| one.more) =>
        {
            let which = Which::Records(vec![(change.entry.key.clone(), change.entry.id)]);
            let table = change.table;
            out.go(Go::BringBack(Box::new(Gone { table, which })));
        }
        Ok(_) => open(change, false, creation(change, cx), out),
        Err(Fault::Cancelled) => {}
        Err(fault) => out.tell_problem(&Problem::from(fault)),
    }
}

fn open(change: &OwnChange, exists: bool, wish: Wish, out: &mut Outbox) {
    out.go(Go::OpenWith {
        table: change.table,
        key: exists.then(|| change.entry.key.clone()),
        wish: Box::new(wish),
    });
}

fn update(change: &OwnChange, cx: &Context) -> Wish {
    let at = words::clock(change.entry.at, cx);
    let mut put = Put {
        what: format!("Your change of {} at {at} taken back", label(change)),
        version: change.entry.version,
        by: change.touched.as_ref().map(|touched| by(touched, cx)),
        ..Put::default()
    };
    for field in &change.entry.fields {
        let (Some(old), Some(new)) = (&field.old, &field.new) else {
            continue;
        };
        match old.whole() {
            Some(value) => put.fields.push(PutField {
                column: field.column.clone(),
                over: new.whole().cloned(),
                value: value.clone(),
            }),
            None => put.lost.push(wish::too_long(&field.column)),
        }
    }
    if change.entry.withheld > 0 {
        put.lost.push(past::withheld(change.entry.withheld));
    }
    Wish::Put(put)
}

fn creation(change: &OwnChange, cx: &Context) -> Wish {
    let fields = change.entry.fields.iter();
    let values = fields.filter_map(|field| Some((field.column.clone(), field.old.clone()?)));
    let what = format!(
        "{}, deleted by you at {}",
        label(change),
        words::clock(change.entry.at, cx)
    );
    Wish::Put(Put::creating(what, values, change.entry.withheld))
}

fn by(touched: &Touched, cx: &Context) -> LastChange {
    let own = cx.person().filter(|_| touched.mine);
    let username = own.map_or(touched.by.clone(), |person| person.username.clone());
    LastChange {
        verb: touched.verb,
        display_name: username.clone(),
        username,
        station: String::new(),
        at: touched.at,
    }
}

/// The record as it is called.
pub(super) fn label(change: &OwnChange) -> String {
    text::line(&change.entry.key.to_string()).into_owned()
}

/// Says what taking it back would do: `status Down → Active`, `deletes it again`.
pub(super) fn what(change: &OwnChange) -> String {
    match change.entry.verb {
        Verb::Insert => "deletes it again, after asking".into(),
        Verb::Delete => "brings it back with what went".into(),
        Verb::Truncate => String::new(),
        Verb::Update => {
            let short = |kept: Option<&Kept>| {
                let shown = kept.map_or(String::new(), past::shown);
                text::line(&shown).into_owned()
            };
            let fields = change.entry.fields.iter().map(|field| {
                format!(
                    "{} {} → {}",
                    text::line(&field.column),
                    short(field.new.as_ref()),
                    short(field.old.as_ref())
                )
            });
            fields.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Says whether somebody touched the same since: `version 6, untouched since`.
pub(super) fn standing(change: &OwnChange, cx: &Context) -> String {
    let version = change.entry.version;
    let version = version.map_or(String::new(), |version| format!("version {version}, "));
    let Some(touched) = &change.touched else {
        return format!("{version}untouched since");
    };
    let by = if touched.mine { "you" } else { &touched.by };
    let at = words::clock(touched.at, cx);
    match touched.verb {
        Verb::Delete | Verb::Truncate => format!("was deleted by {by} at {at}"),
        Verb::Insert => format!("was created again by {by} at {at}"),
        Verb::Update => {
            let names: Vec<_> = touched
                .columns
                .iter()
                .map(|name| text::line(name))
                .collect();
            let what = if names.is_empty() {
                "it was".to_owned()
            } else {
                format!("{} was", names.join(", "))
            };
            format!("{what} changed since by {by} at {at}")
        }
    }
}
