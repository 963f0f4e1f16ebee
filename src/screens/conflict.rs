//! A save that met somebody else's: three values per field, decided in place.

mod act;
mod rest;
mod rows;
#[cfg(test)]
mod tests;
mod values;
pub mod view;
mod whole;

use crate::app::context::Context;
use crate::app::forms::field::Field;
use crate::app::forms::{Form, Forms, conflict, edit, gone};
use crate::app::outbox::Outbox;
use crate::app::place::{FormId, Go};
use crate::db::contract::records::Rejection;
use crate::input::action::{Action, ConflictAction, FormAction, Scope};
use crate::input::event::Key;

/// A save that met somebody else's: three values per field, decided in place.
#[derive(Debug, Default)]
pub struct Conflict {
    /// The column under the cursor.
    pub column: usize,
    /// Whether what was merged without asking is listed too.
    pub shows_merged: bool,
    /// Whether the fields that nobody changed are listed too.
    pub shows_rest: bool,
    /// Lines scrolled in the whole values of the field, when they are shown.
    pub whole: Option<usize>,
    /// The difference that was gone to in the whole values.
    pub difference: Option<usize>,
    /// Whether your value of the field is being typed.
    pub typing: bool,
}

impl Conflict {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self, forms: &Forms, id: FormId) -> &'static [Scope] {
        let picks = forms
            .open
            .get(&id)
            .is_some_and(|form| form.picker.is_some());
        match (self.typing, picks) {
            (true, true) => &[Scope::Find, Scope::Form],
            (true, false) => &[Scope::Form],
            // It comes unasked: no text opens the palette here, where enter would do what is first.
            (false, _) if self.whole.is_some() => &[Scope::Values, Scope::Conflict],
            (false, _) => &[Scope::Conflict],
        }
    }

    /// Does what was asked for.
    pub fn act(
        &mut self,
        action: Action,
        forms: &mut Forms,
        id: FormId,
        cx: &Context,
        out: &mut Outbox,
    ) {
        match forms.open.get_mut(&id) {
            Some(form) if form.conflict.is_some() => act::act(self, action, form, cx, out),
            _ => out.go(Go::Back),
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, forms: &mut Forms, id: FormId, cx: &Context, out: &mut Outbox) {
        let form = forms.open.get_mut(&id);
        if let Some(form) = form.filter(|_| self.typing) {
            let picks = form.picker.is_some();
            edit::key(form, key, cx, out);
            self.typing = form.picker.is_some() || !picks;
        }
    }

    /// Takes a paste.
    pub fn paste(
        &mut self,
        text: &str,
        forms: &mut Forms,
        id: FormId,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let form = forms.open.get_mut(&id);
        if let Some(form) = form.filter(|_| self.typing) {
            edit::paste(form, text, cx, out);
        }
    }

    /// The person came here.
    pub fn arrived(&mut self, forms: &mut Forms, id: FormId, _cx: &Context, out: &mut Outbox) {
        *self = Self::default();
        let Some(form) = forms
            .open
            .get_mut(&id)
            .filter(|form| form.conflict.is_some())
        else {
            return out.go(Go::Back);
        };
        form.picker = None;
        form.calendar = None;
        let items = conflict::clashing(form);
        let first = items
            .iter()
            .find(|item| item.choice.is_none())
            .or(items.first());
        self.column = first.map_or(0, |item| item.column);
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, forms: &Forms, id: FormId, _cx: &Context) -> Vec<Action> {
        let Some(form) = forms.open.get(&id) else {
            return Vec::new();
        };
        if self.typing {
            let hints = [FormAction::Leave, FormAction::Save, FormAction::Undo];
            return hints.map(Action::Form).into();
        }
        if conflict::is_deleted(form) {
            let again = gone::may_recreate(form).map(|_| ConflictAction::Recreate);
            let hints = again.into_iter().chain([ConflictAction::Leave]);
            let hints = hints.map(Action::Conflict);
            let others = [
                Action::Form(FormAction::Discard),
                Action::Conflict(ConflictAction::KeepYours),
            ];
            return hints.chain(others).collect();
        }
        if self.whole.is_some() {
            return self.whole_hints(form);
        }
        let other = |refusal: &Rejection| refusal.other.is_some();
        if form.refusal.as_ref().is_some_and(other) {
            let hints = [
                ConflictAction::OpenOther,
                ConflictAction::EditValue,
                ConflictAction::TakeYours,
                ConflictAction::TakeTheirs,
                ConflictAction::Leave,
            ];
            return hints.map(Action::Conflict).into();
        }
        let here = |item: &conflict::Item| item.column == self.column;
        let last = match conflict::merged(form).iter().any(here) {
            true => ConflictAction::TakeBack,
            false => ConflictAction::EditValue,
        };
        let open = |item: &conflict::Item| item.choice.is_none() && item.column != self.column;
        let next = conflict::clashing(form).iter().any(open);
        let next = next.then_some(ConflictAction::NextUndecided);
        let takes = [
            ConflictAction::TakeYours,
            ConflictAction::TakeTheirs,
            ConflictAction::TakeWas,
        ];
        let hints = takes.into_iter().chain(next).chain([last]);
        let mut hints: Vec<Action> = hints.map(Action::Conflict).collect();
        if form.fields.get(self.column).is_some_and(Field::is_long) {
            hints.push(Action::Conflict(ConflictAction::ShowAll));
        }
        hints.push(Action::Form(FormAction::Save));
        hints.push(Action::Conflict(ConflictAction::Leave));
        hints.push(Action::Conflict(ConflictAction::KeepYours));
        hints.push(Action::Conflict(ConflictAction::ShowUnchanged));
        hints
    }

    /// The actions that help while the whole values are shown.
    fn whole_hints(&self, form: &Form) -> Vec<Action> {
        let mut hints = vec![
            ConflictAction::NextDifference,
            ConflictAction::TakeYours,
            ConflictAction::TakeTheirs,
            ConflictAction::TakeWas,
        ];
        if form.fields.get(self.column).is_some_and(Field::is_long) {
            hints.push(ConflictAction::TakeBoth);
        }
        hints.push(ConflictAction::Leave);
        hints.into_iter().map(Action::Conflict).collect()
    }

    /// Returns the fields that are listed and have something to decide or take back.
    fn items(&self, form: &Form) -> Vec<conflict::Item> {
        let mut items = conflict::clashing(form);
        if self.shows_merged {
            items.extend(conflict::merged(form));
        }
        items
    }
}
