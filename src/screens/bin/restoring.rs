//! Creating deleted records again one after another, each by an ordinary guarded creation: what is
//! sent, what comes of each. What cannot be put back is named; nothing is done twice.

use std::collections::VecDeque;

use super::{label, table_name};
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::problem::Problem;
use crate::db::contract::records::{RejectionKind, SaveOutcome};
use crate::db::contract::{
    CatalogRequest, Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request,
};
use crate::domain::history::Remains;
use crate::domain::record::{FieldChange, Record, RequestId};
use crate::domain::table::Shape;
use crate::domain::text;
use crate::domain::value::Entry;

/// How often a creation is asked again whose answer was lost; its number stays the same.
const TRIES: u8 = 3;

/// Records that are being created again.
#[derive(Debug)]
pub(super) struct Restoring {
    /// Those still to come, what others refer to first.
    queue: VecDeque<Remains>,
    /// The one under way, and the number of its creation once it was sent.
    under_way: Option<(QueryId, Remains, Option<RequestId>)>,
    /// How often that was asked.
    tries: u8,
    /// What came of each.
    pub results: Vec<Came>,
}

/// What came of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Came {
    /// Table and key.
    pub name: String,
    /// Whether it is there again.
    pub restored: bool,
    /// What is to be known of it.
    pub what: String,
}

impl Restoring {
    pub(super) fn new(remains: Vec<Remains>) -> Self {
        Self {
            queue: remains.into(),
            under_way: None,
            tries: 0,
            results: Vec::new(),
        }
    }

    /// Whether nothing is to come any more.
    pub(super) fn is_over(&self) -> bool {
        self.under_way.is_none() && self.queue.is_empty()
    }

    /// How many lines the list of results has.
    pub(super) fn lines(&self) -> usize {
        self.results.len()
    }

    /// Says what came of all.
    pub(super) fn in_words(&self) -> (Mood, String) {
        let all = self.results.len();
        let done = self.results.iter().filter(|one| one.restored).count();
        let records = words::count(all, "record");
        match done == all {
            true => (Mood::Done, format!("{records} created again")),
            false => (
                Mood::Warning,
                format!("{done} of {records} created again; the list says why not the others"),
            ),
        }
    }

    /// Sends the next one.
    pub(super) fn go_on(&mut self, cx: &Context, out: &mut Outbox) {
        while let Some(next) = self.queue.pop_front() {
            self.tries = 0;
            let Some(shape) = cx.shapes.get(&next.table) else {
                let table = next.table;
                let request = Request::Catalog(CatalogRequest::LoadShape { table });
                let query = out.ask_as(Asker::Restoring, request);
                self.under_way = Some((query, next, None));
                return;
            };
            if !shape.may_insert() {
                self.came(&next, false, "you may not create records there".into(), cx);
                continue;
            }
            let number = out.request_id();
            return self.create(next, number, shape, out);
        }
    }

