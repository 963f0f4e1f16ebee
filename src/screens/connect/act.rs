//! What actions, keys and answers do on the connection screen.

use super::Connect;
use super::entry::{Entry, Source};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{ConnectReply, ConnectRequest, Fault, QueryId, Reply, Request};
use crate::domain::connection::ConnectionSettings;
use crate::input::action::{Action, FormAction, SignInAction};
use crate::input::event::{Key, KeyCode, Modifiers};
use crate::input::line::Pressed;

impl Connect {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::SignIn(SignInAction::Submit) | Action::Form(FormAction::NextField) => {
                self.move_focus(true);
            }
            Action::Form(FormAction::PreviousField) => self.move_focus(false),
            Action::SignIn(SignInAction::TestConnection) => self.test(cx, out),
            Action::SignIn(SignInAction::SaveProfile) => self.save(out),
            Action::SignIn(SignInAction::Leave) => self.leave(out),
            _ => {}
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, _cx: &Context, _out: &mut Outbox) {
        if let (KeyCode::Char(_), Modifiers::NONE) = (key.code, key.modifiers) {
            self.make_room();
        }
        self.untouched = false;
        let edited = match self.text_mut() {
            Some(field) => field.press(key) == Pressed::Edited,
            None => match key.code {
                KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') => {
                    self.turn(key.code != KeyCode::Left);
                    true
                }
                _ => false,
            },
        };
        if edited {
            self.edited();
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, _cx: &Context, _out: &mut Outbox) {
        self.make_room();
        self.untouched = false;
        if let Some(field) = self.text_mut() {
            field.insert(text.trim_end_matches('\n'));
            self.edited();
        }
    }

    /// Takes the answer to a test.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
        if !self.tested.awaits(query) {
            return;
        }
        self.tested = match reply {
            Ok(Reply::Connect(ConnectReply::Tested(stages))) => Loadable::Ready(stages),
            Ok(_) | Err(Fault::Cancelled) => Loadable::Idle,
            Err(fault) => Loadable::Failed(Problem::new(fault.to_string())),
        };
    }

    fn move_focus(&mut self, forth: bool) {
        let entries = self.entries();
        let at = entries
            .iter()
            .position(|entry| *entry == self.focus)
            .unwrap_or(0);
        self.focus = entries[(at + if forth { 1 } else { entries.len() - 1 }) % entries.len()];
        self.untouched = true;
    }

    /// Takes away what stands there only because nothing was said: `localhost` is not the begin of
    /// anybody's host name.
    fn make_room(&mut self) {
        let usual = ConnectionSettings::default();
        let is_usual = match self.focus {
            Entry::Server => self.server.text() == usual.host,
            Entry::Port => self.port.text() == usual.port.to_string(),
            _ => false,
        };
        if let (true, true, Some(field)) = (self.untouched, is_usual, self.text_mut()) {
            field.clear();
        }
    }

    fn edited(&mut self) {
        self.fault = None;
        self.tested = Loadable::Idle;
    }

    /// Returns settings that can be used, or goes to the entry that is not right.
    fn checked(&mut self) -> Option<Box<ConnectionSettings>> {
        match self.settings() {
            Ok(settings) => Some(Box::new(settings)),
            Err(fault) => {
                self.refuse(fault);
                None
            }
        }
    }

    fn refuse(&mut self, fault: (Entry, String)) {
        self.untouched |= self.focus != fault.0;
        self.focus = fault.0;
        self.fault = Some(fault);
    }

    fn test(&mut self, cx: &Context, out: &mut Outbox) {
        if self.tested.is_waiting() {
            return;
        }
        let Some(settings) = self.checked() else {
            return;
        };
        // The password that is known belongs to these settings only while nobody else is meant.
        let same = self.taken.as_ref().is_some_and(|taken| {
            (&taken.host, taken.port, &taken.user)
                == (&settings.host, settings.port, &settings.user)
        });
        let password = self
            .typed_password()
            .or_else(|| cx.login_password.clone().filter(|_| same));
        let query = out.ask(Request::Connect(ConnectRequest::Test {
            settings,
            password,
        }));
        self.tested = Loadable::Waiting(query);
    }

    fn save(&mut self, out: &mut Outbox) {
        let Some(settings) = self.checked() else {
            return;
        };
        if let Some(fault) = self.name_fault() {
            return self.refuse(fault);
        }
        let password = self.typed_password();
        if self.source == Source::Inline && password.is_none() {
            return self.refuse((Entry::Password, "the password to keep is needed".into()));
        }
        out.effect(Effect::SaveProfile {
            settings: settings.clone(),
            password: password.clone().filter(|_| self.source == Source::Inline),
        });
        self.tested = Loadable::Idle;
        out.connect(settings, password);
    }

    fn leave(&mut self, out: &mut Outbox) {
        if let Loadable::Waiting(query) = self.tested {
            out.cancel(query);
            self.tested = Loadable::Idle;
            return;
        }
        self.password.clear();
        self.taken = None;
        out.go(Go::Back);
    }
}
