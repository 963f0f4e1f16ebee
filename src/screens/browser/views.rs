//! The list of a table's views: shown, kept under a name, put in another's stead, deleted, begun with.

pub mod list;

use super::over::Over;
use super::{Browser, View, chips};
use crate::app::context::Context;
use crate::app::forms::draft;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, QueryId, Reply, Request, ViewsReply, ViewsRequest};
use crate::domain::memory::{Change, SavedView};
use crate::domain::named::{NamedFilter, NamedSort};
use crate::domain::table::Shape;
use crate::domain::text;
use crate::domain::view::{KeptAt, ListedView, ViewOutcome};
use crate::input::action::{Action, DialogAction, FilterAction, ListAction};
use crate::input::line::TextField;
use list::{LONGEST, not_yours, said};

impl Browser {
    /// Lists the views of the table.
    pub(super) fn show_views(&mut self, cx: &Context, out: &mut Outbox) {
        if self.window.is_some() {
            self.over = Some(Over::Views(Box::default()));
            self.list_views(cx, out);
        }
    }

    pub(super) fn act_views(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        match action {
            Action::List(ListAction::Back) => self.close_views(out),
            Action::List(action) => views.go(action),
            Action::Dialog(DialogAction::Choose) => self.keep_named(cx, out),
            Action::Dialog(DialogAction::Close) => views.naming = None,
            Action::Dialog(DialogAction::No) => views.dropping = false,
            Action::Dialog(DialogAction::Yes) => self.drop_view(cx, out),
            Action::Filter(FilterAction::UseView) => self.use_view(cx, out),
            Action::Filter(FilterAction::SaveView) => {
                views.naming = Some((TextField::line(), false));
            }
            Action::Filter(FilterAction::ShareView) if !cx.is_shared() => {
                let line = "Views for all need the shared layer: rowhouse init installs it";
                views.said = Some(line.into());
            }
            Action::Filter(FilterAction::ShareView) => {
                views.naming = Some((TextField::line(), true));
            }
            Action::Filter(FilterAction::ReplaceView) => self.replace_view(cx, out),
            Action::Filter(FilterAction::BeginWithView) => self.begin_with(cx, out),
            Action::Filter(FilterAction::DeleteView) => match views.here() {
                Some(one) if one.may_change => views.dropping = true,
                Some(_) => views.said = Some(not_yours("deleted")),
                None => {}
            },
            _ => {}
        }
    }

    /// The table's columns are known: it is opened with the view that the person begins with, unless
    /// other rows of it were asked for.
    pub(super) fn open_with_view(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        if self.wanted == View::default()
            && self.window.is_none()
            && !self.is_landing()
            && let Some(view) = cx.memory().first(&shape.name)
        {
            self.take_view(&shape, view, cx, out);
        }
    }

