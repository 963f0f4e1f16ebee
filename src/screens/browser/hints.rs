//! What the hint bar says over the rows: what is possible now; nothing is done here.

use super::over::Over;
use super::{Browser, WIDE};
use crate::app::context::Context;
use crate::domain::query::Filter;
use crate::domain::table::Shape;
use crate::input::action::{
    Action, ArrangeAction, BrowserAction, BulkAction, DialogAction, FilterAction, HistoryAction,
    ListAction, RowsAction,
};

impl Browser {
    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        if let Some(hints) = self.hints_of_what_is_over_it(cx) {
            return hints;
        }
        let hints = [self.hints_of_the_record(cx), self.hints_of_the_rows()].concat();
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        possible.map(|(action, _)| action).collect()
    }

    /// Whether a value is looked into.
    pub fn looks_into(&self) -> bool {
        self.peek.is_some()
    }

    /// What the keys of the line that is typed do, in a word each; nothing where they choose from a list.
    pub fn line_words(&self) -> Option<[&'static str; 2]> {
        if self
            .peek
            .as_ref()
            .is_some_and(|peek| peek.finds().is_some())
        {
            return Some(["find", "close"]);
        }
        match &self.over {
            Some(Over::Views(views)) if views.naming.is_some() => return Some(["keep", "close"]),
            Some(_) => return None,
            None => {}
        }
        if self
            .chooser
            .as_ref()
            .is_some_and(|list| list.find.is_some())
        {
            return Some(["go on", "all columns"]);
        }
        match (&self.asking, &self.find) {
            (Some(_), _) => Some(["go", "close"]),
            (None, Some(_)) => Some(["keep", "as before"]),
            (None, None) => None,
        }
    }

    /// What is possible in what lies over the rows, if something does.
    fn hints_of_what_is_over_it(&self, cx: &Context) -> Option<Vec<Action>> {
        if let Some(peek) = &self.peek {
            return Some(peek.hints());
        }
        if let Some(hints) = self.hints_over(cx) {
            return Some(hints);
        }
        if let Some(chooser) = &self.chooser {
            return Some(self.chooser_hints(chooser));
        }
        if self.find.is_some() || self.asking.is_some() {
            return Some(
                [DialogAction::Choose, DialogAction::Close]
                    .map(Action::Dialog)
                    .into(),
            );
        }
        if self.whole.is_some() {
            return Some(
                [ListAction::Back, ListAction::PageDown]
                    .map(Action::List)
                    .into(),
            );
        }
        None
    }

    /// What is possible with the record under the cursor, and with rows, the most usual first.
    fn hints_of_the_record(&self, cx: &Context) -> Vec<(Action, bool)> {
        let shape = self.shape.as_deref();
        let may = |may: fn(&Shape) -> bool| shape.is_some_and(may);
        let keyed = self.current_key().is_some() && !self.is_gone();
        let row = self.window.as_ref().and_then(|window| window.current());
        let unnamed = shape.is_some_and(|shape| shape.key.is_empty()) && row.is_some();
        let unnamed = unnamed && !self.is_gone();
        let browser = Action::Browser;
        let marked = self.marks().is_some();
        vec![
            (
                Action::Bulk(BulkAction::ChangeMarked),
                marked && may(Shape::may_update),
            ),
            (Action::Bulk(BulkAction::UnmarkAll), marked),
            (browser(BrowserAction::Open), keyed || unnamed),
            (
                browser(BrowserAction::EditRecord),
                keyed && may(Shape::may_update),
            ),
            (browser(BrowserAction::Reload), self.problem.is_some()),
            (Action::List(ListAction::Find), shape.is_some()),
            (
                browser(BrowserAction::ClearFilter),
                self.wanted.filter != Filter::default(),
            ),
            (Action::Rows(RowsAction::FollowReference), self.refers()),
            (Action::Filter(FilterAction::Column), self.window.is_some()),
            (browser(BrowserAction::NewRecord), may(Shape::may_insert)),
            (browser(BrowserAction::SortColumn), self.window.is_some()),
            (
                Action::Filter(FilterAction::Parts),
                !self.wanted.filter.conditions.is_empty(),
            ),
            (Action::Browser(BrowserAction::Jump), self.window.is_some()),
            (
                Action::Arrange(ArrangeAction::ChooseColumns),
                self.window.is_some(),
            ),
            (
                browser(BrowserAction::DeleteRecord),
                keyed && may(Shape::may_delete),
            ),
            (browser(BrowserAction::CountRows), self.is_uncounted()),
            (
                Action::History(HistoryAction::ShowHistory),
                keyed && cx.is_shared(),
            ),
            (
                browser(BrowserAction::ToggleRecordPane),
                cx.room.columns >= WIDE,
            ),
        ]
    }

    /// What is possible with all rows.
    fn hints_of_the_rows(&self) -> Vec<(Action, bool)> {
        let is_here = self.window.is_some();
        vec![
            (Action::Rows(RowsAction::WriteRows), is_here),
            (Action::Rows(RowsAction::Peek), is_here),
            (Action::Rows(RowsAction::CopyValue), is_here),
            (Action::List(ListAction::Back), true),
        ]
    }
}
