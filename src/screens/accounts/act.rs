//! What actions and keys do on the accounts screen.

use super::entries::Entries;
use super::{Accounts, Face, possible};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::Go;
use crate::db::contract::{PeopleRequest, Request};
use crate::domain::account::{is_username, username};
use crate::domain::people::Somebody;
use crate::domain::scroll;
use crate::input::action::{AccountsAction, Action, ListAction};
use crate::input::event::{Key, KeyCode, Modifiers};

impl Accounts {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Accounts(action) if self.editing => self.act_in_entries(action, out),
            Action::Accounts(action) => self.act_in_list(action, out),
            Action::List(action) => self.step(action, cx, out),
            _ => {}
        }
    }

    fn act_in_list(&mut self, action: AccountsAction, out: &mut Outbox) {
        match (action, &self.face) {
            (AccountsAction::Refresh, _) => self.read(out),
            (AccountsAction::ShowCode, _) => {
                if let Some((_, shown)) = &mut self.code {
                    *shown = !*shown;
                }
            }
            (AccountsAction::ShowRoles, Face::People) => self.face = Face::Roles,
            (AccountsAction::ShowRights, Face::Roles) => self.show_rights(out),
            // On an account, Enter is what one comes for most.
            (AccountsAction::ShowRights, Face::People) => self.edit(out),
            (AccountsAction::New, Face::People) => self.begin_new(),
            (AccountsAction::Edit, Face::People) => self.edit(out),
            (
                AccountsAction::Reset
                | AccountsAction::Deactivate
                | AccountsAction::Activate
                | AccountsAction::Unlock,
                Face::People,
            ) => self.settle(action, out),
            _ => {}
        }
    }

    fn act_in_entries(&mut self, action: AccountsAction, out: &mut Outbox) {
        let Some(entries) = &mut self.entries else {
            return;
        };
        match action {
            AccountsAction::NextEntry => entries.step(true),
            AccountsAction::EntryBefore => entries.step(false),
            AccountsAction::Leave => self.editing = false,
            AccountsAction::Save => self.save(out),
            _ => {}
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, _cx: &Context, out: &mut Outbox) {
        let Some(entries) = self.entries.as_mut().filter(|_| self.editing) else {
            return;
        };
        if let Some(text) = entries.text_mut() {
            text.press(key);
            entries.fault = None;
        } else if (key.code, key.modifiers) == (KeyCode::Char(' '), Modifiers::NONE)
            && let Err(why) = entries.toggle()
        {
            out.tell(Mood::Warning, why);
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, _cx: &Context, _out: &mut Outbox) {
        let entries = self.entries.as_mut().filter(|_| self.editing);
        if let Some(field) = entries.and_then(Entries::text_mut) {
            field.insert(text.trim_end_matches('\n'));
        }
    }

    /// What was asked for with a question was confirmed.
    pub fn confirmed(&mut self, then: &Confirmed, out: &mut Outbox) {
        let request = match then {
            Confirmed::ResetAccount(username) => PeopleRequest::ResetAccount {
                username: username.clone(),
            },
            Confirmed::DeactivateAccount(username) => PeopleRequest::SetActive {
                username: username.clone(),
                active: false,
            },
            _ => return,
        };
        self.change(request, out);
    }

    fn begin_new(&mut self) {
        let waits = self
            .entries
            .as_ref()
            .is_some_and(|left| left.of.is_none() && left.is_touched());
        if !waits {
            self.entries = Some(Entries::fresh(&self.roles));
        }
        self.editing = !self.roles.is_empty();
    }

    fn edit(&mut self, out: &mut Outbox) {
        let Some(one) = self.current() else { return };
        if let Some(why) = why_not(one) {
            return out.tell(Mood::Warning, why);
        }
        self.entries = Some(Entries::of(one, &self.roles));
        self.editing = true;
    }

    fn settle(&mut self, action: AccountsAction, out: &mut Outbox) {
        let Some(one) = self.current() else { return };
        if let Some(why) = why_not(one) {
            return out.tell(Mood::Warning, why);
        }
        if self.changing.is_some() {
            return;
        }
        let username = one.username.clone();
        if !possible(one).contains(&action) {
            let told = match action {
                AccountsAction::Activate => format!("{username} may sign in already"),
                AccountsAction::Deactivate => format!("{username} is deactivated already"),
                _ => format!("{username} need not wait: no try failed"),
            };
            return out.tell(Mood::Told, told);
        }
        match action {
            AccountsAction::Activate => {
                let active = true;
                self.change(PeopleRequest::SetActive { username, active }, out);
            }
            AccountsAction::Unlock => self.change(PeopleRequest::UnlockAccount { username }, out),
            AccountsAction::Reset => out.overlay(Overlay::Confirm(reset(one))),
            _ => out.overlay(Overlay::Confirm(deactivate(one))),
        }
    }

    fn show_rights(&mut self, out: &mut Outbox) {
        let Some(role) = self.roles.get(self.role).map(|role| role.name.clone()) else {
            return;
        };
        let read = PeopleRequest::ReadRole { role: role.clone() };
        let given = Loadable::Waiting(out.ask(Request::People(read)));
        self.face = Face::Rights {
            role,
            given,
            top: 0,
        };
    }

    fn save(&mut self, out: &mut Outbox) {
        let Some(entries) = &mut self.entries else {
            return;
        };
        if self.changing.is_some() {
            return;
        }
        let name = username(entries.username.text());
        let display = entries.display.text().trim().to_owned();
        let roles = entries.given();
        let fault = match &entries.of {
            None if !is_username(&name) => {
                let why = "letters a to z, digits and . _ @ / -, beginning with a letter or digit";
                Some((0, why.to_owned()))
            }
            Some(_) if display.is_empty() => Some((0, "others have to see some name".to_owned())),
            _ if roles.is_empty() => Some((
                entries.texts(),
                "an account has a role at least; space gives it".to_owned(),
            )),
            _ => None,
        };
        if let Some(fault) = fault {
            entries.focus = fault.0;
            entries.fault = Some(fault);
            return;
        }
        let request = match &entries.of {
            Some(of) => PeopleRequest::EditAccount {
                username: of.clone(),
                display_name: display,
                roles,
                before: entries.before.clone(),
            },
            None => PeopleRequest::AddAccount {
                display_name: if display.is_empty() {
                    name.clone()
                } else {
                    display
                },
                username: name,
                roles,
            },
        };
        self.change(request, out);
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(5)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return self.back(out),
            _ => return,
        };
        let position = self.position();
        match &mut self.face {
            Face::People => {
                let to = scroll::step(position, by, self.people.len());
                self.cursor = self.people.get(to).map(|one| one.username.clone());
            }
            Face::Roles => self.role = scroll::step(self.role, by, self.roles.len()),
            Face::Rights { given, top, .. } => {
                let lines = given
                    .ready()
                    .map_or(0, |given| super::words::rights(given).len());
                *top = scroll::step(*top, by, lines);
            }
        }
    }

    fn back(&mut self, out: &mut Outbox) {
        match (&self.face, self.code.is_some()) {
            (Face::Rights { .. }, _) => self.face = Face::Roles,
            (Face::Roles, _) => self.face = Face::People,
            // The code is nowhere else, so leaving it is a step of its own.
            (Face::People, true) => self.code = None,
            (Face::People, false) => out.go(Go::Back),
        }
    }
}

/// Why an account cannot be changed by oneself.
fn why_not(one: &Somebody) -> Option<String> {
    match (one.mine, one.within) {
        (true, _) => Some("This is your own account: nobody changes their own roles".into()),
        (false, false) => Some(format!("{} has more rights than you", one.username)),
        (false, true) => None,
    }
}

fn reset(one: &Somebody) -> Confirm {
    Confirm {
        title: format!("Make a new code for {}?", one.username),
        lines: vec![
            "The password opens nothing any more, and sessions are ended;".into(),
            "unsaved edits stay as drafts on those terminals.".into(),
            "The code is shown here once: it is for them to choose a password.".into(),
        ],
        yes: "make a code".into(),
        then: Confirmed::ResetAccount(one.username.clone()),
        danger: true,
    }
}

fn deactivate(one: &Somebody) -> Confirm {
    Confirm {
        title: format!("Deactivate {}?", one.username),
        lines: vec![
            "They can sign in no more, and their sessions are ended;".into(),
            "unsaved edits stay as drafts on those terminals.".into(),
            "Their name stays in the past of records; it can be activated again.".into(),
        ],
        yes: "deactivate".into(),
        then: Confirmed::DeactivateAccount(one.username.clone()),
        danger: true,
    }
}
