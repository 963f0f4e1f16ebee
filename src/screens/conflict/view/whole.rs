//! Draws the whole values of one field, with what each side changed marked in the text.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::Conflict;
use super::super::whole::{self, Line};
use super::put_pieces;
use crate::app::forms::Form;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the values one below the other, from a line on.
pub(super) fn whole(
    screen: &Conflict,
    form: &Form,
    who: &str,
    scrolled: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let lines = whole::lines(screen, form, who, area.width);
    let count = whole::differences(&lines).len();
    heading(screen, form, count, theme, text::line(area, 0), buffer);
    let mut cursor = Position::new(area.x + 1, area.y);
    for (number, line) in lines.iter().skip(scrolled).enumerate() {
        let place = text::line(area, number + 1);
        if place.is_empty() {
            break;
        }
        let here = screen
            .difference
            .is_some_and(|at| line.differences.contains(&at));
        if here {
            let gutter = text::moved(place, 1);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                gutter,
                buffer,
            );
            cursor = Position::new(gutter.x, gutter.y);
        }
        draw(line, theme, place, buffer);
    }
    Some(cursor)
}

fn heading(
    screen: &Conflict,
    form: &Form,
    count: usize,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let name = format!("{} · whole values", form.column_name(screen.column));
    let left = Piece {
        text: &name,
        role: Role::FieldLabel,
    };
    let which = match (screen.difference, count) {
        (_, 0) => "nothing is different".to_owned(),
        (None, 1) => "1 difference".to_owned(),
        (None, count) => format!("{count} differences"),
        (Some(here), count) => format!("difference {} of {count}", here + 1),
    };
    let right = Piece {
        text: &which,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

fn draw(line: &Line, theme: &Theme, place: Rect, buffer: &mut Buffer) {
    let sign = text::moved(place, 2);
    match &line.title {
        Some((name, chosen)) => {
            let after = text::put_cut(name, Role::Muted, theme, sign, buffer);
            if *chosen {
                let mark = text::moved(sign, after + 1 - sign.x);
                text::put(theme.mark(Mark::Choice), Role::Choice, theme, mark, buffer);
            }
        }
        None => {
            text::put(line.sign, Role::Muted, theme, sign, buffer);
            put_pieces(&line.pieces, theme, text::moved(place, 4), buffer);
        }
    }
}
