//! What the sessions pane says: times, and what a session has open; no state.

use jiff::Timestamp;

use crate::app::context::Context;
use crate::domain::session::{PresenceMode, SessionClaim};
use crate::domain::text;

/// `equipment BFM-001 edited since 09:00, not saved`.
pub fn claim(claim: &SessionClaim, cx: &Context) -> String {
    let verb = match claim.mode {
        PresenceMode::Edit => "edited",
        PresenceMode::View => "read",
    };
    let dirty = match (claim.dirty, claim.mode) {
        (true, PresenceMode::Edit) => ", not saved",
        (true, PresenceMode::View) => ", with a draft",
        (false, _) => "",
    };
    let since = clock(claim.since, cx);
    let key = claim.key.to_string();
    let key = text::line(&key);
    format!("{} {key} {verb} since {since}{dirty}", claim.table)
}

/// Shows a time of today as hours and minutes, any other as its day.
pub fn clock(at: Timestamp, cx: &Context) -> String {
    let zoned = at.to_zoned(cx.zone.clone());
    let today = cx.now.to_zoned(cx.zone.clone()).date();
    let format = if zoned.date() == today {
        "%H:%M"
    } else {
        "%d %b"
    };
    zoned.strftime(format).to_string()
}
