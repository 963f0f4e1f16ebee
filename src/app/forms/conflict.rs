//! A save that met somebody else's: what was merged, what has to be decided, and saving what was
//! decided under the guard of theirs. Nothing is decided here in a person's stead.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::db::contract::records::Miss;
use crate::domain::diff;
use crate::domain::merge::{self, Merge, Merged, Unit};
use crate::domain::record::{LastChange, Record};
use crate::domain::value::{Entry, Value};

use super::decide::{self, Decisions, Sides};
use super::field::{Field, FieldError};
use super::save::{change_of, dispatch, send};
use super::{At, Form, check, form, gone, outcome, words};

pub use super::decide::{Choice, Item, Resolution};

/// A save that met somebody else's.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The record as somebody else left it; `None` when it is gone.
    pub theirs: Option<Box<Record>>,
    /// Who and when, as far as known.
    pub by: Option<LastChange>,
    /// Who saved which fields, where it was not the one named above.
    pub by_field: BTreeMap<usize, LastChange>,
    /// Why the record is gone, or another one by now; `None` where it was only changed.
    pub miss: Option<Miss>,
    /// What the person decided.
    pub decisions: Decisions,
    /// What you had typed where both changes were put together since.
    pub before_both: BTreeMap<usize, String>,
    /// The columns that had to be decided, also when typing made them agree since.
    pub clashed: BTreeSet<usize>,
    /// The columns that the server refused as they were merged: the halves belong together.
    pub refused: BTreeSet<usize>,
    /// Whether what was typed for a new record is put into this one.
    pub into: bool,
}

/// Takes note of what a save met; earlier choices stay where the values are the same.
pub fn met(form: &mut Form, theirs: Option<Box<Record>>, by: Option<LastChange>) {
    let (mut decisions, mut before_both) = (Decisions::default(), BTreeMap::new());
    let (mut miss, mut by_field) = (None, BTreeMap::new());
    if let Some(before) = form.conflict.take() {
        if let (Some(then), Some(now)) = (&before.theirs, &theirs) {
            // What is as it was met before is by whoever had saved it then.
            for column in
                (0..now.values.len()).filter(|at| then.values.get(*at) == now.values.get(*at))
            {
                let known = before.by_field.get(&column).or(before.by.as_ref());
                by_field.extend(known.cloned().map(|by| (column, by)));
            }
        }
        before_both = before.before_both;
        // What was typed belongs to a record that was deleted, whatever became of the other since.
        let is_another = |miss: &Miss| matches!(miss, Miss::Replaced { .. });
        miss = before.miss.filter(is_another).filter(|_| theirs.is_some());
        let value = |record: &Option<Box<Record>>, column: usize| {
            record
                .as_ref()
                .and_then(|record| record.values.get(column).cloned())
        };
        decisions.reopened = before.decisions.reopened;
        for (column, choice) in before.decisions.choices {
            if value(&before.theirs, column) == value(&theirs, column) {
                decisions.choices.insert(column, choice);
            } else {
                decisions.reopened.insert(column);
            }
        }
    }
    form.conflict = Some(Conflict {
        theirs,
        by,
        by_field,
        miss,
        decisions,
        before_both,
        clashed: BTreeSet::new(),
        refused: BTreeSet::new(),
        into: false,
    });
    let merge = merge(form).unwrap_or_default();
    let all = all(form);
    if let Some(conflict) = &mut form.conflict {
        let settled = |merged| matches!(merged, Merged::Unchanged | Merged::Same);
        let fields = &merge.fields;
        let reopened = &mut conflict.decisions.reopened;
        reopened.retain(|column| !fields.get(*column).copied().is_none_or(settled));
        for (item, unit) in all {
            let anew = unit.columns.iter().any(|column| reopened.contains(column));
            if unit.contested || anew {
                conflict.clashed.insert(item.column);
            }
        }
    }
}

/// Asks again, before a form is saved, about what was decided as yours and set back since.
pub fn ask_again(form: &mut Form) {
    let (yours, open) = (form.entries(), decide::open(form));
    let decisions = sides(form, &yours, &open).zip(form.conflict.as_ref());
    let decisions = decisions.map(|(sides, met)| met.decisions.asked_again(&sides, &met.clashed));
    if let Some((met, decisions)) = form.conflict.as_mut().zip(decisions) {
        met.decisions = decisions;
    }
}

