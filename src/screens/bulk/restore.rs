//! Bringing back what a deletion of many rows deleted: each row is created again with the values it
//! had. Where others went with them, all of it comes back together, from the past.

use super::{Bulk, Phase, Todo, Work, words};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::Go;
use crate::domain::bulk::{Deed, Item, State, brought_back, tally};
use crate::domain::record::RequestId;
use crate::domain::run::{Gone, RunId, Which};

impl Bulk {
    /// Asks whether the deleted rows are to come back, or says why they cannot from here.
    pub(super) fn ask_to_bring_back(&self, cx: &Context, out: &mut Outbox) {
        let Some(work) = &self.work else { return };
        if work.with_others(cx) {
            let (table, which) = (work.table, Which::Run(RunId::of(work.first)));
            return out.go(Go::BringBack(Box::new(Gone { table, which })));
        }
        if let Some(why) = work.why_not_back() {
            return out.tell(Mood::Warning, why);
        }
        let back = work.brought_back().len();
        out.overlay(Overlay::Confirm(Confirm {
            title: format!("Bring {} back?", words::rows(back)),
            lines: vec![
                "Each is created again with the values that it had.".into(),
                "One whose key is taken by now is left out and said.".into(),
            ],
            yes: "bring back".into(),
            then: Confirmed::TakeRowsBack,
            danger: false,
        }));
    }

    /// Plans the rows that come back; says whether there are any.
    pub(super) fn bring_back(&mut self) -> bool {
        let Some(work) = &mut self.work else {
            return false;
        };
        let items = work.brought_back();
        if work.why_not_back().is_some() || items.is_empty() {
            return false;
        }
        work.todo = items.iter().map(todo).collect();
        work.items = items;
        work.deed = Deed::Restore;
        work.first = RequestId(0);
        work.phase = Phase::Ready;
        true
    }

    /// Plans those again that were not created: there is nothing to read of them.
    pub(super) fn bring_back_again(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        for item in &mut work.items {
            if matches!(item.state, State::Skipped(_) | State::Refused(_)) {
                item.state = State::Waiting;
            }
        }
        match tally(&work.items).waiting {
            0 => out.tell(Mood::Told, "No row was skipped or refused"),
            _ => work.phase = Phase::Ready,
        }
    }
}

impl Work {
    /// Whether more came of the deletion than this list knows, and the shared layer kept it: then all of it
    /// comes back together.
    pub(super) fn with_others(&self, cx: &Context) -> bool {
        let more = self.again.is_some() || self.hanging.changes_others();
        cx.is_shared() && more && self.first != RequestId(0)
    }

    /// Says why the deleted rows cannot come back from here.
    pub(super) fn why_not_back(&self) -> Option<String> {
        if self.hanging.changes_others() {
            let line = "Other records went along or were changed, and only the shared layer keeps \
                        what they held: see rowhouse init";
            return Some(line.into());
        }
        if self.again.is_some() {
            let line =
                "Part of it was deleted before, and only the shared layer keeps what that held";
            return Some(line.into());
        }
        let table = self.shape.name.to_string();
        let table = crate::domain::text::line(&table).into_owned();
        let may = self.shape.may_insert();
        (!may).then(|| format!("You may not create records in {table}"))
    }

    fn brought_back(&self) -> Vec<Item> {
        let columns = &self.shape.columns;
        brought_back(&self.items, |at| {
            let column = columns.get(at);
            column.is_some_and(|column| column.may_insert && !column.generated)
        })
    }
}

fn todo(item: &Item) -> Todo {
    Todo::new(item.key.clone(), item.wanted.clone())
}
