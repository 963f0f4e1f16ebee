//! The keys that work here and elsewhere, from the table of actions and the keys as bound now.

pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::input::action::{self, Action, DialogAction, ListAction, Scope};
use crate::input::event::Key;
use crate::widgets::text;

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
    Scope(String),
    /// Keys and what they do.
    Keys {
        /// The keys, separated by blanks; none where what they do goes on.
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
    Scope::Condition,
    Scope::ConditionValues,
    Scope::Parts,
    Scope::Views,
    Scope::Record,
    Scope::Form,
    Scope::Taken,
    Scope::Missing,
    Scope::Calendar,
    Scope::Conflict,
    Scope::Values,
    Scope::Drafts,
    Scope::Receipts,
    Scope::Dependents,
    Scope::History,
    Scope::Undo,
    Scope::Bin,
    Scope::Restore,
    Scope::Audit,
    Scope::Bulk,
    Scope::Sessions,
    Scope::Accounts,
    Scope::Account,
    Scope::SignIn,
    Scope::Connect,
    Scope::Find,
    Scope::Confirm,
    Scope::Anyway,
    Scope::Answer,
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
        let mut done: Vec<Scope> = Vec::new();
        let here = self.beneath.iter().map(|scope| (*scope, true));
        for (scope, here) in here.chain(SCOPES.iter().map(|scope| (*scope, false))) {
            if done.contains(&scope) {
                continue;
            }
            done.push(scope);
            let keys = keys_of(scope, cx);
            if keys.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Scope(title(scope, here)));
            lines.extend(keys);
        }
        lines
    }
}

fn title(scope: Scope, here: bool) -> String {
    match (scope, here) {
        (Scope::App, _) => "Everywhere".into(),
        (Scope::AppList, _) => "Everywhere but where text is typed".into(),
        (scope, true) => format!("Here: {}", scope.name()),
        (scope, false) => format!("In: {}", scope.name()),
    }
}

/// Returns the keys of a scope, with what they do in as many lines as that takes.
fn keys_of(scope: Scope, cx: &Context) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in action::rows().filter(|row| row.scopes.contains(&scope)) {
        let keys = cx.keymap.keys(row.action, &[scope]);
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        if keys.is_empty() {
            continue;
        }
        // Keys that are pressed one after the other must not look like two of which one is chosen.
        let between = match keys.iter().any(|keys| keys.contains(' ')) {
            true => ", ",
            false => " ",
        };
        let mut keys = keys.join(between);
        for range in text::wrap(row.help, view::help_width(cx)) {
            let help = &row.help[range];
            lines.push(Line::Keys {
                keys: std::mem::take(&mut keys),
                help,
            });
        }
    }
    lines
}
