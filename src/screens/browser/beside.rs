//! The record after or before the one that was opened from the grid, and a table that is altered
//! while it is shown.

use super::seek::Seek;
use super::{Browser, Load, Purpose, View};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::Fault;
use crate::domain::query::PageFrom;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, ListAction};

/// What stands beside a record in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// This record; the cursor is on it.
    Found(RecordKey),
    /// Something, but it is still on its way from the server.
    Coming,
    /// Nothing.
    Nothing,
}

impl Browser {
    /// Moves on from a record that was opened here, and returns the one that is under the cursor
    /// then.
    pub fn beside(
        &mut self,
        (table, key): (TableId, &RecordKey),
        forward: bool,
        cx: &Context,
        out: &mut Outbox,
    ) -> Beside {
        let window = self.window.as_mut().filter(|_| self.table == Some(table));
        if !window.is_some_and(|window| window.go_to(key)) {
            return Beside::Nothing;
        }
        let step = if forward {
            ListAction::Down
        } else {
            ListAction::Up
        };
        self.act(Action::List(step), cx, out);
        if std::mem::take(&mut self.owed) != 0 {
            return Beside::Coming;
        }
        match self.current_key() {
            Some(next) if next != key => Beside::Found(next.clone()),
            _ => Beside::Nothing,
        }
    }

    /// The table has other columns by now: everything of it is read anew.
    pub fn altered(&mut self, table: TableId, cx: &Context, out: &mut Outbox) {
        if self.table != Some(table) {
            return;
        }
        *self = Self {
            table: Some(table),
            marks: std::mem::take(&mut self.marks),
            pane: self.pane.for_another_table(),
            ..Self::default()
        };
        self.open(cx, out);
    }

    /// A question was refused and the table has the columns that it had: its rows are asked for again.
    pub fn learned_again(&mut self, table: TableId, cx: &Context, out: &mut Outbox) {
        if self.table != Some(table) || self.load.is_some() {
            return;
        }
        if self.window.is_some() {
            return self.learned_beside_rows(table, cx, out);
        }
        self.problem = None;
        self.take_shape(cx);
        let from = match self.refused.take() {
            Some(refused) => {
                (self.wanted, self.seek) = (refused.wanted, refused.seek);
                refused.from
            }
            None => PageFrom::First,
        };
        self.read_anew(from, false, cx, out);
    }

    /// The same where rows are shown. What a role gives may be something else: then none of these may be
    /// kept, be it the one under the cursor that is not among those that are read now.
    fn learned_beside_rows(&mut self, table: TableId, cx: &Context, out: &mut Outbox) {
        self.shape = cx.shapes.get(&table).cloned();
        if !cx.is_shared() {
            return self.refresh(false, cx, out);
        }
        self.seek = self.row_here().map(Seek::quietly);
        let from = self.window.take().map(|window| window.refresh_from());
        self.pane = self.pane.for_another_table();
        self.read_anew(from.unwrap_or(PageFrom::First), false, cx, out);
    }

    /// Keeps what first rows were asked for, where they are refused because the table has changed.
    pub(super) fn keep_refused(&mut self, load: &Load, fault: &Fault) {
        self.refused = match (&load.purpose, fault) {
            (Purpose::Anew(from), Fault::Outdated { .. }) if self.window.is_none() => {
                Some(Refused {
                    wanted: self.wanted.clone(),
                    from: from.clone(),
                    seek: self.seek.clone(),
                })
            }
            _ => None,
        };
    }

    /// A table that was read is not there any more, or may not be read: nothing of it is shown.
    pub fn lost(&mut self, table: TableId, fault: &Fault) {
        if self.table == Some(table) {
            (self.window, self.shape, self.refused) = (None, None, None);
            self.pane = self.pane.for_another_table();
            self.problem = Some(fault.clone().into());
        }
    }
}

/// First rows as they were asked for.
#[derive(Debug)]
pub(super) struct Refused {
    wanted: View,
    from: PageFrom,
    seek: Option<Seek>,
}
