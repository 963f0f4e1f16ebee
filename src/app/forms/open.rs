//! Opening a record: its columns first where they are not known, then the record, then its draft.

use std::sync::Arc;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood as Tone;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::{CatalogRequest, Fault, RecordsRequest, Request};
use crate::domain::record::{Guard, Record};
use crate::domain::table::{ReadOnly, Shape};
use crate::domain::text;
use crate::domain::value::Value;
use crate::input::action::{Action, BrowserAction};

use super::copy;
use super::follow::{self, Seen};
use super::{Form, Mode, Question, claim, couple, draft, many, wish, words};

/// Asks for what a form needs; keys typed meanwhile are held for it.
pub fn begin(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let table = form.table;
    if let Some(shape) = cx.shapes.get(&table) {
        return shaped(form, shape.clone(), cx, out);
    }
    let query = out.ask_holding(Request::Catalog(CatalogRequest::LoadShape { table }));
    form.asked.push((query, Question::Shape));
    form.base = Loadable::Waiting(query);
}

/// The columns are known: the record is next, or an empty one.
pub fn shaped(form: &mut Form, shape: Arc<Shape>, cx: &Context, out: &mut Outbox) {
    let columns = shape.columns.len();
    form.couples = couple::of(&shape, cx);
    form.shape = Some(shape);
    if form.key.is_some() {
        return read(form, out);
    }
    if form.mode == Mode::Many {
        return many::shaped(form, cx, out);
    }
    if let Some(why) = why_not(form, Right::Create) {
        form.base = Loadable::Failed(Problem::new(why));
        return out.drop_held();
    }
    if let Some(from) = form.copy.from.clone() {
        return copy::read(form, from, out);
    }
    show_empty(form, columns);
    form.focus = first_field(form);
    draft::resume(form, None, cx, out);
    wish::grant(form, cx, out);
}

/// Shows a record that does not exist yet.
pub fn show_empty(form: &mut Form, columns: usize) {
    form.show(Record {
        key: None,
        guard: Guard::default(),
        values: vec![Value::Null; columns],
    });
}

/// Asks for the record; keys typed meanwhile are held for it.
pub fn read(form: &mut Form, out: &mut Outbox) {
    let Some(key) = form.key.clone() else { return };
    let table = form.table;
    let request = Request::Records(RecordsRequest::LoadRecord { table, key });
    let query = out.ask_holding(request);
    form.asked.push((query, Question::Record));
    if form.base.ready().is_none() {
        form.base = Loadable::Waiting(query);
    }
}

/// Opens a form that is open already: what was typed in it goes on.
pub fn again(form: &mut Form, edit: bool, cx: &Context, out: &mut Outbox) {
    out.speak_for(crate::app::outbox::Asker::Form(form.id));
    form.left = false;
    form.opened_reading = !edit && form.key.is_some();
    if form.base.ready().is_none() {
        if form.asked.is_empty() {
            begin(form, cx, out);
        }
        return;
    }
    if !form.is_changed() {
        form.mode = if form.opened_reading {
            Mode::Read
        } else {
            form.mode
        };
        if form.key.is_some() && form.saving.is_none() {
            read(form, out);
        }
    } else {
        let changes = words::count(form.changed_count(), "change");
        out.tell(
            Tone::Told,
            format!("Your draft continues: {changes} not saved"),
        );
        if let Some(id) = form.draft.id.clone().filter(|_| form.draft.written) {
            out.effect(Effect::ClaimDraft(id));
        }
        follow::look(form, Seen::default(), out);
    }
    if edit {
        if claim::is_needed(form) {
            form.mode = Mode::Read;
        }
        form.lost = None;
        edit_now(form, out);
    } else if form.key.is_some() {
        form.mode = Mode::Read;
    }
}

/// Takes the record that was asked for.
pub fn loaded(form: &mut Form, record: Option<Box<Record>>, cx: &Context, out: &mut Outbox) {
    let Some(record) = record else {
        let label = form.label();
        let what = format!(
            "There is no {label} in {}, or you may not see it",
            form.table_label()
        );
        if form.is_changed() {
            form.problem = Some(Problem::new(what).kept("your edits are kept"));
        } else {
            form.base = Loadable::Failed(Problem::new(what));
        }
        return out.drop_held();
    };
    if form.base.ready().is_some() {
        if form.is_changed() {
            follow::looked(form, Seen::default(), Some(record), cx, out);
            return wish::grant(form, cx, out);
        }
        form.show(*record);
        form.newer = None;
        form.problem = None;
        return wish::grant(form, cx, out);
    }
    form.show(*record.clone());
    if form.mode == Mode::Edit {
        form.mode = Mode::Read;
        edit_now(form, out);
    }
    draft::resume(form, Some(&record), cx, out);
    tell_altered(form, out);
    wish::grant(form, cx, out);
}

/// Says again how the table was altered: that its draft goes on was said since.
fn tell_altered(form: &mut Form, out: &mut Outbox) {
    if let Some(line) = form.altered.take() {
        out.tell(Tone::Warning, line);
    }
}

/// The record, or its columns, could not be had.
pub fn failed(form: &mut Form, fault: Fault, out: &mut Outbox) {
    out.drop_held();
    let cancelled = fault == Fault::Cancelled;
    let problem = Problem::from(fault).helps(Action::Browser(BrowserAction::Reload));
    if form.base.ready().is_some() {
        form.wish = None;
        if !cancelled {
            out.tell_problem(&problem);
        }
        return;
    }
    form.base = Loadable::Failed(problem);
    if cancelled {
        form.left = true;
        out.go(crate::app::place::Go::Back);
    }
}

