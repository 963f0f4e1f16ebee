//! All commands, tables, records and people, found by typing.

mod find;
mod look;
mod synonyms;
pub mod view;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::app::possible::is_possible;
use crate::domain::session::SessionId;
use crate::domain::table::TableId;
use crate::input::action::{
    self, Action, AppAction, ClaimsAction, DialogAction, FormAction, ListAction, Scope,
    SignInAction,
};
use crate::input::event::Key;
use crate::input::line::{Pressed, TextField};

use find::Found;
use look::Look;

pub use look::REST_MS;

/// All commands, tables, records and people, found by typing.
#[derive(Debug, Default)]
pub struct Palette {
    /// The scopes beneath: what is offered belongs to them.
    pub beneath: Vec<Scope>,
    typed: TextField,
    /// Which of the entries found is under the cursor.
    selected: usize,
    /// What was typed when something was chosen before, the latest last.
    history: Vec<String>,
    /// How far back in it the person is; 0 is what is typed now.
    back: usize,
    /// The table that is shown beneath: its records are found.
    table: Option<TableId>,
    look: Look,
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
    Go(Box<Go>),
    /// Close it and show this session among all.
    Person(SessionId),
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// Its name.
    pub name: String,
    /// What it does.
    pub help: String,
    /// Its first key, if it has one.
    pub key: String,
    /// What choosing it does.
    pub then: Chosen,
}

impl Palette {
    /// Opens over the given scopes and the rows of a table; `history` is what was typed before, the
    /// latest last.
    pub fn open(beneath: Vec<Scope>, history: Vec<String>, table: Option<TableId>) -> Self {
        Self {
            beneath,
            typed: TextField::line(),
            selected: 0,
            history,
            back: 0,
            table,
            look: Look::default(),
        }
    }

    /// What is typed.
    pub fn typed(&self) -> &str {
        self.typed.text()
    }

    /// Goes one further back in what was typed before, where there is such.
    fn recall(&mut self) {
        let before = self.history.len().checked_sub(self.back + 1);
        if let Some(text) = before.and_then(|at| self.history.get(at)) {
            self.back += 1;
            self.typed = TextField::line();
            self.typed.insert(text);
        }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) -> Chosen {
        let Action::Dialog(action) = action else {
            return Chosen::Open;
        };
        let found = self.found(cx);
        match action {
            DialogAction::Choose => match found.get(self.selected) {
                Some(found) => return found.entry.then.clone(),
                None => self.wait(out),
            },
            DialogAction::Close => return Chosen::Close,
            DialogAction::Up if self.selected == 0 => {
                let blank = self.typed.text().is_empty();
                if blank || self.back > 0 {
                    self.recall();
                }
            }
            DialogAction::Up => self.selected -= 1,
            DialogAction::Down => {
                self.selected = (self.selected + 1).min(found.len().saturating_sub(1));
            }
            DialogAction::Yes
            | DialogAction::Anyway
            | DialogAction::No
            | DialogAction::Accept
            | DialogAction::Prove => {}
        }
        Chosen::Open
    }

    /// Takes a key that is text here; says whether something else is typed now.
    pub fn key(&mut self, key: Key) -> bool {
        let edited = self.typed.press(key) == Pressed::Edited;
        if edited {
            self.back = 0;
            self.selected = 0;
        }
        edited
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        self.typed.insert(text);
        self.selected = 0;
    }

    /// Returns what fits what is typed, the best first.
    fn found(&self, cx: &Context) -> Vec<Found> {
        find::found(self.typed.text(), self.entries(cx), self.looked(cx))
    }

    /// Everything that can be chosen here: what belongs to the place first, then what is
    /// everywhere, then the tables.
    fn entries(&self, cx: &Context) -> Vec<Entry> {
        let is_everywhere = |scope: &&Scope| matches!(scope, Scope::App | Scope::AppList);
        let (everywhere, here): (Vec<&Scope>, Vec<&Scope>) =
            self.beneath.iter().partition(is_everywhere);
        let mut entries: Vec<Entry> = Vec::new();
        for scopes in [here, everywhere] {
            let scopes: Vec<Scope> = scopes.into_iter().copied().collect();
            let rows = action::rows()
                .filter(|row| row.scopes.iter().any(|scope| scopes.contains(scope)))
                .filter(|row| is_worth_a_line(row.action) && is_possible(row.action, cx));
            entries.extend(rows.map(|row| {
                let own = [Some(row.action), twin(row.action)].into_iter().flatten();
                let keys = own.flat_map(|action| cx.keymap.keys(action, &self.beneath));
                let keys: Vec<_> = keys.collect();
                Entry {
                    name: row.name.to_owned(),
                    help: row.help.to_owned(),
                    key: keys.first().map_or(String::new(), ToString::to_string),
                    then: Chosen::Do(row.action),
                }
            }));
        }
        if cx.person().is_some() && cx.ended.is_none() {
            entries.extend(cx.tables.iter().map(|table| Entry {
                name: table.name.to_string(),
                help: "opens the table".to_owned(),
                key: String::new(),
                then: Chosen::Go(Box::new(Go::To(Place::Browser(table.id)))),
            }));
        }
        entries
    }
}

/// The same action by a key of lists, where it has one.
fn twin(action: Action) -> Option<Action> {
    match action {
        Action::App(AppAction::ShowMessages) => Some(Action::App(AppAction::ShowMessagesInList)),
        Action::App(AppAction::ShowSent) => Some(Action::App(AppAction::ShowSentInList)),
        _ => None,
    }
}

/// Whether it makes sense to choose an action from a list: moving about by one line does not, and
/// neither does what opened the palette.
fn is_worth_a_line(action: Action) -> bool {
    match action {
        Action::App(action) => !matches!(
            action,
            AppAction::Palette
                | AppAction::PaletteInList
                | AppAction::HelpInList
                | AppAction::ShowMessagesInList
                | AppAction::ShowSentInList
                | AppAction::Cancel
        ),
        Action::List(action) => action == ListAction::Find,
        Action::Form(action) => !matches!(
            action,
            FormAction::NextField | FormAction::PreviousField | FormAction::Enter
        ),
        Action::SignIn(action) => {
            matches!(
                action,
                SignInAction::TestConnection
                    | SignInAction::SaveProfile
                    | SignInAction::SwitchServer
            )
        }
        Action::Dialog(_) => false,
        Action::Claims(action) => matches!(
            action,
            ClaimsAction::Ask | ClaimsAction::AskInForm | ClaimsAction::Release
        ),
        Action::Browser(_)
        | Action::Arrange(_)
        | Action::Bulk(_)
        | Action::Rows(_)
        | Action::Filter(_)
        | Action::Conflict(_)
        | Action::Sessions(_)
        | Action::Audit(_)
        | Action::Accounts(_)
        | Action::History(_) => true,
    }
}
