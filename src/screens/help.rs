//! The keys that work here and elsewhere, from the table of actions and the keys as bound now.

pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::input::action::{self, Action, DialogAction, ListAction, Scope};
use crate::input::event::Key;

/// The keys that work here, from the table of actions.
#[derive(Debug, Default)]
pub struct Help {
    /// The scopes beneath: what is offered belongs to them.
    pub beneath: Vec<Scope>,
    /// Lines scrolled down.
    scroll: usize,
}

/// What came of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Nothing yet.
    Open,
    /// Close it.
    Close,
}

/// A line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Where the keys after it work.
    Scope {
        /// Its name.
        name: &'static str,
        /// Whether that is where the person is.
        here: bool,
    },
    /// Keys and what they do.
    Keys {
        /// The keys, separated by blanks.
        keys: String,
        /// What they do.
        help: &'static str,
    },
    /// Between two scopes.
    Blank,
}

/// Every scope, as help lists them.
const SCOPES: &[Scope] = &[
    Scope::App,
    Scope::AppList,
    Scope::List,
    Scope::Tables,
    Scope::Grid,
    Scope::Record,
    Scope::Form,
    Scope::Conflict,
    Scope::Drafts,
    Scope::Sessions,
    Scope::SignIn,
    Scope::Connect,
    Scope::Find,
    Scope::Confirm,
    Scope::Prompt,
    Scope::Palette,
    Scope::Help,
];

impl Help {
    /// Opens over the given scopes.
    pub fn open(beneath: Vec<Scope>) -> Self {
        Self { beneath, scroll: 0 }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context) -> Chosen {
        let page = view::rows(cx);
        let last = self.lines(cx).len().saturating_sub(page);
        let to = match action {
            Action::List(ListAction::Up) => self.scroll.saturating_sub(1),
            Action::List(ListAction::Down) => self.scroll + 1,
            Action::List(ListAction::PageUp) => self.scroll.saturating_sub(page),
            Action::List(ListAction::PageDown) => self.scroll + page,
            Action::List(ListAction::First) => 0,
            Action::List(ListAction::Last) => last,
            Action::List(ListAction::Back) | Action::Dialog(DialogAction::Close) => {
                return Chosen::Close;
            }
            _ => self.scroll,
        };
        self.scroll = to.min(last);
        Chosen::Open
    }

    /// Takes a key that no action has.
    pub fn key(&mut self, _key: Key, _cx: &Context) -> Chosen {
        Chosen::Open
    }

    /// Returns every line: where the person is first, then everywhere else.
    pub(super) fn lines(&self, cx: &Context) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut named: Vec<&str> = Vec::new();
        let here = self.beneath.iter().map(|scope| (*scope, true));
        for (scope, here) in here.chain(SCOPES.iter().map(|scope| (*scope, false))) {
            let name = scope.name();
            if named.contains(&name) {
                continue;
            }
            named.push(name);
            let keys = keys_of(name, cx);
            if keys.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Scope { name, here });
            lines.extend(keys);
        }
        lines
    }
}

/// Returns the keys of the scopes of one name; actions that say the same share a line.
fn keys_of(name: &str, cx: &Context) -> Vec<Line> {
    let scopes: Vec<Scope> = SCOPES
        .iter()
        .copied()
        .filter(|scope| scope.name() == name)
        .collect();
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    for row in action::rows() {
        if !row.scopes.iter().any(|scope| scopes.contains(scope)) {
            continue;
        }
        for key in cx.keymap.keys(row.action, &scopes) {
            match lines.iter_mut().find(|(_, help)| *help == row.help) {
                Some((keys, _)) => {
                    keys.push(' ');
                    keys.push_str(&key.to_string());
                }
                None => lines.push((key.to_string(), row.help)),
            }
        }
    }
    let line = |(keys, help)| Line::Keys { keys, help };
    lines.into_iter().map(line).collect()
}
