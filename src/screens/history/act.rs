//! What each key does in the timeline, and what came of the questions about one entry.

use super::rows;
use super::{History, Purpose, Shows, Then, restore};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::db::contract::{HistoryReply, HistoryRequest, Request};
use crate::domain::history::Kept;
use crate::domain::scroll;
use crate::input::action::{HistoryAction, ListAction};

impl History {
    pub(super) fn act_history(&mut self, action: HistoryAction, cx: &Context, out: &mut Outbox) {
        match action {
            HistoryAction::ShowWhole => self.show_whole(out),
            HistoryAction::ViewAsOf => self.ask(Purpose::View, out),
            HistoryAction::RestoreVersion => match &self.shows {
                Shows::AsOf(then) => restore::version(then, cx, out),
                _ => self.ask(Purpose::Restore, out),
            },
            HistoryAction::RestoreField => match &self.shows {
                Shows::AsOf(then) => restore::field_as_of(then, cx, out),
                _ => self.restore_field(cx, out),
            },
            _ => {}
        }
    }

    pub(super) fn act_list(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(3)), action) {
            (Some(by), _) => by,
            (_, ListAction::Left) => return self.step_field(-1),
            (_, ListAction::Right) => return self.step_field(1),
            (_, ListAction::Back) => return self.back(out),
            _ => return,
        };
        match &mut self.shows {
            Shows::List => {
                self.selected = scroll::step(self.selected, by, self.entries.len());
                self.field = 0;
                if self.selected + 10 > self.entries.len() {
                    self.read_earlier(out);
                }
            }
            Shows::Whole { entry, scrolled } => {
                let lines = rows::whole(entry, cx.room).len();
                let most = (lines + 2).saturating_sub(usize::from(cx.room.rows));
                *scrolled = scrolled.saturating_add_signed(by).min(most);
            }
            Shows::AsOf(then) => step_as_of(then, by, cx),
        }
    }

    /// Left and right go among the fields of the open entry.
    fn step_field(&mut self, by: isize) {
        if matches!(self.shows, Shows::List) {
            self.field = scroll::step(self.field, by, self.fields());
        }
    }

    fn back(&mut self, out: &mut Outbox) {
        match self.shows {
            Shows::List => out.go(Go::Back),
            _ => self.shows = Shows::List,
        }
    }

    fn show_whole(&mut self, out: &mut Outbox) {
        match self.shows {
            Shows::List => self.ask(Purpose::Whole, out),
            Shows::Whole { .. } => self.shows = Shows::List,
            Shows::AsOf(_) => {}
        }
    }

    /// Puts back what the field under the cursor was before the change.
    fn restore_field(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(entry) = self.current() else { return };
        let Some(field) = entry.fields.get(self.field) else {
            return out.tell(Mood::Told, "No field of this change can be shown");
        };
        match &field.old {
            None => out.tell(
                Mood::Told,
                "There was no value before: the record was created",
            ),
            Some(old) if !matches!(old, Kept::Short { .. }) => {
                restore::field(self.of.as_ref(), entry, field, cx, out);
            }
            Some(_) => self.ask(Purpose::Field(self.field), out),
        }
    }

    fn ask(&mut self, purpose: Purpose, out: &mut Outbox) {
        let (Some(of), Some(entry)) = (&self.of, self.current()) else {
            return;
        };
        let (table, key, entry) = (of.table, of.key.clone(), entry.id);
        let request = match purpose {
            Purpose::Whole | Purpose::Field(_) => HistoryRequest::LoadEntry { table, key, entry },
            Purpose::View | Purpose::Restore => HistoryRequest::LoadAsOf { table, key, entry },
        };
        self.asked = Some((out.ask(Request::History(request)), purpose));
    }

    pub(super) fn answered(
        &mut self,
        purpose: Purpose,
        reply: HistoryReply,
        cx: &Context,
        out: &mut Outbox,
    ) {
        match (purpose, reply) {
            (_, HistoryReply::EntryLoaded(None) | HistoryReply::AsOfLoaded { past: None, .. }) => {
                out.tell(Mood::Warning, "This change can no longer be read");
            }
            (Purpose::Field(at), HistoryReply::EntryLoaded(Some(entry))) => {
                if let Some(field) = entry.fields.get(at) {
                    restore::field(self.of.as_ref(), &entry, field, cx, out);
                }
            }
            (Purpose::Whole, HistoryReply::EntryLoaded(Some(entry))) => {
                self.shows = Shows::Whole { entry, scrolled: 0 };
            }
            (
                _,
                HistoryReply::AsOfLoaded {
                    past: Some(past),
                    present,
                },
            ) => {
                let (Some(entry), Some(of)) = (self.current().cloned(), self.of.clone()) else {
                    return;
                };
                let changed_at = self.entries.first().map_or(entry.at, |newest| newest.at);
                let then = Then {
                    of,
                    changed_at,
                    entry,
                    past,
                    present: present.map(|present| *present),
                    column: 0,
                    scrolled: 0,
                };
                match purpose {
                    Purpose::Restore => restore::version(&then, cx, out),
                    _ => self.shows = Shows::AsOf(Box::new(then)),
                }
            }
            _ => {}
        }
    }
}

/// Moves within a long value first, then to the next field.
fn step_as_of(then: &mut Then, by: isize, cx: &Context) {
    let Some(shape) = rows::shape(then, cx) else {
        return;
    };
    if by.abs() == 1 {
        let hidden = rows::hidden(then, shape, cx.room);
        if by > 0 && then.scrolled < hidden {
            then.scrolled += 1;
            return;
        } else if by < 0 && then.scrolled > 0 {
            then.scrolled -= 1;
            return;
        }
    }
    then.column = scroll::step(then.column, by, shape.columns.len());
    then.scrolled = 0;
}
