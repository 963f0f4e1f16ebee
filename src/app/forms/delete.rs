//! Deleting an open record: what hangs on it first, then asked, guarded, and never what was changed
//! meanwhile.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{DependentsRequest, Fault, Request};
use crate::domain::dependents::Dependents;
use crate::domain::record::Record;
use crate::domain::text;

use super::follow::differing;
use super::open::{Right, why_not};
use super::save::{What, send};
use super::{Form, Question, words};

/// Begins to delete the record, or says why it cannot be: what hangs on it is looked for first.
pub fn ask(form: &mut Form, out: &mut Outbox) {
    if form.base.ready().is_none() || form.key.is_none() || form.saving.is_some() {
        return;
    }
    if let Some(why) = why_not(form, Right::Delete) {
        return out.tell(Mood::Warning, why);
    }
    let Some(key) = form.key.clone() else { return };
    let query = out.ask_holding(Request::Dependents(DependentsRequest::LoadDependents {
        table: form.table,
        keys: vec![key],
    }));
    form.asked.push((query, Question::Dependents));
}

/// What hangs on the record is known: asks, or says why deleting is not offered. A key typed before
/// that was seen answers nothing.
pub fn looked(form: &mut Form, known: Result<Dependents, Fault>, cx: &Context, out: &mut Outbox) {
    out.drop_held();
    let Some(key) = form.key.clone() else { return };
    let hanging = match known {
        Ok(known) if known.forbid() => {
            return out.go(Go::Dependents {
                table: form.table,
                key,
                refused: Some(Box::new(known)),
            });
        }
        Ok(known) => past::hanging(&known, cx),
        Err(Fault::Cancelled | Fault::SessionOver { .. }) => return,
        Err(fault @ (Fault::ConnectionLost | Fault::Unreachable { .. })) => {
            return out.tell_problem(&Problem::from(fault).kept("nothing was deleted"));
        }
        Err(fault) => vec![format!("What refers to it could not be counted: {fault}")],
    };
    let mut lines = vec![format!("From {}, for everybody.", form.table_label())];
    let others = cx
        .presence
        .iter()
        .filter(|one| Some(&one.key) == form.key.as_ref() && !one.mine);
    for other in others.take(3) {
        lines.push(words::presence(other, cx));
    }
    if form.is_changed() {
        let changes = words::count(form.changed_count(), "change");
        lines.push(format!("Your draft with {changes} goes with it."));
    }
    lines.extend(hanging);
    form.asked_to_delete = now(form);
    out.overlay(Overlay::Confirm(Confirm {
        title: format!("Delete {}?", form.label()),
        lines,
        yes: "delete".into(),
        then: Confirmed::DeleteRecord(form.id),
        danger: true,
    }));
}

/// The most changed fields that are named.
const MOST_NAMED: usize = 6;

/// What was to be deleted was changed: shows what, and offers another key to delete it all the same.
pub fn ask_anyway(form: &mut Form, before: &Record, after: &Record, out: &mut Outbox) {
    let columns = differing(before, after);
    let short = |record: &Record, column: usize| {
        let value = record.values.get(column).and_then(|value| value.as_text());
        value.map_or("NULL".to_owned(), |value| {
            text::line(value).chars().take(24).collect()
        })
    };
    let mut lines = vec!["It was changed meanwhile, and nothing was deleted:".to_owned()];
    lines.extend(columns.iter().take(MOST_NAMED).map(|column| {
        let (was, is) = (short(before, *column), short(after, *column));
        format!("{}: {was} → {is}", form.column_name(*column))
    }));
    if columns.len() > MOST_NAMED {
        let more = words::count(columns.len() - MOST_NAMED, "more field");
        lines.push(format!("and {more}"));
    }
    form.asked_to_delete = now(form);
    out.overlay(Overlay::Anyway(Confirm {
        title: format!("Delete {} all the same?", form.label()),
        lines,
        yes: "delete all the same".into(),
        then: Confirmed::DeleteRecord(form.id),
        danger: true,
    }));
}

/// The record as it is shown: once somebody's change was shown here, it is that record.
fn now(form: &Form) -> Option<Record> {
    let newer = form
        .newer
        .as_ref()
        .and_then(|newer| newer.record.as_deref());
    newer.or(form.base.ready()).cloned()
}

/// Deletes the record as it was read; if it changed since, nothing is deleted.
pub fn confirmed(form: &mut Form, _cx: &Context, out: &mut Outbox) {
    let asked = form.asked_to_delete.take();
    let (Some(base), Some(key)) = (now(form), form.key.clone()) else {
        return;
    };
    if form.saving.is_some() {
        return;
    }
    // It changed under the question: nobody has agreed to delete what it is by now.
    if let Some(asked) = asked.filter(|asked| asked.guard != base.guard) {
        ask_anyway(form, &asked, &base, out);
        let columns = words::columns(form, &differing(&asked, &base));
        let line =
            format!("Not deleted: {columns} was changed while you were asked; look at it first");
        return out.tell(Mood::Warning, line);
    }
    let what = What::Delete {
        key,
        guard: base.guard,
        base: base.values,
    };
    send(form, what, Vec::new(), out);
}
