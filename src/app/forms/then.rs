//! Saving and going on: to the next record of the list or to a new one, once it is known that the
//! save is stored. Keys typed meanwhile wait for the record that follows.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{FormId, Go};

use super::{At, Form, Forms, Mode, open, save};

/// What follows a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The next record of the list, to edit.
    Next,
    /// A new record of the same table.
    New,
}

/// Saves and goes on; where nothing is to be saved it goes on at once.
pub fn save(form: &mut Form, then: Then, cx: &Context, out: &mut Outbox) {
    let why = match then {
        Then::New => open::why_not(form, open::Right::Create),
        Then::Next => None,
    };
    if let Some(why) = why {
        return out.tell(Mood::Warning, why);
    }
    if form.mode == Mode::Many {
        return save::save(form, cx, out);
    }
    if form.saving.is_none() && form.unsettled.is_none() && !form.is_changed() {
        return match form.mode {
            Mode::Create => out.tell(Mood::Told, "Nothing is typed in this new record yet"),
            Mode::Read | Mode::Edit | Mode::Many => go(form, then, out),
        };
    }
    if form.saving.is_none() {
        save::save(form, cx, out);
    }
    if let Some(saving) = &form.saving {
        out.hold = Some(saving.query);
        form.then = Some(then);
    }
}

/// Goes on when a save has come to its end, or stays where it is not stored as a whole.
pub fn after(forms: &mut Forms, id: FormId, stored: bool, at: At, out: &mut Outbox) {
    let Some(form) = forms.open.get_mut(&id) else {
        return;
    };
    let Some(then) = form.then else { return };
    if let Some(saving) = &form.saving {
        // Sent anew, because somebody else was faster: it is waited for on.
        out.hold = Some(saving.query);
        return;
    }
    form.then = None;
    if stored && !form.is_changed() && at == At::Form {
        return go(form, then, out);
    }
    out.drop_held();
}

fn go(form: &mut Form, then: Then, out: &mut Outbox) {
    match then {
        Then::Next => out.go(Go::NextToEdit),
        Then::New => {
            form.left = true;
            out.go(Go::NewInstead { table: form.table });
        }
    }
}
