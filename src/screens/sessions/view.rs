//! Draws the sessions pane: one line a session where it is wide, two where it is narrow.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::words::clock;
use super::{Sessions, words};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::domain::session::{PresenceMode, SessionLine, SessionState};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::text;

/// The width from which a session takes one line.
const WIDE: u16 = 76;

/// Draws the pane and returns where the cursor belongs.
pub fn view(
    sessions: &Sessions,
    cx: &Context,
    focused: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let inner = frame(sessions, focused, theme, area, buffer);
    if let Loadable::Failed(problem) = &sessions.loading {
        let style = theme.style(Role::StatusError);
        buffer.set_stringn(
            inner.x,
            inner.y,
            &problem.what,
            usize::from(inner.width),
            style,
        );
        return None;
    }
    if sessions.lines.is_empty() {
        let style = theme.style(Role::Muted);
        buffer.set_stringn(
            inner.x,
            inner.y,
            "reading…",
            usize::from(inner.width),
            style,
        );
        return None;
    }
    let per_line: u16 = if inner.width >= WIDE { 1 } else { 2 };
    let mut inner = inner;
    if per_line == 1 {
        heading(theme, inner, buffer);
        inner = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        };
    }
    if focused {
        inner = claims(sessions, cx, theme, inner, buffer);
    }
    let fit = usize::from((inner.height / per_line).max(1));
    let position = sessions.position();
    let first = (position + 1).saturating_sub(fit);
    let mut cursor = None;
    for (slot, (at, line)) in (0u16..).zip(sessions.lines.iter().enumerate().skip(first).take(fit))
    {
        let row = Rect {
            y: inner.y + slot * per_line,
            height: per_line,
            ..inner
        };
        let selected = at == position;
        session(line, cx, selected && focused, theme, row, buffer);
        if selected {
            cursor = Some(Position { x: row.x, y: row.y });
        }
    }
    cursor
}

/// Draws, below the sessions, what the one under the cursor has open; returns the room above.
fn claims(
    sessions: &Sessions,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let Some(line) = sessions.current().filter(|line| !line.claims.is_empty()) else {
        return area;
    };
    let most = usize::from(area.height / 2);
    let shown = line.claims.len().min(most);
    let rows = u16::try_from(shown).unwrap_or(0);
    let above = Rect {
        height: area.height - rows,
        ..area
    };
    for (number, claim) in line.claims.iter().take(shown).enumerate() {
        let more = line.claims.len() - shown;
        let more = match number + 1 == shown && more > 0 {
            true => format!("  and {more} more"),
            false => String::new(),
        };
        let (mark, role) = match (claim.mode, claim.dirty) {
            (_, true) => (Mark::Dirty, Role::Dirty),
            (PresenceMode::Edit, false) => (Mark::Editing, Role::Presence),
            (PresenceMode::View, false) => (Mark::Presence, Role::Presence),
        };
        let row = text::line(area, usize::from(above.height) + number);
        let place = text::moved(row, 2);
        text::put(theme.mark(mark), role, theme, place, buffer);
        let words = format!("{}{more}", words::claim(claim, cx));
        text::put_cut(&words, Role::Muted, theme, text::moved(row, 4), buffer);
    }
    above
}

/// Draws the title line and, where the pane stands at the right, its border.
fn frame(
    sessions: &Sessions,
    focused: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let border = if focused {
        Role::BorderFocused
    } else {
        Role::Border
    };
    let at_right = area.x > 0;
    if at_right {
        for number in 0..usize::from(area.height) {
            text::put(
                theme.mark(Mark::Down),
                border,
                theme,
                text::line(area, number),
                buffer,
            );
        }
    } else {
        let line = theme.mark(Mark::Across).repeat(usize::from(area.width));
        text::put(&line, border, theme, area, buffer);
    }
    let live = sessions
        .lines
        .iter()
        .filter(|line| line.state != SessionState::Ended)
        .count();
    let mark = if focused {
        theme.mark(Mark::Gutter)
    } else {
        " "
    };
    let title = format!("{mark}sessions  {live} signed in ");
    let role = if focused {
        Role::TitleFocused
    } else {
        Role::Title
    };
    text::put_cut(&title, role, theme, text::moved(area, 1), buffer);
    Rect {
        x: area.x + 1 + u16::from(at_right),
        y: area.y + 1,
        width: area.width.saturating_sub(2 + u16::from(at_right)),
        height: area.height.saturating_sub(1),
    }
}

