//! The sign-in screen: the login's password, name and password, choosing a password.

pub mod view;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// The sign-in screen: the login's password, name and password, choosing a password.
#[derive(Debug, Default)]
pub struct Login {}

impl Login {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::SignIn]
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

    /// A wait at the sign-in is over.
    pub fn woke(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        Vec::new()
    }
}
