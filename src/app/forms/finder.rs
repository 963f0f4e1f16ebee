//! The list of records that a field can refer to: found on the server as one types, chosen into all
//! columns of the foreign key, or created in place.

use crate::app::context::Context;
use crate::app::finding::{self, Finding};
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go};
use crate::db::contract::lookup::{Label, Named};
use crate::db::contract::{Fault, LookupReply, Reply};
use crate::domain::record::Record;
use crate::domain::reference::{Choice, Reference};
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::input::event::Key;

use super::pick::Step;
use super::{At, Form, Forms, Mode, Question, draft, edit};

/// The list that is open under a field that refers to a record.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    /// The foreign key, as a position among those of the table.
    pub reference: usize,
    /// What is typed, and what was found for it.
    pub list: Finding,
}

/// Which form a record was created for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedBy {
    /// The form.
    pub form: FormId,
    /// The foreign key, as a position among those of its table.
    pub reference: usize,
}

/// Returns the foreign key of a column, as a position among those of the table.
pub fn of(form: &Form, column: usize) -> Option<usize> {
    let all = &form.shape.as_ref()?.references;
    all.iter().position(|one| one.columns.contains(&column))
}

/// Returns the foreign key whose list is open.
pub fn reference(form: &Form) -> Option<&Reference> {
    let finder = form.finder.as_ref()?;
    form.shape.as_ref()?.references.get(finder.reference)
}

/// Opens the list, or closes it.
pub fn open(form: &mut Form, out: &mut Outbox) {
    if form.finder.is_some() {
        return close(form, out);
    }
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    let Some(number) = of(form, form.focus) else {
        return;
    };
    form.finder = Some(Finder {
        reference: number,
        ..Finder::default()
    });
    match reference(form).filter(|one| !one.readable) {
        Some(one) => {
            let why = unreadable(one);
            form.finder = None;
            out.tell(Mood::Warning, why);
        }
        None => ask(form, out),
    }
}

/// Takes a key in the list: text finds.
pub fn key(form: &mut Form, key: Key, out: &mut Outbox) {
    let Some(finder) = &mut form.finder else {
        return;
    };
    if finder.list.press(key) {
        ask(form, out);
    }
}

/// Takes a paste in the list.
pub fn paste(form: &mut Form, text: &str, out: &mut Outbox) {
    if let Some(finder) = &mut form.finder {
        finder.list.paste(text);
        ask(form, out);
    }
}

/// Moves in the list, takes an entry, or closes it.
pub fn step(form: &mut Form, step: Step, cx: &Context, out: &mut Outbox) {
    let Some(finder) = &mut form.finder else {
        return;
    };
    match step {
        Step::Close => close(form, out),
        Step::Choose => choose_or_wait(form, cx, out),
        Step::Up => finder.list.step(false),
        Step::Down => finder.list.step(true),
    }
}

/// Closes the list before something else is done; what typing or moving found is taken. Returns
/// whether that is all that was meant: nothing was typed that found nothing to choose.
pub fn settle(form: &mut Form, cx: &Context, out: &mut Outbox) -> bool {
    let Some(finder) = form.finder.clone() else {
        return true;
    };
    close(form, out);
    let chosen = finder.list.here().filter(|_| finder.list.query.is_none());
    match chosen {
        _ if !finder.list.moved => true,
        Some(choice) => {
            choose(form, finder.reference, choice, cx, out);
            true
        }
        None => {
            let name = form.column_name(form.focus);
            let typed = text::line(&finder.list.typed).into_owned();
            let line = format!("Nothing was chosen for {name} with {typed}; it is as before");
            out.tell(Mood::Warning, line);
            false
        }
    }
}

/// Takes what was found for what is typed.
pub fn answered(form: &mut Form, reply: Result<Reply, Fault>, cx: &Context, out: &mut Outbox) {
    let why = reference(form).map(unreadable);
    let present = present(form);
    let Some(finder) = &mut form.finder else {
        return;
    };
    match reply {
        Ok(Reply::Lookup(LookupReply::Found(found))) => {
            finder.list.take(found, present.as_deref());
        }
        Ok(_) => {
            form.finder = None;
            out.drop_held();
            return out.tell(Mood::Warning, why.unwrap_or_default());
        }
        Err(fault) => {
            finder.list.fail(fault);
            return out.drop_held();
        }
    }
    if std::mem::take(&mut finder.list.choosing) {
        choose_or_wait(form, cx, out);
    }
}

/// Leaves the form for a new record of the table that is listed; what is typed here stays.
pub fn create(form: &mut Form, out: &mut Outbox) {
    let (Some(finder), Some(one)) = (&form.finder, reference(form)) else {
        return;
    };
    let may = finder
        .list
        .found
        .as_ref()
        .is_none_or(|found| found.may_create);
    if !may {
        let name = text::line(&one.name.to_string()).into_owned();
        return out.tell(
            Mood::Warning,
            format!("You may not create records in {name}"),
        );
    }
    let (table, reference) = (one.table, finder.reference);
    let typed = finder.list.typed.trim().to_owned();
    close(form, out);
    out.go(Go::CreateFor {
        table,
        form: form.id,
        reference,
        typed,
    });
}

