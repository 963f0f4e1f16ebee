//! The accounts: who has one, with which roles, how it stands; the roles and what each gives. For
//! those who may manage accounts.

mod act;
mod entries;
mod reply;
pub mod view;
mod words;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::people::NewCode;
use crate::db::contract::{PeopleRequest, QueryId, Request};
use crate::domain::people::{Permission, RoleLine, Somebody};
use crate::input::action::{AccountsAction, Action, ListAction, Scope};

use entries::Entries;

/// The accounts screen.
#[derive(Debug, Default)]
pub struct Accounts {
    /// The accounts; the last answer stays while the next is awaited.
    people: Vec<Somebody>,
    /// The roles.
    roles: Vec<RoleLine>,
    /// The lists that are awaited, or why there are none.
    loading: Loadable<()>,
    /// The account under the cursor; it stays the same one when the list changes.
    cursor: Option<String>,
    /// What is shown of the roles, if they are.
    face: Face,
    /// The role under the cursor.
    role: usize,
    /// What is being set for an account.
    entries: Option<Entries>,
    /// Whether the entries are shown; those of a new account wait when they were left.
    editing: bool,
    /// The code that was just made, and whether it is shown.
    code: Option<(NewCode, bool)>,
    /// The change that is under way.
    changing: Option<QueryId>,
}

/// Which list is shown.
#[derive(Debug, Default)]
enum Face {
    /// The accounts.
    #[default]
    People,
    /// The roles.
    Roles,
    /// What a role gives.
    Rights {
        /// Its name.
        role: String,
        /// What it gives.
        given: Loadable<Vec<Permission>>,
        /// The first line shown.
        top: usize,
    },
}

impl Accounts {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.editing {
            true => &[Scope::Account],
            false => &[Scope::Accounts, Scope::List, Scope::AppList],
        }
    }

    /// The person came here, or back.
    pub fn arrived(&mut self, _cx: &Context, out: &mut Outbox) {
        self.read(out);
    }

    /// Whether a question is one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        let rights = matches!(&self.face, Face::Rights { given, .. } if given.awaits(query));
        rights
            || self.changing == Some(query)
            || self.loading.awaits(query) && self.people.is_empty()
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        let back = Action::List(ListAction::Back);
        if self.editing {
            let entries = [
                AccountsAction::Save,
                AccountsAction::NextEntry,
                AccountsAction::Leave,
            ];
            return entries.map(Action::Accounts).into();
        }
        let mut hints = Vec::new();
        if self.code.is_some() {
            hints.push(AccountsAction::ShowCode);
        }
        match &self.face {
            Face::Rights { .. } => return vec![back],
            Face::Roles => hints.push(AccountsAction::ShowRights),
            Face::People => {
                hints.push(AccountsAction::New);
                hints.extend(self.current().into_iter().flat_map(possible));
                hints.push(AccountsAction::ShowRoles);
            }
        }
        let mut hints: Vec<Action> = hints.into_iter().map(Action::Accounts).collect();
        hints.push(back);
        hints
    }

    /// The account under the cursor.
    fn current(&self) -> Option<&Somebody> {
        self.people.get(self.position())
    }

    /// The position of the cursor among the accounts.
    fn position(&self) -> usize {
        let here = |one: &Somebody| Some(&one.username) == self.cursor.as_ref();
        self.people.iter().position(here).unwrap_or(0)
    }

    fn read(&mut self, out: &mut Outbox) {
        if !self.loading.is_waiting() {
            self.loading = Loadable::Waiting(out.ask(Request::People(PeopleRequest::ListPeople)));
        }
    }

    fn change(&mut self, request: PeopleRequest, out: &mut Outbox) {
        let request = Request::People(request);
        self.changing = Some(out.ask_as(Asker::AccountChange, request));
    }
}

/// What can be done with an account now, as far as it is seen.
fn possible(one: &Somebody) -> Vec<AccountsAction> {
    if one.mine || !one.within {
        return Vec::new();
    }
    let mut list = vec![AccountsAction::Edit, AccountsAction::Reset];
    list.push(match one.active {
        true => AccountsAction::Deactivate,
        false => AccountsAction::Activate,
    });
    if one.locked_until.is_some() || one.failed > 0 {
        list.push(AccountsAction::Unlock);
    }
    list
}