    /// Takes the answer to a question about views; says whether it was one.
    pub(super) fn views_answered(
        &mut self,
        query: QueryId,
        reply: &Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> bool {
        let Some(Over::Views(views)) = &mut self.over else {
            return false;
        };
        let is_list = views.listing == Some(query);
        if !is_list && views.keeping != Some(query) {
            return false;
        }
        match is_list {
            true => views.listing = None,
            false => views.keeping = None,
        }
        match reply {
            Ok(Reply::Views(ViewsReply::ViewsListed(list))) => {
                views.list.clone_from(list);
                views.at = views.at.min(list.len().saturating_sub(1));
                self.follow_first(cx, out);
            }
            Ok(Reply::Views(ViewsReply::ViewKept(outcome))) => {
                let done = matches!(outcome, ViewOutcome::Done);
                let taken = matches!(outcome, ViewOutcome::Taken);
                views.said = Some(said(outcome, &views.doing, cx));
                if done {
                    views.naming = None;
                }
                if !taken {
                    self.list_views(cx, out);
                }
            }
            Ok(_) | Err(Fault::Cancelled | Fault::SessionOver { .. }) => {}
            Err(fault) => views.said = Some(Problem::from(fault.clone()).what),
        }
        true
    }

    /// What a view shows of the table as it is now, for a line.
    pub(super) fn view_in_words(view: &SavedView, shape: &Shape) -> String {
        let mut parts = chips::all(&view.filter.in_table(shape), Some(shape));
        let sort = view.sort.iter().map(|one| {
            let way = if one.down { "downwards" } else { "upwards" };
            format!("{} {way}", text::line(&one.column))
        });
        let sort: Vec<String> = sort.collect();
        if !sort.is_empty() {
            parts.push(format!("sorted by {}", sort.join(", ")));
        }
        match parts.is_empty() {
            true => "all rows".into(),
            false => parts.join(" · "),
        }
    }

    fn list_views(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        if cx.is_shared() {
            let request = Request::Views(ViewsRequest::ListViews { table });
            views.listing = Some(out.ask(request));
            return;
        }
        let own = cx
            .memory()
            .views(&shape.name)
            .iter()
            .map(|view| ListedView::own(view.clone()));
        views.list = own.collect();
        views.at = views.at.min(views.list.len().saturating_sub(1));
    }

    fn close_views(&mut self, out: &mut Outbox) {
        if let Some(Over::Views(views)) = self.over.take()
            && let Some(query) = views.listing
        {
            out.cancel(query);
        }
    }

    fn use_view(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(Over::Views(views)) = &self.over else {
            return;
        };
        let (Some(shape), Some(listed)) = (self.shape.clone(), views.here().cloned()) else {
            return;
        };
        self.close_views(out);
        self.take_view(&shape, &listed.view, cx, out);
        self.read_staying(self.row_to_stay_on(), true, cx, out);
    }

    /// Wants rows and columns as a view says; tells which of its columns are gone.
    fn take_view(&mut self, shape: &Shape, view: &SavedView, cx: &Context, out: &mut Outbox) {
        self.columns.lay_out(shape, &view.layout);
        self.columns.fit(self.parts(cx.room).grid);
        self.wanted = View {
            sort: NamedSort::in_table(&view.sort, shape),
            filter: view.filter.in_table(shape),
        };
        if self.wanted.sort.len() > 1 {
            let sorted: Vec<usize> = self.wanted.sort.iter().map(|one| one.column).collect();
            self.columns.number(&sorted);
        }
        let mut gone = view.filter.missing(shape);
        gone.extend(NamedSort::missing(&view.sort, shape));
        gone.dedup();
        let name = text::line(&view.name);
        if gone.is_empty() {
            return out.tell(Mood::Told, format!("Shown as the view {name} says"));
        }
        let gone: Vec<String> = gone
            .iter()
            .map(|one| text::line(one).into_owned())
            .collect();
        let line = format!(
            "No column {} can be read any more: what the view {name} asks of it is left out",
            gone.join(", ")
        );
        out.tell(Mood::Warning, line);
    }

    /// What is shown now, under a name; what is asked of columns with secrets is left out.
    fn present(&self, name: &str, shape: &Shape, cx: &Context, out: &mut Outbox) -> SavedView {
        let is_secret = |column| draft::is_secret(shape, column, cx);
        let filter = NamedFilter::of(&self.shown.filter, shape, is_secret);
        if filter.conditions.len() < self.shown.filter.conditions.len() {
            let line = "What is asked of a column with secrets is kept in no view: it is left out";
            out.tell(Mood::Warning, line);
        }
        SavedView {
            name: name.to_owned(),
            sort: NamedSort::of(&self.shown.sort, shape),
            filter,
            layout: self.layout(),
        }
    }

    fn keep_named(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        let Some((field, shared)) = &views.naming else {
            return;
        };
        let (name, shared) = (field.text().trim().to_owned(), *shared);
        if name.is_empty() || name.chars().count() > LONGEST {
            views.said = Some(format!("A view has a name of 1 to {LONGEST} signs"));
            return;
        }
        let taken = |one: &ListedView| one.view.name == name && one.kept.is_none();
        if views.list.iter().any(taken) {
            views.said = Some(said(&ViewOutcome::Taken, "", cx));
            return;
        }
        let view = self.present(&name, &shape, cx, out);
        self.keep(view, (None, shared), cx, out);
    }

    fn replace_view(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        let Some(listed) = views.here().cloned() else {
            return;
        };
        if !listed.may_change {
            views.said = Some(not_yours("changed"));
            return;
        }
        let view = self.present(&listed.view.name, &shape, cx, out);
        let shared = listed.shared;
        self.keep(view, (listed.kept, shared), cx, out);
    }

    /// Keeps a view where views are kept, in the stead of another or beside the others.
    fn keep(
        &mut self,
        view: SavedView,
        (kept, shared): (Option<KeptAt>, bool),
        cx: &Context,
        out: &mut Outbox,
    ) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        let name = text::line(&view.name);
        views.doing = match (views.naming.is_some(), shared) {
            (false, _) => format!("The view {name} is what is shown now"),
            (true, true) => format!("Kept as {name}, for all who may view the table"),
            (true, false) => format!("Kept as {name}, for you"),
        };
        if cx.is_shared() {
            let request = Request::Views(ViewsRequest::SaveView {
                table,
                kept,
                shared,
                view: Box::new(view),
            });
            views.keeping = Some(out.ask_holding(request));
            return;
        }
        views.naming = None;
        views.said = Some(views.doing.clone());
        match views.list.iter_mut().find(|one| one.view.name == view.name) {
            Some(one) => one.view = view.clone(),
            None => views.list.push(ListedView::own(view.clone())),
        }
        out.remember(cx, Change::SaveView(shape.name.clone(), view));
        self.follow_first(cx, out);
    }

