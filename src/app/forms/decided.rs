//! What was decided of a conflict goes into the draft and comes back from it: a choice counts only
//! over the value that it was made over, whatever was saved since.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::context::Context;
use crate::domain::draft::{Decided, DecidedField, Draft};
use crate::domain::record::{Guard, LastChange, Record};
use crate::domain::table::Shape;
use crate::domain::value::Value;

use super::conflict::{self, Conflict};
use super::decide::Decisions;
use super::{Form, draft, gone};

/// What was decided, for the draft; `None` where nothing was. What a secret is over is written nowhere.
pub fn of(form: &Form, shape: &Shape, cx: &Context) -> Option<Decided> {
    let met = form.conflict.as_ref();
    let met = met.filter(|met| !met.into && met.miss.is_none())?;
    let theirs = met.theirs.as_ref()?;
    let made = met.decisions.choices.keys();
    let columns: BTreeSet<usize> = made.chain(&met.decisions.reopened).copied().collect();
    let fields = columns.into_iter().filter_map(|at| {
        let column = shape.columns.get(at)?;
        (!draft::is_secret(shape, at, cx)).then(|| DecidedField {
            column: column.name.clone(),
            number: Some(column.number),
            theirs: theirs.values.get(at).cloned().unwrap_or(Value::Null),
            choice: met.decisions.choices.get(&at).copied(),
            asked: met.clashed.contains(&at),
            before_both: met.before_both.get(&at).cloned(),
        })
    });
    let fields: Vec<DecidedField> = fields.collect();
    (!fields.is_empty()).then(|| Decided {
        guard: theirs.guard.clone(),
        fields,
    })
}

/// Meets the conflict of a draft again over the record as it is now; what was typed is in the fields.
/// Where that may be another record, the save is left to find out and asks everything anew.
pub fn again(form: &mut Form, draft: &Draft, fresh: &Record, cx: &Context) {
    let Some(decided) = &draft.decided else {
        return;
    };
    let began_anew = fresh.guard.version < decided.guard.version;
    let another = !cx.is_shared() && gone::may_be_another(form, fresh);
    if form.newer.is_none() || began_anew || another {
        return;
    }
    let (then, asked) = as_it_was(form, draft, decided, fresh);
    form.conflict = Some(then);
    conflict::met(form, Some(Box::new(fresh.clone())), None);
    let Some(met) = &mut form.conflict else {
        return;
    };
    // Whether it had to be decided is known of what was, also where typing made the sides agree.
    let holds = |column: &usize| met.decisions.choices.contains_key(column);
    met.clashed.extend(asked.into_iter().filter(holds));
    if met.decisions == Decisions::default() {
        form.conflict = None;
    }
}

/// The conflict as it was when it was decided, and which columns had to be.
fn as_it_was(
    form: &Form,
    draft: &Draft,
    decided: &Decided,
    fresh: &Record,
) -> (Conflict, BTreeSet<usize>) {
    let mut theirs = fresh.clone();
    theirs.guard = decided.guard.clone();
    let (mut decisions, mut before_both) = (Decisions::default(), BTreeMap::new());
    let mut asked = BTreeSet::new();
    for field in &decided.fields {
        let column = form.shape.as_ref().and_then(|shape| {
            let at = draft.column_called(&field.column, field.number, shape)?;
            theirs.values.get_mut(at).map(|value| (at, value))
        });
        let Some((at, value)) = column else {
            continue;
        };
        value.clone_from(&field.theirs);
        before_both.extend(field.before_both.clone().map(|text| (at, text)));
        asked.extend(field.asked.then_some(at));
        match field.choice {
            Some(choice) => {
                decisions.choices.insert(at, choice);
            }
            None => {
                decisions.reopened.insert(at);
            }
        }
    }
    let then = Conflict {
        theirs: Some(Box::new(theirs)),
        by: None,
        by_field: BTreeMap::new(),
        miss: None,
        decisions,
        before_both,
        clashed: BTreeSet::new(),
        refused: BTreeSet::new(),
        into: false,
    };
    (then, asked)
}

/// How much of what has to be decided is: `1 of 2 decided`.
pub fn so_far(form: &Form) -> Option<String> {
    form.conflict.as_ref()?;
    let all = conflict::clashing(form).len();
    (all > 0).then(|| format!("{} of {all} decided", conflict::decided(form)))
}

/// It is known who made the record what it is by now: so it is known of the conflict with it.
pub fn named(form: &mut Form, by: &LastChange, now: &Guard) {
    let met = form.conflict.as_mut().filter(|met| met.by.is_none());
    let of_theirs = |met: &&mut Conflict| met.theirs.as_ref().is_some_and(|it| it.guard == *now);
    if let Some(met) = met.filter(of_theirs) {
        met.by = Some(by.clone());
    }
}
