//! The views as they are listed: the cursor among them, the name that is typed, what is said of it all.

use crate::app::context::Context;
use crate::app::forms::words::clock;
use crate::db::contract::QueryId;
use crate::domain::text;
use crate::domain::view::{ListedView, ViewOutcome};
use crate::input::action::{Action, DialogAction, FilterAction, ListAction, Scope};
use crate::input::event::Key;
use crate::input::line::{Pressed, TextField};

/// The longest name of a view.
pub const LONGEST: usize = 80;

/// The list of a table's views.
#[derive(Debug, Default)]
pub struct Views {
    pub list: Vec<ListedView>,
    /// The view under the cursor.
    pub at: usize,
    /// The question for the list.
    pub listing: Option<QueryId>,
    /// The question that keeps or deletes one.
    pub keeping: Option<QueryId>,
    /// The name that is typed for what is shown, and whether it is for all.
    pub naming: Option<(TextField, bool)>,
    /// Whether it is asked whether to delete the one under the cursor.
    pub dropping: bool,
    /// What came of the last key.
    pub said: Option<String>,
    /// What is said once what is under way is done.
    pub doing: String,
}

impl Views {
    /// The scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match (&self.naming, self.dropping) {
            (Some(_), _) => &[Scope::Find],
            (None, true) => &[Scope::Confirm],
            (None, false) => &[Scope::Views, Scope::List, Scope::AppList],
        }
    }

    /// The view under the cursor.
    pub fn here(&self) -> Option<&ListedView> {
        self.list.get(self.at)
    }

    /// What is possible now, for the hint bar.
    pub fn hints(&self, shared: bool) -> Vec<Action> {
        if self.naming.is_some() {
            return [DialogAction::Choose, DialogAction::Close]
                .map(Action::Dialog)
                .into();
        }
        if self.dropping {
            return [DialogAction::Yes, DialogAction::No]
                .map(Action::Dialog)
                .into();
        }
        let changeable = self.here().is_some_and(|one| one.may_change);
        let hints = [
            (FilterAction::UseView, self.here().is_some()),
            (FilterAction::SaveView, true),
            (FilterAction::ShareView, shared),
            (FilterAction::ReplaceView, changeable),
            (FilterAction::BeginWithView, self.here().is_some()),
            (FilterAction::DeleteView, changeable),
        ];
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        let own = possible.map(|(action, _)| Action::Filter(action));
        own.chain([Action::List(ListAction::Back)]).collect()
    }

    /// Takes a key of the name that is typed.
    pub fn key(&mut self, key: Key) {
        if let Some((field, _)) = &mut self.naming {
            let full = key.text().is_some() && field.text().chars().count() >= LONGEST;
            if !full && field.press(key) == Pressed::Edited {
                self.said = None;
            }
        }
    }

    /// Takes a paste into the name; what is too long is refused whole.
    pub fn paste(&mut self, text: &str) {
        if let Some((field, _)) = &mut self.naming {
            match field.text().len() + text.len() > LONGEST {
                true => self.said = Some(format!("A name has at most {LONGEST} signs")),
                false => {
                    field.insert(text);
                }
            }
        }
    }

    pub fn go(&mut self, action: ListAction) {
        let last = self.list.len().saturating_sub(1);
        self.said = None;
        self.at = match action {
            ListAction::Up => self.at.saturating_sub(1),
            ListAction::Down => (self.at + 1).min(last),
            ListAction::First | ListAction::PageUp => 0,
            ListAction::Last | ListAction::PageDown => last,
            _ => self.at,
        };
    }
}

/// Asks whether a view is to be deleted, and says whom that concerns.
pub fn whether_to_delete(view: &ListedView) -> String {
    let name = text::line(&view.view.name);
    match (view.shared, view.mine) {
        (false, _) => format!("Delete your view {name}?"),
        (true, true) => format!("Delete the view {name}, which others see too?"),
        (true, false) => {
            let by = text::line(&view.made_by);
            format!("Delete the view {name}, which {by} shared with all?")
        }
    }
}

/// Why a view is left as it is.
pub fn not_yours(what: &str) -> String {
    format!("A shared view is {what} by who made it, or by who manages accounts")
}

/// What came of keeping or deleting a view; `doing` says it where it was done.
pub fn said(outcome: &ViewOutcome, doing: &str, cx: &Context) -> String {
    match outcome {
        ViewOutcome::Done => doing.to_owned(),
        ViewOutcome::Taken => "Another view has this name: give it another one".into(),
        ViewOutcome::Changed { by, at } => format!(
            "{} changed this view at {}: nothing was done, it is listed as it is now",
            text::line(by),
            clock(*at, cx)
        ),
        ViewOutcome::Gone => "This view is not there any more; nothing was done".into(),
    }
}
