//! The form in which fields are set for many rows at once: empty, so that only what is set changes.
//! What is set is a draft on disk like that of a record, with the rows it is for.

use std::collections::BTreeSet;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{FormId, Go};
use crate::app::problem::Problem;
use crate::domain::draft::{Draft, DraftId, Rows};
use crate::domain::record::RecordKey;
use crate::domain::table::{Shape, TableId};
use crate::domain::text;
use crate::input::action::{Action, BulkAction, Scope};

use super::{Form, Forms, Mode, check, draft, open, words};

/// What is said where no field may be set.
const NO_FIELD: &str = "You may not change any field here";

impl Forms {
    /// Opens the form for these rows of a table; what was set for the same rows and not carried out is
    /// still in it. What was set for others stays a draft of theirs.
    pub fn open_for_many(
        &mut self,
        table: TableId,
        rows: Rows,
        cx: &Context,
        out: &mut Outbox,
    ) -> Option<FormId> {
        let own = |form: &&mut Form| form.table == table && is_for(form, &rows);
        if let Some(form) = self.open.values_mut().find(own) {
            go_on_with(form, rows, out);
            return Some(form.id);
        }
        let shape = cx.shapes.get(&table)?;
        if !shape.columns.iter().any(|column| column.may_update) {
            out.tell(Mood::Warning, NO_FIELD);
            return None;
        }
        tell_waiting(shape, cx, out);
        let make = |form: &mut Form| {
            form.mode = Mode::Many;
            form.rows = rows;
        };
        Some(self.begin_with(table, None, true, make, cx, out))
    }

    /// Opens the form of a draft, with the rows it is for; the columns are asked for where they are
    /// not known.
    pub fn open_draft_of_many(
        &mut self,
        table: TableId,
        wanted: DraftId,
        rows: Rows,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let own = |form: &&mut Form| form.draft.id.as_ref() == Some(&wanted);
        if let Some(form) = self.open.values_mut().find(own) {
            go_on_with(form, rows, out);
            return form.id;
        }
        let make = |form: &mut Form| {
            form.mode = Mode::Many;
            form.rows = rows;
            form.draft.wanted = Some(wanted);
        };
        self.begin_with(table, None, true, make, cx, out)
    }

    /// The rows are about to be written: the form is closed, and its draft stays on disk until it is
    /// known what became of each. Returns the draft.
    pub fn hand_over(&mut self, id: FormId, cx: &Context, out: &mut Outbox) -> Option<Draft> {
        let mut form = self.open.remove(&id)?;
        draft::make(&mut form, cx, out)
    }
}

/// Whether a form is for just these rows, in whatever order they were marked.
fn is_for(form: &Form, rows: &Rows) -> bool {
    let (own, keys) = (&form.rows.keys, &rows.keys);
    let as_many = own.len() == keys.len() && form.rows.run == rows.run;
    form.mode == Mode::Many && as_many && {
        let own: BTreeSet<&RecordKey> = own.iter().collect();
        keys.iter().all(|key| own.contains(key))
    }
}

/// What was set goes on.
fn go_on_with(form: &mut Form, rows: Rows, out: &mut Outbox) {
    form.left = false;
    let others = form.rows != rows;
    form.rows = rows;
    let set = form.changed_count();
    if set == 0 {
        return;
    }
    form.draft.unwritten |= others;
    if let Some(id) = form.draft.id.clone().filter(|_| form.draft.written) {
        out.effect(Effect::ClaimDraft(id));
    }
    let set = words::count(set, "field");
    out.tell(Mood::Told, format!("{set} still set from before"));
}

/// Says that fields were set for rows of this table before, where that waits as a draft.
fn tell_waiting(shape: &Shape, cx: &Context, out: &mut Outbox) {
    let of_table = |draft: &&Draft| draft.rows.is_some() && draft.table == shape.name;
    let mut waiting = cx.drafts.iter().filter(|draft| !draft.elsewhere);
    if let Some(draft) = waiting.find(of_table) {
        let key = words::drafts_key(cx);
        out.tell(Mood::Told, format!("{} wait as a draft{key}", about(draft)));
    }
}

