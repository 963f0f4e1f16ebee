//! Draws: the list of who refers to a record.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Dependents;
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::domain::dependents::{Denied, Fate, Link};
use crate::domain::glyph::width;
use crate::domain::{scroll, text as harmless};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    dependents: &Dependents,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    title(dependents, cx, theme, text::line(area, 0), buffer);
    let mut top = 2;
    let known = dependents.known.ready();
    for line in known.map_or(&[][..], |known| &known.denied) {
        let place = text::moved(text::line(area, top), 3);
        text::put_cut(
            &Denied::in_words(line),
            Role::StatusWarning,
            theme,
            place,
            buffer,
        );
        top += 1;
    }
    let links = dependents.listed();
    let list = Rect {
        y: area.y + u16::try_from(top).unwrap_or(0).min(area.height),
        height: area.height.saturating_sub(u16::try_from(top).unwrap_or(0)),
        ..area
    };
    if links.is_empty() {
        return instead(
            dependents,
            theme,
            text::moved(text::line(list, 0), 3),
            buffer,
        );
    }
    let selected = dependents.selected.min(links.len() - 1);
    lines(&links, selected, theme, list, buffer)
}

fn title(dependents: &Dependents, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let title = dependents.title();
    let refused = dependents.about.as_ref().is_some_and(|about| about.refused);
    let left = Piece {
        text: &title,
        role: match refused {
            true => Role::StatusWarning,
            false => Role::TitleFocused,
        },
    };
    let table = dependents
        .about
        .as_ref()
        .and_then(|about| cx.table(about.table));
    let table = table.map_or(String::new(), |table| table.name.to_string());
    let table = harmless::line(&table).into_owned();
    let right = Piece {
        text: &table,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

fn instead(
    dependents: &Dependents,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let (what, role) = match &dependents.known {
        Loadable::Ready(known) if known.denied.is_empty() => {
            ("No other record refers to it".to_owned(), Role::Muted)
        }
        Loadable::Ready(_) => ("No row that you may see refers to it".into(), Role::Muted),
        Loadable::Failed(problem) => (problem.what.clone(), Role::StatusError),
        Loadable::Idle | Loadable::Waiting(_) => ("looking…".into(), Role::Muted),
    };
    text::put_cut(&what, role, theme, line, buffer);
    (!line.is_empty()).then(|| Position::new(line.x, line.y))
}

/// A line in pieces: how many, of which table, by what, and what deleting does.
struct Words {
    amount: String,
    table: String,
    fate: &'static str,
}

fn words(link: &Link) -> Words {
    let via: Vec<String> = link.via.iter().map(ToString::to_string).collect();
    let through = match via.is_empty() {
        true => String::new(),
        false => format!(" through {}", via.join(", ")),
    };
    let table = format!("{} ({}){through}", link.name, link.by());
    Words {
        amount: link.amount(),
        table: harmless::line(&table).into_owned(),
        fate: link.fate_in_words(),
    }
}

fn lines(
    links: &[&Link],
    selected: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let all: Vec<Words> = links.iter().map(|link| words(link)).collect();
    let widest = |of: fn(&Words) -> &str| all.iter().map(|one| width(of(one))).max().unwrap_or(0);
    let amounts = u16::try_from(widest(|one| &one.amount))
        .unwrap_or(0)
        .min(24);
    let fates = u16::try_from(widest(|one| one.fate)).unwrap_or(0);
    let taken = 3 + amounts + 2 + 2 + fates + 1;
    let tables = u16::try_from(widest(|one| &one.table)).unwrap_or(u16::MAX);
    let tables = tables.min(area.width.saturating_sub(taken));
    let height = usize::from(area.height);
    let first = scroll::follow(0, selected, height, all.len());
    let mut cursor = None;
    for (row, number) in (first..all.len()).take(height).enumerate() {
        let line = text::line(area, row);
        let (one, link) = (&all[number], links[number]);
        let room = Rect {
            width: amounts.min(line.width),
            ..text::moved(line, 3)
        };
        text::put_cut(&one.amount, Role::ValueNumber, theme, room, buffer);
        let rest = text::moved(line, 3 + amounts + 2);
        let room = Rect {
            width: tables,
            ..rest
        };
        text::put_cut(&one.table, Role::Row, theme, room, buffer);
        let role = match link.fate {
            Fate::Forbids | Fate::MayForbid => Role::StatusWarning,
            Fate::Deleted | Fate::SetNull | Fate::SetDefault => Role::Muted,
        };
        let fate = text::moved(rest, tables + 2);
        text::put(one.fate, role, theme, fate, buffer);
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