    /// The view that the table opens with is as it is listed; one that is listed no more is none.
    fn follow_first(&self, cx: &Context, out: &mut Outbox) {
        let (Some(Over::Views(views)), Some(shape)) = (&self.over, &self.shape) else {
            return;
        };
        let Some(first) = cx.memory().first(&shape.name) else {
            return;
        };
        let mut listed = views.list.iter().map(|one| &one.view);
        let now = listed.find(|view| view.name == first.name);
        let now = now.map(|view| Box::new(view.clone()));
        out.remember(cx, Change::BeginWith(shape.name.clone(), now));
    }

    fn drop_view(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        views.dropping = false;
        let Some(listed) = views.here().cloned() else {
            return;
        };
        views.doing = format!("The view {} is deleted", text::line(&listed.view.name));
        match listed.kept {
            Some(kept) => {
                let request = Request::Views(ViewsRequest::DropView { table, kept });
                views.keeping = Some(out.ask_holding(request));
            }
            None => {
                views.list.remove(views.at);
                views.at = views.at.min(views.list.len().saturating_sub(1));
                views.said = Some(views.doing.clone());
                out.remember(cx, Change::DropView(shape.name.clone(), listed.view.name));
                self.follow_first(cx, out);
            }
        }
    }

    /// Has the table opened with the view under the cursor from now on; again: with none.
    fn begin_with(&mut self, cx: &Context, out: &mut Outbox) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let Some(Over::Views(views)) = &mut self.over else {
            return;
        };
        let Some(view) = views.here().map(|one| one.view.clone()) else {
            return;
        };
        let first = cx.memory().first(&shape.name);
        let already = first.is_some_and(|first| first.name == view.name);
        views.said = Some(match already {
            true => "The table opens with all rows again".into(),
            false => format!(
                "The table opens with {} from now on",
                text::line(&view.name)
            ),
        });
        let view = (!already).then(|| Box::new(view));
        out.remember(cx, Change::BeginWith(shape.name.clone(), view));
    }
}
