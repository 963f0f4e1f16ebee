//! What others saved in the fields of a form that is edited, before it is saved: which fields, by
//! whom, and which of them will have to be decided. The form itself is never touched.

use std::collections::BTreeMap;

use crate::domain::merge::{self, Merged};
use crate::domain::value::Value;

use super::decide::{self, Decisions, Sides};
use super::follow::Seen;
use super::{Form, edit};

/// Returns the fields that somebody saved since the record was read, in order.
pub fn fields(form: &Form) -> Vec<usize> {
    let now = form.newer.as_ref().and_then(|newer| newer.record.as_ref());
    let Some(now) = now.filter(|_| form.conflict.is_none()) else {
        return Vec::new();
    };
    let differs = |column: &usize| now.values.get(*column) != Some(form.base_value(*column));
    (0..form.fields.len()).filter(differs).collect()
}

/// Returns who saved a field, and when, as far as known.
pub fn by(form: &Form, column: usize) -> Seen {
    let Some(newer) = &form.newer else {
        return Seen::default();
    };
    let own = newer.by.get(&column);
    own.unwrap_or(&newer.seen).clone()
}

/// Returns how many fields will have to be decided if it is saved as it is typed now.
pub fn to_decide(form: &Form) -> usize {
    let (Some(base), Some(newer)) = (form.base.ready(), &form.newer) else {
        return 0;
    };
    let Some(theirs) = &newer.record else {
        return 0;
    };
    let (yours, open) = (form.entries(), decide::open(form));
    let sides = Sides {
        base: &base.values,
        theirs: &theirs.values,
        yours: &yours,
        couples: &form.couples,
        open: &open,
    };
    sides.resolve(&Decisions::default()).undecided.len()
}

/// Goes to the next field that somebody else saved, in a circle; says whether there is one.
pub fn next(form: &mut Form) -> bool {
    let fields = fields(form);
    let after = fields.iter().find(|column| **column > form.focus);
    let Some(column) = after.or(fields.first()).copied() else {
        return false;
    };
    edit::focus(form, column);
    true
}

/// Returns who saved which fields, now that the record has these values: `seen` those that differ
/// from what was known before.
pub fn attribution(form: &Form, seen: &Seen, values: &[Value]) -> BTreeMap<usize, Seen> {
    let newer = form.newer.as_ref();
    let mut by = newer.map_or_else(BTreeMap::new, |newer| newer.by.clone());
    let known = newer.and_then(|newer| newer.record.as_deref());
    let Some(before) = known.or(form.base.ready()) else {
        return by;
    };
    let changed = merge::record(&before.values, values, &[]).columns(Merged::Theirs);
    by.extend(changed.into_iter().map(|column| (column, seen.clone())));
    if seen.who.is_some() {
        // Somebody was noticed before their name was told.
        let nameless = by.values_mut().filter(|by| by.who.is_none());
        nameless.for_each(|by| *by = seen.clone());
    }
    by
}
