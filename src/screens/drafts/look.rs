//! Looking at the records of the drafts: one question for all, and what follows from the answer.

use super::{Drafts, words};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::db::contract::records::{Look, Looked};
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::draft::{Draft, DraftField, DraftId};
use crate::domain::outlook::Outlook;
use crate::domain::record::Guard;

/// The most drafts that are looked at.
const MOST: usize = 200;

/// A look that is under way.
#[derive(Debug)]
pub struct Looking {
    query: QueryId,
    /// The drafts, in the order of the question.
    drafts: Vec<DraftId>,
}

impl Drafts {
    /// The drafts were read from disk; some of them were not known before and are told of.
    pub fn read(&mut self, new: usize, cx: &Context, out: &mut Outbox) {
        self.outlooks
            .retain(|id, _| cx.drafts.iter().any(|draft| draft.id == *id));
        if new > 0 {
            // As many as the list has, but for what another terminal has open.
            let waiting = cx.drafts.iter().filter(|draft| !draft.elsewhere);
            self.to_tell = waiting.count();
            out.tell(Mood::Told, words::waiting(self.to_tell, None, cx));
        }
        self.look(cx, out);
    }

    /// The tables are known by now.
    pub fn tables_listed(&mut self, cx: &Context, out: &mut Outbox) {
        if self.outlooks.is_empty() && self.looking.is_none() {
            self.look(cx, out);
        }
    }

    /// Takes the answer to its question.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.run_answered(query, &reply, cx) {
            return;
        }
        let Some(looking) = self.looking.take_if(|looking| looking.query == query) else {
            return;
        };
        match reply {
            Ok(Reply::Records(RecordsReply::RecordsLookedAt(found))) => {
                for (id, found) in looking.drafts.into_iter().zip(found) {
                    if let Some(draft) = cx.drafts.iter().find(|draft| draft.id == id) {
                        self.outlooks.insert(id, outlook(draft, found));
                    }
                }
                self.tell(cx, out);
            }
            Err(fault) => self.fail(fault.to_string()),
            Ok(_) => self.fail("the answer was not to this question".into()),
        }
    }

    /// It is not known any more how the drafts stand.
    fn fail(&mut self, why: String) {
        self.outlooks
            .retain(|_, outlook| matches!(outlook, Outlook::New | Outlook::Rows));
        self.failed = Some(why);
    }

    /// Asks how every draft stands against its record now.
    fn look(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(before) = self.looking.take() {
            out.cancel(before.query);
        }
        self.failed = None;
        if cx.tables.is_empty() {
            return;
        }
        self.ask_runs(cx, out);
        let (mut drafts, mut looks) = (Vec::new(), Vec::new());
        for draft in super::in_order(cx).into_iter().take(MOST) {
            if draft.rows.is_some() {
                self.outlooks.insert(draft.id.clone(), Outlook::Rows);
            } else if draft.key.is_none() {
                self.outlooks.insert(draft.id.clone(), Outlook::New);
            } else if !draft.held.is_empty() {
                let why = "it was typed before the record had come".into();
                self.outlooks
                    .insert(draft.id.clone(), Outlook::Unknown { why });
            } else if let Some(look) = question(draft, cx) {
                drafts.push(draft.id.clone());
                looks.push(look);
            } else {
                let why = "there is no such table here, or you may not see it".into();
                self.outlooks
                    .insert(draft.id.clone(), Outlook::Unknown { why });
            }
        }
        if looks.is_empty() {
            return self.tell(cx, out);
        }
        let query = out.ask(Request::Records(RecordsRequest::LookAtRecords(looks)));
        self.looking = Some(Looking { query, drafts });
    }

    /// Tells once after a sign-in how many of the drafts would conflict.
    fn tell(&mut self, cx: &Context, out: &mut Outbox) {
        let told = std::mem::take(&mut self.to_tell);
        if told == 0 {
            return;
        }
        let waiting = cx.drafts.iter().filter(|draft| !draft.elsewhere);
        let outlooks = waiting.filter_map(|draft| self.outlooks.get(&draft.id));
        let of_records = outlooks.filter(|outlook| **outlook != Outlook::Rows);
        let conflicts: Vec<bool> = of_records.map(Outlook::conflicts).collect();
        // Of many rows it is known when they are read.
        let known = !conflicts.is_empty();
        let conflicts = conflicts.into_iter().filter(|conflicts| *conflicts).count();
        out.tell(
            Mood::Told,
            words::waiting(told, known.then_some(conflicts), cx),
        );
    }
}

/// The question about a draft's record, where that can be asked for.
fn question(draft: &Draft, cx: &Context) -> Option<Look> {
    let key = draft.key.clone()?;
    let table = cx.table_named(&draft.table)?;
    let numbered = draft.has_numbers_of(table.id);
    let named = |field: &DraftField| {
        let number = field.number.filter(|_| numbered);
        (field.column.clone(), number)
    };
    // Without a guard only the values tell whether the record is as it was.
    let all = draft.guard == Guard::default();
    let fields = draft.fields.iter();
    let columns = fields.filter(|field| all || field.yours.is_some());
    Some(Look {
        table: table.id,
        key,
        columns: columns.map(named).collect(),
    })
}

fn outlook(draft: &Draft, found: Looked) -> Outlook {
    match found {
        Looked::There { guard, values, by } => Outlook::of(draft, &guard, &values, by),
        Looked::Gone { by } => Outlook::Deleted { by },
        Looked::Refused { why } => Outlook::Unknown { why },
    }
}
