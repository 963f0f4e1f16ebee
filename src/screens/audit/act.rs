//! What each key does in the audit.

use super::load::Aim;
use super::{Audit, keys, rows};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Past};
use crate::db::contract::{AuditRequest, Request};
use crate::domain::audit::{AuditEntry, AuditFilter, Deed};
use crate::domain::scroll;
use crate::input::action::{
    Action, AuditAction, BrowserAction, DialogAction, HistoryAction, ListAction,
};

impl Audit {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::Dialog(DialogAction::Choose) => self.accept_find(cx, out),
            Action::Dialog(DialogAction::Close) => self.find = None,
            Action::Audit(action) => self.act_audit(action, cx, out),
            Action::History(HistoryAction::ShowHistory) => self.go_to_record(true, cx, out),
            Action::Browser(BrowserAction::Reload) => self.read(Aim::Newest, out),
            Action::List(action) => self.act_list(action, cx, out),
            _ => {}
        }
    }

    fn act_audit(&mut self, action: AuditAction, cx: &Context, out: &mut Outbox) {
        match action {
            AuditAction::ShowWhole => self.show_whole(out),
            AuditAction::OpenRecord => self.go_to_record(false, cx, out),
            AuditAction::SamePerson => self.same(out, "a person", |entry, filter| {
                filter.person = Some(entry.person()?.to_owned());
                Some(())
            }),
            AuditAction::SameTable => self.same(out, "a table", |entry, filter| {
                filter.table = Some(entry.table_name.clone()?);
                Some(())
            }),
            AuditAction::SameRecord => {
                self.same(out, "a record that you may view", |entry, filter| {
                    filter.table = Some(entry.table_name.clone()?);
                    filter.key = Some(entry.key.as_ref()?.to_string());
                    Some(())
                });
            }
            AuditAction::SameAction => self.same(out, "a kind of action", |entry, filter| {
                filter.deed = Some(Deed::of(&entry.verb)?);
                Some(())
            }),
            AuditAction::RemovePart => self.remove_part(cx, out),
            AuditAction::Export => self.ask_name(cx, out),
            AuditAction::ClearFilter => self.apply(AuditFilter::default(), out),
        }
    }

    fn act_list(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(4)), action) {
            (_, ListAction::First) if self.whole.is_none() => return self.go_newest(out),
            (_, ListAction::Last) if self.whole.is_none() => return self.go_earliest(out),
            (Some(by), _) => by,
            (_, ListAction::Left) => return self.choose_part(-1),
            (_, ListAction::Right) => return self.choose_part(1),
            (_, ListAction::Find) if self.whole.is_none() => return self.open_find(),
            (_, ListAction::Back) if self.whole.take().is_some() => return,
            (_, ListAction::Back) => return out.go(Go::Back),
            _ => return,
        };
        if let Some((entry, scrolled)) = &mut self.whole {
            let lines = rows::whole(entry, cx).len();
            let most = (lines + 2).saturating_sub(usize::from(cx.room.rows));
            *scrolled = scrolled.saturating_add_signed(by).min(most);
            return;
        }
        self.selected = scroll::step(self.selected, by, self.entries.len());
        self.read_on(out);
    }

    fn go_newest(&mut self, out: &mut Outbox) {
        self.selected = 0;
        if self.more_above || self.news.0 > 0 {
            self.anew(out);
        }
    }

    fn go_earliest(&mut self, out: &mut Outbox) {
        if self.beyond.is_some() {
            self.read(Aim::Earliest, out);
        } else {
            self.selected = self.entries.len().saturating_sub(1);
        }
    }

    fn choose_part(&mut self, by: isize) {
        self.part = scroll::step(self.part, by, self.filter.parts().len());
    }

    fn remove_part(&mut self, cx: &Context, out: &mut Outbox) {
        let parts = self.filter.parts();
        let Some((part, _)) = parts.get(self.part) else {
            let (filters, alike) = keys::to_filter(cx);
            let line = format!("Nothing is filtered; {filters} filters, {alike} by this entry");
            return out.tell(Mood::Told, line);
        };
        let mut filter = self.filter.clone();
        filter.remove(*part);
        self.apply(filter, out);
    }

    /// Narrows the filter by what the entry under the cursor has; says so where it has none.
    fn same(
        &mut self,
        out: &mut Outbox,
        what: &str,
        narrow: impl FnOnce(&AuditEntry, &mut AuditFilter) -> Option<()>,
    ) {
        let Some(entry) = self.current() else { return };
        let mut filter = self.filter.clone();
        match narrow(entry, &mut filter) {
            Some(()) => self.apply(filter, out),
            None => out.tell(Mood::Told, format!("This entry is not about {what}")),
        }
    }

    fn show_whole(&mut self, out: &mut Outbox) {
        if self.whole.take().is_some() {
            return;
        }
        if let Some(entry) = self.current() {
            let request = AuditRequest::LoadAuditEntry(entry.mark);
            self.asked = Some(out.ask(Request::Audit(request)));
        }
    }

    /// Goes to the record that an entry is about, or to its history.
    fn go_to_record(&self, history: bool, cx: &Context, out: &mut Outbox) {
        let Some(entry) = self.current() else { return };
        let (Some(table), Some(key)) = (entry.table, entry.key_after()) else {
            let line = match (entry.hidden, entry.table) {
                (true, _) => "You may not view this record, or it cannot be told any more",
                (_, Some(_)) => "The whole table was emptied: there is no record to go to",
                (_, None) => "This is no change of a record",
            };
            return out.tell(Mood::Told, line);
        };
        if !self.opens(entry, cx) {
            return out.tell(Mood::Told, "This table is not among those that you see");
        }
        let key = key.clone();
        out.go(match history {
            true => Go::History(Past {
                table,
                key,
                column: None,
            }),
            false => Go::Open {
                table,
                key: Some(key),
                edit: false,
            },
        });
    }
}
