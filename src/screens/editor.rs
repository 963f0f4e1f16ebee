//! A record that is read or edited: a view of a form.

pub mod view;

use crate::app::context::Context;
use crate::app::forms::Forms;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// A record that is read or edited: a view of a form.
#[derive(Debug, Default)]
pub struct Editor {}

impl Editor {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self, _forms: &Forms, _id: FormId) -> &'static [Scope] {
        &[Scope::Record, Scope::List, Scope::AppList]
    }

    /// Does what was asked for.
    pub fn act(
        &mut self,
        _action: Action,
        _forms: &mut Forms,
        _id: FormId,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(
        &mut self,
        _key: Key,
        _forms: &mut Forms,
        _id: FormId,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// Takes a paste.
    pub fn paste(
        &mut self,
        _text: &str,
        _forms: &mut Forms,
        _id: FormId,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// The person came here.
    pub fn arrived(&mut self, _forms: &mut Forms, _id: FormId, _cx: &Context, _out: &mut Outbox) {}

    /// Says how the record stands, for the status line.
    pub fn standing(&self, _forms: &Forms, _id: FormId, _cx: &Context) -> String {
        String::new()
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _forms: &Forms, _id: FormId, _cx: &Context) -> Vec<Action> {
        Vec::new()
    }
}
