//! What answers do on the sign-in screen.

use jiff::{SignedDuration, Timestamp};

use super::{Login, Step};
use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::login::SignedIn;
use crate::db::contract::{ConnectReply, Fault, LoginReply, QueryId, Reply};
use crate::domain::connection::PasswordSource;
use crate::input::line::TextField;

impl Login {
    /// Takes the answer to a question of its own, or to opening the connection.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let opening = self.reaching.awaits(query);
        match reply {
            Ok(Reply::Connect(ConnectReply::Opened(_))) if opening => self.opened(cx, out),
            Err(fault) if opening => self.not_opened(fault, cx),
            Ok(Reply::Login(LoginReply::SignedIn(session))) if session.must_choose_password => {
                self.must_choose();
            }
            Ok(Reply::Login(
                LoginReply::SignedIn(session) | LoginReply::PasswordChosen(session),
            )) => {
                // Whoever returns to their own work finds this screen as it was, anybody else a new one.
                let returned = !self.username.is_empty();
                tell_last_sign_in(&session, returned, cx, out);
                *self = Self::default();
            }
            Ok(Reply::Login(LoginReply::Refused {
                tries_left,
                wait_seconds,
            })) => self.refused(tries_left, wait_seconds, cx),
            Ok(Reply::Login(LoginReply::NeedsOldPassword { code_typed })) => {
                self.needs_old_password(code_typed);
            }
            Ok(Reply::Login(LoginReply::MustWait { seconds })) => self.must_wait(seconds, cx, out),
            Err(fault) if self.asked == Some(query) => self.failed(fault),
            _ => {}
        }
    }

    fn opened(&mut self, cx: &Context, out: &mut Outbox) {
        self.reaching = Loadable::Ready(());
        self.login_password.clear();
        if self.step == Step::LoginPassword {
            self.step = Step::SignIn;
            self.focus = 0;
        }
        if self.when_open {
            self.sign_in(cx, out);
        }
    }

    /// A password that is missing or wrong can be typed; anything else is told with what helps.
    fn not_opened(&mut self, fault: Fault, cx: &Context) {
        let passwords = cx
            .settings
            .as_ref()
            .is_none_or(|s| s.password != PasswordSource::None);
        self.when_open = false;
        match fault {
            Fault::LoginRefused {
                message,
                password_missing,
            } if password_missing || passwords => {
                self.said = (!password_missing).then_some(message);
                self.reaching = Loadable::Idle;
                self.step = Step::LoginPassword;
                self.focus = 0;
                self.login_password.clear();
            }
            // It may begin with the name of a host, which stays as it is.
            fault => self.reaching = Loadable::Failed(Problem::new(fault.to_string())),
        }
    }

    fn must_choose(&mut self) {
        self.asked = None;
        self.password.clear();
        self.old = None;
        self.step = Step::Choose;
        self.focus = 0;
        self.said = None;
    }

    /// The account comes from an older program: its password is asked for beside the code. What was
    /// typed stays, as what it seems to be.
    fn needs_old_password(&mut self, code_typed: bool) {
        self.asked = None;
        let mut old = TextField::secret();
        if code_typed {
            self.focus = 2;
        } else {
            old.insert(self.password.text());
            self.password.clear();
            self.focus = 1;
        }
        self.old = Some(old);
        self.said = Some(
            "This account comes from an older program: the one-time code that you were given, and the \
             password that you had there"
                .into(),
        );
    }

    fn refused(&mut self, tries_left: Option<u32>, wait_seconds: u32, cx: &Context) {
        self.asked = None;
        self.password.clear();
        self.focus = 1;
        let what = match &mut self.old {
            None => "Name or password is not right",
            Some(old) => {
                old.clear();
                "Name, code or old password is not right"
            }
        };
        self.said = Some(format!("{what}{}", next_try(tries_left, wait_seconds, cx)));
    }

    fn must_wait(&mut self, seconds: u32, cx: &Context, out: &mut Outbox) {
        self.asked = None;
        let until = opens(seconds, cx);
        self.wait_until = Some(until);
        out.wake(Timer::SignIn, u64::from(seconds) * 1_000);
    }

    fn failed(&mut self, fault: Fault) {
        self.asked = None;
        match fault {
            // Whether the server had it already is not known.
            Fault::Cancelled if self.step == Step::Choose => {
                self.said =
                    Some("Stopped; if the code is refused now, the password was stored".into());
            }
            Fault::Cancelled => self.said = None,
            Fault::SessionOver { .. } if self.step == Step::Choose => {
                self.begin_again();
                self.focus = 1;
                self.said = Some("That took too long; type the one-time code again".into());
            }
            fault => self.said = Some(Problem::from(fault).what),
        }
    }
}

/// What is to be known of the next try after one that was refused.
pub fn next_try(tries_left: Option<u32>, wait_seconds: u32, cx: &Context) -> String {
    match (wait_seconds, tries_left) {
        (1.., _) => format!(
            "; the next try opens at {}",
            time(opens(wait_seconds, cx), cx)
        ),
        (0, None) => String::new(),
        (0, Some(0)) => "; the next try has to wait".into(),
        (0, Some(1)) => "; 1 try left before a wait".into(),
        (0, Some(n)) => format!("; {n} tries left before a wait"),
    }
}

/// When a wait of so many seconds is over.
fn opens(seconds: u32, cx: &Context) -> Timestamp {
    cx.now + SignedDuration::from_secs(i64::from(seconds))
}

/// Tells what happened to the account since its person was here last.
fn tell_last_sign_in(session: &SignedIn, returned: bool, cx: &Context, out: &mut Outbox) {
    let last = session.last_sign_in.map(|at| time(at, cx));
    match (session.failed_since, last) {
        (0, _) if returned => {}
        (0, None) => {}
        (0, Some(last)) => out.tell(Mood::Told, format!("Your last sign-in was {last}")),
        (failed, last) => {
            let tries = if failed == 1 { "try" } else { "tries" };
            let last = last.map_or(String::new(), |last| format!(" ({last})"));
            out.tell(
                Mood::Warning,
                format!("{failed} failed {tries} to sign in as you since your last sign-in{last}"),
            );
        }
    }
}

/// Writes a time with its day.
pub fn time(at: Timestamp, cx: &Context) -> String {
    at.to_zoned(cx.zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}