/// Names who saved a field, as far as known.
pub fn who(form: &Form, column: usize, cx: &Context) -> String {
    let Some(met) = &form.conflict else {
        return words::who(None, cx);
    };
    if met.into {
        return String::new();
    }
    if let Some(by) = met.by_field.get(&column) {
        return words::who(Some(by), cx);
    }
    let value = |record: &Option<Box<Record>>| record.as_ref()?.values.get(column).cloned();
    let told = form
        .newer
        .as_ref()
        .filter(|newer| value(&newer.record) == value(&met.theirs))
        .and_then(|newer| newer.by.get(&column)?.who.clone());
    told.unwrap_or_else(|| words::who(met.by.as_ref(), cx))
}

/// Merges the form with theirs, as it is typed now.
pub fn merge(form: &Form) -> Option<Merge> {
    let base = &form.base.ready()?.values;
    let theirs = &form.conflict.as_ref()?.theirs.as_ref()?.values;
    Some(merge::record(base, theirs, &form.entries()))
}

/// Returns the fields that a person has to decide: both changed them to different values, or each
/// changed a part of what belongs together.
pub fn clashing(form: &Form) -> Vec<Item> {
    let asked = |(item, unit): (Item, Unit)| is_asked(form, &unit).then_some(item);
    let mut items: Vec<Item> = all(form).into_iter().filter_map(asked).collect();
    // What was typed back to what was read stays where it was while it is typed.
    let clashed = form.conflict.iter().flat_map(|conflict| &conflict.clashed);
    for column in clashed {
        if !items.iter().any(|item| item.column == *column) {
            items.push(Item {
                column: *column,
                merged: Merged::Unchanged,
                choice: None,
                group: None,
            });
        }
    }
    items.sort_by_key(|item| (item.group.unwrap_or(item.column), item.column));
    items
}

/// Returns the fields that were merged without asking and can be turned back.
pub fn merged(form: &Form) -> Vec<Item> {
    merged_of(form, &form.entries())
}

/// The same of what was typed at another moment.
pub fn merged_of(form: &Form, yours: &[Option<Entry>]) -> Vec<Item> {
    let merged = |(item, unit): (Item, Unit)| {
        let one_side = matches!(item.merged, Merged::Yours | Merged::Theirs);
        let open = form.fields[item.column].locked.is_none();
        (one_side && open && !is_asked(form, &unit)).then_some(item)
    };
    all_of(form, yours).into_iter().filter_map(merged).collect()
}

/// Says why a field is decided together with others: `check equipment_dates`.
pub fn reason(form: &Form, column: usize) -> Option<String> {
    let all = all(form);
    let (_, unit) = all.iter().find(|(item, _)| item.column == column)?;
    let mut reasons: Vec<&str> = Vec::new();
    for couple in unit.couples.iter().filter_map(|at| form.couples.get(*at)) {
        if !reasons.contains(&couple.reason.as_str()) {
            reasons.push(&couple.reason);
        }
    }
    (!reasons.is_empty()).then(|| reasons.join(", "))
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
    items.iter().filter(|item| item.is_decided()).count()
}

/// Decides a field, with all that is decided together with it.
pub fn choose(form: &mut Form, column: usize, choice: Choice) {
    let all = all(form);
    let unit = all.into_iter().find(|(item, _)| item.column == column);
    let columns = unit.map_or_else(|| vec![column], |(_, unit)| unit.columns);
    if let Some(conflict) = &mut form.conflict {
        let choices = columns.into_iter().map(|column| (column, choice));
        conflict.decisions.choices.extend(choices);
        form.draft.unwritten = true;
    }
}

