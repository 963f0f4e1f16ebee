//! Looking into the value under the cursor of the grid; how is decided where values are looked into.

use super::Browser;
use super::fetch::Then;
use crate::app::context::Context;
use crate::app::looking::Looking;
use crate::app::outbox::Outbox;
use crate::domain::text;
use crate::domain::value::Value;
use crate::input::action::Action;

impl Browser {
    /// Looks into the value under the cursor; one that is cut in the grid is asked for.
    pub(super) fn peek(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(column) = self.columns.current() {
            self.with_values(vec![column], Then::Peek, cx, out);
        }
    }

    pub(super) fn open_peek(&mut self, column: usize, value: Value, whole: bool, cx: &Context) {
        let Some(shape) = &self.shape else { return };
        let Some(described) = shape.columns.get(column) else {
            return;
        };
        let key = self.current_key().map(ToString::to_string);
        let key = key.map_or(String::new(), |key| format!(" · {}", text::line(&key)));
        let name = format!("{}{key} · {}", shape.name, described.name);
        let name = text::line(&name).into_owned();
        let file = text::file_name(&format!("{}-{}", shape.name.name, described.name));
        self.peek = Some(Looking::open(
            (name, file),
            value,
            whole,
            described,
            cx.room,
        ));
    }

    /// Does what was asked for in the value; says whether one is looked into.
    pub(super) fn act_peek(&mut self, action: Action, cx: &Context, out: &mut Outbox) -> bool {
        let Some(peek) = &mut self.peek else {
            return false;
        };
        if !peek.act(action, cx, out) {
            self.peek = None;
        }
        true
    }

    /// The name of a file for the value was typed.
    pub fn write_value(&mut self, name: &str, busy: bool, out: &mut Outbox) {
        if let Some(peek) = &self.peek {
            peek.write(name, busy, out);
        }
    }
}
