//! Which open records are watched where no feed tells what others do, and what is done when one of
//! them is not as it was. It is only looked at: nothing is shown in the stead of what was read.

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::db::contract::records::{Watch, Watched};
use crate::domain::record::{Guard, Record, RecordKey};

use super::follow::{self, Seen};
use super::{Form, Forms};

/// A form and its record as far as the form knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The form.
    pub form: FormId,
    /// Whether the form knows that the record is gone.
    pub gone: bool,
    /// The record as it was last seen.
    pub watch: Watch,
}

impl Forms {
    /// The records that are open, as they were last seen.
    pub fn watched(&self) -> Vec<Open> {
        self.open.values().filter_map(watched).collect()
    }

    /// Whether any is: asked after every message, so nothing is copied for it.
    pub fn is_watching(&self) -> bool {
        self.open.values().any(|form| seen_last(form).is_some())
    }

    /// Takes what was seen of them; forms that went on meanwhile are seen the next time.
    pub fn seen(&mut self, open: &[Open], seen: &[Watched], cx: &Context, out: &mut Outbox) {
        for (open, seen) in open.iter().zip(seen) {
            let Some(form) = self.open.get_mut(&open.form) else {
                continue;
            };
            if watched(form).as_ref() != Some(open) {
                continue;
            }
            let news = match seen {
                Watched::Same => open.gone,
                Watched::Changed => true,
                Watched::Gone => !open.gone,
                Watched::Unknown => false,
            };
            if news {
                let seen = Seen {
                    at: Some(cx.now),
                    about: true,
                    ..Seen::default()
                };
                follow::look(form, seen, out);
            }
        }
    }
}

/// A save that is under way says itself what it met.
fn watched(form: &Form) -> Option<Open> {
    let (key, base, last) = seen_last(form)?;
    let now = last.unwrap_or(base);
    let base = match now.guard == Guard::default() {
        true => now.values.clone(),
        false => Vec::new(),
    };
    Some(Open {
        form: form.id,
        gone: last.is_none(),
        watch: Watch {
            table: form.table,
            key: key.clone(),
            guard: now.guard.clone(),
            base,
        },
    })
}

/// The key, the record that the form began with, and the record as it was last seen, if it is there;
/// nothing of a form that is not to be watched now.
fn seen_last(form: &Form) -> Option<(&RecordKey, &Record, Option<&Record>)> {
    let key = form.key.as_ref()?;
    let base = form.base.ready()?;
    if form.left || form.saving.is_some() || form.unsettled.is_some() {
        return None;
    }
    let met = form.conflict.as_ref().map(|met| met.theirs.as_deref());
    let newer = form.newer.as_ref().map(|newer| newer.record.as_deref());
    Some((key, base, newer.or(met).unwrap_or(Some(base))))
}