/// Makes one text of what both changed, as yours.
///
/// # Errors
/// A sentence that says why it cannot be done.
pub fn take_both(form: &mut Form, column: usize) -> Result<(), String> {
    let Some(Entry::Value(Value::Text(yours))) = form.fields.get(column).map(Field::content) else {
        return Err("only texts can be put together".into());
    };
    let Value::Text(base) = form.base_value(column).clone() else {
        return Err("there was no text before that both changed".into());
    };
    let theirs = form.conflict.as_ref().and_then(|met| met.theirs.as_ref());
    let theirs = theirs.and_then(|theirs| theirs.values.get(column));
    let Some(Value::Text(theirs)) = theirs.cloned() else {
        return Err("only texts can be put together".into());
    };
    let both = diff::both(&base, &theirs, &yours).map_err(|places| {
        let places = words::count(places, "place");
        format!("both changed {places} differently: decide, or edit yours")
    })?;
    form.fields[column].put(&Entry::Value(Value::text(both)));
    choose(form, column, Choice::Yours);
    if let Some(conflict) = &mut form.conflict {
        conflict.before_both.entry(column).or_insert(yours);
    }
    Ok(())
}

/// What taking back a field led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// What was merged is not: the other side is kept instead.
    Kept(Choice),
    /// It is merged again.
    Merged,
    /// It has to be decided again.
    Open,
}

/// Takes back what was decided for a field, and for all that is decided with it; what was merged
/// without asking is turned to the other side. `None` where there is nothing to take back.
pub fn take_back(form: &mut Form, column: usize) -> Option<TakenBack> {
    let (item, unit) = all(form)
        .into_iter()
        .find(|(item, _)| item.column == column)?;
    let asked = is_asked(form, &unit);
    let before = form.conflict.as_mut()?.before_both.remove(&column);
    if let Some(text) = before {
        form.fields[column].put(&Entry::Value(Value::text(text)));
    }
    form.draft.unwritten = true;
    let choices = &mut form.conflict.as_mut()?.decisions.choices;
    let decided = unit
        .columns
        .iter()
        .filter(|column| choices.contains_key(column));
    if decided.count() > 0 {
        choices.retain(|column, _| !unit.columns.contains(column));
        return Some(if asked {
            TakenBack::Open
        } else {
            TakenBack::Merged
        });
    }
    let other = match item.choice? {
        Choice::Theirs => Choice::Yours,
        Choice::Yours | Choice::Was => Choice::Theirs,
    };
    choices.extend(unit.columns.into_iter().map(|column| (column, other)));
    Some(TakenBack::Kept(other))
}

/// Returns what the form's conflict comes to with these entries of the person.
pub fn resolution(form: &Form, yours: &[Option<Entry>]) -> Option<Resolution> {
    let open = decide::open(form);
    let decisions = &form.conflict.as_ref()?.decisions;
    Some(sides(form, yours, &open)?.resolve(decisions))
}

/// Saves what was decided, under the guard of theirs. Says the first undecided column, if any.
pub fn save(form: &mut Form, at: At, cx: &Context, out: &mut Outbox) -> Option<usize> {
    if form.saving.is_some() {
        out.tell(Mood::Told, "Still saving");
        return None;
    }
    let Some(resolution) = resolution(form, &form.entries()) else {
        let line = match gone::may_recreate(form) {
            Some(_) => "The record is gone: create it again, or keep your typing as a draft",
            None => "The record cannot be seen: keep your typing as a draft",
        };
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

/// Every changed field, with those that are decided together with it.
fn all(form: &Form) -> Vec<(Item, Unit)> {
    all_of(form, &form.entries())
}

fn all_of(form: &Form, yours: &[Option<Entry>]) -> Vec<(Item, Unit)> {
    let open = decide::open(form);
    match (sides(form, yours, &open), &form.conflict) {
        (Some(sides), Some(conflict)) => decide::items(&sides, &conflict.decisions),
        _ => Vec::new(),
    }
}

fn sides<'a>(form: &'a Form, yours: &'a [Option<Entry>], open: &'a [bool]) -> Option<Sides<'a>> {
    Some(Sides {
        base: &form.base.ready()?.values,
        theirs: &form.conflict.as_ref()?.theirs.as_ref()?.values,
        yours,
        couples: &form.couples,
        open,
    })
}

/// Whether these fields have to be decided by a person, or had to be.
fn is_asked(form: &Form, unit: &Unit) -> bool {
    let clashed = form.conflict.as_ref().map(|conflict| &conflict.clashed);
    let had = |column: &usize| clashed.is_some_and(|clashed| clashed.contains(column));
    unit.contested || unit.columns.iter().any(had)
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
