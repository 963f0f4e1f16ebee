//! Drafts that the disk refused are tried again every few seconds, whether or not something is typed:
//! they are safe as soon as there is room. It is said once, and again when they are written.

use super::super::App;
use super::ask;
use crate::app::effect::{Effect, Timer};
use crate::app::notice::Mood;
use crate::app::outbox::Asker;

/// How often they are tried.
const AGAIN_MS: u64 = 5_000;

/// What is under way.
#[derive(Debug, Default)]
pub struct Again {
    /// Whether the timer is set.
    set: bool,
    /// Whether nobody typed for what is being written.
    by_itself: bool,
}

/// Sets the timer while something typed is not on disk.
pub fn follow(app: &mut App, effects: &mut Vec<Effect>) {
    let wanted = app.context.draft_fault.is_some() && app.forms.is_changed() && !app.leaving;
    if wanted && !app.following.again.set {
        app.following.again.set = true;
        effects.push(Effect::Wake {
            timer: Timer::DraftsAgain,
            after_ms: AGAIN_MS,
        });
    }
}

/// The timer is due: tries.
pub fn woke(app: &mut App, effects: &mut Vec<Effect>) {
    app.following.again = Again {
        set: false,
        by_itself: true,
    };
    if app.context.draft_fault.is_none() {
        return;
    }
    ask::with(app, Asker::House, effects, |h| {
        h.forms.renew_drafts();
        h.forms.write_drafts(h.cx, h.out);
    });
}

/// A draft could not be written; the one before is whole.
pub fn failed(app: &mut App, fault: String) {
    let by_itself = std::mem::take(&mut app.following.again.by_itself);
    let known = app.context.draft_fault.as_ref() == Some(&fault);
    if !(known && by_itself) {
        app.tell(Mood::Warning, format!("Typing goes on, but {fault}"));
    }
    app.context.draft_fault = Some(fault);
}