    /// Takes an answer; says whether all is over.
    pub(super) fn take(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> bool {
        let Some((_, one, number)) = self.under_way.take_if(|(asked, ..)| *asked == query) else {
            return false;
        };
        match (reply, number) {
            (Ok(Reply::Catalog(_)), None) if cx.shapes.contains_key(&one.table) => {
                self.queue.push_front(one);
            }
            (Ok(Reply::Records(RecordsReply::Finished(outcome))), Some(_)) => {
                self.finished(&one, outcome, cx);
            }
            (Err(Fault::OutcomeUnknown), Some(number)) if self.tries < TRIES => {
                if let Some(shape) = cx.shapes.get(&one.table) {
                    self.create(one, number, shape, out);
                    return false;
                }
            }
            (Err(fault), number) => {
                let unknown = fault == Fault::OutcomeUnknown && number.is_some();
                let what = match unknown {
                    true => "it is not known whether it was stored: look in its table".into(),
                    false => Problem::from(fault).what,
                };
                self.came(&one, false, what, cx);
                self.give_up(0, "not tried", cx);
            }
            (Ok(_), _) => self.came(
                &one,
                false,
                "the answer was not to this question".into(),
                cx,
            ),
        }
        self.go_on(cx, out);
        self.is_over()
    }

    fn create(&mut self, one: Remains, number: RequestId, shape: &Shape, out: &mut Outbox) {
        self.tries += 1;
        let request = Request::Records(RecordsRequest::CreateRecord {
            request: number,
            table: one.table,
            entries: entries(&one, shape).0,
        });
        let query = out.ask_as(Asker::Restoring, request);
        self.under_way = Some((query, one, Some(number)));
    }

    fn finished(&mut self, one: &Remains, outcome: SaveOutcome, cx: &Context) {
        match outcome {
            SaveOutcome::Saved(record) => self.saved(one, record.as_deref(), cx),
            SaveOutcome::Rejected(rejection) => {
                let why = match rejection.kind {
                    RejectionKind::Unique => "another record has its key or a unique value by now",
                    RejectionKind::ForeignKey => "what it refers to is not there any more",
                    _ => "the server refused it",
                };
                self.came(one, false, format!("{why}: {}", rejection.message), cx);
                if one.depth == 0 {
                    self.give_up(0, "the record that it belongs to is not there", cx);
                }
            }
            SaveOutcome::Deleted | SaveOutcome::Missed(_) => {
                self.came(one, false, "a rule of the database dropped it".into(), cx);
            }
        }
    }

    fn saved(&mut self, one: &Remains, record: Option<&Record>, cx: &Context) {
        let lost = cx.shapes.get(&one.table).map(|shape| entries(one, shape).1);
        let lost = lost.filter(|lost| !lost.is_empty());
        let mut what = lost.map_or(String::new(), |lost| format!("without {}", lost.join(", ")));
        let key = record.and_then(|record| record.key.as_ref());
        let renamed = key.filter(|key| **key != one.key);
        if let Some(key) = renamed {
            let key = text::line(&key.to_string()).into_owned();
            what = [format!("as {key}: the database numbers it itself"), what]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("; ");
            self.came(one, true, what, cx);
            let why = format!("it belongs to {}, which is {key} now", label(one));
            self.give_up(one.depth + 1, &why, cx);
        } else {
            self.came(one, true, what, cx);
        }
    }

    /// Leaves those out that would refer to what is not there.
    fn give_up(&mut self, depth: u32, why: &str, cx: &Context) {
        let (left_out, rest): (Vec<Remains>, Vec<Remains>) =
            self.queue.drain(..).partition(|one| one.depth >= depth);
        self.queue = rest.into();
        for one in &left_out {
            self.came(one, false, why.to_owned(), cx);
        }
    }

    fn came(&mut self, one: &Remains, restored: bool, what: String, cx: &Context) {
        self.results.push(Came {
            name: format!("{} · {}", table_name(one.table, cx), label(one)),
            restored,
            what,
        });
    }
}

/// What is sent of a record, and the names of the fields that cannot be.
fn entries(one: &Remains, shape: &Shape) -> (Vec<FieldChange>, Vec<String>) {
    let (mut sent, mut lost) = (Vec::new(), Vec::new());
    for (name, kept) in &one.values {
        let column = shape.column_named(name);
        let open =
            column.filter(|at| shape.columns[*at].may_insert && !shape.columns[*at].generated);
        match (open, kept.whole()) {
            (Some(column), Some(value)) => sent.push(FieldChange {
                column,
                entry: Entry::Value(value.clone()),
            }),
            // What the server computes is computed again.
            (None, _) if column.is_some_and(|at| shape.columns[at].generated) => {}
            _ => lost.push(text::line(name).into_owned()),
        }
    }
    sent.sort_by_key(|change| change.column);
    (sent, lost)
}
