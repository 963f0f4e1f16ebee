//! The keys that work here, from the table of actions.

pub mod view;

use crate::app::context::Context;
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// The keys that work here, from the table of actions.
#[derive(Debug, Default)]
pub struct Help {
    /// The scopes beneath: what is offered belongs to them.
    pub beneath: Vec<Scope>,
}

/// What came of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Nothing yet.
    Open,
    /// Close it.
    Close,
    /// Close it and do this.
    Do(Action),
}

impl Help {
    /// Opens over the given scopes.
    pub fn open(beneath: Vec<Scope>) -> Self {
        Self { beneath }
    }

    /// Does what was asked for.
    pub fn act(&mut self, _action: Action, _cx: &Context) -> Chosen {
        Chosen::Close
    }

    /// Takes a key that is text here.
    pub fn key(&mut self, _key: Key, _cx: &Context) -> Chosen {
        Chosen::Open
    }
}
