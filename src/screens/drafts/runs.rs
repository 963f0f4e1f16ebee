//! Changes of many rows that were begun and not ended: how far each came, as the server knows it.

use super::Drafts;
use crate::app::context::Context;
use crate::app::forms::{many, words};
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, ManyReply, ManyRequest, QueryId, Reply, Request};
use crate::domain::bulk::Deed;
use crate::domain::draft::{Draft, DraftId, Run};

/// A question how far one came.
#[derive(Debug)]
pub(super) struct Asked {
    query: QueryId,
    draft: DraftId,
}

impl Drafts {
    /// Asks how far each came. What is under way here or at another terminal is left alone: what is
    /// asked about is not carried out any more.
    pub(super) fn ask_runs(&mut self, cx: &Context, out: &mut Outbox) {
        if !cx.is_shared() {
            return;
        }
        for draft in &cx.drafts {
            let here = draft.elsewhere || cx.run_here.as_ref() == Some(&draft.id);
            let asked = self.asked_runs.iter().any(|asked| asked.draft == draft.id);
            let Some(run) = run(draft).filter(|_| !here && !asked) else {
                continue;
            };
            let numbers: Vec<_> = run.open().map(|(_, number)| number).collect();
            let query = out.ask(Request::Many(ManyRequest::Settle(numbers)));
            let draft = draft.id.clone();
            self.asked_runs.push(Asked { query, draft });
        }
    }

    /// Takes the answer; says whether it was one to this.
    pub(super) fn run_answered(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        cx: &Context,
    ) -> bool {
        let at = self
            .asked_runs
            .iter()
            .position(|asked| asked.query == query);
        let Some(asked) = at.map(|at| self.asked_runs.remove(at)) else {
            return false;
        };
        let draft = cx.drafts.iter().find(|draft| draft.id == asked.draft);
        if let (Ok(Reply::Many(ManyReply::Settled(came))), Some(run)) = (reply, draft.and_then(run))
        {
            let mut run = run.clone();
            run.settle(came.iter().cloned());
            self.came.insert(asked.draft, run.done());
        }
        true
    }

    /// How a draft stands, in a few words, where it is of what was begun: `120 of 214 saved`.
    pub(super) fn begun(&self, draft: &Draft) -> Option<String> {
        let run = run(draft)?;
        let all = run.rows.len();
        Some(match self.came.get(&draft.id) {
            Some(done) => format!("{done} of {all} {}", verb(run.deed)),
            None => "begun, not ended".into(),
        })
    }

    /// The same in a sentence.
    pub(super) fn begun_in_words(&self, draft: &Draft, cx: &Context) -> Option<String> {
        let run = run(draft)?;
        let what = match run.deed {
            Deed::Change => many::about(draft),
            Deed::Delete => format!("Deleting {}", of_table(draft)),
            Deed::Restore => format!("Bringing back {}", of_table(draft)),
            Deed::TakeBack => format!("Taking back {}", of_table(draft)),
        };
        let at = words::clock(run.begun, cx);
        Some(match self.came.get(&draft.id) {
            Some(done) => {
                let (all, verb) = (run.rows.len(), verb(run.deed));
                format!("{what}, begun {at}: {done} {verb}, {} not", all - done)
            }
            None => format!("{what}, begun {at} and not ended"),
        })
    }
}

fn run(draft: &Draft) -> Option<&Run> {
    draft.rows.as_ref()?.run.as_deref()
}

fn of_table(draft: &Draft) -> String {
    let table = draft.table.to_string();
    format!(
        "{} of {}",
        many::rows_of(draft),
        crate::domain::text::line(&table)
    )
}

fn verb(deed: Deed) -> &'static str {
    match deed {
        Deed::Delete => "deleted",
        Deed::Restore => "back",
        Deed::Change | Deed::TakeBack => "saved",
    }
}
