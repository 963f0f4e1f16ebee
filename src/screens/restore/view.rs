//! Draws: what is brought back, a line each, and one record whole.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Phase, Restore, words};
use crate::app::context::Context;
use crate::app::past::remains::{self, WIDEST};
use crate::domain::back::{Part, Standing};
use crate::domain::glyph::width;
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{more, named, text};

/// The widest that key and table get.
const WIDEST_NAME: usize = 30;
/// The room for the word that says how a record stands.
const WORD: u16 = 12;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    restore: &Restore,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    heading(restore, theme, text::line(area, 0), buffer);
    let mut top = 1;
    if let (Some(scrolled), Some(part)) = (restore.whole, restore.parts.get(restore.selected)) {
        return whole(part, scrolled, cx, theme, below(area, top), buffer);
    }
    let tables = (!restore.parts.is_empty()).then(|| words::tables(restore, cx));
    let more = words::more(restore).map(|line| (line.to_owned(), Role::StatusWarning));
    let failed = matches!(restore.phase, Phase::Failed(_) | Phase::Unsure);
    let role = if failed {
        Role::StatusError
    } else {
        Role::Muted
    };
    let about = words::about(restore).map(|line| (line, role));
    let lines = tables.map(|line| (line, Role::Choice)).into_iter();
    for (line, role) in lines.chain(more).chain(about) {
        let room = usize::from(area.width).saturating_sub(2).max(1);
        for part in text::wrap(&line, room) {
            let place = text::moved(text::line(area, top), 1);
            text::put_cut(&line[part], role, theme, place, buffer);
            top += 1;
        }
    }
    list(restore, cx, theme, below(area, top + 1), buffer)
}

fn below(area: Rect, top: usize) -> Rect {
    let top = u16::try_from(top).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y + top,
        height: area.height - top,
        ..area
    }
}

fn heading(restore: &Restore, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let title = words::title(restore);
    let left = Piece {
        text: &title,
        role: match restore.phase {
            Phase::Over => Role::TitleFocused,
            _ => Role::StatusWarning,
        },
    };
    let sum = words::sum(restore);
    let right = Piece {
        text: &sum,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

/// Key and table of a record.
fn name(part: &Part, cx: &Context) -> String {
    let key = harmless::line(&part.remains.key.to_string()).into_owned();
    format!("{key} · {}", Restore::name_of(part.remains.table, cx))
}

fn list(
    restore: &Restore,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let height = usize::from(area.height);
    let selected = restore.selected.min(restore.parts.len().saturating_sub(1));
    let first = scroll::follow(0, selected, height, restore.parts.len());
    let shown: Vec<(&Part, String)> = restore
        .parts
        .iter()
        .skip(first)
        .take(height)
        .map(|part| (part, name(part, cx)))
        .collect();
    let widest = shown.iter().map(|(_, name)| width(name)).max().unwrap_or(0);
    let names = u16::try_from(widest.min(WIDEST_NAME)).unwrap_or(0);
    let mut cursor = None;
    for (row, (part, name)) in shown.iter().enumerate() {
        let line = text::line(area, row);
        let room = Rect {
            width: names.min(line.width),
            ..text::moved(line, 3)
        };
        text::put_cut(name, Role::Row, theme, room, buffer);
        let role = role(&part.standing);
        let word = text::moved(line, 3 + names + 2);
        text::put(words::state(part), role, theme, word, buffer);
        let rest = text::moved(word, WORD + 2);
        let told = match part.standing {
            Standing::Back(_) => Role::Muted,
            _ => Role::Row,
        };
        text::put_cut(&words::detail(part), told, theme, rest, buffer);
        if first + row == selected {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            let gutter = text::moved(line, 1);
            let mark = theme.mark(Mark::Gutter);
            text::put(mark, Role::Gutter, theme, gutter, buffer);
            cursor = Some(Position::new(line.x + 1, line.y));
        }
    }
    let below = restore.parts.len() > first + height;
    more::draw(first > 0, below, theme, area, buffer);
    cursor
}

fn role(standing: &Standing) -> Role {
    match standing {
        Standing::Back(_) => Role::StatusOk,
        Standing::Refused(_) => Role::StatusError,
        Standing::Barred(_) => Role::StatusWarning,
        Standing::Comes => Role::FieldChanged,
    }
}

/// One record whole: how it stands, then every value.
fn whole(
    part: &Part,
    scrolled: usize,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = text::moved(text::line(area, 0), 1);
    text::put_cut(&name(part, cx), Role::Row, theme, place, buffer);
    let detail = words::detail(part);
    let said = match part.standing {
        Standing::Comes if part.without.is_empty() => words::state(part).to_owned(),
        _ if detail.is_empty() => words::state(part).to_owned(),
        _ => format!("{}: {detail}", words::state(part)),
    };
    let room = usize::from(area.width).saturating_sub(2).max(1);
    let mut top = 1;
    for piece in text::wrap(&said, room) {
        let place = text::moved(text::line(area, top), 1);
        text::put_cut(&said[piece], role(&part.standing), theme, place, buffer);
        top += 1;
    }
    let lines = remains::lines(&part.remains, area.width);
    named::lines(
        &lines,
        (scrolled, WIDEST),
        theme,
        below(area, top + 1),
        buffer,
    )
}
