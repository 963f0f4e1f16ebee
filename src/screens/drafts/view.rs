//! Draws: the list of drafts, and below it what is in the one under the cursor.

mod whole;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Drafts, in_order, words};
use crate::app::context::Context;
use crate::app::forms::words::{count, day_clock};
use crate::domain::draft::Draft;
use crate::domain::glyph::width;
use crate::domain::outlook::Outlook;
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest that table and key get.
const WIDEST: usize = 32;
/// The room for when it was typed.
const TIME: u16 = 18;
/// The room for the number of fields, and for the version that was read.
const FIELDS: u16 = 8;
const BASE: u16 = 6;
/// The room for saying that it is old.
const OLD: u16 = 5;
/// The room for how it stands.
const NOW: u16 = 17;
/// Where there is room, who made the record what it is by now stands in the list too.
const WIDE: u16 = 120;
/// Where a list is so narrow, numbers are told of the draft under the cursor only.
const NARROW: u16 = 72;
/// The lines below the list: a gap, how it stands, and its fields.
const BELOW: u16 = 6;

/// What is drawn with.
struct Brush<'a> {
    drafts: &'a Drafts,
    cx: &'a Context,
    theme: &'a Theme,
    any_old: bool,
}

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    drafts: &Drafts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let all = in_order(cx);
    if let Some((scrolled, draft)) = drafts.whole.zip(drafts.current(cx)) {
        return whole::draw(draft, scrolled, cx, theme, area, buffer);
    }
    let is_old = |draft: &&&Draft| draft.is_old(cx.now, cx.draft_rules.old_days);
    let old = all.iter().filter(is_old).count();
    let count = counted(&all, old);
    let name = Piece {
        text: "drafts: edits not yet saved",
        role: Role::Title,
    };
    let count = Piece {
        text: &count,
        role: Role::Muted,
    };
    let top = text::line(area, 0);
    status::draw(&[name], &count, Role::Text, theme, top, buffer);
    let list = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    let list = left(cx, theme, list, buffer);
    if all.is_empty() {
        let line = text::moved(text::line(list, 0), 3);
        let nothing = match cx.texts_left.is_empty() {
            true => "Nothing is waiting to be saved",
            false => "No draft is waiting to be saved",
        };
        text::put_cut(nothing, Role::Muted, theme, line, buffer);
        return (!line.is_empty()).then(|| Position::new(line.x, line.y));
    }
    let brush = Brush {
        drafts,
        cx,
        theme,
        any_old: old > 0,
    };
    let selected = drafts.selected.min(all.len() - 1);
    let height = list.height.saturating_sub(BELOW).max(1).min(list.height);
    let upper = Rect { height, ..list };
    let lower = Rect {
        y: list.y + height,
        height: list.height - height,
        ..list
    };
    details(&brush, all[selected], lower, buffer);
    lines(&brush, &all, selected, upper, buffer)
}

/// How many there are, and how many of them are old, or not to be continued here.
fn counted(all: &[&Draft], old: usize) -> String {
    let elsewhere = all.iter().filter(|draft| draft.elsewhere).count();
    let mut told = count(all.len(), "draft");
    if old > 0 {
        told.push_str(&format!(", {old} old"));
    }
    if elsewhere > 0 {
        told.push_str(&format!(", {elsewhere} open at another terminal"));
    }
    told
}

/// Names at the bottom what editors left behind, whole paths in as many lines as they need; returns
/// the room above.
fn left(cx: &Context, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    if cx.texts_left.is_empty() {
        return area;
    }
    let room = usize::from(area.width.saturating_sub(6)).max(1);
    let mut lines = vec![(
        "Written in your editor, not taken back (the file is yours to remove):".to_owned(),
        3,
    )];
    for path in &cx.texts_left {
        let path = harmless::line(path);
        let parts = text::wrap(&path, room);
        lines.extend(parts.into_iter().map(|part| (path[part].to_owned(), 5)));
    }
    let most = usize::from(area.height / 2).max(1);
    let height = lines.len().min(most);
    let above = area
        .height
        .saturating_sub(u16::try_from(height).unwrap_or(0));
    let below = Rect {
        y: area.y + above,
        height: area.height - above,
        ..area
    };
    for (row, (line, by)) in lines.iter().take(height).enumerate() {
        let place = text::moved(text::line(below, row), *by);
        text::put_cut(line, Role::StatusWarning, theme, place, buffer);
    }
    Rect {
        height: above,
        ..area
    }
}

