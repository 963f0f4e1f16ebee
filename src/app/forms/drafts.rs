//! The drafts of all open records together: written, continued one by one, forgotten.

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::FormId;
use crate::domain::draft::{DraftId, Fate};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

use super::draft::{self, DraftState};
use super::{Form, Forms, Mode, open};

impl Forms {
    /// Continues a draft, beside whatever else is open of its record.
    pub fn open_draft(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        wanted: DraftId,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let open = self.open.values_mut();
        let mut of_record = open.filter(|form| form.table == table && form.key == key);
        let mut free = None;
        for form in of_record.by_ref() {
            if form.draft.id.as_ref() == Some(&wanted) {
                open::again(form, true, cx, out);
                return form.id;
            }
            let idle = form.key.is_some() && !form.is_changed() && form.saving.is_none();
            free = free.or(idle.then_some(form.id));
        }
        let Some(form) = free.and_then(|id| self.open.remove(&id)) else {
            return self.begin(table, key, true, Some(wanted), cx, out);
        };
        let others = self.drafts_open().collect();
        self.read_again(form, wanted, others, cx, out)
    }

    /// Writes the drafts of every form that changed since its draft was written.
    pub fn write_drafts(&mut self, cx: &Context, out: &mut Outbox) {
        for form in self.open.values_mut() {
            draft::write(form, cx, out);
        }
    }

    /// Writes the keys that are typed for a record which has not come yet.
    pub fn write_held(&mut self, id: FormId, keys: Vec<String>, cx: &Context, out: &mut Outbox) {
        if let Some(form) = self.open.get_mut(&id) {
            draft::write_held(form, keys, cx, out);
        }
    }

    /// Notes that the draft of everything typed is to be written, whatever was noted before.
    pub fn renew_drafts(&mut self) {
        for form in self.open.values_mut() {
            form.draft.unwritten |= form.is_changed();
        }
    }

    /// Whether some form changed since its draft was written.
    pub fn unwritten(&self) -> bool {
        self.open.values().any(|form| form.draft.unwritten)
    }

    /// The columns of all forms in which something was typed that is kept in no draft.
    pub fn secrets(&self, cx: &Context) -> Vec<String> {
        let open = self.open.values();
        let mut names: Vec<String> = open.flat_map(|form| draft::secrets(form, cx)).collect();
        names.dedup();
        names
    }

    /// Whether a draft is that of an open form, which knows better than the disk what is in it.
    pub fn has_written(&self, id: &DraftId) -> bool {
        let known = |form: &Form| form.draft.written && form.draft.id.as_ref() == Some(id);
        self.open.values().any(known)
    }

    /// A form's draft is another terminal's, or gone: what is typed here is written again, beside
    /// it. Says which record that is.
    pub fn met(&mut self, id: &DraftId, fate: &Fate) -> Option<String> {
        let mut open = self.open.values_mut();
        let form = open.find(|form| form.draft.id.as_ref() == Some(id))?;
        match fate {
            Fate::Moved(to) => form.draft.id = Some(to.clone()),
            Fate::Elsewhere | Fate::Gone => form.draft.unwritten = form.is_changed(),
        }
        Some(form.label())
    }

    /// A draft was thrown away: the form that has those edits forgets them too.
    pub fn forget_draft(&mut self, id: &DraftId) {
        let own = |form: &Form| form.draft.id.as_ref() == Some(id);
        self.open.retain(|_, form| !(form.left && own(form)));
        for form in self.open.values_mut().filter(|form| own(form)) {
            form.forget_edits();
            form.clear_errors();
            form.draft = DraftState::default();
        }
    }

    /// The drafts that are open in some form.
    pub(super) fn drafts_open(&self) -> impl Iterator<Item = DraftId> {
        self.open.values().filter_map(|form| form.draft.id.clone())
    }

    /// Reads the record of a form anew, to continue a draft in it.
    fn read_again(
        &mut self,
        mut form: Form,
        wanted: DraftId,
        others: Vec<DraftId>,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let id = form.id;
        form.draft = DraftState {
            wanted: Some(wanted),
            others,
            ..DraftState::default()
        };
        form.base = Loadable::Idle;
        form.mode = Mode::Edit;
        form.opened_reading = false;
        form.left = false;
        form.asked.clear();
        out.speak_for(Asker::Form(id));
        open::begin(&mut form, cx, out);
        self.open.insert(id, form);
        id
    }
}
