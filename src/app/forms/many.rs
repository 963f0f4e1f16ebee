//! The form in which fields are set for many rows at once: empty, so that only what is set changes.
//! It has no draft on disk; what is typed stays while the program runs.

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go};
use crate::domain::record::{Guard, Record, RecordKey};
use crate::domain::table::TableId;
use crate::domain::text;
use crate::domain::value::Value;

use super::{Form, Forms, Mode, check, words};

impl Forms {
    /// Opens the form for these rows of a table; what was set and not carried out is still in it.
    pub fn open_for_many(
        &mut self,
        table: TableId,
        keys: Vec<RecordKey>,
        cx: &Context,
        out: &mut Outbox,
    ) -> Option<FormId> {
        let known = self.open.values_mut();
        let mut known = known.filter(|form| form.mode == Mode::Many && form.table == table);
        if let Some(form) = known.next() {
            form.left = false;
            form.keys = keys;
            let set = form.changed_count();
            if set > 0 {
                let set = words::count(set, "field");
                out.tell(Mood::Told, format!("{set} still set from before"));
            }
            return Some(form.id);
        }
        let shape = cx.shapes.get(&table)?.clone();
        let id = self.next_id();
        let mut form = Form::new(id, table, None, true);
        out.speak_for(Asker::Form(id));
        form.mode = Mode::Many;
        form.keys = keys;
        let empty = Record {
            key: None,
            guard: Guard::default(),
            values: vec![Value::Null; shape.columns.len()],
        };
        form.shape = Some(shape);
        form.base = Loadable::Idle;
        form.show(empty);
        let open = form.fields.iter().position(|field| field.locked.is_none());
        let Some(open) = open else {
            out.tell(Mood::Warning, "You may not change any field here");
            return None;
        };
        let key = form.shape.as_ref().map_or(&[][..], |shape| &shape.key);
        let first = (open..form.fields.len())
            .find(|at| form.fields[*at].locked.is_none() && !key.contains(at));
        form.focus = first.unwrap_or(open);
        self.open.insert(id, form);
        Some(id)
    }

    /// What was set for many rows and not carried out, in words; it is on no disk.
    pub fn set_for_many(&self) -> Option<String> {
        let form = self.open.values();
        let mut form = form.filter(|form| form.mode == Mode::Many && form.is_changed());
        form.next().map(|form| {
            let columns: Vec<usize> = form.changes().iter().map(|change| change.column).collect();
            let rows = words::count(form.keys.len(), "row");
            format!(
                "{} for {rows} of {}",
                words::columns(form, &columns),
                form.table_label()
            )
        })
    }
}

/// The fields are set: what would change is shown next, row by row. Nothing is written yet.
pub fn go_on(form: &mut Form, out: &mut Outbox) {
    if form.changes().is_empty() {
        return out.tell(
            Mood::Told,
            "No field is set: only fields that you set are changed",
        );
    }
    let wrong = check::check(form);
    if wrong > 0 {
        let fields = words::count(wrong, "field");
        return out.tell(Mood::Failed, format!("{fields} to put right first"));
    }
    out.go(Go::DryRun(form.id));
}

/// The heading of the form: the mode cannot be mistaken for another.
pub fn title(form: &Form) -> String {
    let rows = words::count(form.keys.len(), "row").to_uppercase();
    format!("CHANGE {rows} OF {}", text::line(&form.table_label()))
}
