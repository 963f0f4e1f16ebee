//! A change of many rows that was begun and not ended: kept on disk before its first row is sent, and
//! settled row by row when it is taken up again. Nothing that is done is done twice.

use std::sync::Arc;

use super::{Bulk, Phase, Todo, Work, words};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::draft::is_secret;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{CatalogRequest, Fault, ManyReply, ManyRequest, QueryId, Reply, Request};
use crate::domain::bulk::{Deed, Item, State};
use crate::domain::draft::{Begun, Draft, DraftId, Rows, Run, Stored};
use crate::domain::record::{FieldChange, Guard, Record};
use crate::domain::table::{Shape, TableId};
use crate::domain::value::Value;

/// A change that is taken up again, until its table's columns are known.
#[derive(Debug)]
pub(super) struct Waiting {
    query: QueryId,
    table: TableId,
    draft: Draft,
}

impl Bulk {
    /// Takes up what a draft says was begun: what became of each row is asked first, then the rest is
    /// read for a dry run as at the first time.
    pub fn take_up(&mut self, table: TableId, draft: &Draft, cx: &Context, out: &mut Outbox) {
        out.speak_for(Asker::Bulk);
        out.effect(Effect::ClaimDraft(draft.id.clone()));
        self.work = None;
        match cx.shapes.get(&table).cloned() {
            Some(shape) => self.begin_again(shape, draft.clone(), cx, out),
            None => {
                let request = Request::Catalog(CatalogRequest::LoadShape { table });
                self.waiting = Some(Waiting {
                    query: out.ask(request),
                    table,
                    draft: draft.clone(),
                });
            }
        }
    }

    /// Takes the columns of the table of what is taken up again; says whether they were awaited.
    pub(super) fn columns_answered(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> bool {
        let Some(waiting) = self.waiting.take_if(|waiting| waiting.query == query) else {
            return false;
        };
        match (reply, cx.shapes.get(&waiting.table).cloned()) {
            (Ok(_), Some(shape)) => self.begin_again(shape, waiting.draft, cx, out),
            (Err(fault), _) => {
                out.tell_problem(&Problem::from(fault.clone()).kept("the draft is kept"));
                out.effect(Effect::ReleaseDraft(waiting.draft.id));
                out.go(Go::Back);
            }
            (Ok(_), None) => out.go(Go::Back),
        }
        true
    }

    fn begin_again(&mut self, shape: Arc<Shape>, draft: Draft, cx: &Context, out: &mut Outbox) {
        let Some(run) = draft.rows.as_ref().and_then(|rows| rows.run.clone()) else {
            return;
        };
        let todo: Vec<Todo> = run
            .rows
            .iter()
            .map(|row| Todo {
                over: over(run.deed, row, &shape),
                ..Todo::new(row.key_now().clone(), wanted(&draft, row, &shape))
            })
            .collect();
        self.selected = 0;
        self.whole = None;
        self.work = Some(Work {
            table: shape.id,
            deed: run.deed,
            form: None,
            items: Vec::with_capacity(run.rows.len()),
            todo,
            hanging: crate::domain::dependents::Dependents::default(),
            phase: Phase::Over,
            draft: Some(draft),
            first: run.first,
            unsettled: run.open().next().is_some() && cx.is_shared(),
            is_plain: !cx.is_shared(),
            again: Some((*run).clone()),
            shape,
        });
        self.read_on(cx, out);
    }

    /// Takes what became of the rows that were sent before.
    pub(super) fn settled(&mut self, reply: Result<Reply, Fault>, cx: &Context, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        match (reply, work.again.as_mut()) {
            (Ok(Reply::Many(ManyReply::Settled(came))), Some(run)) => {
                run.settle(came);
                work.unsettled = false;
                for (todo, row) in work.todo.iter_mut().zip(&run.rows) {
                    todo.key = row.key_now().clone();
                }
                self.read_on(cx, out);
            }
            (Err(Fault::Cancelled), _) => self.go_back(out),
            (Err(fault), _) => {
                let kept = "nothing is known of them yet";
                work.phase = Phase::Failed(Problem::from(fault).kept(kept));
            }
            (Ok(_), _) => {}
        }
    }
}

impl Work {
    /// The question what became of the rows that were sent before.
    pub(super) fn ask_settled(&self) -> Option<Request> {
        let run = self.again.as_ref().filter(|_| self.unsettled)?;
        let numbers = run.open().map(|(_, number)| number).collect();
        Some(Request::Many(ManyRequest::Settle(numbers)))
    }

    /// The row as it stands, where this was begun before: done, or to be done, or not to be known.
    pub(super) fn taken_up(&self, at: usize, record: Option<&Record>) -> Option<Item> {
        let row = self.again.as_ref()?.rows.get(at)?;
        let wanted = self.todo[at].wanted.clone();
        let (Some(stored), deed) = (&row.stored, self.deed) else {
            if self.deed == Deed::Restore {
                return Some(not_back_yet(row, wanted, record));
            }
            return self.not_to_be_known(at, row, record);
        };
        let key = row.key.clone();
        let state = State::Done(match deed {
            Deed::Delete => None,
            _ => record.map(|record| Box::new(as_stored(record, stored))),
        });
        let record = record.map(|record| self.as_it_was(row, record));
        Some(Item {
            key,
            record,
            wanted,
            state,
        })
    }

