//! What each action does in the grid.

use super::window::{Edge, Window};
use super::{Browser, Change, Purpose, words};
use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::past;
use crate::app::place::{Go, Past, Place};
use crate::domain::query::PageFrom;
use crate::input::action::{
    Action, BrowserAction, DialogAction, FilterAction, HistoryAction, ListAction,
};

/// How long keys rest before the record beside the grid follows, in milliseconds.
const REST_MS: u64 = 120;

impl Browser {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        if self.act_peek(action, cx, out) || self.act_over(action, cx, out) {
            return;
        }
        if self.chooser.is_some() {
            return self.act_chooser(action, cx, out);
        }
        match action {
            Action::List(action) => self.act_list(action, cx, out),
            Action::Browser(action) => self.act_browser(action, cx, out),
            Action::Arrange(action) => self.act_arrange(action, cx, out),
            Action::Bulk(action) => self.act_marks(action, cx, out),
            Action::Rows(action) => self.act_rows(action, cx, out),
            Action::Dialog(action) => self.act_find(action, cx, out),
            Action::History(action) => self.act_history(action, cx, out),
            Action::Filter(FilterAction::Column) => self.ask_column(),
            Action::Filter(FilterAction::Value) => self.filter_value(cx, out),
            Action::Filter(FilterAction::Parts) => self.show_parts(),
            Action::Filter(FilterAction::Views) => self.show_views(cx, out),
            _ => {}
        }
    }

    fn act_list(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        if self.act_whole(action, cx, out) {
            return;
        }
        let page = self.window.as_ref().map_or(1, |window| window.page());
        match action {
            ListAction::Up => self.step(-1, cx, out),
            ListAction::Down => self.step(1, cx, out),
            ListAction::PageUp => self.turn(-page, cx, out),
            ListAction::PageDown => self.turn(page, cx, out),
            ListAction::Left => self.step_sideways(-1, cx, out),
            ListAction::Right => self.step_sideways(1, cx, out),
            ListAction::First => self.go_to_end(&PageFrom::First, cx, out),
            ListAction::Last => self.go_to_end(&PageFrom::Last, cx, out),
            ListAction::Find => self.open_find(out),
            ListAction::Back => self.back(out),
        }
    }

    fn act_browser(&mut self, action: BrowserAction, cx: &Context, out: &mut Outbox) {
        match action {
            BrowserAction::Open => self.open_record(false, cx, out),
            BrowserAction::EditRecord => self.open_record(true, cx, out),
            BrowserAction::NewRecord => self.new_record(out),
            BrowserAction::DuplicateRecord => self.duplicate(out),
            BrowserAction::DeleteRecord => self.ask_to_delete(cx, out),
            BrowserAction::SortColumn => self.sort(cx, out),
            BrowserAction::SortAlso => self.sort_also(cx, out),
            BrowserAction::ClearFilter => self.clear(cx, out),
            BrowserAction::Reload => self.reload(cx, out),
            BrowserAction::CountRows => self.count(cx, out),
            BrowserAction::Jump => self.ask_where(),
            BrowserAction::ToggleRecordPane => self.toggle_pane(cx, out),
            BrowserAction::ShowDependents => self.show_dependents(cx, out),
            // Of records that are read, of drafts, and of tables.
            BrowserAction::NextRecord
            | BrowserAction::PreviousRecord
            | BrowserAction::DiscardDraft
            | BrowserAction::Favourite
            | BrowserAction::ShowDraft => {}
        }
    }

    fn act_history(&self, action: HistoryAction, cx: &Context, out: &mut Outbox) {
        let Some(table) = self.table else { return };
        match (action, self.current_key().cloned()) {
            (HistoryAction::ShowHistory, Some(key)) => out.go(Go::History(Past {
                table,
                key,
                column: None,
            })),
            (HistoryAction::ShowBin, _) if cx.is_shared() => out.go(Go::To(Place::Bin(table))),
            (HistoryAction::ShowBin, _) => out.tell(Mood::Warning, past::NEEDS_LAYER),
            (HistoryAction::ShowHistory, None) => {
                out.tell(Mood::Told, "There is no record with a key here");
            }
            _ => {}
        }
    }

    fn act_find(&mut self, action: DialogAction, cx: &Context, out: &mut Outbox) {
        match action {
            DialogAction::Choose if self.asking.is_some() => self.accept_jump(cx, out),
            DialogAction::Close if self.asking.is_some() => self.asking = None,
            DialogAction::Choose => self.accept_find(cx, out),
            DialogAction::Close => self.close_find(cx, out),
            DialogAction::Up => {
                self.step(-1, cx, out);
                self.moved_in_find();
            }
            DialogAction::Down => {
                self.step(1, cx, out);
                self.moved_in_find();
            }
            DialogAction::Yes
            | DialogAction::Anyway
            | DialogAction::No
            | DialogAction::Accept
            | DialogAction::Prove => {}
        }
    }

    fn step(&mut self, lines: isize, cx: &Context, out: &mut Outbox) {
        self.travel(cx, out, |window| window.step(lines));
    }

    fn turn(&mut self, lines: isize, cx: &Context, out: &mut Outbox) {
        self.travel(cx, out, |window| window.shift(lines));
    }

    /// Moves the cursor; what cannot be moved yet is moved when more rows are here.
    pub(super) fn travel(
        &mut self,
        cx: &Context,
        out: &mut Outbox,
        go: impl FnOnce(&mut Window) -> isize,
    ) {
        let before = self.current_key().cloned();
        let Some(window) = &mut self.window else {
            return;
        };
        self.owed = go(window);
        if let Some(before) = before.filter(|key| self.current_key() != Some(key)) {
            // It was seen.
            self.changes.remove(&before);
        }
        match self.owed {
            0 => self.prefetch(cx, out),
            1.. => self.extend(Edge::After, true, cx, out),
            _ => self.extend(Edge::Before, true, cx, out),
        }
        self.rest(cx, out);
    }

    /// Sets the timer after which the record beside the grid follows.
    pub(super) fn rest(&self, cx: &Context, out: &mut Outbox) {
        if self.parts(cx.room).record > 0 {
            out.wake(Timer::Rest, REST_MS);
        }
    }

    pub(super) fn go_to_end(&mut self, end: &PageFrom, cx: &Context, out: &mut Outbox) {
        let is_there = |window: &mut Window| match end {
            PageFrom::Last => window.go_to_last(),
            _ => window.go_to_first(),
        };
        if self.window.as_mut().is_some_and(is_there) {
            return self.travel(cx, out, |_| 0);
        }
        if self.window.is_some() {
            self.read_anew(end.clone(), true, cx, out);
        }
    }

    fn back(&mut self, out: &mut Outbox) {
        if self.stop(out) && self.window.is_some() {
            return out.tell(Mood::Told, "Cancelled");
        }
        if !self.stop_file(out) {
            out.go(Go::Back);
        }
    }

    fn open_record(&mut self, edit: bool, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        let row = self.window.as_ref().and_then(|window| window.current());
        let Some(row) = row else {
            return out.tell(Mood::Told, "There is no record here");
        };
        if self.is_gone() {
            return out.tell(Mood::Warning, self.gone_in_words(cx));
        }
        let Some(key) = row.key.clone() else {
            if edit {
                return out.tell(Mood::Warning, words::not_offered(&shape, "changed"));
            }
            let row = row.clone();
            return self.read_whole(row, out);
        };
        if edit && !shape.may_update() {
            return out.tell(Mood::Warning, words::not_offered(&shape, "changed"));
        }
        out.go(Go::Open {
            table,
            key: Some(key),
            edit,
        });
    }

    fn new_record(&mut self, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        if !shape.may_insert() {
            return out.tell(Mood::Warning, words::not_offered(&shape, "created"));
        }
        out.go(Go::Open {
            table,
            key: None,
            edit: true,
        });
    }

    fn duplicate(&mut self, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        if !shape.may_insert() {
            return out.tell(Mood::Warning, words::not_offered(&shape, "created"));
        }
        if let Some(key) = self.current_key().cloned() {
            out.go(Go::Copy { table, key });
        }
    }

    fn reload(&mut self, cx: &Context, out: &mut Outbox) {
        self.changes.clear();
        self.pane.forget();
        self.count = super::Count::Unknown;
        if self.window.is_none() || self.problem.is_some() {
            self.problem = None;
            return self.ask_shape(out);
        }
        match &self.load {
            None => self.refresh(true, cx, out),
            Some(load) if matches!(load.purpose, Purpose::Refresh { .. }) => {}
            Some(_) => self.stale = true,
        }
    }

    /// Whether the row under the cursor is no longer where it was read.
    pub(super) fn is_gone(&self) -> bool {
        self.window.as_ref().is_some_and(|window| window.is_gone())
    }

    /// What somebody else did to the row under the cursor.
    pub(super) fn change_here(&self) -> Option<&Change> {
        self.changes.get(self.current_key()?)
    }
}
