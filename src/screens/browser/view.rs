//! Draws the browser: title, rows, the line below them, the record beside them.

mod chooser;
mod grid;
mod over;
mod record;
mod refer;
mod views;
mod whole;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Browser, words};
use crate::app::context::Context;
use crate::app::forms::words::clock;
use crate::app::looking;
use crate::domain::session::PresenceMode;
use crate::domain::text::line;
use crate::theme::{Role, Theme};
use crate::widgets::form::edited_line;
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    browser: &Browser,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    if let Some(peek) = &browser.peek {
        return looking::view::draw(peek, theme, area, buffer);
    }
    if whole::draw(browser, cx, theme, area, buffer) {
        return None;
    }
    if let Some(chooser) = &browser.chooser {
        return chooser::draw(browser, chooser, theme, area, buffer);
    }
    let parts = browser.parts(cx.room);
    let left = Rect {
        width: area.width.min(parts.grid),
        ..area
    };
    let filter = title(browser, cx, theme, text::line(left, 0), buffer);
    let body = Rect {
        y: left.y + 1,
        height: left.height.saturating_sub(2),
        ..left
    };
    let cursor = match &browser.window {
        Some(window) if !window.rows().is_empty() => {
            grid::draw(browser, window, cx, theme, body, buffer)
        }
        _ => {
            instead(browser, cx, theme, body, buffer);
            None
        }
    };
    let last = text::line(left, usize::from(left.height.saturating_sub(1)));
    below(browser, cx, theme, last, buffer);
    if parts.record > 0 && area.width > parts.grid {
        let right = text::moved(area, parts.grid);
        record::draw(browser, theme, right, buffer);
    }
    let over = over::draw(browser, cx, theme, left, buffer);
    over.or(filter).or(cursor)
}

/// Draws the table's name, the filter as chips (or as a line while it is typed), and the count.
fn title(
    browser: &Browser,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let name = browser.table.and_then(|table| cx.table(table));
    let name = name.map(|table| table.name.to_string());
    let name = name.or_else(|| browser.shape.as_ref().map(|shape| shape.name.to_string()));
    let crumbs = browser.crumbs();
    let name = format!("{crumbs}{}", line(&name.unwrap_or_default()));
    let count = browser.standing(cx);
    let right = Piece {
        text: &count,
        role: Role::Muted,
    };
    let typed = match (&browser.asking, &browser.find) {
        (Some(asking), _) => Some(("jump to ", asking)),
        (None, find) => find.as_ref().map(|find| ("/", &find.field)),
    };
    let chips = match typed {
        Some(_) => String::new(),
        None => {
            let taken = [&name, &count].map(|text| crate::domain::glyph::width(text));
            let room = usize::from(area.width).saturating_sub(taken[0] + taken[1] + 4);
            let shape = browser.shape.as_deref();
            let named = browser.filter_named().map(|chip| format!("   {chip}"));
            let fits = |chip: &String| crate::domain::glyph::width(chip) <= room;
            let chips = || super::chips::fitting(&browser.wanted.filter, shape, room);
            named.filter(fits).unwrap_or_else(chips)
        }
    };
    let left = [
        Piece {
            text: &name,
            role: Role::Title,
        },
        Piece {
            text: &chips,
            role: Role::Choice,
        },
    ];
    status::draw(&left, &right, Role::Text, theme, area, buffer);
    let (before, field) = typed?;
    let taken = crate::domain::glyph::width(&name).min(usize::from(area.width / 2));
    let room = text::moved(area, u16::try_from(taken).unwrap_or(0) + 3);
    let slash = text::put(before, Role::HintKey, theme, room, buffer);
    let count = u16::try_from(crate::domain::glyph::width(&count)).unwrap_or(0);
    let room = text::moved(room, slash - room.x);
    let room = Rect {
        width: room.width.saturating_sub(count + 3),
        ..room
    };
    text::lay_over(Role::FieldFocused, theme, room, buffer);
    edited_line(field, Role::FieldValue, theme, room, buffer)
}

