//! Answers to what forms asked: each to the function that waits for it; what follows a save.

use super::{
    At, Form, Forms, Question, blame, claim, copy, delete, failed, finder, follow, merge_into,
    merging, names, open, outcome, then,
};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::db::contract::records::SaveOutcome;
use crate::db::contract::{
    CatalogReply, ClaimsReply, DependentsReply, Fault, QueryId, RecordsReply, Reply,
};
use crate::domain::record::Record;

impl Forms {
    /// Takes an answer to a form's question.
    pub fn reply(
        &mut self,
        id: FormId,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let at = self.at(id);
        let stored = stored(&reply);
        self.take_reply(id, query, reply, at, cx, out);
        if let Some(form) = self.open.get_mut(&id) {
            names::ask(form, out);
        }
        then::after(self, id, stored.is_some(), at, out);
        if let Some(record) = stored {
            finder::created(self, id, &record, at, cx, out);
            merge_into::saved(self, id, cx, out);
        }
    }

    fn take_reply(
        &mut self,
        id: FormId,
        query: QueryId,
        reply: Result<Reply, Fault>,
        at: At,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(form) = self.open.get_mut(&id) else {
            return;
        };
        if form
            .saving
            .as_ref()
            .is_some_and(|saving| saving.query == query)
        {
            ended(form, reply, at, cx, out);
            return merging::gather(&mut self.receipts, form);
        }
        let Some(place) = form.asked.iter().position(|(asked, _)| *asked == query) else {
            return;
        };
        let (_, question) = form.asked.swap_remove(place);
        match (question, reply) {
            (Question::Shape, Ok(Reply::Catalog(CatalogReply::ShapeLoaded(shape)))) => {
                open::shaped(form, shape, cx, out);
            }
            (Question::Record, Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                open::loaded(form, record, cx, out);
            }
            (Question::Look(seen), Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                follow::looked(form, seen, record, cx, out);
            }
            (Question::Who, Ok(Reply::Records(RecordsReply::RecordsLookedAt(found)))) => {
                follow::named(form, found, cx);
            }
            (Question::Claim, Ok(Reply::Claims(ClaimsReply::Claimed(holder)))) => {
                claim::answered(form, holder, cx, out);
            }
            (Question::Again, Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                follow::met_again(form, record, at, out);
            }
            (Question::Look(_) | Question::Again | Question::Who, _) => {}
            (
                Question::Dependents,
                Ok(Reply::Dependents(DependentsReply::DependentsLoaded(known))),
            ) => delete::looked(form, Ok(known), cx, out),
            (Question::Dependents, Err(fault)) => delete::looked(form, Err(fault), cx, out),
            (Question::Blame, reply) => blame::take(form, reply, out),
            (Question::Copy, Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                copy::taken(form, record, cx, out);
            }
            (Question::Find, reply) => finder::answered(form, reply, cx, out),
            (Question::Name(wanted), reply) => names::answered(form, wanted, reply),
            (_, Err(fault)) => open::failed(form, fault, out),
            (_, Ok(_)) => open::failed(form, strange(), out),
        }
        blame::follow(form, out);
    }
}

/// Takes the end of a save.
fn ended(form: &mut Form, reply: Result<Reply, Fault>, at: At, cx: &Context, out: &mut Outbox) {
    match reply {
        Ok(Reply::Records(RecordsReply::Finished(outcome))) => {
            outcome::take(form, outcome, at, cx, out);
        }
        Ok(_) => failed::failed(form, strange(), cx, out),
        Err(fault) => failed::failed(form, fault, cx, out),
    }
}

/// The record that a save stored, if that is what the answer says.
fn stored(reply: &Result<Reply, Fault>) -> Option<Record> {
    match reply {
        Ok(Reply::Records(RecordsReply::Finished(SaveOutcome::Saved(Some(record))))) => {
            Some((**record).clone())
        }
        _ => None,
    }
}

fn strange() -> Fault {
    Fault::Other {
        message: "the answer was not to this question".into(),
    }
}
