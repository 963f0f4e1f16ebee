//! The list of all columns over the grid: found by typing, shown or hidden, moved, widened, frozen.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::Browser;
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::layout::{Arranged, Layout};
use crate::domain::scroll;
use crate::domain::table::{Column, Shape};
use crate::input::action::{Action, ArrangeAction, DialogAction, ListAction, Scope};
use crate::input::line::{Pressed, TextField};

/// The list of all columns.
#[derive(Debug, Default)]
pub(super) struct Chooser {
    /// The columns that are listed, as places in the arrangement.
    pub listed: Vec<usize>,
    /// The position in the shape of the column under the cursor.
    pub selected: usize,
    /// The first line shown.
    pub top: usize,
    /// The line to find by, while it is typed.
    pub find: Option<TextField>,
    /// What is found by.
    pub found: String,
}

impl Chooser {
    /// Returns the scopes of its keys.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.find {
            Some(_) => &[Scope::Find],
            None => &[Scope::Columns, Scope::List, Scope::AppList],
        }
    }

    /// Returns the place of the cursor among the lines.
    pub fn line(&self, columns: &[Arranged]) -> usize {
        let is_it = |at: &usize| {
            columns
                .get(*at)
                .is_some_and(|c| c.position == self.selected)
        };
        self.listed.iter().position(is_it).unwrap_or(0)
    }
}

impl Browser {
    /// Lists all columns, the cursor on one of them.
    pub(super) fn open_chooser(&mut self, position: usize, cx: &Context) {
        self.chooser = Some(Chooser {
            selected: position,
            ..Chooser::default()
        });
        self.list_columns(cx);
    }

    /// Does what was asked for in the list of columns.
    pub(super) fn act_chooser(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        let page = isize::try_from(self.chooser_height(cx)).unwrap_or(1);
        match action {
            Action::List(ListAction::Up) | Action::Dialog(DialogAction::Up) => {
                self.step_column(-1, cx)
            }
            Action::List(ListAction::Down) | Action::Dialog(DialogAction::Down) => {
                self.step_column(1, cx)
            }
            Action::List(ListAction::PageUp) => self.step_column(-page, cx),
            Action::List(ListAction::PageDown) => self.step_column(page, cx),
            Action::List(ListAction::First) => self.step_column(isize::MIN, cx),
            Action::List(ListAction::Last) => self.step_column(isize::MAX, cx),
            Action::List(ListAction::Find) => self.find_column(),
            Action::Dialog(DialogAction::Choose) => self.close_find_column(true, cx),
            Action::Dialog(DialogAction::Close) => self.close_find_column(false, cx),
            Action::List(ListAction::Back) => self.leave_chooser(cx),
            Action::Arrange(action) => self.arrange_column(action, cx, out),
            _ => {}
        }
    }

    /// Returns the actions of the list of columns for the hint bar.
    pub(super) fn chooser_hints(&self, chooser: &Chooser) -> Vec<Action> {
        if chooser.find.is_some() {
            return [DialogAction::Choose, DialogAction::Close]
                .map(Action::Dialog)
                .into();
        }
        let first = [ArrangeAction::Toggle, ArrangeAction::GoToColumn];
        let find = Action::List(ListAction::Find);
        let then = [
            ArrangeAction::MoveUp,
            ArrangeAction::MoveDown,
            ArrangeAction::Freeze,
            ArrangeAction::Usual,
            ArrangeAction::Narrower,
            ArrangeAction::Wider,
        ];
        let first = first.map(Action::Arrange).into_iter();
        first
            .chain([find])
            .chain(then.map(Action::Arrange))
            .chain([Action::List(ListAction::Back)])
            .collect()
    }

    /// Lists anew what is found; the cursor goes to the first where its column is not among them.
    pub(super) fn list_columns(&mut self, cx: &Context) {
        let height = self.chooser_height(cx);
        let (Some(chooser), Some(shape)) = (&mut self.chooser, self.shape.as_deref()) else {
            return;
        };
        let columns = &self.columns.arrangement().columns;
        chooser.listed = found(columns, shape, &chooser.found);
        let listed = |at: &usize| columns[*at].position;
        let is_listed = chooser
            .listed
            .iter()
            .any(|at| listed(at) == chooser.selected);
        if !is_listed && let Some(first) = chooser.listed.first() {
            chooser.selected = listed(first);
        }
        let line = chooser.line(columns);
        chooser.top = scroll::follow(chooser.top, line, height, chooser.listed.len());
    }

    /// A key was pressed in the line to find by.
    pub(super) fn column_pressed(&mut self, pressed: Option<Pressed>, cx: &Context) {
        if pressed != Some(Pressed::Edited) {
            return;
        }
        if let Some(chooser) = &mut self.chooser {
            let typed = chooser.find.as_ref().map_or("", |find| find.text());
            chooser.found = typed.to_owned();
        }
        self.list_columns(cx);
    }

    fn find_column(&mut self) {
        if let Some(chooser) = &mut self.chooser {
            let mut find = TextField::line();
            find.set(&chooser.found);
            chooser.find = Some(find);
        }
    }

