//! Draws: the list of drafts.

use jiff::{Span, SpanRound, Timestamp, Unit};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Drafts, changed, in_order, label};
use crate::app::context::Context;
use crate::domain::draft::Draft;
use crate::domain::glyph::width;
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// The widest that table and key get.
const WIDEST: usize = 32;
/// The room for when it was typed, and the age.
const TIME: u16 = 26;

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
    let count = match all.len() {
        1 => "1 draft".to_owned(),
        n => format!("{n} drafts"),
    };
    let name = Piece {
        text: "drafts: edits not yet saved",
        role: Role::Title,
    };
    let count = Piece {
        text: &count,
        role: Role::Muted,
    };
    status::draw(
        &[name],
        &count,
        Role::Text,
        theme,
        text::line(area, 0),
        buffer,
    );
    let list = Rect {
        y: area.y + 2.min(area.height),
        height: area.height.saturating_sub(2),
        ..area
    };
    if all.is_empty() {
        let line = text::moved(text::line(list, 0), 3);
        text::put_cut(
            "Nothing is waiting to be saved",
            Role::Muted,
            theme,
            line,
            buffer,
        );
        return (!line.is_empty()).then(|| Position::new(line.x, line.y));
    }
    lines(
        &all,
        drafts.selected.min(all.len() - 1),
        cx,
        theme,
        list,
        buffer,
    )
}

fn lines(
    all: &[&Draft],
    selected: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let names: Vec<String> = all.iter().map(|draft| name(draft)).collect();
    let widest = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or(0)
        .min(WIDEST);
    let height = usize::from(area.height);
    let first = scroll::follow(0, selected, height, all.len());
    let mut cursor = None;
    for (row, number) in (first..all.len()).take(height).enumerate() {
        let line = text::line(area, row);
        let room = Rect {
            width: TIME.min(line.width),
            ..text::moved(line, 3)
        };
        let draft = all[number];
        text::put_cut(&when(draft.typed_at, cx), Role::Muted, theme, room, buffer);
        let names_at = text::moved(line, 3 + TIME);
        let room = Rect {
            width: u16::try_from(widest).unwrap_or(0).min(names_at.width),
            ..names_at
        };
        text::put_cut(&names[number], Role::Row, theme, room, buffer);
        let rest = text::moved(names_at, room.width + 2);
        text::put_cut(&changed(draft), Role::Dirty, theme, rest, buffer);
        if number == selected {
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

fn name(draft: &Draft) -> String {
    let table = draft.table.to_string();
    format!("{} · {}", harmless::line(&table), label(draft))
}

/// When it was typed, and how long ago that is: `2026-03-04 09:12  2 d`.
fn when(typed_at: Timestamp, cx: &Context) -> String {
    let at = typed_at
        .to_zoned(cx.zone.clone())
        .strftime("%Y-%m-%d %H:%M");
    format!("{at}  {}", age(typed_at, cx.now))
}

fn age(then: Timestamp, now: Timestamp) -> String {
    let minutes = SpanRound::new()
        .largest(Unit::Minute)
        .smallest(Unit::Minute);
    let span = now.since(then).and_then(|span: Span| span.round(minutes));
    match span.map_or(0, |span| span.get_minutes()) {
        ..1 => "now".into(),
        minutes @ 1..60 => format!("{minutes} min"),
        minutes @ 60..1440 => format!("{} h", minutes / 60),
        minutes => format!("{} d", minutes / 1440),
    }
}
