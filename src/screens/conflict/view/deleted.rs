//! Draws a record that is gone: what was typed, and the ways out.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::rows;
use super::{key, put_pieces};
use crate::app::context::Context;
use crate::app::forms::{Form, gone};
use crate::domain::glyph::width;
use crate::input::action::{Action, ConflictAction, FormAction};
use crate::theme::{Role, Theme};
use crate::widgets::text;

/// Draws what was typed in a record that is gone.
pub(super) fn deleted(
    form: &Form,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let head = text::moved(text::line(area, 1), 1);
    text::put_cut(
        "Your changes; nothing of them is lost:",
        Role::Text,
        theme,
        head,
        buffer,
    );
    let lines = rows::deleted(form);
    let labels = lines.iter().map(|line| width(&line.label)).max();
    let labels = u16::try_from(labels.unwrap_or(0).min(24)).unwrap_or(24);
    for (number, line) in lines.iter().enumerate() {
        let place = text::line(area, number + 2);
        if place.is_empty() {
            break;
        }
        let label = Rect {
            width: labels,
            ..text::moved(place, 3)
        };
        text::put_cut(&line.label, Role::FieldLabel, theme, label, buffer);
        put_pieces(&line.pieces, theme, text::moved(place, labels + 5), buffer);
    }
    let below = lines.len() + 3;
    let again = key(cx, Action::Conflict(ConflictAction::Recreate));
    let back = key(cx, Action::Conflict(ConflictAction::Leave));
    let keep = key(cx, Action::Conflict(ConflictAction::KeepYours));
    let discard = key(cx, Action::Form(FormAction::Discard));
    for (number, say) in [
        match gone::may_recreate(form) {
            Some(false) => {
                format!("{again} creates it again with all its values and your changes.")
            }
            Some(true) => {
                format!("{again} asks and creates it again: a second one if only its key changed.")
            }
            None => "Whoever looks after the database can say who may see it.".to_owned(),
        },
        format!("{back} goes back: your changes stay as a draft. {discard} throws them away."),
        format!("{keep} writes your changes to a text file of your own."),
    ]
    .iter()
    .enumerate()
    {
        let place = text::moved(text::line(area, below + number), 1);
        text::put_cut(say, Role::Muted, theme, place, buffer);
    }
    Some(Position::new(head.x, head.y))
}
