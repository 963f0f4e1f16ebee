//! What each action and key does in the list of tables.

use super::Tables;
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::domain::memory::Change;
use crate::domain::scroll;
use crate::domain::text;
use crate::input::action::{Action, AppAction, BrowserAction, DialogAction, ListAction};
use crate::input::event::Key;
use crate::input::line::{Pressed, TextField};

impl Tables {
    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        let page = isize::try_from(self.height(cx)).unwrap_or(1);
        match action {
            Action::List(ListAction::Up) | Action::Dialog(DialogAction::Up) => {
                self.step(-1, cx, out)
            }
            Action::List(ListAction::Down) | Action::Dialog(DialogAction::Down) => {
                self.step(1, cx, out)
            }
            Action::List(ListAction::PageUp) => self.step(-page, cx, out),
            Action::List(ListAction::PageDown) => self.step(page, cx, out),
            Action::List(ListAction::First) => self.step(isize::MIN, cx, out),
            Action::List(ListAction::Last) => self.step(isize::MAX, cx, out),
            Action::List(ListAction::Find) => self.find = Some(TextField::line()),
            Action::List(ListAction::Back) => self.back(out),
            Action::Browser(BrowserAction::Open) | Action::Dialog(DialogAction::Choose) => {
                self.open(cx, out);
            }
            Action::Browser(BrowserAction::Reload) => self.ask(out),
            Action::Browser(BrowserAction::Favourite) => self.favour(cx, out),
            Action::Dialog(DialogAction::Close) => self.close_find(cx),
            _ => {}
        }
    }

    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, cx: &Context, out: &mut Outbox) {
        let Some(find) = &mut self.find else { return };
        if find.press(key) == Pressed::Edited {
            self.found_anew(cx, out);
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, cx: &Context, out: &mut Outbox) {
        let Some(find) = &mut self.find else { return };
        if find.insert(text) == Pressed::Edited {
            self.found_anew(cx, out);
        }
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, cx: &Context) -> Vec<Action> {
        if self.find.is_some() {
            let open = self.selected.map(|_| DialogAction::Choose);
            let hints = open.into_iter().chain([DialogAction::Close]);
            return hints.map(Action::Dialog).collect();
        }
        let open = Action::Browser(BrowserAction::Open);
        let find = Action::List(ListAction::Find);
        let reload = Action::Browser(BrowserAction::Reload);
        let favourite = Action::Browser(BrowserAction::Favourite);
        let quit = Action::App(AppAction::Quit);
        if self.list.found.is_empty() {
            return vec![reload, quit];
        }
        let sees = cx.person().is_some_and(|person| person.may_see_sessions);
        let sessions = sees.then_some(Action::App(AppAction::ToggleSessions));
        let usual = [open, find, favourite].into_iter().chain(sessions);
        usual.chain([quit, reload]).collect()
    }

    fn step(&mut self, lines: isize, cx: &Context, out: &mut Outbox) {
        let from = self.position().unwrap_or(0);
        let to = scroll::step(from, lines, self.list.found.len());
        self.selected = self.list.found.get(to).map(|found| found.table);
        self.scroll(cx);
        self.rest(cx, out);
    }

    fn open(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(table) = self.selected.filter(|_| self.position().is_some()) {
            self.find = None;
            self.list(cx);
            out.go(Go::To(Place::Browser(table)));
        }
    }

    /// Has the table under the cursor stand first, or where it stood.
    fn favour(&self, cx: &Context, out: &mut Outbox) {
        let Some(table) = self.selected.and_then(|table| cx.table(table)) else {
            return;
        };
        let wanted = !cx.memory().is_favourite(&table.name);
        out.remember(cx, Change::Favourite(table.name.clone(), wanted));
        let name = text::line(&table.name.to_string()).into_owned();
        let line = match wanted {
            true => format!("{name} is a favourite: it stands first"),
            false => format!("{name} is no favourite any more"),
        };
        out.tell(Mood::Told, line);
    }

    /// Other tables are shown: the cursor goes to the best of them.
    fn found_anew(&mut self, cx: &Context, out: &mut Outbox) {
        self.selected = None;
        self.list(cx);
        self.rest(cx, out);
    }

    /// Closes the line; all tables are shown, the cursor stays on its table.
    fn close_find(&mut self, cx: &Context) {
        self.find = None;
        self.list(cx);
    }

    fn back(&mut self, out: &mut Outbox) {
        match self.asked.take() {
            Some(query) if !self.listed => out.cancel(query),
            asked => {
                self.asked = asked;
                out.go(Go::Back);
            }
        }
    }
}
