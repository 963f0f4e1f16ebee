//! A record that is read or edited: a view of a form.

mod act;
mod faults;
pub mod help;
mod look;
mod month;
pub mod referred;
pub mod rows;
pub mod view;

use crate::app::context::Context;
use crate::app::forms::field::Field;
use crate::app::forms::{Form, Forms, Mode, edit, forecast, open, pick, words};
use crate::app::forms::{calendar, finder, merge_into, missing};
use crate::app::looking::Looking;
use crate::app::outbox::Outbox;
use crate::app::place::{FormId, Go};
use crate::input::action::{
    Action, BrowserAction, CalendarAction, DialogAction, FormAction, HistoryAction, ListAction,
    RowsAction, Scope,
};
use crate::input::event::Key;

/// A record that is read or edited: a view of a form.
#[derive(Debug, Default)]
pub struct Editor {
    /// Lines by which the long text under the cursor is scrolled while it is read.
    pub scrolled: usize,
    /// The value that is looked into.
    pub look: Option<Looking>,
}

impl Editor {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self, forms: &Forms, id: FormId) -> &'static [Scope] {
        if let Some(look) = &self.look {
            return look.scopes();
        }
        match forms.open.get(&id) {
            Some(form) if form.picker.is_some() => &[Scope::Find, Scope::Form],
            Some(form) if form.calendar.is_some() => &[Scope::Calendar, Scope::Form],
            Some(form) if form.finder.is_some() => &[Scope::Refer, Scope::Find, Scope::Form],
            Some(form) if is_typed_in(form) && merge_into::is_offered(form) => {
                &[Scope::Taken, Scope::Form]
            }
            Some(form) if is_typed_in(form) && missing::is_offered(form) => {
                &[Scope::Missing, Scope::Form]
            }
            Some(form) if is_typed_in(form) => &[Scope::Form],
            _ => &[Scope::Record, Scope::List, Scope::AppList],
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
        let Some(form) = forms.open.get_mut(&id) else {
            return out.go(Go::Back);
        };
        if let Some(look) = &mut self.look {
            if !look.act(action, cx, out) {
                self.look = None;
            }
            return;
        }
        act::act(self, action, form, cx, out);
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, forms: &mut Forms, id: FormId, cx: &Context, out: &mut Outbox) {
        if let Some(look) = &mut self.look {
            look.key(key);
        } else if let Some(form) = forms.open.get_mut(&id) {
            edit::key(form, key, cx, out);
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
        if let Some(look) = &mut self.look {
            look.paste(text);
        } else if let Some(form) = forms.open.get_mut(&id) {
            edit::paste(form, text, cx, out);
        }
    }

    /// The person came here.
    pub fn arrived(&mut self, forms: &mut Forms, id: FormId, cx: &Context, out: &mut Outbox) {
        self.scrolled = 0;
        self.look = None;
        let Some(form) = forms.open.get_mut(&id) else {
            return out.go(Go::Back);
        };
        form.left = false;
        if form.base.ready().is_none() && form.asked.is_empty() && !form.failed() {
            open::begin(form, cx, out);
        }
    }

    /// The place has another size.
    pub fn resized(&mut self, cx: &Context) {
        if let Some(look) = &mut self.look {
            look.resize(cx.room);
        }
    }

    /// Whether a value is looked into.
    pub fn looks_into(&self) -> bool {
        self.look.is_some()
    }

    /// What the keys of the line that is typed do, in a word each.
    pub fn line_words(&self) -> Option<[&'static str; 2]> {
        self.look.as_ref()?.finds().map(|_| ["find", "close"])
    }

    /// The name of a file for the value was typed.
    pub fn write_value(&mut self, name: &str, busy: bool, out: &mut Outbox) {
        if let Some(look) = &self.look {
            look.write(name, busy, out);
        }
    }

    /// Says how the record stands, for the status line.
    pub fn standing(&self, forms: &Forms, id: FormId, cx: &Context) -> String {
        let Some(form) = forms.open.get(&id) else {
            return String::new();
        };
        let Some(base) = form.base.ready() else {
            return String::new();
        };
        let mut field = format!("field {} of {}", form.focus + 1, form.fields.len());
        let others = forecast::fields(form).len();
        let keys = cx
            .keymap
            .keys(Action::Form(FormAction::NextSaved), &[Scope::Form]);
        if let Some(key) = keys.first().filter(|_| others > 0 && is_typed_in(form)) {
            let fields = words::count(others, "field");
            field.push_str(&format!(" · {fields} saved meanwhile ({key})"));
        }
        match (form.saving.is_some(), base.guard.version) {
            (true, _) => format!("saving · {field}"),
            (false, Some(version)) => format!("version {version} · {field}"),
            (false, None) => field,
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, forms: &Forms, id: FormId, cx: &Context) -> Vec<Action> {
        let Some(form) = forms.open.get(&id) else {
            return Vec::new();
        };
        if let Some(look) = &self.look {
            return look.hints();
        }
        if form.picker.is_some() {
            return [DialogAction::Choose, DialogAction::Close]
                .map(Action::Dialog)
                .into();
        }
        if form.calendar.is_some() {
            return calendar_hints();
        }
        if form.finder.is_some() {
            let mut hints = [DialogAction::Choose, DialogAction::Close]
                .map(Action::Dialog)
                .to_vec();
            hints.push(Action::Form(FormAction::CreateReferred));
            return hints;
        }
        if is_typed_in(form) {
            return typed_hints(form, cx)
                .into_iter()
                .map(Action::Form)
                .collect();
        }
        let mut hints = Vec::new();
        if open::why_not(form, open::Right::Update).is_none() && form.base.ready().is_some() {
            hints.push(Action::Browser(BrowserAction::EditRecord));
        }
        if look::refers(form) {
            hints.push(Action::Rows(RowsAction::FollowReference));
        }
        hints.push(Action::List(ListAction::Back));
        if cx.is_shared() && form.key.is_some() {
            hints.push(Action::History(HistoryAction::ShowHistory));
            hints.push(Action::History(HistoryAction::Blame));
            if form.blame.is_some() {
                hints.insert(0, Action::History(HistoryAction::BlamedHistory));
            }
        }
        if open::why_not(form, open::Right::Create).is_none() {
            hints.push(Action::Browser(BrowserAction::NewRecord));
        }
        if open::why_not(form, open::Right::Delete).is_none() {
            hints.push(Action::Browser(BrowserAction::DeleteRecord));
        }
        hints.push(Action::Browser(BrowserAction::Reload));
        if form.key.is_some() {
            hints.push(Action::Browser(BrowserAction::ShowDependents));
        }
        let field = [RowsAction::Peek, RowsAction::CopyValue].map(Action::Rows);
        hints.extend(field);
        hints
    }
}

/// The actions of the calendar, the most useful first.
fn calendar_hints() -> Vec<Action> {
    let moves = [
        CalendarAction::Today,
        CalendarAction::MonthOn,
        CalendarAction::MonthBack,
        CalendarAction::WeekOn,
        CalendarAction::WeekBack,
        CalendarAction::DayOn,
        CalendarAction::DayBack,
    ];
    let ends = [DialogAction::Choose, DialogAction::Close].map(Action::Dialog);
    let moves = moves.map(|action| Action::Form(FormAction::Calendar(action)));
    ends.into_iter().chain(moves).collect()
}

/// The actions that help while a form is typed in, the most useful first.
fn typed_hints(form: &Form, cx: &Context) -> Vec<FormAction> {
    let mut hints = vec![FormAction::Save, FormAction::Leave];
    // What has no room is shown by a key; a narrow line has room for little else.
    let place = if cx.room.columns < 80 { 1 } else { 2 };
    if help::is_cut(form, cx) {
        hints.insert(place, FormAction::AboutField);
    }
    let other = form
        .refusal
        .as_ref()
        .and_then(|refusal| refusal.other.as_ref());
    if other.is_some() {
        hints.insert(0, FormAction::OpenOther);
        if merge_into::is_offered(form) {
            hints.insert(1, FormAction::MergeInto);
        }
    }
    if missing::is_offered(form) {
        hints.insert(0, FormAction::CreateMissing);
    }
    if !forecast::fields(form).is_empty() {
        hints.push(FormAction::NextSaved);
    }
    let refers = finder::of(form, form.focus).is_some();
    let chosen = pick::choices(form, form.focus).is_some();
    if refers || chosen || calendar::is_offered(form, form.focus) {
        hints.push(FormAction::PickValue);
    }
    if form
        .column(form.focus)
        .is_some_and(|column| !column.not_null)
    {
        hints.push(FormAction::SetNull);
    }
    if form.fields.get(form.focus).is_some_and(Field::is_long) {
        hints.push(FormAction::EditOutside);
    }
    let touched = form.fields.get(form.focus).is_some_and(Field::is_touched);
    hints.extend(touched.then_some(FormAction::Undo));
    hints.push(FormAction::Discard);
    if !hints.contains(&FormAction::AboutField) {
        hints.push(FormAction::AboutField);
    }
    hints
}

/// Whether keys are text: the form is there and open for editing.
fn is_typed_in(form: &Form) -> bool {
    form.mode != Mode::Read && form.base.ready().is_some()
}
