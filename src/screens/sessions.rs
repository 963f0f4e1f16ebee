//! The sessions pane: who is signed in, on what, since when.

pub mod view;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::session::SessionId;
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// The sessions pane: who is signed in, on what, since when.
#[derive(Debug, Default)]
pub struct Sessions {}

impl Sessions {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Sessions, Scope::List, Scope::AppList]
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

    /// The pane was opened.
    pub fn opened(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// It is time to read again.
    pub fn woke(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Ending a session was confirmed, with a reason.
    pub fn end_confirmed(&mut self, _session: SessionId, _reason: &str, _out: &mut Outbox) {}

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        Vec::new()
    }
}