/// The table has other columns by now: what was typed goes through its draft, which knows columns
/// by name, and the record is read again.
pub fn reshape(form: &mut Form, shape: Arc<Shape>, cx: &Context, out: &mut Outbox) {
    let table = form.table_label();
    let edits = draft::make(form, cx, out);
    form.draft.unwritten = true;
    draft::write(form, cx, out);
    let (wanted, others) = (form.draft.id.take(), std::mem::take(&mut form.draft.others));
    let kept = edits.is_some();
    form.asked.clear();
    form.saving = None;
    form.forget_edits();
    form.draft = draft::DraftState {
        wanted: wanted.filter(|_| kept),
        others,
        ..draft::DraftState::default()
    };
    form.base = Loadable::Idle;
    form.fields.clear();
    form.newer = None;
    form.refreshed = None;
    form.picker = None;
    form.calendar = None;
    form.finder = None;
    form.names = super::names::Names::default();
    form.clear_errors();
    let what = alterations(form.shape.as_deref(), &shape);
    let line = if kept {
        format!("{table} was altered{what}; your edits are carried over, not saved")
    } else {
        format!("{table} was altered{what}; its columns are read again")
    };
    form.problem = kept.then(|| Problem::new(line.clone()));
    form.altered = kept.then(|| line.clone());
    out.tell(Tone::Warning, line);
    if form.left && kept {
        // It is opened from its draft when the person comes back to it.
        return;
    }
    shaped(form, shape, cx, out);
    if let (Some(draft), Mode::Create | Mode::Many) = (edits, form.mode) {
        draft::apply(form, &draft, None, cx, out);
        tell_altered(form, out);
    }
}

/// Says which columns went, came and were renamed: ` (manufacturer is gone, maker is new)`.
fn alterations(before: Option<&Shape>, now: &Shape) -> String {
    let Some(before) = before else {
        return String::new();
    };
    let named = |shape: &Shape, number: i16| {
        let mut columns = shape.columns.iter();
        let found = columns.find(|column| column.number == number);
        found.map(|column| text::line(&column.name).into_owned())
    };
    let mut what = Vec::new();
    for column in &before.columns {
        let name = text::line(&column.name).into_owned();
        match named(now, column.number) {
            None => what.push(format!("{name} is gone")),
            Some(new) if new != name => what.push(format!("{name} is called {new}")),
            Some(_) => {}
        }
    }
    let new = now
        .columns
        .iter()
        .filter(|column| named(before, column.number).is_none());
    what.extend(new.map(|column| format!("{} is new", text::line(&column.name))));
    match what.is_empty() {
        true => String::new(),
        false => format!(" ({})", what.join(", ")),
    }
}

/// What a person may need a right for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Changing a record.
    Update,
    /// Creating one.
    Create,
    /// Deleting one.
    Delete,
}

/// Says why something may not be done here; `None` when it may.
pub fn why_not(form: &Form, right: Right) -> Option<String> {
    let shape = form.shape.as_ref()?;
    let table = form.table_label();
    let (may, verb) = match right {
        Right::Update => (shape.may_update(), "change records of"),
        Right::Create => (shape.may_insert(), "create records in"),
        Right::Delete => (shape.may_delete(), "delete records of"),
    };
    if may {
        return None;
    }
    Some(match &shape.read_only {
        Some(ReadOnly::NoKey) => format!(
            "{table} has no primary key, so a single record cannot be named: it can only be read"
        ),
        Some(ReadOnly::View) => format!("{table} is a view: it can only be read"),
        Some(ReadOnly::MaterialisedView) => {
            format!("{table} is a materialised view: it can only be read")
        }
        Some(ReadOnly::Foreign) => format!("{table} lies on another server: it can only be read"),
        Some(ReadOnly::Server) => "The server takes no writes at present".into(),
        Some(ReadOnly::AllTenants) => {
            format!("You look across all tenants; choose one to {verb} {table}")
        }
        Some(ReadOnly::NoRight) | None => format!("You may not {verb} {table}"),
    })
}

/// Begins to edit, or says why not.
pub fn edit_now(form: &mut Form, out: &mut Outbox) {
    if form.mode != Mode::Read || form.base.ready().is_none() {
        return;
    }
    let nothing = form.fields.iter().all(|field| field.locked.is_some());
    let none = || format!("You may not change any field of {}", form.table_label());
    match why_not(form, Right::Update).or_else(|| nothing.then(none)) {
        Some(why) => {
            out.tell(Tone::Warning, why);
            out.drop_held();
        }
        None if claim::is_needed(form) => claim::ask(form, out),
        None => enter_editing(form),
    }
}

/// Keys are text from here on.
pub fn enter_editing(form: &mut Form) {
    form.mode = Mode::Edit;
    form.refreshed = None;
    if form
        .fields
        .get(form.focus)
        .is_none_or(|field| field.locked.is_some())
        || (form.focus == 0 && !form.is_changed())
    {
        form.focus = first_field(form);
    }
}

/// The first field to type in: not one that the server fills, nor the key of a record that exists.
pub fn first_field(form: &Form) -> usize {
    let key = form.shape.as_ref().map_or(&[][..], |shape| &shape.key);
    let exists = form.key.is_some();
    let open = |column: &usize| form.fields[*column].locked.is_none();
    let wanted = |column: &usize| {
        let field = &form.fields[*column];
        if exists {
            !key.contains(column)
        } else {
            field.text.instead() != Some(crate::input::line::Instead::Default)
        }
    };
    let mut all = (0..form.fields.len()).filter(open);
    let first = all.clone().find(wanted);
    first.or_else(|| all.next()).unwrap_or(0)
}
