//! Old values that are to be put into a record: restoring, and undoing one's own change. They become
//! edits like typed ones, so that checks, guard, merge and conflict are the ordinary ones; nothing is
//! saved here.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::past;
use crate::app::place::{FormId, Go, Place};
use crate::domain::history::Kept;
use crate::domain::record::{Guard, LastChange, Record};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::field::Lock;
use super::{Form, Mode, Question, called, claim, conflict, delete, draft, open, words};

/// What is to be done with a record once it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Puts values into its fields, as edits.
    Put(Put),
    /// Names the new record with what was typed to find it.
    Name(String),
    /// Asks whether to delete it: a creation is taken back. With what happened since, if anything.
    Delete(Option<String>),
}

/// Values for fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Put {
    /// What it is, in a few words: `BFM-001 as it was at 09:12`.
    pub what: String,
    /// The values, by column name.
    pub fields: Vec<PutField>,
    /// What cannot be put, and why: `notes: only its beginning was kept`.
    pub lost: Vec<String>,
    /// The version after one's own change, which the values were seen to replace.
    pub version: Option<i64>,
    /// Who changed the same since, as far as known.
    pub by: Option<LastChange>,
    /// The new record that they were typed for, where another one has its value.
    pub from: Option<FormId>,
}

impl Put {
    /// What creates a deleted record again: every value that was kept whole.
    pub fn creating(
        what: String,
        values: impl Iterator<Item = (String, Kept)>,
        withheld: u32,
    ) -> Self {
        let mut put = Self {
            what,
            ..Self::default()
        };
        for (column, kept) in values {
            match kept.whole() {
                Some(value) => put.fields.push(PutField {
                    over: None,
                    value: value.clone(),
                    column,
                }),
                None => put.lost.push(too_long(&column)),
            }
        }
        if withheld > 0 {
            put.lost.push(past::withheld(withheld));
        }
        put
    }
}

/// Says that a value cannot be put back whole.
pub fn too_long(column: &str) -> String {
    format!(
        "{} was too long, only its beginning was kept",
        text::line(column)
    )
}

/// A value for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutField {
    /// The column's name.
    pub column: String,
    /// What the field has to hold for this to be no more than taking one's own change back.
    pub over: Option<Value>,
    /// The value.
    pub value: Value,
}

/// Does what was wished for a record that has just been read, if anything was.
pub fn grant(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if form.base.ready().is_none() {
        return;
    }
    if form.mode == Mode::Read && matches!(form.wish, Some(Wish::Put(_))) && claim::is_needed(form)
    {
        // It waits for the claim, as typing would.
        let asked = |(_, question): &(_, Question)| matches!(question, Question::Claim);
        if !form.asked.iter().any(asked) {
            claim::ask(form, out);
        }
        return;
    }
    match form.wish.take() {
        None => {}
        Some(Wish::Delete(since)) => {
            if let Some(since) = since {
                out.tell(Mood::Warning, since);
            }
            delete::ask(form, out);
        }
        Some(Wish::Name(typed)) => called::name(form, &typed, cx, out),
        Some(Wish::Put(put)) => self::put(form, put, cx, out),
    }
}

fn put(form: &mut Form, put: Put, cx: &Context, out: &mut Outbox) {
    if form.is_changed() {
        let line = format!(
            "{} has edits of yours that are not saved: save them or throw them away first",
            form.label()
        );
        return out.tell(Mood::Warning, line);
    }
    if form.mode != Mode::Create
        && let Some(why) = open::why_not(form, open::Right::Update)
    {
        return out.tell(Mood::Warning, why);
    }
    let theirs = rebase(form, &put);
    if form.mode == Mode::Read {
        form.mode = Mode::Edit;
    }
    let mut lost = put.lost.clone();
    for field in &put.fields {
        lost.extend(put_one(form, field));
    }
    form.refreshed = None;
    form.merged_from = put.from;
    let first = (0..form.fields.len()).find(|column| form.entry(*column).is_some());
    form.focus = first.unwrap_or(form.focus);
    draft::typed(form, cx);
    match theirs {
        Some(theirs) if form.is_changed() => {
            conflict::met(form, Some(Box::new(theirs)), put.by.clone());
            let clashes = conflict::clashing(form).len();
            let fields = words::count(clashes, "field");
            let since = match put.from {
                Some(_) => "to decide",
                None => "changed since, to decide",
            };
            if let Some(met) = &mut form.conflict {
                met.into = put.from.is_some();
            }
            out.tell(Mood::Warning, format!("{}: {fields} {since}", put.what));
            out.go(Go::To(Place::Conflict(form.id)));
        }
        _ => tell(form, &put, &lost, out),
    }
    if !lost.is_empty() {
        let line = format!("Not put back: {}", lost.join("; "));
        out.tell(Mood::Warning, line);
    }
}

/// Where somebody changed since what one had made, that stays the base, so that the two are merged.
/// Returns the record as it is now in that case.
fn rebase(form: &mut Form, put: &Put) -> Option<Record> {
    let now = form.base.ready()?.clone();
    let shape = form.shape.clone()?;
    let mut mine = now.clone();
    let mut touched = false;
    for field in &put.fields {
        let (Some(over), Some(column)) = (&field.over, shape.column_named(&field.column)) else {
            continue;
        };
        let generated = shape
            .columns
            .get(column)
            .is_some_and(|column| column.generated);
        let value = mine.values.get_mut(column)?;
        if value != over && !generated {
            touched |= *value != field.value;
            *value = over.clone();
        }
    }
    if !touched {
        return None;
    }
    mine.guard = Guard {
        version: put.version,
        // No row has this number, so that the guard misses also where there is no version.
        xmin: Some("0".into()),
    };
    form.show(mine);
    Some(now)
}

/// Puts one value; says why not when it cannot be.
fn put_one(form: &mut Form, field: &PutField) -> Option<String> {
    let name = text::line(&field.column).into_owned();
    let column = form.shape.as_ref()?.column_named(&field.column);
    let Some(column) = column else {
        return Some(format!("{name} is no longer there"));
    };
    if *form.base_value(column) == field.value && form.mode != Mode::Create {
        return None;
    }
    match form.fields[column].locked {
        // It follows from the others by itself, or the server counts it.
        Some(Lock::Generated | Lock::Numbered) if form.mode != Mode::Create => None,
        Some(Lock::Generated | Lock::Numbered) => Some(format!("{name} is filled by the server")),
        Some(Lock::NoRight) => Some(format!("you may not change {name}")),
        Some(Lock::Role) => Some(format!("your roles do not let you change {name}")),
        None => {
            form.fields[column].put(&Entry::Value(field.value.clone()));
            None
        }
    }
}

fn tell(form: &Form, put: &Put, lost: &[String], out: &mut Outbox) {
    let changes = form.changed_count();
    if changes == 0 && lost.is_empty() {
        let line = format!("{}: everything is so already", put.what);
        return out.tell(Mood::Told, line);
    }
    let fields = words::count(changes, "field");
    out.tell(
        Mood::Told,
        format!("{}: {fields} put in, not saved yet", put.what),
    );
}
