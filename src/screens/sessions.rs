//! The sessions pane: who is signed in, on what, since when; ending a session with a reason.

pub mod view;
mod words;

#[cfg(test)]
mod tests;

use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay, Prompt, Prompted};
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, QueryId, Reply, Request, SessionsReply, SessionsRequest};
use crate::domain::session::{PresenceMode, SessionId, SessionLine, SessionState};
use crate::input::action::{Action, ListAction, Scope, SessionsAction};
use crate::input::event::Key;
use crate::input::line::TextField;

/// How often the open pane reads again, in milliseconds.
const AGAIN_MS: u64 = 2_000;

/// The sessions pane.
#[derive(Debug, Default)]
pub struct Sessions {
    /// The sessions; the last answer stays while the next is awaited.
    pub lines: Vec<SessionLine>,
    /// The list that is awaited, or why there is none.
    pub loading: Loadable<()>,
    /// The session under the cursor; it stays the same one when the list changes.
    pub cursor: Option<SessionId>,
    /// Sessions that are being ended, and by which question.
    ending: Vec<(QueryId, SessionId)>,
}

impl Sessions {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Sessions, Scope::List, Scope::AppList]
    }

    /// The pane was opened.
    pub fn opened(&mut self, _cx: &Context, out: &mut Outbox) {
        self.read(out);
    }

    /// It is time to read again.
    pub fn woke(&mut self, _cx: &Context, out: &mut Outbox) {
        if !self.loading.is_waiting() {
            self.read(out);
        }
    }

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Sessions(SessionsAction::Refresh) => self.read(out),
            Action::Sessions(SessionsAction::EndSession) => self.ask_reason(out),
            Action::Sessions(SessionsAction::ReleaseClaims) => self.ask_release(cx, out),
            Action::List(ListAction::Up) => self.step(-1),
            Action::List(ListAction::Down) => self.step(1),
            Action::List(ListAction::PageUp) => self.step(-8),
            Action::List(ListAction::PageDown) => self.step(8),
            Action::List(ListAction::First) => self.step(isize::MIN),
            Action::List(ListAction::Last) => self.step(isize::MAX),
            Action::List(ListAction::Back) => out.go(Go::ClosePane),
            _ => {}
        }
    }

    /// Takes a key that no action has; nothing is typed here.
    pub fn key(&mut self, _key: Key, _cx: &Context, _out: &mut Outbox) {}

    /// Ending a session was confirmed, with a reason.
    pub fn end_confirmed(&mut self, session: SessionId, reason: &str, out: &mut Outbox) {
        let reason = reason.trim().to_owned();
        let request = Request::Sessions(SessionsRequest::EndSession { session, reason });
        self.ending.push((out.ask(request), session));
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if self.loading.awaits(query) {
            self.listed(reply, out);
        } else if let Some(at) = self.ending.iter().position(|(asked, _)| *asked == query) {
            let (_, session) = self.ending.remove(at);
            self.ended(session, reply, out);
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        let mut hints = Vec::new();
        let may_end = cx.person().is_some_and(|person| person.may_end_sessions);
        if may_end && self.current().is_some_and(can_be_ended) {
            hints.push(Action::Sessions(SessionsAction::EndSession));
        }
        if may_end
            && self
                .current()
                .is_some_and(|line| !line.mine && edits(line) > 0)
        {
            hints.push(Action::Sessions(SessionsAction::ReleaseClaims));
        }
        hints.push(Action::Sessions(SessionsAction::Refresh));
        hints.push(Action::App(crate::input::action::AppAction::NextPane));
        hints.push(Action::App(crate::input::action::AppAction::ToggleSessions));
        hints
    }

    /// Returns the session under the cursor.
    pub fn current(&self) -> Option<&SessionLine> {
        self.lines.get(self.position())
    }

    /// Returns the position of the cursor in the list.
    pub fn position(&self) -> usize {
        let at = self
            .lines
            .iter()
            .position(|line| Some(line.id) == self.cursor);
        at.unwrap_or(0)
    }

    fn read(&mut self, out: &mut Outbox) {
        self.loading = Loadable::Waiting(out.ask(Request::Sessions(SessionsRequest::ListSessions)));
    }

    fn listed(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        out.wake(Timer::Sessions, AGAIN_MS);
        match reply {
            Ok(Reply::Sessions(SessionsReply::SessionsListed(lines))) => {
                self.lines = lines;
                // The cursor is on somebody from the start, or a list in another order would move it.
                self.cursor = self.current().map(|line| line.id);
                self.loading = Loadable::Ready(());
            }
            Ok(_) => self.loading = Loadable::Idle,
            Err(fault) => self.loading = Loadable::Failed(Problem::from(fault)),
        }
    }

    fn ask_reason(&mut self, out: &mut Outbox) {
        let Some(line) = self.current() else { return };
        if line.mine {
            return out.tell(
                Mood::Warning,
                "This is your own session; quit or sign out instead",
            );
        }
        if !can_be_ended(line) {
            return out.tell(Mood::Told, "This session has ended already");
        }
        let mut lines = vec![
            format!("{} is signed out; unsaved edits stay", line.username),
            "as a draft on that terminal. The reason is shown there:".to_owned(),
        ];
        if line.dirty {
            lines.insert(0, format!("{} has unsaved edits.", line.username));
        }
        out.overlay(Overlay::Prompt(Prompt {
            title: format!("end the session of {}", line.username),
            lines,
            line: TextField::line(),
            then: Prompted::EndSession(line.id),
        }));
    }

    /// Says what releasing would do, and asks.
    fn ask_release(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(line) = self.current() else { return };
        let may_end = cx.person().is_some_and(|person| person.may_end_sessions);
        let no = match (may_end, line.mine, edits(line)) {
            (false, ..) => "Only people who may end sessions can release what others edit".into(),
            (_, true, _) => "This is your own session; leave the form instead".into(),
            (.., 0) => format!("{} edits nothing", line.username),
            _ => String::new(),
        };
        if !no.is_empty() {
            return out.tell(Mood::Told, no);
        }
        let edited = line
            .claims
            .iter()
            .filter(|claim| claim.mode == PresenceMode::Edit);
        let mut lines: Vec<String> = edited
            .take(6)
            .map(|claim| words::claim(claim, cx))
            .collect();
        if edits(line) > 6 {
            lines.push(format!("and {} more", edits(line) - 6));
        }
        let key = words::clock(line.last_active, cx);
        lines.push(format!("{} pressed a key last at {key}.", line.username));
        lines.push("Each form becomes a draft there, and says that you released it.".into());
        out.overlay(Overlay::Confirm(Confirm {
            title: format!("Release what {} edits?", line.username),
            lines,
            yes: "release".into(),
            then: Confirmed::ReleaseSession(line.id),
            danger: true,
        }));
    }

    fn ended(&mut self, session: SessionId, reply: Result<Reply, Fault>, out: &mut Outbox) {
        let name = self.lines.iter().find(|line| line.id == session);
        let name = name.map_or(String::from("the session"), |line| line.username.clone());
        match reply {
            Ok(Reply::Sessions(SessionsReply::SessionEnded { was_open: true, .. })) => {
                out.tell(Mood::Done, format!("{name} is signed out"));
            }
            Ok(_) => out.tell(
                Mood::Told,
                format!("The session of {name} had ended before"),
            ),
            Err(fault) => out.tell_problem(&Problem::from(fault)),
        }
        self.read(out);
    }

    fn step(&mut self, by: isize) {
        let last = self.lines.len().saturating_sub(1);
        let to = self.position().saturating_add_signed(by).min(last);
        self.cursor = self.lines.get(to).map(|line| line.id);
    }
}

/// How many records a session edits.
fn edits(line: &SessionLine) -> usize {
    let edited = line
        .claims
        .iter()
        .filter(|claim| claim.mode == PresenceMode::Edit);
    edited.count()
}

fn can_be_ended(line: &SessionLine) -> bool {
    line.state != SessionState::Ended && !line.mine
}
