//! The audit: what was done to all records and at the door, filtered, one entry whole. What is new is
//! announced and never pushed under the cursor.

mod act;
mod export;
mod find;
mod keys;
mod load;
pub mod rows;
pub mod view;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::outbox::Outbox;
use crate::app::past;
use crate::app::problem::Problem;
use crate::db::contract::{AuditReply, Fault, QueryId, Reply};
use crate::domain::audit::{AuditEntry, AuditFilter, AuditMark};
use crate::domain::number::grouped;
use crate::input::action::{
    Action, AuditAction, BrowserAction, DialogAction, HistoryAction, ListAction, Scope,
};

use export::Export;
use find::Find;
use load::Aim;

/// The audit.
#[derive(Debug, Default)]
pub struct Audit {
    /// What is looked for.
    filter: AuditFilter,
    /// The part of the filter under the second cursor.
    part: usize,
    /// The line in which the filter is typed, while it is open.
    find: Option<Find>,
    /// What was read and is kept, the newest first.
    entries: Vec<AuditEntry>,
    /// Where looking backwards stopped, if there is more.
    beyond: Option<AuditMark>,
    /// Whether later entries were dropped, or not read yet.
    more_above: bool,
    /// How many came since, and whether there are more of them than were counted.
    news: (usize, bool),
    /// The page that is awaited, or why there is none.
    loading: Loadable<()>,
    /// What that page is for.
    aim: Aim,
    /// The question what is new.
    peeking: Option<QueryId>,
    /// The entry under the cursor.
    selected: usize,
    /// The question for one entry whole.
    asked: Option<QueryId>,
    /// The entry that is shown whole, and lines scrolled.
    whole: Option<(Box<AuditEntry>, usize)>,
    /// The file that is being written.
    export: Option<Export>,
}

impl Audit {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.find {
            Some(_) => &[Scope::Find],
            None => &[Scope::Audit, Scope::List, Scope::AppList],
        }
    }

    /// The person came here, or back.
    pub fn arrived(&mut self, _cx: &Context, out: &mut Outbox) {
        self.wait_for_news(out);
        match self.entries.is_empty() {
            true => self.read(Aim::Newest, out),
            false => self.peek(out),
        }
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        _cx: &Context,
        out: &mut Outbox,
    ) {
        if self.peeking == Some(query) {
            self.peeking = None;
            if let Ok(Reply::Audit(AuditReply::AuditLoaded { entries, stop })) = reply {
                self.news = (entries.len(), stop.is_some() && !entries.is_empty());
            }
        } else if self.is_for_export(query) {
            self.export_answered(reply, out);
        } else if self.loading.awaits(query) {
            self.loaded(reply, out);
        } else if self.asked.take_if(|asked| *asked == query).is_some() {
            match reply {
                Ok(Reply::Audit(AuditReply::AuditEntryLoaded(Some(entry)))) => {
                    self.whole = Some((entry, 0));
                }
                Ok(_) | Err(Fault::Cancelled) => {}
                Err(fault) => out.tell_problem(&Problem::from(fault)),
            }
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.asked == Some(query)
            || self.is_for_export(query)
            || self.loading.awaits(query) && (self.entries.is_empty() || self.is_looking())
    }

    fn is_for_export(&self, query: QueryId) -> bool {
        let export = self.export.as_ref();
        export.is_some_and(|export| export.asked == Some(query))
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        if self.find.is_some() {
            return [DialogAction::Choose, DialogAction::Close]
                .map(Action::Dialog)
                .into();
        }
        let audit = Action::Audit;
        let mut hints = Vec::new();
        if let Some(entry) = self.current() {
            if self.whole.is_none() {
                hints.push(audit(AuditAction::ShowWhole));
            }
            if self.opens(entry, cx) {
                hints.push(audit(AuditAction::OpenRecord));
            }
        }
        if self.whole.is_none() {
            hints.push(Action::List(ListAction::Find));
            if !self.filter.is_empty() {
                hints.push(audit(AuditAction::RemovePart));
                hints.push(audit(AuditAction::ClearFilter));
            }
        }
        if self.current().is_some_and(|entry| self.opens(entry, cx)) {
            hints.push(Action::History(HistoryAction::ShowHistory));
        }
        if self.whole.is_none() {
            if self.current().is_some() {
                hints.push(audit(AuditAction::SamePerson));
                hints.push(audit(AuditAction::SameTable));
                hints.push(audit(AuditAction::SameAction));
            }
            hints.push(audit(AuditAction::Export));
            hints.push(Action::Browser(BrowserAction::Reload));
        }
        hints.push(Action::List(ListAction::Back));
        hints
    }

    /// Says where one is, for the status line.
    pub fn standing(&self, cx: &Context) -> String {
        let looked = |at: Timestamp| {
            let at = at.to_zoned(cx.zone.clone());
            at.strftime("%Y-%m-%d %H:%M").to_string()
        };
        if let Some(standing) = self.export_standing() {
            return standing;
        }
        match (&self.beyond, self.entries.len()) {
            (Some(mark), _) if self.is_looking() => {
                format!("looking further back than {}", looked(mark.at))
            }
            (Some(mark), 0) => {
                let key = keys::of(Action::List(ListAction::PageDown), cx);
                format!("nothing back to {}; {key} looks on", looked(mark.at))
            }
            (Some(_), all) => format!("{} read, earlier ones follow", grouped(count(all))),
            (None, 0) => String::new(),
            (None, all) => format!("{} read, the earliest is among them", grouped(count(all))),
        }
    }

    /// The entry under the cursor.
    fn current(&self) -> Option<&AuditEntry> {
        match &self.whole {
            Some((entry, _)) => Some(entry),
            None => self.entries.get(self.selected),
        }
    }

    /// Whether the record of an entry can be gone to.
    fn opens(&self, entry: &AuditEntry, cx: &Context) -> bool {
        let listed = entry.table.is_some_and(|table| cx.table(table).is_some());
        listed && entry.key.is_some()
    }
}

/// Says what an entry is, in a word or two.
fn verb(entry: &AuditEntry) -> String {
    match entry.record_verb() {
        Some(verb) => past::verb(verb).to_owned(),
        None => entry.verb.clone(),
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
