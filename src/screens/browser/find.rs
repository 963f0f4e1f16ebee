//! The line to filter by: what is typed, when it is applied, and how the filter before it returns.

use super::Browser;
use super::seek::Seek;
use crate::app::context::Context;
use crate::app::effect::Timer;
use crate::app::outbox::Outbox;
use crate::domain::query::Filter;
use crate::input::event::Key;
use crate::input::line::{Mode, Pressed, TextField};

/// How long after a key the filter is applied, in milliseconds.
const APPLY_MS: u64 = 150;

/// The line to filter by.
#[derive(Debug)]
pub(super) struct Find {
    /// What is typed.
    pub field: TextField,
    /// The filter before the line was opened.
    former: Filter,
    /// The row under the cursor, which is returned to when what is typed has it among its rows again.
    here: Option<Seek>,
}

impl Browser {
    /// Takes a key that is text here, or that no action has.
    pub fn key(&mut self, key: Key, cx: &Context, out: &mut Outbox) {
        if let Some(peek) = &mut self.peek {
            return peek.key(key);
        }
        if self.key_over(key, out) {
            return;
        }
        if let Some(chooser) = &mut self.chooser {
            let pressed = chooser.find.as_mut().map(|find| find.press(key));
            return self.column_pressed(pressed, cx);
        }
        if let Some(asking) = &mut self.asking {
            asking.press(key);
            return;
        }
        if key.text().is_some() && self.is_too_long("x", out) {
            return;
        }
        let Some(find) = &mut self.find else { return };
        if find.field.press(key) == Pressed::Edited {
            out.wake(Timer::Rest, APPLY_MS);
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, cx: &Context, out: &mut Outbox) {
        if let Some(peek) = &mut self.peek {
            return peek.paste(text);
        }
        if self.paste_over(text, out) {
            return;
        }
        if let Some(chooser) = &mut self.chooser {
            let pressed = chooser.find.as_mut().map(|find| find.insert(text));
            return self.column_pressed(pressed, cx);
        }
        if let Some(asking) = &mut self.asking {
            asking.insert(text);
            return;
        }
        if self.is_too_long(text, out) {
            return;
        }
        let Some(find) = &mut self.find else { return };
        if find.field.insert(text) == Pressed::Edited {
            out.wake(Timer::Rest, APPLY_MS);
        }
    }

    pub(super) fn open_find(&mut self, _out: &mut Outbox) {
        if self.shape.is_some() {
            self.find = Some(Find {
                field: TextField::new(Mode::Line, &self.wanted.filter.quick),
                former: self.wanted.filter.clone(),
                here: self.row_to_stay_on(),
            });
        }
    }

    /// Applies what is typed so far.
    pub(super) fn apply_typed(&mut self, holding: bool, cx: &Context, out: &mut Outbox) {
        let Some(find) = &self.find else { return };
        let filter = Filter {
            quick: find.field.text().to_owned(),
            ..find.former.clone()
        };
        let here = find.here.clone();
        self.filter_staying(filter, here, holding, cx, out);
    }

    /// The cursor was moved while the line is open: it stays on that row from now on.
    pub(super) fn moved_in_find(&mut self) {
        let here = self.row_to_stay_on();
        if let Some(find) = &mut self.find {
            find.here = here;
        }
    }

    pub(super) fn accept_find(&mut self, cx: &Context, out: &mut Outbox) {
        self.apply_typed(true, cx, out);
        self.find = None;
        self.rest(cx, out);
    }

    /// Closes the line; the filter before it returns.
    pub(super) fn close_find(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(find) = self.find.take() {
            self.filter_staying(find.former, find.here, true, cx, out);
            self.rest(cx, out);
        }
    }
}
