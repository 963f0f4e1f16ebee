//! Reading the rows for the dry run, some hundreds at a time, and what hangs on those to be deleted.

use std::collections::HashMap;

use super::{Bulk, Phase, Work, words};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{
    DependentsReply, DependentsRequest, Fault, ManyReply, ManyRequest, QueryId, Reply, Request,
};
use crate::domain::bulk::{Deed, tally};
use crate::domain::record::{Record, RecordKey};

/// How many rows are read at once.
const AT_ONCE: usize = 200;

impl Bulk {
    /// Reads the next rows, or shows the dry run when all are here.
    pub(super) fn read_on(&mut self, _cx: &Context, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        out.speak_for(Asker::Bulk);
        if let Some(question) = work.ask_settled() {
            work.phase = Phase::Settling(out.ask(question));
            return;
        }
        let keys = work.next_keys();
        if keys.is_empty() {
            return self.all_read(out);
        }
        let request = ManyRequest::LoadMany {
            table: work.table,
            keys,
        };
        work.phase = Phase::Reading(out.ask(Request::Many(request)));
    }

    /// All rows are here: what would be done is shown, or what came of it where all is done.
    fn all_read(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        work.phase = Phase::Ready;
        let sum = tally(&work.items);
        if work.again.is_some() && sum.waiting == 0 {
            return self.end(out);
        }
        if work.again.is_some() {
            let line = format!("Begun before: {}", words::sum(work));
            out.tell(Mood::Told, line);
        }
    }

    /// Takes an answer while rows are read; says whether it was one.
    pub(super) fn read_answered(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.columns_answered(query, &reply, cx, out) {
            return;
        }
        let Some(reply) = self.traced(query, reply, cx, out) else {
            return;
        };
        let Some(work) = &mut self.work else { return };
        if work.phase == Phase::Settling(query) {
            return self.settled(reply, cx, out);
        }
        match (&work.phase, reply) {
            (Phase::Reading(asked), Ok(Reply::Many(ManyReply::ManyLoaded(records))))
                if *asked == query =>
            {
                let keys = work.take(records);
                if work.deed != Deed::Delete || keys.is_empty() {
                    return self.read_on(cx, out);
                }
                let request = DependentsRequest::LoadDependents {
                    table: work.table,
                    keys,
                };
                work.phase = Phase::Looking(out.ask(Request::Dependents(request)));
            }
            (
                Phase::Looking(asked),
                Ok(Reply::Dependents(DependentsReply::DependentsLoaded(known))),
            ) if *asked == query => {
                work.hanging.add(known);
                self.read_on(cx, out);
            }
            (Phase::Reading(asked) | Phase::Looking(asked), Err(fault)) if *asked == query => {
                if fault == Fault::Cancelled {
                    self.go_back(out);
                } else {
                    let problem = Problem::from(fault).kept("nothing was changed");
                    work.phase = Phase::Failed(problem);
                }
            }
            _ => {}
        }
    }

    /// Goes back to where it was asked for: the fields that were set, or the grid.
    pub(super) fn go_back(&mut self, out: &mut Outbox) {
        let Some(work) = self.work.take() else {
            return out.go(Go::Back);
        };
        if let Some(draft) = work.draft {
            out.effect(Effect::ReleaseDraft(draft.id));
            out.tell(Mood::Told, "Nothing more was done; the draft is kept");
        }
        out.go(work.form.map_or(Go::Back, Go::FieldsOfMany));
    }
}

impl Work {
    fn next_keys(&self) -> Vec<RecordKey> {
        let rest = self.todo.iter().skip(self.items.len()).take(AT_ONCE);
        rest.map(|todo| todo.key.clone()).collect()
    }

    /// Plans what is to be done to the rows just read; returns the keys of those that are there.
    fn take(&mut self, records: Vec<Record>) -> Vec<RecordKey> {
        let mut found: HashMap<RecordKey, Record> = records
            .into_iter()
            .filter_map(|record| Some((record.key.clone()?, record)))
            .collect();
        let from = self.items.len();
        let mut there = Vec::new();
        for todo in self.todo.iter().skip(from).take(AT_ONCE) {
            let record = found.remove(&todo.key);
            if record.is_some() {
                there.push(todo.key.clone());
            }
            let taken_up = self.taken_up(self.items.len(), record.as_ref());
            let item = taken_up.unwrap_or_else(|| todo.planned(self, record));
            self.items.push(item);
        }
        there
    }
}
