//! Carrying it out: a few rows at a time, each guarded by what the dry run showed, each with a number
//! of its own, so that it is known of every row whether it was stored.

use super::{Bulk, Phase, Work, words};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::Forms;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::many::One;
use crate::db::contract::records::{Save, SaveOutcome};
use crate::db::contract::{Fault, ManyReply, ManyRequest, QueryId, Reply, Request};
use crate::domain::bulk::{Deed, Item, State, tally};
use crate::domain::draft::DraftId;
use crate::domain::record::RequestId;
use crate::domain::table::TableId;

/// How many rows are under way at once. Leaving off waits for no more than these.
const AT_ONCE: usize = 10;

impl Bulk {
    /// Begins to write: the fields that were set are done with from here on.
    pub(super) fn start(&mut self, forms: &mut Forms, cx: &Context, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        if work.phase != Phase::Ready {
            return;
        }
        if let Some(form) = work.form.take() {
            work.draft = forms.hand_over(form, cx, out);
        }
        // The log of messages says what was asked, whatever comes.
        out.tell(Mood::Told, format!("Begun: {}", words::asked(work)));
        self.keep(cx, out);
    }

    /// Writes what is begun to disk before the first row is sent, so that nothing has to be guessed
    /// whatever becomes of this program.
    pub(super) fn keep(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        let Some(draft) = work.kept(cx, out) else {
            return self.go_on(out);
        };
        out.effect(Effect::WriteDraft(Box::new(draft.clone())));
        out.effect(Effect::TellWhenKept(draft.id.clone()));
        work.draft = Some(draft);
        work.phase = Phase::Keeping;
    }

    /// What is begun is on disk.
    pub fn kept(&mut self, id: &DraftId, out: &mut Outbox) {
        let keeping = self
            .work
            .as_ref()
            .is_some_and(|work| work.phase == Phase::Keeping);
        if keeping && self.draft() == Some(id) {
            self.go_on(out);
        }
    }

    /// Sends the next rows, or ends.
    pub(super) fn go_on(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        let waiting = |(at, item): (usize, &Item)| (item.state == State::Waiting).then_some(at);
        let waiting = work.items.iter().enumerate().filter_map(waiting);
        let rows: Vec<usize> = waiting.take(AT_ONCE).collect();
        if rows.is_empty() {
            return self.end(out);
        }
        for at in &rows {
            let number = work.first.0 + *at as u128;
            work.items[*at].state = State::Sent(RequestId(number));
        }
        self.send(rows, out);
    }

    /// Asks again what became of rows of which it is not known; their numbers are the same.
    pub fn resume(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        if !matches!(work.phase, Phase::Paused | Phase::Over) {
            return;
        }
        let unknown = |(at, item): (usize, &mut Item)| match item.state {
            State::Unknown(number) => {
                item.state = State::Sent(number);
                Some(at)
            }
            _ => None,
        };
        let rows: Vec<usize> = work
            .items
            .iter_mut()
            .enumerate()
            .filter_map(unknown)
            .collect();
        if !rows.is_empty() {
            self.send(rows, out);
            self.stop_after_these();
        }
    }

    /// Sends no more rows than those under way.
    pub fn stop_after_these(&mut self) {
        if let Some(Work {
            phase: Phase::Running { stop, .. },
            ..
        }) = &mut self.work
        {
            *stop = true;
        }
    }

    /// Takes the truth about the rows under way.
    pub(super) fn run_answered(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let Some(work) = &mut self.work else { return };
        let Phase::Running {
            query: asked,
            rows,
            stop,
        } = &work.phase
        else {
            return;
        };
        if *asked != query {
            return;
        }
        let (rows, stop) = (rows.clone(), *stop);
        let mut broken = false;
        match reply {
            Ok(Reply::Many(ManyReply::SeveralChanged(outcomes))) => {
                for (at, outcome) in rows.iter().zip(outcomes) {
                    let item = &mut work.items[*at];
                    broken |= settle(item, outcome, work.deed, cx);
                    if work.deed == Deed::Delete && matches!(item.state, State::Done(_)) {
                        self.gone.push(item.key.clone());
                    }
                }
            }
            Ok(_) => {}
            Err(fault) => {
                for at in &rows {
                    broken |= settle(&mut work.items[*at], Err(fault.clone()), work.deed, cx);
                }
            }
        }
        for at in rows {
            // Whatever was not answered at all is not known.
            if let State::Sent(number) = work.items[at].state {
                work.items[at].state = State::Unknown(number);
            }
        }
        match (broken, stop) {
            (true, _) => self.pause(out),
            (false, true) => self.rest(out),
            (false, false) => self.go_on(out),
        }
    }

