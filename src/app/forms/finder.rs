//! The list of records that a field can refer to: found on the server as one types, chosen into all
//! columns of the foreign key, or created in place.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go};
use crate::app::problem::Problem;
use crate::db::contract::lookup::{Found, Label, Named};
use crate::db::contract::{Fault, LookupReply, LookupRequest, QueryId, Reply, Request};
use crate::domain::record::Record;
use crate::domain::reference::{Choice, Reference};
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::input::event::{Key, KeyCode};

use super::pick::Step;
use super::{At, Form, Forms, Mode, Question, draft, edit};

/// The most records that are listed; typing finds the others.
pub const MOST: u16 = 20;

/// The list that is open under a field that refers to a record.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    /// The foreign key, as a position among those of the table.
    pub reference: usize,
    /// What was typed to find a record.
    pub typed: String,
    /// The entry under the cursor.
    pub selected: usize,
    /// What was found last, perhaps for less than what is typed by now.
    pub found: Option<Found>,
    /// Why nothing can be listed.
    pub problem: Option<String>,
    /// The question that is under way.
    pub query: Option<QueryId>,
    /// Whether something was chosen by typing or moving, so that going on takes it.
    moved: bool,
    /// Whether the first record is to be taken as soon as it is known.
    choosing: bool,
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
    match (key.text(), key.code) {
        (Some(sign), _) => finder.typed.push(sign),
        (None, KeyCode::Backspace) if finder.typed.pop().is_some() => {}
        _ => return,
    }
    typed(form, out);
}

/// Takes a paste in the list.
pub fn paste(form: &mut Form, text: &str, out: &mut Outbox) {
    if let Some(finder) = &mut form.finder {
        let line = text.trim().chars().filter(|sign| !sign.is_control());
        finder.typed.extend(line);
        typed(form, out);
    }
}

/// Moves in the list, takes an entry, or closes it.
pub fn step(form: &mut Form, step: Step, cx: &Context, out: &mut Outbox) {
    let Some(finder) = &mut form.finder else {
        return;
    };
    let last = finder.found.as_ref().map_or(0, |found| found.choices.len());
    match step {
        Step::Close => close(form, out),
        Step::Choose => choose_or_wait(form, cx, out),
        Step::Up => {
            finder.selected = finder.selected.saturating_sub(1);
            finder.moved = true;
        }
        Step::Down => {
            finder.selected = (finder.selected + 1).min(last.saturating_sub(1));
            finder.moved = true;
        }
    }
}

/// Closes the list before something else is done; what typing or moving found is taken. Returns
/// whether that is all that was meant: nothing was typed that found nothing to choose.
pub fn settle(form: &mut Form, cx: &Context, out: &mut Outbox) -> bool {
    let Some(finder) = form.finder.clone() else {
        return true;
    };
    close(form, out);
    let chosen = finder.found.filter(|_| finder.query.is_none());
    let chosen = chosen.and_then(|found| found.choices.into_iter().nth(finder.selected));
    match chosen {
        _ if !finder.moved => true,
        Some(choice) => {
            choose(form, finder.reference, &choice, cx, out);
            true
        }
        None => {
            let name = form.column_name(form.focus);
            let typed = text::line(&finder.typed).into_owned();
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
    finder.query = None;
    match reply {
        Ok(Reply::Lookup(LookupReply::Found(found))) => {
            let here = |choice: &Choice| Some(&choice.key) == present.as_ref();
            let here = found.choices.iter().position(here);
            let last = found.choices.len().saturating_sub(1);
            finder.selected = match here.filter(|_| !finder.moved) {
                Some(here) => here,
                None => finder.selected.min(last),
            };
            finder.found = Some(found);
        }
        Ok(_) => {
            form.finder = None;
            out.drop_held();
            return out.tell(Mood::Warning, why.unwrap_or_default());
        }
        Err(fault) => {
            finder.problem = Some(Problem::from(fault).what);
            finder.choosing = false;
            return out.drop_held();
        }
    }
    if std::mem::take(&mut finder.choosing) {
        choose_or_wait(form, cx, out);
    }
}

/// Leaves the form for a new record of the table that is listed; what is typed here stays.
pub fn create(form: &mut Form, out: &mut Outbox) {
    let (Some(finder), Some(one)) = (&form.finder, reference(form)) else {
        return;
    };
    let may = finder.found.as_ref().is_none_or(|found| found.may_create);
    if !may {
        let name = text::line(&one.name.to_string()).into_owned();
        return out.tell(
            Mood::Warning,
            format!("You may not create records in {name}"),
        );
    }
    let (table, reference) = (one.table, finder.reference);
    let typed = finder.typed.trim().to_owned();
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
        let labels = choice.labels.iter().filter(|label| !label.is_empty());
        let labels: Vec<&str> = labels.map(String::as_str).collect();
        form.names.learn(record, Label::Is(labels.join(" · ")));
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

fn typed(form: &mut Form, out: &mut Outbox) {
    if let Some(finder) = &mut form.finder {
        finder.selected = 0;
        finder.moved = true;
    }
    ask(form, out);
}

/// Asks for what fits what is typed; an older question is given up.
fn ask(form: &mut Form, out: &mut Outbox) {
    let Some(one) = reference(form) else { return };
    let (table, key) = (one.table, one.theirs.clone());
    stop(form, out);
    let Some(finder) = &mut form.finder else {
        return;
    };
    finder.problem = None;
    out.speak_for(Asker::Form(form.id));
    let query = out.ask(Request::Lookup(LookupRequest::Find {
        table,
        key,
        typed: finder.typed.clone(),
        limit: MOST,
    }));
    finder.query = Some(query);
    form.asked.push((query, Question::Find));
}

/// Takes the entry under the cursor; one that is still on its way is waited for, and so are the keys
/// that follow.
fn choose_or_wait(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let Some(finder) = &mut form.finder else {
        return;
    };
    if let Some(query) = finder.query {
        finder.choosing = true;
        out.hold = Some(query);
        return;
    }
    let reference = finder.reference;
    let choices = finder.found.as_ref().map(|found| &found.choices);
    match choices.and_then(|all| all.get(finder.selected)).cloned() {
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
    let query = form.finder.as_mut().and_then(|finder| finder.query.take());
    if let Some(query) = query {
        form.asked.retain(|(asked, _)| *asked != query);
        out.cancel(query);
    }
}

fn unreadable(one: &Reference) -> String {
    let name = text::line(&one.name.to_string()).into_owned();
    format!("You may not read {name}, so it cannot be listed; type the key itself")
}
