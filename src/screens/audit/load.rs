//! Reading pages of the audit both ways, looking further when a filter finds little, and what is new.

use super::Audit;
use crate::app::effect::Timer;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{AuditReply, AuditRequest, Fault, Reply, Request};
use crate::domain::audit::{AuditEntry, AuditMark};

/// How many entries are kept; those at the other end give way.
const MOST: usize = 600;
/// How many lines before the end of what is here the next page is read.
const AHEAD: usize = 10;
/// With how many entries a filter has found enough for now.
const ENOUGH: usize = 20;
/// How often what is new is looked for, in milliseconds.
const NEWS_MS: u64 = 5_000;

/// What a page is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Aim {
    /// To begin at the newest.
    #[default]
    Newest,
    /// To begin at the earliest.
    Earliest,
    /// To go on backwards.
    Older,
    /// To go on forwards.
    Newer,
}

impl Audit {
    /// The timer of news is due.
    pub fn woke(&mut self, out: &mut Outbox) {
        self.wait_for_news(out);
        self.peek(out);
    }

    /// Others changed something.
    pub fn followed(&mut self, out: &mut Outbox) {
        self.peek(out);
    }

    pub(super) fn wait_for_news(&self, out: &mut Outbox) {
        out.wake(Timer::Audit, NEWS_MS);
    }

    /// Asks how many entries are newer than the newest one that was read.
    pub(super) fn peek(&mut self, out: &mut Outbox) {
        if self.peeking.is_some() || self.loading.is_waiting() || self.more_above {
            return;
        }
        let Some(first) = self.entries.first() else {
            if self.beyond.is_none() {
                self.read(Aim::Newest, out);
            }
            return;
        };
        let request = AuditRequest::LoadAudit {
            filter: self.filter.clone(),
            from: Some(first.mark),
            older: false,
        };
        self.peeking = Some(out.ask(Request::Audit(request)));
    }

    /// Begins anew with the filter as it is now.
    pub(super) fn anew(&mut self, out: &mut Outbox) {
        self.entries.clear();
        // Where the search before stopped says nothing of this one.
        self.beyond = None;
        self.more_above = false;
        self.news = (0, false);
        self.selected = 0;
        self.part = 0;
        self.whole = None;
        self.loading = Loadable::Idle;
        self.read(Aim::Newest, out);
    }

    pub(super) fn read(&mut self, aim: Aim, out: &mut Outbox) {
        if let Loadable::Waiting(query) = self.loading {
            out.cancel(query);
        }
        let from = match aim {
            Aim::Newest | Aim::Earliest => None,
            Aim::Older => self.beyond,
            Aim::Newer => self.entries.first().map(|entry| entry.mark),
        };
        self.ask(aim, from, out);
    }

    fn ask(&mut self, aim: Aim, from: Option<AuditMark>, out: &mut Outbox) {
        let request = AuditRequest::LoadAudit {
            filter: self.filter.clone(),
            from,
            older: matches!(aim, Aim::Newest | Aim::Older),
        };
        self.aim = aim;
        // What is new was asked of what was shown before this page.
        self.peeking = None;
        self.loading = Loadable::Waiting(out.ask(Request::Audit(request)));
    }

    /// Whether the page that is awaited is one of several, because little was found so far.
    pub(super) fn is_looking(&self) -> bool {
        let backwards = matches!(self.aim, Aim::Older);
        self.loading.is_waiting() && backwards && self.entries.len() < ENOUGH
    }

    pub(super) fn loaded(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        self.loading = Loadable::Ready(());
        match reply {
            Ok(Reply::Audit(AuditReply::AuditLoaded { entries, stop })) => {
                self.take(entries, stop, out);
            }
            Ok(_) => {}
            Err(Fault::Cancelled) if self.entries.is_empty() && self.beyond.is_none() => {
                out.go(Go::Back);
            }
            Err(Fault::Cancelled) => {}
            Err(fault) => {
                let problem = Problem::from(fault);
                if !self.entries.is_empty() {
                    out.tell_problem(&problem);
                }
                self.loading = Loadable::Failed(problem);
            }
        }
    }

    fn take(&mut self, page: Vec<AuditEntry>, stop: Option<AuditMark>, out: &mut Outbox) {
        let few = page.len() < ENOUGH;
        match self.aim {
            Aim::Newest => {
                let here = self.current().map(|entry| entry.mark);
                self.entries = page;
                self.beyond = stop;
                self.more_above = false;
                self.news = (0, false);
                let found = self.entries.iter().position(|one| Some(one.mark) == here);
                self.selected = found.unwrap_or(0);
            }
            Aim::Earliest => {
                self.entries = page;
                self.beyond = None;
                self.more_above = stop.is_some();
                self.news = (0, false);
                self.selected = self.entries.len().saturating_sub(1);
            }
            Aim::Older => {
                self.entries.extend(page);
                self.beyond = stop;
                self.drop_newest();
            }
            Aim::Newer => {
                self.selected += page.len();
                self.entries.splice(0..0, page);
                self.more_above = stop.is_some();
                self.drop_earliest();
            }
        }
        // A filter that finds little looks on by itself, until there is a screenful or an end.
        let backwards = matches!(self.aim, Aim::Newest | Aim::Older);
        if backwards && few && self.entries.len() < ENOUGH && self.beyond.is_some() {
            self.read(Aim::Older, out);
        }
    }

    fn drop_newest(&mut self) {
        let over = self.entries.len().saturating_sub(MOST).min(self.selected);
        if over > 0 {
            self.entries.drain(..over);
            self.selected -= over;
            self.more_above = true;
        }
    }

    fn drop_earliest(&mut self) {
        let keep = MOST.max(self.selected + 1);
        if self.entries.len() > keep {
            self.entries.truncate(keep);
            self.beyond = self.entries.last().map(|entry| entry.mark);
        }
    }

    /// Reads on where the cursor comes near an end of what is here.
    pub(super) fn read_on(&mut self, out: &mut Outbox) {
        if self.loading.is_waiting() {
            return;
        }
        if self.selected + AHEAD >= self.entries.len() && self.beyond.is_some() {
            self.read(Aim::Older, out);
        } else if self.selected < AHEAD && self.more_above && !self.entries.is_empty() {
            self.read(Aim::Newer, out);
        }
    }
}