    /// Gives the rest up; what came of each row is shown.
    pub(super) fn end(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        work.phase = Phase::Over;
        self.selected = 0;
        let sum = tally(&work.items);
        if sum.unknown + sum.waiting == 0 {
            let draft = work.draft.take().map(|draft| draft.id);
            out.effects.extend(draft.map(Effect::RemoveDraft));
        }
        let mood = match sum.skipped + sum.refused + sum.unknown + sum.waiting {
            0 => Mood::Done,
            _ => Mood::Warning,
        };
        out.tell(mood, words::sum(work));
    }

    /// The rows under way are done and no more are sent: over, or waiting for a choice.
    fn rest(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        match tally(&work.items).waiting {
            0 => self.end(out),
            _ => {
                work.phase = Phase::Paused;
                self.selected = 0;
                out.tell(Mood::Told, words::sum(work));
            }
        }
    }

    fn pause(&mut self, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        work.phase = Phase::Paused;
        self.selected = 0;
        out.tell(Mood::Warning, words::sum(work));
    }

    fn send(&mut self, rows: Vec<usize>, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        let (table, deed) = (work.table, work.deed);
        let all = rows
            .iter()
            .filter_map(|at| one(&work.items[*at], table, deed));
        let request = Request::Many(ManyRequest::ChangeSeveral(all.collect()));
        let query = out.ask_as(Asker::BulkRun, request);
        work.phase = Phase::Running {
            query,
            rows,
            stop: false,
        };
    }
}

/// The guarded change of one row, as the dry run showed it.
fn one(item: &Item, table: TableId, deed: Deed) -> Option<One> {
    let State::Sent(request) = item.state else {
        return None;
    };
    if deed == Deed::Restore {
        return Some(One::Create {
            request,
            table,
            entries: item.wanted.clone(),
        });
    }
    let record = item.record.as_ref()?;
    let (key, guard, base) = (
        item.key.clone(),
        record.guard.clone(),
        record.values.clone(),
    );
    Some(match deed {
        Deed::Delete => One::Delete {
            request,
            table,
            key,
            guard,
            base,
        },
        Deed::Change | Deed::TakeBack | Deed::Restore => One::Save(Save {
            request,
            table,
            key,
            guard,
            base,
            changes: item.changes(),
            merges: Vec::new(),
        }),
    })
}

/// Takes what came of a row; says whether nothing more can be sent for now.
fn settle(item: &mut Item, outcome: Result<SaveOutcome, Fault>, deed: Deed, cx: &Context) -> bool {
    let number: Option<RequestId> = match item.state {
        State::Sent(number) => Some(number),
        _ => None,
    };
    let fault = match outcome {
        Ok(outcome) => {
            item.state = words::outcome(outcome, deed, cx);
            return false;
        }
        Err(fault) => fault,
    };
    match (fault, number) {
        // The session may have ended between a change and the question what became of it.
        (
            Fault::OutcomeUnknown | Fault::SessionOver { .. } | Fault::MustChoosePassword,
            Some(number),
        ) => {
            item.state = State::Unknown(number);
            true
        }
        (
            Fault::ConnectionLost
            | Fault::Unreachable { .. }
            | Fault::ServerState { .. }
            | Fault::TooManyConnections { .. }
            | Fault::Cancelled,
            _,
        ) => {
            item.state = State::Waiting;
            true
        }
        (fault @ Fault::Outdated { .. }, _) => {
            item.state = State::Refused(fault.to_string());
            true
        }
        (fault @ (Fault::Locked { .. } | Fault::Busy | Fault::TooSlow), _) => {
            item.state = State::Skipped(fault.to_string());
            false
        }
        (fault, _) => {
            item.state = State::Refused(fault.to_string());
            false
        }
    }
}
