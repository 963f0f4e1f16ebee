//! What is to be known of the field under the cursor, in a few lines at the bottom; pure.

use super::faults;
use crate::app::context::Context;
use crate::app::forms::{Form, about, edit};
use crate::domain::wrap;

/// The most lines, where the place is high enough.
const MOST_LINES: usize = 3;
/// A place that is lower gets fewer.
const HIGH: u16 = 21;

/// Says what is to be known of the field under the cursor; at least one line.
pub fn lines(form: &Form, cx: &Context) -> Vec<String> {
    shown(form, cx).0
}

/// Whether there is more to be known of the field under the cursor than is shown.
pub fn is_cut(form: &Form, cx: &Context) -> bool {
    let width = edit::text_room(form, cx.room.columns);
    let field = form.fields.get(form.focus);
    shown(form, cx).1 || field.is_some_and(|field| faults::is_cut(field, width))
}

fn shown(form: &Form, cx: &Context) -> (Vec<String>, bool) {
    let facts = about::facts(form, form.focus, cx).join(" · ");
    let width = usize::from(cx.room.columns.saturating_sub(1));
    let most = match cx.room.rows >= HIGH {
        true => MOST_LINES,
        false => MOST_LINES - 1,
    };
    wrap::first_lines(&facts, width, most)
}
