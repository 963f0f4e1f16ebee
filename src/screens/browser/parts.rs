//! The list of the filter's parts: each is changed, switched off and on, joined to the one above,
//! removed.

use super::over::Over;
use super::{Browser, chips};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::domain::query::Filter;
use crate::input::action::{Action, BrowserAction, FilterAction, ListAction};

/// The list of the filter's parts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    /// The part under the cursor.
    pub at: usize,
}

/// A part as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// How it hangs on the one above: `and`, `or`, nothing.
    pub joined: &'static str,
    /// What it asks for.
    pub words: String,
    /// Whether it is switched off.
    pub off: bool,
    /// Which condition it is; the quick text is none.
    pub condition: Option<usize>,
}

impl Browser {
    /// The parts of the filter, from the top.
    pub(super) fn parts_of_filter(&self) -> Vec<Part> {
        let filter = &self.wanted.filter;
        let Some(shape) = self.shape.as_deref() else {
            return Vec::new();
        };
        let quick = (!filter.quick.is_empty()).then(|| Part {
            joined: "",
            words: format!(
                "some column contains {}",
                chips::quoted(&filter.quick[..].into())
            ),
            off: false,
            condition: None,
        });
        let conditions = filter.conditions.iter().enumerate().map(|(at, one)| Part {
            joined: match (at, one.or) {
                (0, _) if quick.is_none() => "",
                (1.., true) => "or",
                _ => "and",
            },
            words: chips::part(one, shape),
            off: one.off,
            condition: Some(at),
        });
        let conditions: Vec<Part> = conditions.collect();
        quick.into_iter().chain(conditions).collect()
    }

    /// Lists the parts.
    pub(super) fn show_parts(&mut self) {
        if self.window.is_some() {
            self.over = Some(Over::Parts(Parts::default()));
        }
    }

    /// The part under the cursor.
    pub(super) fn part_here(&self) -> Option<Part> {
        let Some(Over::Parts(parts)) = &self.over else {
            return None;
        };
        self.parts_of_filter().into_iter().nth(parts.at)
    }

    pub(super) fn hints_parts(&self) -> Vec<Action> {
        let part = self.part_here();
        let of = |part: &Option<Part>| part.as_ref().and_then(|part| part.condition);
        let condition = of(&part);
        let hints = [
            (Action::Filter(FilterAction::ChangePart), part.is_some()),
            (
                Action::Filter(FilterAction::SwitchPart),
                condition.is_some(),
            ),
            (
                Action::Filter(FilterAction::JoinPart),
                condition.is_some_and(|at| at > 0),
            ),
            (Action::Filter(FilterAction::RemovePart), part.is_some()),
            (Action::Browser(BrowserAction::ClearFilter), part.is_some()),
            (Action::List(ListAction::Back), true),
        ];
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        possible.map(|(action, _)| action).collect()
    }

    pub(super) fn act_parts(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::List(action) => self.move_in_parts(action),
            Action::Filter(FilterAction::ChangePart) => self.change_part(out),
            Action::Filter(FilterAction::SwitchPart) => self.alter(cx, out, |filter, at| {
                if let Some(one) = filter.conditions.get_mut(at) {
                    one.off = !one.off;
                }
            }),
            Action::Filter(FilterAction::JoinPart) => self.alter(cx, out, |filter, at| {
                if let Some(one) = filter.conditions.get_mut(at).filter(|_| at > 0) {
                    one.or = !one.or;
                }
            }),
            Action::Filter(FilterAction::RemovePart) => self.remove_part(cx, out),
            Action::Browser(BrowserAction::ClearFilter) => {
                self.over = None;
                self.clear(cx, out);
            }
            _ => {}
        }
    }

    fn move_in_parts(&mut self, action: ListAction) {
        let last = self.parts_of_filter().len().saturating_sub(1);
        let Some(Over::Parts(parts)) = &mut self.over else {
            return;
        };
        match action {
            ListAction::Back => self.over = None,
            ListAction::Up => parts.at = parts.at.saturating_sub(1),
            ListAction::Down => parts.at = (parts.at + 1).min(last),
            ListAction::First | ListAction::PageUp => parts.at = 0,
            ListAction::Last | ListAction::PageDown => parts.at = last,
            _ => {}
        }
    }

    fn change_part(&mut self, out: &mut Outbox) {
        let Some(part) = self.part_here() else { return };
        self.over = None;
        let conditions = &self.wanted.filter.conditions;
        match part
            .condition
            .and_then(|at| Some((at, conditions.get(at)?.column)))
        {
            Some((at, column)) => self.ask_for(column, Some(at)),
            None => self.open_find(out),
        }
    }

    fn remove_part(&mut self, cx: &Context, out: &mut Outbox) {
        match self.part_here().map(|part| part.condition) {
            Some(Some(_)) => self.alter(cx, out, Filter::remove),
            Some(None) => {
                let mut filter = self.wanted.filter.clone();
                filter.quick.clear();
                self.filter(filter, true, cx, out);
            }
            None => {}
        }
        let last = self.parts_of_filter().len().saturating_sub(1);
        if let Some(Over::Parts(parts)) = &mut self.over {
            parts.at = parts.at.min(last);
        }
    }

    /// Changes the filter at the condition under the cursor, and reads the rows of it.
    fn alter(&mut self, cx: &Context, out: &mut Outbox, change: impl FnOnce(&mut Filter, usize)) {
        let Some(at) = self.part_here().and_then(|part| part.condition) else {
            return;
        };
        let mut filter = self.wanted.filter.clone();
        change(&mut filter, at);
        self.filter(filter, true, cx, out);
    }
}