/// Says why there are no rows to draw.
fn instead(browser: &Browser, cx: &Context, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let lines: Vec<(String, Role)> = match (&browser.problem, &browser.window) {
        (Some(problem), _) => {
            let mut lines = vec![(problem.what.clone(), Role::StatusError)];
            lines.extend(problem.kept.clone().map(|kept| (kept, Role::Text)));
            let helps = words::what_helps(browser.shape.as_deref(), cx);
            lines.extend(helps.map(|helps| (helps, Role::Muted)));
            lines
        }
        (None, Some(_)) if !browser.shown.filter.is_empty() => vec![
            ("No row matches the filter".into(), Role::Text),
            (
                "Nothing is lost: all rows are shown without it".into(),
                Role::Muted,
            ),
        ],
        (None, Some(_)) => vec![(words::nothing(browser.shape.as_deref()).into(), Role::Text)],
        (None, None) if browser.shape.is_none() => {
            vec![("Reading the table's columns".into(), Role::Muted)]
        }
        (None, None) => vec![("Reading the first rows".into(), Role::Muted)],
    };
    let mut number = 0;
    for (what, role) in &lines {
        let room = usize::from(area.width.saturating_sub(4));
        for range in text::wrap(what, room) {
            number += 1;
            let place = text::moved(text::line(area, number), 3);
            text::put_cut(&what[range], *role, theme, place, buffer);
        }
    }
}

/// Says below the rows who is on the record under the cursor, or what became of it.
fn below(browser: &Browser, cx: &Context, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some((words, role)) = said_below(browser, cx) else {
        return;
    };
    text::put_cut(&words, role, theme, text::moved(area, 1), buffer);
}

fn said_below(browser: &Browser, cx: &Context) -> Option<(String, Role)> {
    let shape = browser.shape.as_deref()?;
    if let Some(words) = browser.jumps_in_words() {
        return Some((words, Role::Muted));
    }
    if let Some(standing) = browser.file_standing(cx) {
        return Some((standing, Role::Choice));
    }
    if browser.is_gone() {
        return Some((browser.gone_in_words(cx), Role::RowGone));
    }
    let key = browser.current_key();
    let here = cx
        .presence
        .iter()
        .filter(|p| Some(&p.key) == key && !p.mine);
    let mut here: Vec<_> = here.collect();
    here.sort_by_key(|p| (p.mode == PresenceMode::View, p.same_person, p.since));
    if let Some(first) = here.first() {
        let others = match here.len() {
            1 => String::new(),
            n => format!(" · {} more here", n - 1),
        };
        let drafted = key.is_some_and(|key| words::has_draft(shape, key, cx));
        let others = words::beside_draft(others, drafted);
        let words = format!("{}{others}", words::presence(shape, first, cx));
        return Some((line(&words).into_owned(), Role::Presence));
    }
    if let (Some(change), Some(key)) = (browser.change_here(), key) {
        let (name, at) = (words::record(shape, key), clock(change.at, cx));
        let words = format!("{name} was changed by {} at {at}", line(&change.username));
        return Some((words, Role::RowChanged));
    }
    if key.is_some_and(|key| words::has_draft(shape, key, cx)) {
        let words = match &cx.draft_fault {
            Some(_) => "Your unsaved edits of this record are kept while the program runs",
            None => "Your unsaved edits of this record are kept in a draft",
        };
        return Some((words.into(), Role::Dirty));
    }
    if let Some(words) = browser.flags_in_words(cx) {
        return Some((words, Role::StatusWarning));
    }
    let reason = shape.read_only.as_ref();
    let reason = reason.map(|why| format!("Read-only: {}", words::why_read_only(why)));
    let said = [reason, browser.zone_in_words(cx)];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| (said.join("; "), Role::Muted))
}