/// A record was stored: where it was created for another form, its key goes into that form, and the
/// person comes back to it.
pub fn created(
    forms: &mut Forms,
    id: FormId,
    record: &Record,
    at: At,
    cx: &Context,
    out: &mut Outbox,
) {
    let Some(made) = forms.open.get_mut(&id) else {
        return;
    };
    if made.saving.is_some() || made.is_changed() {
        return;
    }
    let (Some(asked_by), Some(shape)) = (made.asked_by.take(), made.shape.clone()) else {
        return;
    };
    let label = made.label();
    let Some(form) = forms.open.get_mut(&asked_by.form) else {
        return;
    };
    let wanted = form
        .shape
        .as_ref()
        .and_then(|shape| shape.references.get(asked_by.reference));
    let value = |name: &String| {
        let column = shape.column_named(&text::line(name))?;
        Some(record.values.get(column)?.as_text()?.to_owned())
    };
    let key = wanted.and_then(|one| one.theirs.iter().map(value).collect::<Option<Vec<_>>>());
    let Some(key) = key else {
        return out.tell(
            Mood::Warning,
            format!("Created {label}; choose it from the list"),
        );
    };
    let choice = Choice {
        key,
        labels: Vec::new(),
    };
    choose(form, asked_by.reference, &choice, cx, out);
    super::names::ask(form, out);
    if at == At::Form {
        if let Some(made) = forms.open.get_mut(&id) {
            made.left = true;
        }
        out.go(Go::Back);
    }
}

/// Puts a record into every column of the foreign key, or into none.
fn choose(form: &mut Form, reference: usize, choice: &Choice, cx: &Context, out: &mut Outbox) {
    let Some(one) = form
        .shape
        .as_ref()
        .and_then(|shape| shape.references.get(reference).cloned())
    else {
        return;
    };
    // What the database gives a new record, such as its tenant, it gives the same as those that are found.
    let given = |column: usize| form.mode == Mode::Create && form.fields[column].locked.is_some();
    let some_open = one.columns.iter().any(|column| !given(*column));
    let pairs: Vec<(usize, Entry)> = one
        .columns
        .iter()
        .zip(&choice.key)
        .filter(|(column, _)| !(some_open && given(**column)))
        .map(|(column, value)| (*column, Entry::Value(Value::text(value))))
        .filter(|(column, entry)| form.fields[*column].content() != *entry)
        .collect();
    let locked = pairs
        .iter()
        .find(|(column, _)| form.fields[*column].locked.is_some());
    if let Some((column, _)) = locked {
        let name = form.column_name(*column);
        let line = format!("Not chosen: it would change {name}, which you may not change");
        return out.tell(Mood::Warning, line);
    }
    for (column, entry) in &pairs {
        form.fields[*column].put(entry);
    }
    if !pairs.is_empty() {
        form.problem = None;
        draft::typed(form, cx);
    }
    if !choice.labels.is_empty() {
        let record = Named {
            table: one.table,
            columns: one.theirs.clone(),
            key: choice.key.clone(),
        };
        form.names.learn(record, Label::Is(finding::names(choice)));
    }
}

/// The key that the fields hold now, when the list was opened over one.
fn present(form: &Form) -> Option<Vec<String>> {
    let value = |column: &usize| match form.fields.get(*column)?.content() {
        Entry::Value(Value::Text(text)) => Some(text),
        _ => None,
    };
    reference(form)?.columns.iter().map(value).collect()
}

/// Asks for what fits what is typed; an older question is given up.
fn ask(form: &mut Form, out: &mut Outbox) {
    let Some(one) = reference(form) else { return };
    let (table, key) = (one.table, one.theirs.clone());
    stop(form, out);
    let Some(finder) = &mut form.finder else {
        return;
    };
    out.speak_for(Asker::Form(form.id));
    let query = finder.list.ask(table, key, out);
    form.asked.push((query, Question::Find));
}

/// Takes the entry under the cursor; one that is still on its way is waited for, and so are the keys
/// that follow.
fn choose_or_wait(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let Some(finder) = &mut form.finder else {
        return;
    };
    if let Some(query) = finder.list.query {
        finder.list.choosing = true;
        out.hold = Some(query);
        return;
    }
    let reference = finder.reference;
    match finder.list.here().cloned() {
        Some(choice) => {
            form.finder = None;
            choose(form, reference, &choice, cx, out);
            edit::step(form, true);
        }
        None => out.drop_held(),
    }
}

fn close(form: &mut Form, out: &mut Outbox) {
    stop(form, out);
    form.finder = None;
}

fn stop(form: &mut Form, out: &mut Outbox) {
    let finder = form.finder.as_mut();
    if let Some(query) = finder.and_then(|finder| finder.list.stop(out)) {
        form.asked.retain(|(asked, _)| *asked != query);
    }
}

fn unreadable(one: &Reference) -> String {
    finding::unreadable(&one.name.to_string())
}
