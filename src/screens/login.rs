//! The sign-in screen: the login's password, name and password, choosing a password. Passwords live
//! in secret fields and in nothing that is shown, kept or printed.

mod act;
mod reply;
pub mod view;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use reply::{next_try, time};

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::db::contract::QueryId;
use crate::domain::account::{self, Check, SignInHint};
use crate::input::action::{Action, Scope, SignInAction};
use crate::input::line::TextField;

/// The sign-in screen: the login's password, name and password, choosing a password.
#[derive(Debug)]
pub struct Login {
    /// What is asked for.
    step: Step,
    /// Reaching the server.
    reaching: Loadable<()>,
    /// The question that the person waits for.
    asked: Option<QueryId>,
    /// Which of the step's fields is under the cursor.
    focus: usize,
    /// The account's name.
    username: TextField,
    /// The password or one-time code.
    password: TextField,
    /// The password of an older program, beside the code: for an account taken over.
    old: Option<TextField>,
    /// The password of the database login.
    login_password: TextField,
    /// The password that is being chosen, and once more.
    chosen: [TextField; 2],
    /// What the server said of the last try.
    said: Option<String>,
    /// Until when the server judges no try.
    wait_until: Option<Timestamp>,
    /// Which of the demo's sign-ins was chosen.
    hint: Option<usize>,
    /// Signs in as soon as the connection stands.
    when_open: bool,
}

/// What the screen asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    /// The password of the database login.
    LoginPassword,
    /// Name and password.
    #[default]
    SignIn,
    /// A password of one's own, after a one-time code.
    Choose,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            step: Step::SignIn,
            reaching: Loadable::Idle,
            asked: None,
            focus: 0,
            username: TextField::line(),
            password: TextField::secret(),
            old: None,
            login_password: TextField::secret(),
            chosen: [TextField::secret(), TextField::secret()],
            said: None,
            wait_until: None,
            hint: None,
            when_open: false,
        }
    }
}

impl Login {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::SignIn]
    }

    /// The connection is being opened under this number.
    pub fn opening(&mut self, query: QueryId) {
        self.reaching = Loadable::Waiting(query);
        self.step = Step::SignIn;
        self.said = None;
    }

    /// The person came here.
    pub fn arrived(&mut self, cx: &Context, _out: &mut Outbox) {
        if cx.server.is_some() {
            self.reaching = Loadable::Ready(());
        }
        if cx.ended.is_none() {
            return;
        }
        self.begin_again();
        if let Some(session) = &cx.session {
            self.username.set(&session.person.username);
            self.focus = 1;
        }
    }

    /// A wait is over: the try that was not judged is made again, unless it was changed meanwhile.
    pub fn woke(&mut self, cx: &Context, out: &mut Outbox) {
        if self.wait_until.take().is_some() && self.first_empty().is_none() {
            self.sign_in(cx, out);
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let mut hints = vec![SignInAction::Submit];
        if self.step == Step::SignIn && !cx.sign_in_hints.is_empty() {
            hints.push(SignInAction::Down);
        }
        match self.step {
            Step::Choose => hints.push(SignInAction::Leave),
            Step::SignIn | Step::LoginPassword => hints.push(SignInAction::SwitchServer),
        }
        hints.into_iter().map(Action::SignIn).collect()
    }

    /// Asks for name and password anew.
    fn begin_again(&mut self) {
        self.step = Step::SignIn;
        self.focus = 0;
        self.asked = None;
        self.said = None;
        self.wait_until = None;
        self.hint = None;
        self.when_open = false;
        self.password.clear();
        self.old = None;
        self.login_password.clear();
        self.chosen.iter_mut().for_each(TextField::clear);
    }

    fn checks(&self) -> Vec<Check> {
        let [chosen, again] = &self.chosen;
        account::checklist(chosen.text(), again.text(), self.username.text())
    }

    fn fields(&self) -> usize {
        match self.step {
            Step::LoginPassword => 1,
            Step::SignIn if self.old.is_some() => 3,
            Step::SignIn | Step::Choose => 2,
        }
    }

    fn field(&mut self) -> &mut TextField {
        match (self.step, self.focus, &mut self.old) {
            (Step::LoginPassword, ..) => &mut self.login_password,
            (Step::SignIn, 0, _) => &mut self.username,
            (Step::SignIn, 2.., Some(old)) => old,
            (Step::SignIn, ..) => &mut self.password,
            (Step::Choose, focus, _) => &mut self.chosen[focus.min(1)],
        }
    }

    /// Fills name and code of one of the demo's sign-ins in.
    fn fill(&mut self, number: usize, hint: &SignInHint) {
        self.hint = Some(number);
        self.focus = 0;
        self.said = None;
        self.wait_until = None;
        self.username.set(&hint.username);
        self.password.clear();
        self.old = None;
        if let Some(code) = &hint.code {
            self.password.insert(code);
        }
    }
}
