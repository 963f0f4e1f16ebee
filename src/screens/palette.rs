//! All commands, tables and records, found by typing.

pub mod view;

use crate::app::context::Context;
use crate::app::place::Go;
use crate::input::action::{Action, Scope};
use crate::input::event::Key;

/// All commands, tables and records, found by typing.
#[derive(Debug, Default)]
pub struct Palette {
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
    /// Close it and go there.
    Go(Go),
}

impl Palette {
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

    /// Takes a paste.
    pub fn paste(&mut self, _text: &str) {}
}
