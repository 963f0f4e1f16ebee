//! The list of tables with fuzzy find.

pub mod view;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// The list of tables with fuzzy find.
#[derive(Debug, Default)]
pub struct Tables {}

impl Tables {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Tables, Scope::List, Scope::AppList]
    }

    /// Does what was asked for.
    pub fn act(&mut self, _action: Action, _cx: &Context, _out: &mut Outbox) {}

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, _key: Key, _cx: &Context, _out: &mut Outbox) {}

    /// Takes a paste.
    pub fn paste(&mut self, _text: &str, _cx: &Context, _out: &mut Outbox) {}

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        _query: QueryId,
        _reply: Result<Reply, Fault>,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// The person came here.
    pub fn arrived(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        Vec::new()
    }
}
