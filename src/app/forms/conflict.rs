//! A save that met somebody else's: what was merged, what has to be decided, and saving what was
//! decided under the guard of theirs. Nothing is decided here in a person's stead.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::merge::{self, Merge, Merged};
use crate::domain::record::{LastChange, Record};
use crate::domain::value::{Entry, Value};

use super::field::FieldError;
use super::save::{What, change_of, dispatch, send, whole};
use super::{At, Form, check, form, outcome, words};

/// A save that met somebody else's.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The record as somebody else left it; `None` when it is gone.
    pub theirs: Option<Box<Record>>,
    /// Who and when, as far as known.
    pub by: Option<LastChange>,
    /// What the person decided, by column.
    pub choices: BTreeMap<usize, Choice>,
    /// The columns that had to be decided, also when typing made them agree since.
    pub clashed: BTreeSet<usize>,
    /// The columns that were decided over values which are no longer the same: they are asked anew,
    /// whether or not they still clash.
    pub reopened: BTreeSet<usize>,
}

/// Which of the three values a field is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// What you typed.
    Yours,
    /// What somebody else saved.
    Theirs,
    /// What was there before both.
    Was,
}

/// One field of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The column.
    pub column: usize,
    /// How it came out of merging.
    pub merged: Merged,
    /// What was decided, by the person or because only one side changed it.
    pub choice: Option<Choice>,
}

/// What follows from the choices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The columns that nobody decided yet.
    pub undecided: Vec<usize>,
    /// What has to be written over theirs, by column.
    pub entries: Vec<Option<Entry>>,
}

/// Takes note of what a save met; earlier choices stay where the values are the same.
pub fn met(form: &mut Form, theirs: Option<Box<Record>>, by: Option<LastChange>) {
    let (mut choices, mut reopened) = (BTreeMap::new(), BTreeSet::new());
    if let Some(before) = form.conflict.take() {
        let value = |record: &Option<Box<Record>>, column: usize| {
            record
                .as_ref()
                .and_then(|record| record.values.get(column).cloned())
        };
        reopened = before.reopened;
        for (column, choice) in before.choices {
            if value(&before.theirs, column) == value(&theirs, column) {
                choices.insert(column, choice);
            } else {
                reopened.insert(column);
            }
        }
    }
    form.conflict = Some(Conflict {
        theirs,
        by,
        choices,
        clashed: BTreeSet::new(),
        reopened,
    });
    let merge = merge(form).unwrap_or_default();
    if let Some(conflict) = &mut form.conflict {
        let settled = |merged| matches!(merged, Merged::Unchanged | Merged::Same);
        let fields = &merge.fields;
        conflict
            .reopened
            .retain(|column| !fields.get(*column).copied().is_none_or(settled));
        conflict.clashed.extend(merge.columns(Merged::Clash));
        conflict.clashed.extend(conflict.reopened.iter());
    }
}

/// Merges the form with theirs, as it is typed now.
pub fn merge(form: &Form) -> Option<Merge> {
    let base = &form.base.ready()?.values;
    let theirs = &form.conflict.as_ref()?.theirs.as_ref()?.values;
    Some(merge::record(base, theirs, &form.entries()))
}

/// Returns the fields that both changed to different values.
pub fn clashing(form: &Form) -> Vec<Item> {
    items(form, |column, merged| {
        merged == Merged::Clash || has_clashed(form, column)
    })
}

/// Returns the fields that were merged without asking and can be turned back.
pub fn merged(form: &Form) -> Vec<Item> {
    items(form, |column, merged| {
        matches!(merged, Merged::Yours | Merged::Theirs)
            && !has_clashed(form, column)
            && form.fields[column].locked.is_none()
    })
}

/// Whether the record is gone.
pub fn is_deleted(form: &Form) -> bool {
    form.conflict
        .as_ref()
        .is_some_and(|conflict| conflict.theirs.is_none())
}

/// Returns how many of the fields to decide are decided.
pub fn decided(form: &Form) -> usize {
    let items = clashing(form);
    let open = |item: &&Item| item.choice.is_some() || item.merged == Merged::Same;
    items.iter().filter(open).count()
}

/// Decides a field.
pub fn choose(form: &mut Form, column: usize, choice: Choice) {
    if let Some(conflict) = &mut form.conflict {
        conflict.choices.insert(column, choice);
    }
}

/// Says what follows from the choices for a merge of these three.
pub fn resolve(
    base: &[Value],
    theirs: &[Value],
    yours: &[Option<Entry>],
    decided: impl Fn(usize, Merged) -> Option<Choice>,
) -> Resolution {
    let merge = merge::record(base, theirs, yours);
    let mut resolution = Resolution::default();
    for (column, merged) in merge.fields.iter().enumerate() {
        let (base, theirs) = (value(base, column), value(theirs, column));
        let choice = decided(column, *merged);
        let entry = match (merged, choice) {
            (Merged::Unchanged | Merged::Same, _) | (_, Some(Choice::Theirs)) => None,
            (_, Some(Choice::Yours)) => {
                let typed = yours.get(column).cloned().flatten();
                typed.or_else(|| Some(Entry::Value(base.clone())))
            }
            (_, Some(Choice::Was)) => Some(Entry::Value(base.clone())),
            (_, None) => {
                resolution.undecided.push(column);
                None
            }
        };
        let differs = |entry: &Entry| !matches!(entry, Entry::Value(value) if value == theirs);
        resolution.entries.push(entry.filter(differs));
    }
    resolution
}

