//! Moving in the whole values of a field: by lines, by pages, and from difference to difference.

use super::super::{Conflict, whole};
use crate::app::context::Context;
use crate::app::forms::{Form, conflict, words};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::input::action::ListAction;

/// The lines that stay above a difference that is gone to.
const ABOVE: usize = 2;

/// Opens them at the first difference, or closes them.
pub fn toggle(screen: &mut Conflict, form: &Form, cx: &Context) {
    screen.difference = None;
    screen.whole = match screen.whole {
        None if !conflict::is_deleted(form) => Some(0),
        _ => None,
    };
    if screen.whole.is_some() {
        let lines = lines(screen, form, cx);
        show(screen, &lines, 0, cx);
    }
}

/// Moves by lines and pages.
pub fn scroll(screen: &mut Conflict, action: ListAction, form: &Form, cx: &Context) {
    let Some(scrolled) = screen.whole else { return };
    let (page, most) = (page(cx), lowest(lines(screen, form, cx).len(), cx));
    screen.whole = Some(match action {
        ListAction::Up => scrolled.saturating_sub(1),
        ListAction::Down => (scrolled + 1).min(most),
        ListAction::PageUp => scrolled.saturating_sub(page),
        ListAction::PageDown => (scrolled + page).min(most),
        ListAction::First => 0,
        ListAction::Last => most,
        _ => scrolled,
    });
}

/// Goes to the next difference, or to the one before, in a circle.
pub fn jump(screen: &mut Conflict, form: &Form, forward: bool, cx: &Context, out: &mut Outbox) {
    let lines = lines(screen, form, cx);
    let count = whole::differences(&lines).len();
    if count == 0 {
        return out.tell(Mood::Told, "Nothing is different here");
    }
    let to = match (screen.difference, forward) {
        (None, true) => 0,
        (None, false) => count - 1,
        (Some(here), true) => (here + 1) % count,
        (Some(here), false) => (here + count - 1) % count,
    };
    show(screen, &lines, to, cx);
}

fn show(screen: &mut Conflict, lines: &[whole::Line], difference: usize, cx: &Context) {
    if let Some(line) = whole::differences(lines).get(difference) {
        screen.difference = Some(difference);
        let top = line.saturating_sub(ABOVE);
        screen.whole = Some(top.min(lowest(lines.len(), cx)));
    }
}

fn lines(screen: &Conflict, form: &Form, cx: &Context) -> Vec<whole::Line> {
    let by = form.conflict.as_ref().and_then(|met| met.by.as_ref());
    whole::lines(screen, form, &words::who(by, cx), cx.room.columns)
}

fn page(cx: &Context) -> usize {
    usize::from(cx.room.rows).saturating_sub(3).max(1)
}

fn lowest(lines: usize, cx: &Context) -> usize {
    lines.saturating_sub(page(cx))
}
