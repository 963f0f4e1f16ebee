//! Draws: a change of many rows, a line each.

mod whole;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Bulk, Phase, Work, words};
use crate::app::context::Context;
use crate::app::past;
use crate::domain::bulk::{Deed, Item, State};
use crate::domain::glyph::width;
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest a key gets.
const WIDEST_KEY: usize = 24;
/// The room for the word that says how a row stands.
const WORD: u16 = 12;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    bulk: &Bulk,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let Some(work) = &bulk.work else {
        let line = text::moved(text::line(area, 0), 1);
        let said = match bulk.tracing {
            Some(_) => "Reading what was done to the rows",
            None => "No rows are changed here",
        };
        text::put_cut(said, Role::Muted, theme, line, buffer);
        return None;
    };
    if let Some(shown) = bulk.whole {
        return whole::view((bulk, work), shown, cx, theme, area, buffer);
    }
    title(work, theme, text::line(area, 0), buffer);
    let mut top = 1;
    for (what, role) in about(work, cx) {
        let place = text::moved(text::line(area, top), 1);
        text::put_cut(&what, role, theme, place, buffer);
        top += 1;
    }
    let top = u16::try_from(top + 1).unwrap_or(u16::MAX).min(area.height);
    let list = Rect {
        y: area.y + top,
        height: area.height - top,
        ..area
    };
    lines(bulk, work, cx, theme, list, buffer)
}

fn title(work: &Work, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let title = words::title(work);
    let left = Piece {
        text: &title,
        role: match work.phase {
            Phase::Over => Role::TitleFocused,
            _ => Role::StatusWarning,
        },
    };
    let sum = words::sum(work);
    let right = Piece {
        text: &sum,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

/// The lines below the heading: what is asked, what hangs on it, whether anything was written yet.
fn about(work: &Work, cx: &Context) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    if work.deed == Deed::Change {
        lines.push((format!("set {}", words::settings(work)), Role::Choice));
    }
    if work.deed == Deed::Delete && work.phase != Phase::Over {
        let denied = work.hanging.denied.iter();
        lines.extend(denied.map(|one| (one.in_words(), Role::StatusWarning)));
        let existing = work.hanging.existing().take(4);
        lines.extend(existing.map(|link| (link.in_words(), Role::StatusWarning)));
        if work.hanging.changes_others() && !cx.is_shared() {
            lines.push((past::NOT_KEPT.into(), Role::StatusWarning));
        }
        if lines.is_empty() && work.phase == Phase::Ready {
            lines.push(("No other record refers to them".into(), Role::Muted));
        }
    }
    let said = match &work.phase {
        Phase::Settling(_) => "Asking what became of the rows that were sent before".to_owned(),
        Phase::Keeping => "Keeping on disk what is begun".into(),
        Phase::Reading(_) | Phase::Looking(_) => "Reading what the rows hold now".to_owned(),
        Phase::Failed(problem) => {
            let kept = problem.kept.as_deref().unwrap_or_default();
            format!("{}; {kept}", problem.what)
        }
        Phase::Ready if work.again.is_some() => {
            "Begun before: what is saved stays, and this is what would be done with the rest".into()
        }
        Phase::Ready => "Nothing is written yet: this is what would be done".into(),
        Phase::Running { .. } => "Writing row by row".into(),
        Phase::Paused => "Left off; what is not done can go on, or be left as it is".into(),
        Phase::Over => return lines,
    };
    let role = match work.phase {
        Phase::Failed(_) => Role::StatusError,
        _ => Role::Muted,
    };
    lines.push((said, role));
    lines
}

fn lines(
    bulk: &Bulk,
    work: &Work,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let order = bulk.shown();
    let height = usize::from(area.height);
    let selected = bulk.selected.min(order.len().saturating_sub(1));
    let first = scroll::follow(0, selected, height, order.len());
    let shown: Vec<&Item> = order
        .iter()
        .skip(first)
        .take(height)
        .map(|at| &work.items[*at])
        .collect();
    let keys: Vec<String> = shown.iter().map(|item| item.key.to_string()).collect();
    let keys: Vec<String> = keys
        .iter()
        .map(|key| harmless::line(key).into_owned())
        .collect();
    let widest = keys.iter().map(|key| width(key)).max().unwrap_or(0);
    let keys_room = u16::try_from(widest.min(WIDEST_KEY)).unwrap_or(0);
    let mut cursor = None;
    for (row, (item, key)) in shown.iter().zip(&keys).enumerate() {
        let line = text::line(area, row);
        let room = Rect {
            width: keys_room.min(line.width),
            ..text::moved(line, 3)
        };
        text::put_cut(key, Role::Row, theme, room, buffer);
        let role = role(&item.state);
        let word = text::moved(line, 3 + keys_room + 2);
        text::put(words::state(work, item), role, theme, word, buffer);
        let rest = text::moved(word, WORD + 2);
        text::put_cut(
            &words::detail(work, item, cx),
            detail_role(&item.state),
            theme,
            rest,
            buffer,
        );
        if first + row == selected {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            let gutter = text::moved(line, 1);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                gutter,
                buffer,
            );
            cursor = Some(Position::new(line.x + 1, line.y));
        }
    }
    cursor
}

fn role(state: &State) -> Role {
    match state {
        State::Done(_) => Role::StatusOk,
        State::Refused(_) | State::Unknown(_) => Role::StatusError,
        State::Skipped(_) | State::Barred(_) => Role::StatusWarning,
        State::Waiting | State::Sent(_) => Role::FieldChanged,
        State::Same => Role::Muted,
    }
}

fn detail_role(state: &State) -> Role {
    match state {
        State::Same | State::Done(_) => Role::Muted,
        _ => Role::Row,
    }
}