fn lines(
    brush: &Brush<'_>,
    all: &[&Draft],
    selected: usize,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let names = all.iter().map(|draft| width(&words::name(draft)));
    let widest = names.max().unwrap_or(0).min(WIDEST);
    let height = usize::from(area.height);
    let first = scroll::follow(0, selected, height, all.len());
    let mut cursor = None;
    for (row, number) in (first..all.len()).take(height).enumerate() {
        let line = text::line(area, row);
        one(brush, all[number], widest, line, buffer);
        if number == selected {
            text::lay_over(Role::RowSelected, brush.theme, line, buffer);
            let gutter = text::moved(line, 1);
            let mark = brush.theme.mark(Mark::Gutter);
            text::put(mark, Role::Gutter, brush.theme, gutter, buffer);
            cursor = Some(Position::new(line.x + 1, line.y));
        }
    }
    cursor
}

fn one(brush: &Brush<'_>, draft: &Draft, widest: usize, line: Rect, buffer: &mut Buffer) {
    let (cx, theme) = (brush.cx, brush.theme);
    let mut rest = text::moved(line, 3);
    let mut put = |words: &str, room: u16, role: Role| {
        let place = Rect {
            width: room.min(rest.width),
            ..rest
        };
        text::put_cut(words, role, theme, place, buffer);
        rest = text::moved(rest, place.width);
    };
    put(&day_clock(draft.typed_at, cx), TIME - 2, Role::Muted);
    put("", 2, Role::Muted);
    if brush.any_old {
        let old = draft.is_old(cx.now, cx.draft_rules.old_days);
        put(if old { "old" } else { "" }, OLD, Role::StatusWarning);
    }
    put(
        &words::name(draft),
        u16::try_from(widest).unwrap_or(0),
        Role::Row,
    );
    put("", 2, Role::Muted);
    if line.width >= NARROW {
        let fields = count(draft.changed().count(), "field");
        put(&fields, FIELDS, Role::Dirty);
        put("", 2, Role::Muted);
        put(&words::base(draft), BASE, Role::Muted);
    }
    if draft.elsewhere {
        return put("open elsewhere", u16::MAX, Role::Muted);
    }
    let Some(outlook) = brush.drafts.outlooks.get(&draft.id) else {
        return put("…", u16::MAX, Role::Muted);
    };
    if let Some(begun) = brush.drafts.begun(draft) {
        return put(&begun, u16::MAX, Role::Dirty);
    }
    let role = match outlook.conflicts() {
        true => Role::Undecided,
        false => Role::Muted,
    };
    put(&words::outlook(outlook), NOW, role);
    if line.width >= WIDE {
        put("", 2, Role::Muted);
        put(&words::since(outlook, cx), u16::MAX, Role::Muted);
    }
}

/// What is in the draft under the cursor.
fn details(brush: &Brush<'_>, draft: &Draft, area: Rect, buffer: &mut Buffer) {
    let outlook = brush.drafts.outlooks.get(&draft.id);
    let mut lines = vec![(standing(brush, draft, outlook), Role::Text)];
    if !draft.held.is_empty() {
        lines.push((words::held(draft), Role::Dirty));
    }
    for name in &draft.left_out {
        let line = format!(
            "{}: a secret, not kept: type it again",
            harmless::line(name)
        );
        lines.push((line, Role::StatusWarning));
    }
    for (field, yours) in draft.changed() {
        let field = words::field(field, yours, outlook);
        let roles = [Role::Dirty, Role::Undecided];
        lines.extend(field.into_iter().zip(roles));
    }
    let room = usize::from(area.height.saturating_sub(1));
    if lines.len() > room && room > 1 {
        let hidden = lines.len() + 1 - room;
        lines.truncate(room - 1);
        let more = format!("and {}", count(hidden, "more line"));
        lines.push((more, Role::Muted));
    }
    for (row, (line, role)) in lines.iter().take(room).enumerate() {
        let place = text::moved(text::line(area, row + 1), 3);
        text::put_cut(line, *role, brush.theme, place, buffer);
    }
}

fn standing(brush: &Brush<'_>, draft: &Draft, outlook: Option<&Outlook>) -> String {
    match (outlook, &brush.drafts.failed) {
        _ if draft.elsewhere => "It is open at another terminal of yours, and kept there".into(),
        (Some(outlook), _) => brush
            .drafts
            .begun_in_words(draft, brush.cx)
            .unwrap_or_else(|| words::sentence(draft, outlook, brush.cx)),
        (None, Some(why)) => format!("It is not known how it stands now: {why}"),
        (None, None) => String::new(),
    }
}
