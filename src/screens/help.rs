//! The keys that work here and elsewhere, from the table of actions and the keys as bound now.

pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::possible::is_possible;
use crate::input::action::{self, Action, ActionRow, DialogAction, ListAction, Scope};
use crate::input::event::Key;
use crate::input::line::{Pressed, TextField};
use crate::widgets::text;

/// The keys that work here, from the table of actions.
#[derive(Debug, Default)]
pub struct Help {
    /// The scopes beneath: what is offered belongs to them.
    pub beneath: Vec<Scope>,
    /// Lines scrolled down.
    scroll: usize,
    /// The line to find by, while it is typed.
    find: Option<TextField>,
    /// What is found by.
    found: String,
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
        Self {
            beneath,
            ..Self::default()
        }
    }

    /// The scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.find {
            Some(_) => &[Scope::Find],
            None => &[Scope::Help],
        }
    }

    /// The actions for the hint bar.
    pub fn hints(&self) -> Vec<Action> {
        if self.find.is_some() {
            let both = [DialogAction::Choose, DialogAction::Close];
            return both.map(Action::Dialog).into();
        }
        let list = [
            ListAction::Back,
            ListAction::Find,
            ListAction::Down,
            ListAction::PageDown,
        ];
        list.map(Action::List).into()
    }

    /// What the keys of the line to find by do, in a word each.
    pub fn line_words(&self) -> Option<[&'static str; 2]> {
        self.find.as_ref().map(|_| ["go on", "all keys"])
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
            Action::List(ListAction::Find) => {
                let mut find = TextField::line();
                find.set(&self.found);
                self.find = Some(find);
                self.scroll
            }
            Action::Dialog(DialogAction::Choose) => {
                self.find = None;
                self.scroll
            }
            Action::Dialog(DialogAction::Close) if self.find.is_some() => {
                self.all_again();
                0
            }
            Action::List(ListAction::Back) if !self.found.is_empty() => {
                self.all_again();
                0
            }
            Action::List(ListAction::Back) | Action::Dialog(DialogAction::Close) => {
                return Chosen::Close;
            }
            Action::Dialog(DialogAction::Up) => self.scroll.saturating_sub(1),
            Action::Dialog(DialogAction::Down) => self.scroll + 1,
            _ => self.scroll,
        };
        self.scroll = to.min(last);
        Chosen::Open
    }

    /// Takes a key that is text in the line to find by, or that no action has.
    pub fn key(&mut self, key: Key) {
        if let Some(find) = &mut self.find
            && find.press(key) == Pressed::Edited
        {
            find.text().clone_into(&mut self.found);
            self.scroll = 0;
        }
    }

    /// Takes a paste into the line to find by.
    pub fn paste(&mut self, text: &str) {
        if let Some(find) = &mut self.find {
            find.insert(text);
            find.text().clone_into(&mut self.found);
            self.scroll = 0;
        }
    }

    fn all_again(&mut self) {
        self.find = None;
        self.found.clear();
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
            let keys = keys_of(scope, &self.found, cx);
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

/// Whether what an action is called, what it does or one of its keys has all the words that are typed.
fn fits(row: &ActionRow, keys: &[String], typed: &str) -> bool {
    let words = typed.split_whitespace();
    let help = row.help.to_lowercase();
    words.into_iter().all(|word| {
        let lower = word.to_lowercase();
        help.contains(&lower) || row.name.contains(&lower) || keys.iter().any(|key| key == word)
    })
}

/// Returns the keys of a scope that have what is typed, with what they do in as many lines as that takes.
fn keys_of(scope: Scope, typed: &str, cx: &Context) -> Vec<Line> {
    let mut lines = Vec::new();
    let here = action::rows().filter(|row| row.scopes.contains(&scope));
    for row in here.filter(|row| is_possible(row.action, cx)) {
        let keys = cx.keymap.keys(row.action, &[scope]);
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        if keys.is_empty() || !fits(row, &keys, typed) {
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
