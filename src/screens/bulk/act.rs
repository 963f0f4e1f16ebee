//! What the keys of a change of many rows do, and its answers.

use super::{Bulk, Phase, Todo, words};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::{self, Forms};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay, Prompt, Prompted};
use crate::app::place::Go;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::bulk::{Deed, Item, State, taken_back, tally};
use crate::domain::record::RequestId;
use crate::domain::scroll;
use crate::input::action::{Action, BulkAction, ListAction};
use crate::input::line::{Mode, TextField};

impl Bulk {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, forms: &mut Forms, cx: &Context, out: &mut Outbox) {
        if self.whole.is_some() {
            return self.act_whole(action, cx, out);
        }
        match action {
            Action::Bulk(BulkAction::Apply) => self.apply(forms, cx, out),
            Action::Bulk(BulkAction::EditFields) => self.edit_fields(out),
            Action::Bulk(BulkAction::Retry) => self.retry(cx, out),
            Action::Bulk(BulkAction::TakeBack) => self.ask_to_take_back(cx, out),
            Action::Bulk(BulkAction::Continue) => self.carry_on(cx, out),
            Action::Bulk(BulkAction::ShowRow) => self.show_whole(),
            Action::Bulk(BulkAction::OpenRow) => self.open_row(out),
            Action::List(action) => self.step(action, cx, out),
            _ => {}
        }
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.is_running() {
            self.run_answered(query, reply, cx, out);
        } else {
            self.read_answered(query, reply, cx, out);
        }
    }

    /// The number of rows was typed: it is carried out if it is right.
    pub fn count_typed(&mut self, typed: &str, forms: &mut Forms, cx: &Context, out: &mut Outbox) {
        let Some(work) = &self.work else { return };
        let due = tally(&work.items).waiting;
        let typed = typed.trim();
        match typed.parse::<usize>() {
            Ok(number) if number == due => self.start(forms, cx, out),
            _ => out.tell(
                Mood::Warning,
                format!("Nothing was done: the number of rows is {due}, not \"{typed}\""),
            ),
        }
    }

    /// Taking everything back was confirmed.
    pub fn take_back_confirmed(&mut self, forms: &mut Forms, cx: &Context, out: &mut Outbox) {
        let Some(work) = self.work.as_mut().filter(|work| work.phase == Phase::Over) else {
            return;
        };
        if work.deed == Deed::Delete {
            self.selected = 0;
            self.whole = None;
            if self.bring_back() {
                self.start(forms, cx, out);
            }
            return;
        }
        let items = taken_back(&work.items);
        if items.is_empty() {
            return;
        }
        let holds = |item: &Item| {
            item.steps()
                .map(|it| (it.column, it.from.clone()))
                .collect()
        };
        work.todo = items
            .iter()
            .map(|item| Todo {
                over: holds(item),
                ..Todo::new(item.key.clone(), item.wanted.clone())
            })
            .collect();
        work.items = items;
        work.deed = Deed::TakeBack;
        work.first = RequestId(0);
        work.phase = Phase::Ready;
        self.selected = 0;
        self.whole = None;
        self.start(forms, cx, out);
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let Some(work) = &self.work else {
            return vec![Action::List(ListAction::Back)];
        };
        let sum = tally(&work.items);
        let bulk = Action::Bulk;
        if self.whole.is_some() {
            let hints = [BulkAction::ShowRow, BulkAction::OpenRow].map(bulk);
            return hints
                .into_iter()
                .chain([Action::List(ListAction::Back)])
                .collect();
        }
        let mut hints = Vec::new();
        match &work.phase {
            Phase::Ready => {
                let offered = sum.waiting > 0 && work.hanging.denied.is_empty();
                hints.extend(offered.then_some(bulk(BulkAction::Apply)));
                let fields = work.form.is_some();
                hints.extend(fields.then_some(bulk(BulkAction::EditFields)));
            }
            Phase::Failed(_) => hints.push(bulk(BulkAction::Retry)),
            Phase::Paused => hints.push(bulk(BulkAction::Continue)),
            Phase::Over => {
                let again = sum.skipped + sum.refused + sum.waiting > 0;
                hints.extend(again.then_some(bulk(BulkAction::Retry)));
                let back = match work.deed {
                    Deed::Change | Deed::TakeBack => true,
                    Deed::Delete => work.why_not_back().is_none() || work.with_others(cx),
                    Deed::Restore => false,
                } && sum.done > 0;
                hints.extend(back.then_some(bulk(BulkAction::TakeBack)));
            }
            Phase::Reading(_)
            | Phase::Looking(_)
            | Phase::Settling(_)
            | Phase::Keeping
            | Phase::Running { .. } => {}
        }
        if !work.items.is_empty() {
            hints.push(bulk(BulkAction::ShowRow));
            hints.push(bulk(BulkAction::OpenRow));
        }
        hints.push(Action::List(ListAction::Back));
        hints
    }

    /// Says how it stands, for the status line.
    pub fn standing(&self, cx: &Context) -> String {
        if self.tracing.is_some() {
            return "reading what was done".into();
        }
        self.work
            .as_ref()
            .map_or(String::new(), |work| match work.phase {
                Phase::Settling(_) => "asking what became of the rows".into(),
                Phase::Keeping => "keeping what is begun".into(),
                Phase::Reading(_) | Phase::Looking(_) => {
                    format!("reading {} of {}", work.items.len(), work.todo.len())
                }
                Phase::Running { stop, .. } => {
                    let left = tally(&work.items).waiting;
                    let more = if stop { "leaving off after" } else { "writing" };
                    let key = forms::words::way_back(cx);
                    format!(
                        "{more} {} of {} · {key} leaves off",
                        work.items.len() - left,
                        work.items.len()
                    )
                }
                Phase::Paused => format!("left off: {}", words::sum(work)),
                Phase::Failed(_) | Phase::Ready | Phase::Over => words::sum(work),
            })
    }

    /// Carries it out; above a threshold the number of rows has to be typed first.
    fn apply(&mut self, forms: &mut Forms, cx: &Context, out: &mut Outbox) {
        let Some(work) = &self.work else { return };
        let due = tally(&work.items).waiting;
        match work.phase {
            Phase::Ready if due == 0 => {
                return out.tell(Mood::Told, "There is nothing to do: no row would change");
            }
            Phase::Ready if !work.hanging.denied.is_empty() => {
                let line = "Not offered: your roles do not reach as far as this would";
                return out.tell(Mood::Warning, line);
            }
            Phase::Ready => {}
            Phase::Reading(_) | Phase::Looking(_) => {
                return out.tell(Mood::Told, "Still reading the rows; nothing was done");
            }
            _ => return,
        }
        if due <= cx.count_typed_above {
            return self.start(forms, cx, out);
        }
        let verb = match work.deed {
            Deed::Change => "change",
            Deed::Delete => "delete",
            Deed::TakeBack => "take back",
            Deed::Restore => "create",
        };
        let mut lines = vec![format!("{}.", capital(&words::asked(work)))];
        if work.deed == Deed::Delete {
            lines.extend(work.hanging.existing().map(|link| link.in_words()));
        }
        lines.push(format!("Type {due} to {verb} {}:", words::rows(due)));
        out.overlay(Overlay::Prompt(Prompt {
            title: words::title(work),
            lines,
            line: TextField::new(Mode::Line, ""),
            then: Prompted::CountOfRows,
        }));
    }

    fn edit_fields(&mut self, out: &mut Outbox) {
        let ready = |work: &super::Work| work.form.is_some() && work.phase == Phase::Ready;
        if self.work.as_ref().is_some_and(ready) {
            self.go_back(out);
        }
    }

    /// Reads the rows that were not done again, and shows what would change now.
    fn retry(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(work) = &mut self.work else { return };
        if matches!(work.phase, Phase::Failed(_)) {
            return self.read_on(cx, out);
        }
        if work.phase != Phase::Over {
            return;
        }
        if work.deed == Deed::Restore {
            return self.bring_back_again(out);
        }
        let again = |state: &State| {
            matches!(
                state,
                State::Skipped(_) | State::Refused(_) | State::Waiting
            )
        };
        // What they still have to hold goes along: what somebody saved meanwhile is left alone.
        let todo: Vec<Todo> = work
            .items
            .iter()
            .zip(&work.todo)
            .filter(|(item, _)| again(&item.state))
            .map(|(_, todo)| todo.clone())
            .collect();
        if todo.is_empty() {
            return out.tell(Mood::Told, "No row was skipped or refused");
        }
        let (table, deed, draft) = (work.table, work.deed, work.draft.take());
        self.begin(table, deed, None, todo, cx, out);
        if let Some(work) = &mut self.work {
            work.draft = draft;
        }
    }

    fn ask_to_take_back(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(work) = self.work.as_ref().filter(|work| work.phase == Phase::Over) else {
            return;
        };
        match work.deed {
            Deed::Change | Deed::TakeBack => {}
            Deed::Delete => return self.ask_to_bring_back(cx, out),
            Deed::Restore => return out.tell(Mood::Told, "These rows were deleted before"),
        }
        let back = taken_back(&work.items);
        if back.is_empty() {
            return out.tell(Mood::Told, "No row was saved that could be taken back");
        }
        out.overlay(Overlay::Confirm(Confirm {
            title: format!("Take {} back?", words::rows(back.len())),
            lines: vec![
                "Each goes back to what it was before this change.".into(),
                "What somebody saved since is left alone and said.".into(),
            ],
            yes: "take back".into(),
            then: Confirmed::TakeRowsBack,
            danger: false,
        }));
    }

    fn carry_on(&mut self, cx: &Context, out: &mut Outbox) {
        if self.is_paused() {
            self.keep(cx, out);
        }
    }

    pub(super) fn open_row(&self, out: &mut Outbox) {
        let shown = self.shown();
        let under = shown.get(self.selected.min(shown.len().saturating_sub(1)));
        let at = self.whole.as_ref().map(|whole| &whole.at).or(under);
        let (Some(work), Some(at)) = (&self.work, at) else {
            return;
        };
        let item = &work.items[*at];
        let key = match &item.state {
            State::Done(Some(stored)) => stored.key.clone(),
            State::Done(None) if work.deed == Deed::Delete => {
                return out.tell(Mood::Told, "This row is deleted");
            }
            _ => Some(item.key.clone()),
        };
        out.go(Go::Open {
            table: work.table,
            key: key.or(Some(item.key.clone())),
            edit: false,
        });
    }

    fn back(&mut self, out: &mut Outbox) {
        let Some(work) = &self.work else {
            self.waiting = None;
            if let Some(tracing) = self.tracing.take() {
                out.cancel(tracing.query);
            }
            return out.go(Go::Back);
        };
        match work.phase {
            Phase::Running { .. } => {
                self.stop_after_these();
                out.tell(Mood::Told, "Leaving off after the rows that are under way");
            }
            Phase::Paused => self.end(out),
            Phase::Keeping => {}
            Phase::Reading(query) | Phase::Looking(query) | Phase::Settling(query) => {
                out.cancel(query);
                self.go_back(out);
            }
            Phase::Over => {
                let draft = self.work.take().and_then(|work| work.draft);
                if let Some(draft) = draft {
                    out.effect(Effect::ReleaseDraft(draft.id));
                    out.tell(Mood::Told, "What is not done is kept as a draft");
                }
                out.go(Go::Back);
            }
            Phase::Ready | Phase::Failed(_) => self.go_back(out),
        }
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(4)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return self.back(out),
            _ => return,
        };
        let rows = self.work.as_ref().map_or(0, |work| work.items.len());
        self.selected = scroll::step(self.selected, by, rows);
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