/// The columns of the wide form, with their widths; the last takes the rest.
const COLUMNS: [(&str, u16); 6] = [
    ("  who", 14),
    ("role", 11),
    ("since", 6),
    ("last key", 9),
    ("from", 16),
    ("on", 0),
];

fn heading(theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let titles = COLUMNS.map(|(title, _)| title.to_owned());
    cells(&titles, Role::Column, theme, area, buffer);
}

fn session(
    line: &SessionLine,
    cx: &Context,
    selected: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let role = if line.state == SessionState::Ended {
        Role::RowGone
    } else {
        Role::Row
    };
    let who = format!("{}{}", mark(line), line.username);
    let since = clock(line.started, cx);
    let roles = line.roles.join("+");
    if area.height == 1 {
        let texts = [
            who,
            roles,
            since,
            clock(line.last_active, cx),
            line.station.clone(),
            on(line, cx),
        ];
        cells(&texts, role, theme, area, buffer);
    } else {
        let first = format!(
            "{who}  {roles}  since {since}  last key {}",
            clock(line.last_active, cx)
        );
        text::put_cut(&first, role, theme, area, buffer);
        let second = format!("    {}  {}", on(line, cx), line.station);
        text::put_cut(&second, Role::Muted, theme, text::line(area, 1), buffer);
    }
    if selected {
        text::lay_over(Role::RowSelected, theme, Rect { height: 1, ..area }, buffer);
        // Never by colour alone: the gutter is left of the line.
        let gutter = Rect {
            x: area.x.saturating_sub(1),
            width: 1,
            height: 1,
            ..area
        };
        text::put(
            theme.mark(Mark::Gutter),
            Role::Gutter,
            theme,
            gutter,
            buffer,
        );
    }
    if line.dirty {
        let at = Rect {
            width: 2,
            height: 1,
            ..area
        };
        text::put(mark(line), Role::Dirty, theme, at, buffer);
    }
}

/// A sign for how the session stands: never by colour alone.
fn mark(line: &SessionLine) -> &'static str {
    match (line.state, line.dirty, line.mine) {
        (SessionState::Ended, _, _) => "× ",
        (_, true, _) => "✎ ",
        (_, _, true) => "• ",
        (SessionState::Away, _, _) => "? ",
        (SessionState::Idle, _, _) => "z ",
        (SessionState::Active, _, _) => "  ",
    }
}

fn on(line: &SessionLine, cx: &Context) -> String {
    if line.state == SessionState::Ended {
        let at = line
            .ended_at
            .map_or(String::new(), |at| format!(" {}", clock(at, cx)));
        let reason = line.end_reason.as_deref().unwrap_or("");
        return format!("ended{at}: {reason}");
    }
    let away = if line.state == SessionState::Away {
        "away  "
    } else {
        ""
    };
    match &line.record {
        Some((table, key)) => {
            let key = key.to_string();
            let key = crate::domain::text::line(&key);
            let more = match line.claims.len() {
                0 | 1 => String::new(),
                records => format!(" +{}", records - 1),
            };
            let dirty = if line.dirty { ", unsaved edits" } else { "" };
            format!("{away}{table} {key}{more}{dirty}")
        }
        None => away.trim_end().to_owned(),
    }
}

fn cells(texts: &[String; 6], role: Role, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut place = area;
    for ((_, width), line) in COLUMNS.iter().zip(texts) {
        let room = if *width == 0 { place.width } else { width - 1 };
        text::put_cut(
            line,
            role,
            theme,
            Rect {
                width: room,
                ..place
            },
            buffer,
        );
        place = text::moved(place, *width);
    }
}
