//! The line in which a filter of the audit is typed: what it means is told beneath while it is typed.

use super::Audit;
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::domain::audit::{AuditFilter, words};
use crate::input::event::Key;
use crate::input::line::{Mode, TextField};

/// The line in which a filter is typed.
#[derive(Debug)]
pub(super) struct Find {
    /// What is typed.
    pub field: TextField,
}

impl Find {
    /// What the words mean now, or what is not understood.
    pub fn meaning(&self, cx: &Context) -> Result<AuditFilter, String> {
        words::read(self.field.text(), &cx.now.to_zoned(cx.zone.clone()))
    }
}

impl Audit {
    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, _cx: &Context, _out: &mut Outbox) {
        if let Some(find) = &mut self.find {
            find.field.press(key);
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, _cx: &Context, _out: &mut Outbox) {
        if let Some(find) = &mut self.find {
            find.field.insert(text);
        }
    }

    pub(super) fn open_find(&mut self) {
        let mut typed = self.filter.in_words();
        if !typed.is_empty() {
            typed.push(' ');
        }
        self.find = Some(Find {
            field: TextField::new(Mode::Line, &typed),
        });
    }

    /// Applies what is typed; what is not understood stays open and is told beneath.
    pub(super) fn accept_find(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(find) = &self.find else { return };
        if let Ok(filter) = find.meaning(cx) {
            self.find = None;
            self.apply(filter, out);
        }
    }

    /// Looks for something else.
    pub(super) fn apply(&mut self, filter: AuditFilter, out: &mut Outbox) {
        if filter != self.filter {
            self.filter = filter;
            self.anew(out);
        }
    }
}