    /// Closes the line; what was found stays listed, or all columns are again.
    fn close_find_column(&mut self, keep: bool, cx: &Context) {
        if let Some(chooser) = &mut self.chooser {
            chooser.find = None;
            if !keep {
                chooser.found.clear();
            }
            self.list_columns(cx);
        }
    }

    /// Shows all columns again where some were looked for, else the grid.
    fn leave_chooser(&mut self, cx: &Context) {
        match &mut self.chooser {
            Some(chooser) if !chooser.found.is_empty() => {
                chooser.found.clear();
                self.list_columns(cx);
            }
            _ => self.chooser = None,
        }
    }

    fn step_column(&mut self, lines: isize, cx: &Context) {
        let columns = &self.columns.arrangement().columns;
        if let Some(chooser) = &mut self.chooser {
            let to = scroll::step(chooser.line(columns), lines, chooser.listed.len());
            if let Some(at) = chooser.listed.get(to) {
                chooser.selected = columns[*at].position;
            }
        }
        self.list_columns(cx);
    }

    fn arrange_column(&mut self, action: ArrangeAction, cx: &Context, out: &mut Outbox) {
        let Some(chooser) = &self.chooser else { return };
        let (listed, selected) = (chooser.listed.clone(), chooser.selected);
        let Some(at) = listed
            .get(chooser.line(&self.columns.arrangement().columns))
            .copied()
        else {
            return out.tell(Mood::Told, "There is no column here");
        };
        match action {
            ArrangeAction::Narrower => self.widen(selected, false, cx, out),
            ArrangeAction::Wider => self.widen(selected, true, cx, out),
            ArrangeAction::Freeze => self.freeze(selected, cx, out),
            ArrangeAction::Toggle => self.hide(&[at], !self.is_hidden(at), cx, out),
            ArrangeAction::ShowAll => self.hide(&listed, false, cx, out),
            ArrangeAction::HideAll => self.hide_all(&listed, cx, out),
            ArrangeAction::MoveUp => self.move_column(at, false, cx, out),
            ArrangeAction::MoveDown => self.move_column(at, true, cx, out),
            ArrangeAction::Usual => {
                self.take_layout(&Layout::default(), cx, out);
                out.tell(Mood::Told, "The columns are as the table has them");
            }
            ArrangeAction::GoToColumn => {
                if self.is_hidden(at) {
                    self.hide(&[at], false, cx, out);
                }
                self.columns.go_to(selected, self.parts(cx.room).grid);
                self.chooser = None;
                return self.follow_columns(cx, out);
            }
            ArrangeAction::ChooseColumns => {}
        }
        self.list_columns(cx);
    }

    fn is_hidden(&self, at: usize) -> bool {
        self.columns.arrangement().columns[at].hidden
    }

    fn hide_all(&mut self, listed: &[usize], cx: &Context, out: &mut Outbox) {
        let columns = &self.columns.arrangement().columns;
        let key = self.shape.as_ref().map_or(&[][..], |shape| &shape.key);
        let others = listed.iter().copied();
        let others: Vec<usize> = others
            .filter(|at| !key.contains(&columns[*at].position))
            .collect();
        self.hide(&others, true, cx, out);
    }

    /// Hides columns or shows them; the last one that is shown stays.
    fn hide(&mut self, places: &[usize], hidden: bool, cx: &Context, out: &mut Outbox) {
        let columns = self.columns.arrangement().columns.iter().enumerate();
        let mut others = columns.filter(|(at, column)| !column.hidden && !places.contains(at));
        if hidden && others.next().is_none() {
            return out.tell(Mood::Warning, "One column has to stay");
        }
        self.arrange(cx, out, |arrangement| {
            for at in places {
                arrangement.columns[*at].hidden = hidden;
            }
        });
    }

    /// Moves a column past the next one; all are listed then, so that one sees where it goes.
    fn move_column(&mut self, at: usize, down: bool, cx: &Context, out: &mut Outbox) {
        if let Some(chooser) = &mut self.chooser {
            chooser.found.clear();
        }
        let to = match down {
            true => Some(at + 1),
            false => at.checked_sub(1),
        };
        let all = self.columns.arrangement().columns.len();
        if let Some(to) = to.filter(|to| *to < all) {
            self.arrange(cx, out, |arrangement| arrangement.columns.swap(at, to));
        }
    }

    /// How many columns are listed at once.
    fn chooser_height(&self, cx: &Context) -> usize {
        usize::from(cx.room.rows.saturating_sub(2).max(1))
    }
}

/// The places of the columns whose name or label has what is typed, in the order arranged.
fn found(columns: &[Arranged], shape: &Shape, typed: &str) -> Vec<usize> {
    let all = 0..columns.len();
    if typed.trim().is_empty() {
        return all.collect();
    }
    let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut has = |column: &Column| {
        let mut room = Vec::new();
        let mut fits = |text: &str| {
            let text = Utf32Str::new(text, &mut room);
            pattern.score(text, &mut matcher).is_some()
        };
        fits(&column.name) || column.comment.as_deref().is_some_and(fits)
    };
    all.filter(|at| has(&shape.columns[columns[*at].position]))
        .collect()
}
