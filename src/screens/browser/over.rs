//! What lies over the grid and belongs to it: the dialog for a condition, and the list of the filter's
//! parts; its keys come here first.

use super::Browser;
use super::ask::{Ask, Join, too_long};
use super::parts::Parts;
use super::views::list::Views;
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::domain::query::{Condition, Test};
use crate::domain::text;
use crate::input::action::{Action, DialogAction, FilterAction, Scope};
use crate::input::event::Key;

/// What lies over the grid.
#[derive(Debug)]
pub(super) enum Over {
    /// The dialog for a condition on a column.
    Ask(Box<Ask>),
    /// The parts of the filter.
    Parts(Parts),
    /// The views of the table.
    Views(Box<Views>),
}

impl Browser {
    /// The scopes of what lies over the grid, innermost first.
    pub(super) fn scopes_over(&self) -> Option<&'static [Scope]> {
        Some(match self.over.as_ref()? {
            Over::Ask(ask) if ask.records.is_some() => &[Scope::Find],
            Over::Ask(ask) if ask.is_text() => &[Scope::Condition],
            Over::Ask(_) => &[Scope::ConditionValues],
            Over::Parts(_) => &[Scope::Parts, Scope::List, Scope::AppList],
            Over::Views(views) => views.scopes(),
        })
    }

    /// Does what was asked for over the grid; says whether something lies there.
    pub(super) fn act_over(&mut self, action: Action, cx: &Context, out: &mut Outbox) -> bool {
        match &mut self.over {
            None => return false,
            Some(Over::Parts(_)) => self.act_parts(action, cx, out),
            Some(Over::Views(_)) => self.act_views(action, cx, out),
            Some(Over::Ask(ask)) if ask.records.is_some() => self.act_records(action, out),
            Some(Over::Ask(ask)) => match action {
                Action::Filter(FilterAction::PickRecord) => self.open_records(out),
                Action::Dialog(DialogAction::Up) => ask.step(false),
                Action::Dialog(DialogAction::Down) => ask.step(true),
                Action::Dialog(DialogAction::Close) => self.over = None,
                Action::Filter(FilterAction::OtherEnd) => ask.other_end(),
                Action::Filter(FilterAction::MarkValue) => ask.mark(),
                Action::Filter(FilterAction::Apply) => self.accept(Join::Instead, cx, out),
                Action::Filter(FilterAction::AndAlso) => self.accept(Join::And, cx, out),
                Action::Filter(FilterAction::OrAlso) => self.accept(Join::Or, cx, out),
                _ => {}
            },
        }
        true
    }

    /// What is possible over the grid now, for the hint bar.
    pub(super) fn hints_over(&self, cx: &Context) -> Option<Vec<Action>> {
        let over = self.over.as_ref()?;
        let ask = match over {
            Over::Parts(_) => return Some(self.hints_parts()),
            Over::Views(views) => return Some(views.hints(cx.is_shared())),
            Over::Ask(ask) if ask.records.is_some() => {
                let both = [DialogAction::Choose, DialogAction::Close];
                return Some(both.map(Action::Dialog).into());
            }
            Over::Ask(ask) => ask,
        };
        let asked = |one: &Condition| one.column == ask.column;
        let also = self.wanted.filter.conditions.iter().any(asked);
        let hints = [
            (Action::Filter(FilterAction::Apply), true),
            (
                Action::Filter(FilterAction::PickRecord),
                ask.refers.is_some(),
            ),
            (Action::Filter(FilterAction::MarkValue), ask.op().is_none()),
            (
                Action::Filter(FilterAction::OtherEnd),
                ask.op() == Some(super::ask::ops::Op::Between),
            ),
            (Action::Filter(FilterAction::OrAlso), also),
            (Action::Filter(FilterAction::AndAlso), also),
            (Action::Dialog(DialogAction::Close), true),
        ];
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        Some(possible.map(|(action, _)| action).collect())
    }

    /// Takes a key that is text over the grid; says whether something lies there.
    pub(super) fn key_over(&mut self, key: Key, out: &mut Outbox) -> bool {
        match &mut self.over {
            Some(Over::Ask(ask)) if ask.records.is_some() => self.key_in_records(key, out),
            Some(Over::Ask(ask)) => ask.key(key),
            Some(Over::Views(views)) => views.key(key),
            Some(Over::Parts(_)) => {}
            None => return false,
        }
        true
    }

    /// Takes a paste over the grid; says whether something lies there.
    pub(super) fn paste_over(&mut self, text: &str, out: &mut Outbox) -> bool {
        match &mut self.over {
            Some(Over::Ask(ask)) if ask.records.is_some() => self.paste_in_records(text, out),
            Some(Over::Ask(ask)) => ask.paste(text),
            Some(Over::Views(views)) => views.paste(text),
            Some(Over::Parts(_)) => {}
            None => return false,
        }
        true
    }

    /// Asks for a condition on the column under the cursor.
    pub(super) fn ask_column(&mut self) {
        if let (Some(column), Some(_)) = (self.columns.current(), &self.window) {
            self.ask_for(column, None);
        }
    }

    /// Asks for a condition on a column, or changes the one that is a part of the filter.
    pub(super) fn ask_for(&mut self, column: usize, part: Option<usize>) {
        let shape = self.shape.as_deref();
        if let Some(about) = shape.and_then(|shape| shape.columns.get(column)) {
            let mut ask = Ask::open(column, about, &self.wanted.filter, part);
            ask.refer(self.refers_to(column));
            self.over = Some(Over::Ask(Box::new(ask)));
        }
    }

    /// Shows the rows that have the value under the cursor in its column.
    pub(super) fn filter_value(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(column), Some(shape)) = (self.columns.current(), self.shape.clone()) else {
            return;
        };
        let row = self.window.as_ref().and_then(|window| window.current());
        let cell = row.and_then(|row| row.cell(column));
        let (Some(cell), Some(about)) = (cell, shape.columns.get(column)) else {
            return out.tell(Mood::Told, "There is no value here");
        };
        if cell.whole_chars.is_some() {
            let name = text::line(&about.name);
            let line = format!("This {name} is too long to filter by: its beginning alone is here");
            return out.tell(Mood::Warning, line);
        }
        let test = Test::Equals(cell.value.clone());
        let ask = Ask::open(column, about, &self.wanted.filter, None);
        let filter = ask.put(&self.wanted.filter, test, Join::Instead);
        if filter == self.wanted.filter {
            return out.tell(Mood::Told, "These are the rows with this value");
        }
        self.filter(filter, true, cx, out);
    }

    /// Asks for the rows of the condition; the dialog stays until they are here.
    fn accept(&mut self, join: Join, cx: &Context, out: &mut Outbox) {
        let (Some(Over::Ask(ask)), Some(shape)) = (&mut self.over, self.shape.clone()) else {
            return;
        };
        let Some(about) = shape.columns.get(ask.column) else {
            return;
        };
        match ask.test(about, &cx.now.to_zoned(cx.zone.clone())) {
            Err(what) => ask.error = Some(what),
            Ok(test) => {
                let filter = ask.put(&self.wanted.filter, test, join);
                if filter == self.wanted.filter && filter == self.shown.filter {
                    return self.over = None;
                }
                ask.sent = true;
                self.filter(filter, true, cx, out);
            }
        }
    }

    /// The rows asked for in the dialog are here.
    pub(super) fn asked_for_is_here(&mut self) {
        if matches!(&self.over, Some(Over::Ask(ask)) if ask.sent) {
            self.over = None;
        }
    }

    /// Tells in the dialog why the rows asked for there did not come; says whether it did.
    pub(super) fn refuse_in_dialog(&mut self, problem: &Problem) -> bool {
        match &mut self.over {
            Some(Over::Ask(ask)) if ask.sent => {
                ask.sent = false;
                ask.error = Some(problem.what.clone());
                true
            }
            _ => false,
        }
    }

    /// Whether a text is too long to filter by; then says so.
    pub(super) fn is_too_long(&self, text: &str, out: &mut Outbox) -> bool {
        let held = self.find.as_ref().map_or(0, |find| find.field.text().len());
        let is = held + text.len() > super::ask::MOST_SIGNS;
        if is {
            out.tell(Mood::Warning, too_long());
        }
        is
    }
}