/// Returns what the form's conflict comes to with these entries of the person.
pub fn resolution(form: &Form, yours: &[Option<Entry>]) -> Option<Resolution> {
    let conflict = form.conflict.as_ref()?;
    let theirs = conflict.theirs.as_ref()?;
    let base = form.base.ready()?;
    let decided = |column, merged| conflict.choice(column, merged);
    Some(resolve(&base.values, &theirs.values, yours, decided))
}

/// Saves what was decided, under the guard of theirs. Says the first undecided column, if any.
pub fn save(form: &mut Form, at: At, cx: &Context, out: &mut Outbox) -> Option<usize> {
    if form.saving.is_some() {
        out.tell(Mood::Told, "Still saving");
        return None;
    }
    let Some(resolution) = resolution(form, &form.entries()) else {
        let line = "The record is gone: create it again, or keep your typing as a draft";
        out.tell(Mood::Warning, line);
        return None;
    };
    if let Some(first) = resolution.undecided.first() {
        let fields = words::count(resolution.undecided.len(), "field");
        out.tell(
            Mood::Warning,
            format!("Not saved: {fields} not decided yet"),
        );
        return Some(*first);
    }
    if let Some(column) = first_fault(form, &resolution) {
        out.tell(Mood::Failed, "Not saved: a field has to be put right first");
        return Some(column);
    }
    let theirs = form
        .conflict
        .as_ref()
        .and_then(|conflict| conflict.theirs.clone())?;
    let changes = form::changes(&resolution.entries);
    if changes.is_empty() {
        let entries = form.entries();
        outcome::nothing_left(form, *theirs, &entries, at, cx, out);
        return None;
    }
    let key = theirs.key.clone().or(form.key.clone())?;
    send(form, change_of(key, &theirs), changes, out);
    None
}

/// Creates the deleted record again from what was read and typed.
pub fn recreate(form: &mut Form, out: &mut Outbox) {
    if form.saving.is_some() || !is_deleted(form) {
        return;
    }
    if let Some(why) = super::open::why_not(form, super::open::Right::Create) {
        return out.tell(Mood::Warning, why);
    }
    let changes = whole(form);
    send(form, What::Create, changes, out);
}

/// Sends a save anew over theirs, because nothing in it has to be decided.
pub fn again(
    form: &mut Form,
    mut saving: super::save::Saving,
    theirs: &Record,
    entries: &[Option<Entry>],
    out: &mut Outbox,
) {
    let Some(key) = theirs.key.clone().or(form.key.clone()) else {
        return;
    };
    let request = out.request_id();
    saving.sent.request = request;
    saving.sent.what = change_of(key, theirs);
    saving.sent.changes = form::changes(entries);
    saving.course.tries += 1;
    saving.course.asked_before = false;
    dispatch(form, saving.sent, saving.course, out);
}

fn has_clashed(form: &Form, column: usize) -> bool {
    let conflict = form.conflict.as_ref();
    conflict.is_some_and(|conflict| conflict.clashed.contains(&column))
}

fn items(form: &Form, wanted: impl Fn(usize, Merged) -> bool) -> Vec<Item> {
    let Some(merge) = merge(form) else {
        return Vec::new();
    };
    let conflict = form.conflict.as_ref();
    let all = merge.fields.into_iter().enumerate();
    all.filter(|(column, merged)| wanted(*column, *merged))
        .map(|(column, merged)| Item {
            column,
            merged,
            choice: conflict.and_then(|conflict| conflict.choice(column, merged)),
        })
        .collect()
}

impl Conflict {
    /// Returns what was decided for a field, by the person or because only one side changed it.
    fn choice(&self, column: usize, merged: Merged) -> Option<Choice> {
        let by_itself = by_itself(merged).filter(|_| !self.reopened.contains(&column));
        self.choices.get(&column).copied().or(by_itself)
    }
}

/// What is taken without asking.
fn by_itself(merged: Merged) -> Option<Choice> {
    match merged {
        Merged::Yours => Some(Choice::Yours),
        Merged::Theirs => Some(Choice::Theirs),
        Merged::Unchanged | Merged::Same | Merged::Clash => None,
    }
}

fn value(values: &[Value], column: usize) -> &Value {
    values.get(column).unwrap_or(&Value::Null)
}

/// Marks what cannot be a value of its column, and returns the first such column.
fn first_fault(form: &mut Form, resolution: &Resolution) -> Option<usize> {
    form.clear_errors();
    let shape = form.shape.clone()?;
    let mut first = None;
    for (column, entry) in resolution.entries.iter().enumerate() {
        let Some(Entry::Value(value)) = entry else {
            continue;
        };
        if let Some(what) = check::value_fault(&shape.columns[column], value) {
            form.fields[column].error = Some(FieldError::new(what));
            first = first.or(Some(column));
        }
    }
    first
}