    /// Where no numbers are known, a default that was sent may be done already: nobody can tell.
    fn not_to_be_known(&self, at: usize, row: &Begun, record: Option<&Record>) -> Option<Item> {
        let record = record.filter(|record| record.guard != row.guard)?;
        let wanted = &self.todo.get(at)?.wanted;
        let default = |change: &FieldChange| change.entry == crate::domain::value::Entry::Default;
        (self.is_plain && wanted.iter().any(default)).then(|| Item {
            key: row.key.clone(),
            record: Some(record.clone()),
            wanted: wanted.clone(),
            state: State::Barred("it was changed since; by this or not is not known".into()),
        })
    }

    /// The record with what its fields held before they were set.
    fn as_it_was(&self, row: &Begun, record: &Record) -> Record {
        let mut before = record.clone();
        for (name, value) in &row.was {
            if let Some(at) = self.shape.column_named(name) {
                before.values[at] = value.clone();
            }
        }
        before
    }

    /// What is kept on disk of this before its first row is sent, with the numbers of its rows. What
    /// cannot be kept whole, because of secrets, is not kept.
    pub(super) fn kept(&mut self, cx: &Context, out: &mut Outbox) -> Option<Draft> {
        // What is sent after it was left off belongs to the same run, under numbers that are not spent.
        let later = self.first.later_in_run(self.items.len());
        self.first = later.unwrap_or_else(|| out.run_id());
        let owner = cx.draft_owner()?;
        let secret = |change: &FieldChange| is_secret(&self.shape, change.column, cx);
        let mut wanted = self.items.iter().flat_map(|item| &item.wanted);
        if self.gives_each() && wanted.any(secret) {
            return None;
        }
        let run = Run {
            deed: self.deed,
            begun: cx.now,
            first: self.first,
            rows: self.items.iter().map(|item| self.begun(item, cx)).collect(),
        };
        let draft = self.draft.take().unwrap_or_else(|| Draft {
            id: DraftId::of(
                &owner,
                &self.shape.name,
                Some(&words::name(self)),
                run.first,
            ),
            owner,
            table: self.shape.name.clone(),
            relation: Some(self.shape.id.0),
            key: None,
            guard: Guard::default(),
            typed_at: cx.now,
            fields: Vec::new(),
            left_out: Vec::new(),
            held: Vec::new(),
            rows: None,
            decided: None,
            elsewhere: false,
        });
        let rows = draft.rows.clone().unwrap_or_default();
        Some(Draft {
            rows: Some(Rows {
                keys: run.rows.iter().map(|row| row.key.clone()).collect(),
                run: Some(Arc::new(run)),
                ..rows
            }),
            ..draft
        })
    }

    /// Whether what the fields are to become is another thing in every row.
    fn gives_each(&self) -> bool {
        matches!(self.deed, Deed::TakeBack | Deed::Restore)
    }

    fn begun(&self, item: &Item, cx: &Context) -> Begun {
        let stored = match &item.state {
            State::Done(record) => Some(Stored {
                key: record.as_ref().and_then(|record| record.key.clone()),
                version: record.as_ref().and_then(|record| record.guard.version),
            }),
            _ => None,
        };
        let record = item.record.as_ref();
        let told = item
            .wanted
            .iter()
            .filter(|change| !is_secret(&self.shape, change.column, cx));
        let named =
            told.filter_map(|change| Some((self.shape.columns.get(change.column)?, change)));
        let was = named.clone().filter_map(|(column, change)| {
            Some((
                column.name.clone(),
                record?.values.get(change.column)?.clone(),
            ))
        });
        let each = self.gives_each();
        let wanted = named.filter(|_| each);
        Begun {
            key: item.key.clone(),
            number: match item.state {
                State::Sent(number) | State::Unknown(number) => Some(number),
                _ => None,
            },
            guard: record.map_or_else(Guard::default, |record| record.guard.clone()),
            was: was.collect(),
            wanted: wanted
                .map(|(column, change)| (column.name.clone(), change.entry.clone()))
                .collect(),
            stored,
        }
    }
}

/// A deleted row that was not created again, unless its key is taken by now.
fn not_back_yet(row: &Begun, wanted: Vec<FieldChange>, record: Option<&Record>) -> Item {
    Item {
        key: row.key.clone(),
        record: None,
        wanted,
        state: match record {
            None => State::Waiting,
            Some(_) => State::Barred("a row has this key by now".into()),
        },
    }
}

/// What the fields of a row are to become.
fn wanted(draft: &Draft, row: &Begun, shape: &Shape) -> Vec<FieldChange> {
    let all = draft.changed().map(|(field, entry)| (&field.column, entry));
    let own = row.wanted.iter().map(|(name, entry)| (name, entry));
    let found = all.chain(own).filter_map(|(name, entry)| {
        Some(FieldChange {
            column: shape.column_named(name)?,
            entry: entry.clone(),
        })
    });
    found.collect()
}

/// What the fields of a row still have to hold: what is taken back is what was there then.
fn over(deed: Deed, row: &Begun, shape: &Shape) -> Vec<(usize, Value)> {
    let was = row.was.iter().filter(|_| deed == Deed::TakeBack);
    was.filter_map(|(name, value)| Some((shape.column_named(name)?, value.clone())))
        .collect()
}

/// The record as it was stored, where it still is; else only how it was stored, so that taking it
/// back finds out that somebody touched it since.
fn as_stored(record: &Record, stored: &Stored) -> Record {
    let mut record = record.clone();
    if record.guard.version != stored.version {
        record.guard = Guard {
            version: stored.version,
            xmin: None,
        };
    }
    if let Some(key) = &stored.key {
        record.key = Some(key.clone());
    }
    record
}
