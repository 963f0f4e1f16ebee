//! Reading what went and what is there now, question by question; nothing is written.

use std::collections::HashSet;

use super::{Phase, Restore};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{
    CatalogRequest, Fault, HistoryReply, HistoryRequest, ManyReply, ManyRequest, Reply, Request,
};
use crate::domain::back::plan;
use crate::domain::history::Remains;
use crate::domain::record::{RecordKey, Verb};
use crate::domain::run::{Gone, RunPlace, RunRow, Which};
use crate::domain::table::TableId;

/// How many deletions, or records, are read at once.
const AT_ONCE: usize = 200;

/// How many records come back at once, at most: they are stored together.
const MOST: usize = 5000;

impl Restore {
    /// Begins to bring back what was deleted: it is read first.
    pub fn begin(&mut self, gone: Gone, out: &mut Outbox) {
        *self = Self::default();
        out.speak_for(Asker::Restore);
        match &gone.which {
            Which::Records(of) => self.unread.extend(of.iter().cloned()),
            Which::Run(_) => {
                self.gone = Some(gone);
                return self.trace(None, out);
            }
        }
        self.gone = Some(gone);
        self.read_on(out);
    }

    fn trace(&mut self, after: Option<RunPlace>, out: &mut Outbox) {
        let Some(Gone {
            table,
            which: Which::Run(run),
        }) = &self.gone
        else {
            return;
        };
        let request = HistoryRequest::LoadRun {
            table: *table,
            verb: Verb::Delete,
            run: run.clone(),
            after,
        };
        self.phase = Phase::Reading(out.ask(Request::History(request)));
    }

    /// Reads what went with the next deletions, then the tables, then what is there now.
    fn read_on(&mut self, out: &mut Outbox) {
        let Some(table) = self.table() else { return };
        let of: Vec<_> = {
            let some = self.unread.len().min(AT_ONCE);
            self.unread.drain(..some).collect()
        };
        if !of.is_empty() {
            let request = HistoryRequest::LoadRemains { table, of };
            self.phase = Phase::Reading(out.ask(Request::History(request)));
            return;
        }
        self.name_the_rest();
        let mut seen = HashSet::new();
        let tables = self.remains.iter().map(|one| one.table);
        self.tables = tables.filter(|table| seen.insert(*table)).collect();
        self.next_table(out);
    }

    /// Records of which nothing may be told any more are said, not passed over.
    fn name_the_rest(&mut self) {
        let Some(gone) = &self.gone else { return };
        let known: HashSet<RecordKey> = {
            let own = self.remains.iter().filter(|one| one.depth == 0);
            own.map(|one| one.key.clone()).collect()
        };
        let keys: Vec<RecordKey> = match &gone.which {
            Which::Records(of) => of.iter().map(|(key, _)| key.clone()).collect(),
            Which::Run(_) => self.rows.iter().map(|row| row.key.clone()).collect(),
        };
        for key in keys.into_iter().filter(|key| !known.contains(key)) {
            let why = "what it held may not be read any more".to_owned();
            self.present.touched.entry(key.clone()).or_insert(why);
            self.remains.push(Remains {
                place: 0,
                table: gone.table,
                key,
                values: Vec::new(),
                over: None,
                withheld: 0,
                depth: 0,
                more: false,
            });
        }
    }

    /// Learns the columns of the next table; when all are known, looks for what is there now.
    fn next_table(&mut self, out: &mut Outbox) {
        if let Some(table) = self.tables.front() {
            let request = Request::Catalog(CatalogRequest::LoadShape { table: *table });
            self.phase = Phase::Reading(out.ask(request));
            return;
        }
        for table in self.present.shapes.keys() {
            let keys = self.remains.iter().filter(|one| one.table == *table);
            let keys: Vec<RecordKey> = keys.map(|one| one.key.clone()).collect();
            let pages = keys.chunks(AT_ONCE);
            self.unseen
                .extend(pages.map(|page| (*table, page.to_vec())));
        }
        self.look_on(out);
    }

    /// Looks for the next records; when all were looked for, what would be done is known.
    fn look_on(&mut self, out: &mut Outbox) {
        if let Some((table, keys)) = self.unseen.front() {
            let request = ManyRequest::LoadMany {
                table: *table,
                keys: keys.clone(),
            };
            self.phase = Phase::Reading(out.ask(Request::Many(request)));
            return;
        }
        self.parts = plan(std::mem::take(&mut self.remains), &self.present);
        self.selected = 0;
        self.phase = Phase::Ready;
    }

    /// Takes what was read.
    pub(super) fn read(&mut self, reply: Result<Reply, Fault>, cx: &Context, out: &mut Outbox) {
        out.speak_for(Asker::Restore);
        match reply {
            Ok(Reply::History(HistoryReply::RunLoaded { rows, next })) => {
                self.rows.extend(rows);
                match next {
                    Some(place) if self.rows.len() <= MOST => self.trace(Some(place), out),
                    _ => self.traced(cx, out),
                }
            }
            Ok(Reply::History(HistoryReply::RemainsLoaded(remains))) => {
                self.remains.extend(remains);
                match self.is_too_much() {
                    true => self.refuse(),
                    false => self.read_on(out),
                }
            }
            Ok(Reply::Catalog(_)) => self.learnt(cx, out),
            Ok(Reply::Many(ManyReply::ManyLoaded(records))) => {
                if let Some((table, _)) = self.unseen.pop_front() {
                    let keyed = records
                        .into_iter()
                        .filter_map(|record| Some(((table, record.key.clone()?), record)));
                    self.present.there.extend(keyed);
                }
                self.look_on(out);
            }
            Err(Fault::Cancelled) | Ok(_) => {
                self.phase = Phase::Idle;
                out.go(Go::Back);
            }
            // A table that is gone by now has nothing that could come back.
            Err(_) if !self.tables.is_empty() => {
                self.tables.pop_front();
                self.next_table(out);
            }
            Err(fault) => self.phase = Phase::Failed(Problem::from(fault)),
        }
    }

    fn learnt(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(table) = self.tables.pop_front()
            && let Some(shape) = cx.shapes.get(&table)
        {
            self.present.shapes.insert(table, shape.clone());
        }
        self.next_table(out);
    }

    /// All that the run did is known.
    fn traced(&mut self, cx: &Context, out: &mut Outbox) {
        if self.is_too_much() {
            return self.refuse();
        }
        if self.rows.is_empty() {
            let line = "None of these records may be seen by you any more";
            out.tell(Mood::Warning, line);
            self.phase = Phase::Idle;
            return out.go(Go::Back);
        }
        let touched = |row: &RunRow| {
            let since = past::since(row.touched.as_ref()?, cx);
            Some((row.key.clone(), since))
        };
        self.present.touched = self.rows.iter().filter_map(touched).collect();
        let deletions = self.rows.iter().map(|row| (row.key.clone(), row.entry));
        self.unread = deletions.collect();
        self.read_on(out);
    }

    fn is_too_much(&self) -> bool {
        self.rows.len().max(self.remains.len()) > MOST
    }

    fn refuse(&mut self) {
        let line = "More records went than are brought back at once: the bin of their table \
                    restores them one after another";
        self.phase = Phase::Failed(Problem::new(line));
    }

    /// The name of a table for a list.
    pub(super) fn name_of(table: TableId, cx: &Context) -> String {
        let name = cx.table(table).map(|table| table.name.to_string());
        let name = name.unwrap_or_else(|| "another table".into());
        crate::domain::text::line(&name).into_owned()
    }
}