/// The columns are known: an empty form, and what its draft says.
pub fn shaped(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let columns = form.shape.as_ref().map_or(0, |shape| shape.columns.len());
    open::show_empty(form, columns);
    let Some(first) = first_field(form) else {
        form.base = Loadable::Failed(Problem::new(NO_FIELD).kept("the draft is kept"));
        return out.drop_held();
    };
    form.focus = first;
    let wanted = form.draft.wanted.take();
    let found = |id: DraftId| cx.drafts.iter().find(|draft| draft.id == id);
    if let Some(mut draft) = wanted.and_then(found).cloned() {
        // What is typed at this moment is not typed a second time.
        if form.draft.held > 0 {
            draft.held.clear();
        }
        form.draft.unwritten |= std::mem::take(&mut form.draft.held) > 0;
        draft::apply(form, &draft, None, cx, out);
    }
}

/// The first field to set: not one that may not be set, nor the key.
fn first_field(form: &Form) -> Option<usize> {
    let key = form.shape.as_ref().map_or(&[][..], |shape| &shape.key);
    let open = |at: &usize| form.fields[*at].locked.is_none();
    let mut all = (0..form.fields.len()).filter(open);
    let first = all.clone().find(|at| !key.contains(at));
    first.or_else(|| all.next())
}

/// Writes the keys that are typed for a draft whose columns have not come yet.
pub fn write_held(form: &mut Form, keys: Vec<String>, cx: &Context, out: &mut Outbox) {
    let wanted = form.draft.wanted.as_ref();
    let Some(draft) = cx.drafts.iter().find(|draft| Some(&draft.id) == wanted) else {
        return;
    };
    form.draft.held = keys.len();
    let draft = Draft {
        held: keys,
        typed_at: cx.now,
        ..draft.clone()
    };
    out.effect(Effect::WriteDraft(Box::new(draft)));
}

/// What stands for the key in the name of a draft's file.
pub fn name(form: &Form) -> RecordKey {
    RecordKey(vec![format!("{} rows", form.rows.keys.len())])
}

/// What a draft is: `3 fields for 214 rows of equipment`.
pub fn about(draft: &Draft) -> String {
    let fields = words::count(draft.changed().count() + draft.left_out.len(), "field");
    let table = draft.table.to_string();
    format!("{fields} for {} of {}", rows_of(draft), text::line(&table))
}

/// How many rows a draft is for: `214 rows`.
pub fn rows_of(draft: &Draft) -> String {
    let rows = draft.rows.as_ref().map_or(0, |rows| rows.keys.len());
    words::count(rows, "row")
}

/// Says that a draft goes on.
pub fn continued(form: &Form, draft: &Draft, cx: &Context) -> String {
    let at = words::clock(draft.typed_at, cx);
    let fields = words::count(form.changed_count(), "field");
    let again = match draft.left_out.as_slice() {
        [] => String::new(),
        names => format!("; set {} again", draft::listed(names)),
    };
    let rows = form.label();
    format!("Draft of {at} continued: {fields} set for {rows}, nothing written{again}")
}

/// Says that what was set is kept, and how one comes back to it.
pub fn tell_kept(form: &Form, cx: &Context, out: &mut Outbox) {
    let set = words::count(form.changed_count(), "field");
    let change = Action::Bulk(BulkAction::ChangeMarked);
    let keys = cx.keymap.keys(change, &[Scope::Grid]);
    let key = keys
        .first()
        .map_or("change-marked".into(), ToString::to_string);
    let line = format!("{set} for {} kept as a draft; {key} goes on", form.label());
    draft::tell_kept(form, line, cx, out);
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
    let rows = form.label().to_uppercase();
    format!("CHANGE {rows} OF {}", text::line(&form.table_label()))
}
