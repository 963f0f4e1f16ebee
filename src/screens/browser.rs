//! The grid of rows of one table, and the record beside it.

pub mod columns;
pub mod view;
pub mod window;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// The grid of rows of one table, and the record beside it.
#[derive(Debug, Default)]
pub struct Browser {}

impl Browser {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Grid, Scope::List, Scope::AppList]
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
    pub fn arrived(&mut self, _table: TableId, _cx: &Context, _out: &mut Outbox) {}

    /// The terminal has another size.
    pub fn resized(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Keys have rested on a row.
    pub fn rested(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Others changed something.
    pub fn followed(&mut self, _items: &[FeedItem], _cx: &Context, _out: &mut Outbox) {}

    /// The server answers again after the connection was lost.
    pub fn link_restored(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Deleting a row was confirmed.
    pub fn delete_confirmed(
        &mut self,
        _table: TableId,
        _key: &RecordKey,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// Says how many rows there are, for the status line.
    pub fn standing(&self, _cx: &Context) -> String {
        String::new()
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        Vec::new()
    }
}
