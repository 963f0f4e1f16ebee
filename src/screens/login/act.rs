//! What actions and keys do on the sign-in screen.

use secrecy::SecretString;

use super::{Login, Step};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{Go, Place};
use crate::db::contract::{ConnectRequest, LoginRequest, Request};
use crate::domain::account;
use crate::input::action::{Action, SignInAction};
use crate::input::event::Key;
use crate::input::line::{Pressed, TextField};

impl Login {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        let Action::SignIn(action) = action else {
            return;
        };
        match action {
            SignInAction::Submit => self.submit(cx, out),
            SignInAction::NextField => self.move_focus(1),
            SignInAction::PreviousField => self.move_focus(self.fields() - 1),
            SignInAction::Down => self.choose(cx, true),
            SignInAction::Up => self.choose(cx, false),
            SignInAction::SwitchServer => out.go(Go::To(Place::Connect)),
            SignInAction::Leave => self.leave(cx, out),
            SignInAction::TestConnection | SignInAction::SaveProfile => {}
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, _cx: &Context, _out: &mut Outbox) {
        if self.field().press(key) == Pressed::Edited {
            self.edited();
        }
    }

    /// Takes a paste; a line end that was copied along is left out.
    pub fn paste(&mut self, text: &str, _cx: &Context, _out: &mut Outbox) {
        self.field().insert(text.trim_end_matches('\n'));
        self.edited();
    }

    /// Puts name and password to the server.
    pub(super) fn sign_in(&mut self, cx: &Context, out: &mut Outbox) {
        self.when_open = false;
        if let Loadable::Waiting(_) = self.reaching {
            self.when_open = true;
            return;
        }
        if cx.server.is_none() {
            return self.open(cx, out);
        }
        self.said = None;
        self.wait_until = None;
        let username = account::username(self.username.text());
        let password = SecretString::from(self.password.text().to_owned());
        let ask = match &self.old {
            Some(old) => LoginRequest::TakeOver {
                username,
                code: password,
                old: SecretString::from(old.text().to_owned()),
            },
            None => LoginRequest::SignIn { username, password },
        };
        self.asked = Some(out.ask_holding(Request::Login(ask)));
    }

    fn submit(&mut self, cx: &Context, out: &mut Outbox) {
        if self.asked.is_some() {
            return;
        }
        match self.step {
            Step::LoginPassword => self.open(cx, out),
            Step::SignIn if matches!(self.reaching, Loadable::Failed(_)) => self.open(cx, out),
            Step::SignIn if self.wait_until.is_some() => {
                out.tell(
                    Mood::Told,
                    "Not yet: it is tried by itself when the wait is over",
                );
            }
            Step::SignIn => match self.first_empty() {
                // Enter in the name goes to the password even when that is filled in already.
                _ if self.focus == 0 && !self.username.is_empty() => self.focus = 1,
                Some(empty) => self.focus = empty,
                None => self.sign_in(cx, out),
            },
            Step::Choose => self.choose_password(out),
        }
    }

    pub(super) fn first_empty(&self) -> Option<usize> {
        [&self.username, &self.password]
            .into_iter()
            .chain(&self.old)
            .position(TextField::is_empty)
    }

    /// Opens the connection again, with the login's password as typed, else as it was found.
    fn open(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(settings) = &cx.settings else {
            return out.go(Go::To(Place::Connect));
        };
        let password = match self.login_password.is_empty() {
            true => cx.login_password.clone(),
            false => Some(SecretString::from(self.login_password.text().to_owned())),
        };
        let open = ConnectRequest::Open {
            settings: Box::new((**settings).clone()),
            password,
        };
        let query = out.ask_as(Asker::House, Request::Connect(open));
        self.said = None;
        self.reaching = Loadable::Waiting(query);
    }

    fn choose_password(&mut self, out: &mut Outbox) {
        if self.focus == 0 {
            self.focus = 1;
            return;
        }
        if let Some(open) = self.checks().iter().find(|check| !check.met) {
            self.said = Some(format!("Not yet: {}", open.text));
            return;
        }
        self.said = None;
        self.asked = Some(
            out.ask_holding(Request::Login(LoginRequest::ChoosePassword {
                username: account::username(self.username.text()),
                password: SecretString::from(self.chosen[0].text().to_owned()),
            })),
        );
    }

    fn leave(&mut self, cx: &Context, out: &mut Outbox) {
        match self.step {
            Step::Choose => {
                self.begin_again();
                self.focus = 1;
                out.ask_as(
                    Asker::House,
                    Request::Login(LoginRequest::SignOut {
                        reason: "no password was chosen".into(),
                    }),
                );
                out.tell(
                    Mood::Told,
                    "No password was chosen; the one-time code still works",
                );
            }
            _ if self.wait_until.take().is_some() => {}
            _ if cx.ended.is_some() => {
                out.tell(
                    Mood::Told,
                    "Sign in again to go on, or leave; your edits are kept",
                );
            }
            _ => out.go(Go::Back),
        }
    }

    /// Up and down choose among the demo's sign-ins where there are some.
    fn choose(&mut self, cx: &Context, down: bool) {
        let hints = &cx.sign_in_hints;
        if self.step != Step::SignIn || hints.is_empty() {
            return self.move_focus(if down { 1 } else { self.fields() - 1 });
        }
        let number = match (self.hint, down) {
            (None, true) => 0,
            (None, false) => hints.len() - 1,
            (Some(at), true) => (at + 1) % hints.len(),
            (Some(at), false) => (at.min(hints.len()) + hints.len() - 1) % hints.len(),
        };
        self.fill(number, &hints[number]);
    }

    fn move_focus(&mut self, by: usize) {
        self.focus = (self.focus + by) % self.fields();
    }

    fn edited(&mut self) {
        self.said = None;
        self.when_open = false;
        // What is tried by itself is only ever what was typed before the wait.
        self.wait_until = None;
        if self.step == Step::SignIn && self.focus == 0 {
            self.hint = None;
            // Whether an old password is asked for is a matter of the name.
            self.old = None;
        }
    }
}
