//! Draws what a role gives: a line for each table, and beneath it what it is limited to.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::words::{self, Line, VERBS};
use super::{below, cells};
use crate::app::loadable::Loadable;
use crate::domain::people::Permission;
use crate::theme::{Role, Theme};
use crate::widgets::text;

/// Draws it and returns where the cursor belongs.
pub fn draw(
    given: &Loadable<Vec<Permission>>,
    top: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = text::moved(text::line(area, 0), 3);
    let given = match given {
        Loadable::Ready(given) => given,
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer);
            return None;
        }
        _ => {
            text::put("reading…", Role::Muted, theme, place, buffer);
            return None;
        }
    };
    let lines = words::rights(given);
    if lines.is_empty() {
        text::put_cut(
            "gives nothing on any table",
            Role::Muted,
            theme,
            place,
            buffer,
        );
        return None;
    }
    let columns = [
        ("table", 28),
        (VERBS[0], 8),
        (VERBS[1], 8),
        (VERBS[2], 8),
        (VERBS[3], 0),
    ];
    let heads = columns.map(|(head, _)| head.to_owned());
    cells(&heads, &columns, Role::Column, theme, place, buffer);
    let list = below(area, 1);
    for (row, line) in lines
        .iter()
        .skip(top)
        .take(usize::from(list.height))
        .enumerate()
    {
        let place = text::moved(text::line(list, row), 3);
        match line {
            Line::Table(name, verbs) => {
                let [a, b, c, d] = verbs.map(str::to_owned);
                cells(
                    &[name.clone(), a, b, c, d],
                    &columns,
                    Role::Row,
                    theme,
                    place,
                    buffer,
                );
            }
            Line::Limit(limit) => {
                text::put_cut(limit, Role::Muted, theme, text::moved(place, 2), buffer);
            }
        }
    }
    Some(Position::new(list.x + 1, list.y))
}
