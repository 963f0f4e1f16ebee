//! What answers do on the accounts screen.

use super::{Accounts, Face};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, PeopleReply, QueryId, Reply};
use crate::domain::people::Settled;

impl Accounts {
    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if self.changing == Some(query) {
            self.changing = None;
            return self.changed(reply, out);
        }
        if self.loading.awaits(query) {
            return self.listed(reply, out);
        }
        if let Face::Rights { given, .. } = &mut self.face
            && given.awaits(query)
        {
            match reply {
                Ok(Reply::People(PeopleReply::RoleRead { permissions, .. })) => {
                    *given = Loadable::Ready(permissions);
                }
                Ok(_) | Err(Fault::Cancelled) => self.face = Face::Roles,
                Err(fault) => *given = Loadable::Failed(Problem::from(fault)),
            }
        }
    }

    fn listed(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        match reply {
            Ok(Reply::People(PeopleReply::PeopleListed { people, roles })) => {
                self.people = people;
                self.roles = roles;
                self.loading = Loadable::Ready(());
            }
            Err(Fault::Cancelled) if self.people.is_empty() => {
                self.loading = Loadable::Idle;
                out.go(Go::Back);
            }
            Ok(_) | Err(Fault::Cancelled) => self.loading = Loadable::Ready(()),
            Err(fault) => {
                let problem = Problem::from(fault);
                // The list that is shown is the one before: that has to be said.
                if !self.people.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    /// A change of an account came back; where it was refused, what was typed stays.
    fn changed(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        match reply {
            Ok(Reply::People(PeopleReply::CodeMade(made))) => {
                self.cursor = Some(made.username.clone());
                self.code = Some((made, false));
                self.close();
            }
            Ok(Reply::People(PeopleReply::AccountSettled { username, settled })) => {
                let (mood, told) = match settled {
                    Settled::Edited => (Mood::Done, format!("{username} is saved")),
                    Settled::Activated => (Mood::Done, format!("{username} may sign in again")),
                    Settled::Deactivated => (Mood::Done, format!("{username} can sign in no more")),
                    Settled::Unlocked => (Mood::Done, format!("{username} need not wait any more")),
                    Settled::AsBefore => (Mood::Told, format!("{username} was so already")),
                };
                out.tell(mood, told);
                self.close();
            }
            Ok(_) | Err(Fault::Cancelled) => {}
            Err(fault) => out.tell_problem(&Problem::from(fault)),
        }
        self.read(out);
    }

    fn close(&mut self) {
        if self.editing {
            self.editing = false;
            self.entries = None;
        }
    }
}
