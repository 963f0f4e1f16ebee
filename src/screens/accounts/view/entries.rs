//! Draws what is set for an account: its names and its roles.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::entries::Entries;
use crate::theme::{Role, Theme};
use crate::widgets::form::{self, Field, Form, Shown};
use crate::widgets::text;

/// Draws it and returns where the cursor belongs.
pub fn draw(entries: &Entries, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let fault = |at: usize| {
        let fault = entries.fault.as_ref().filter(|fault| fault.0 == at);
        fault.map(|fault| fault.1.as_str())
    };
    let mut fields = Vec::new();
    if entries.of.is_none() {
        fields.push(Field {
            note: "what they type to sign in",
            fault: fault(0),
            ..Field::new("name", Shown::Editing(&entries.username))
        });
    }
    fields.push(Field {
        note: "how others see them; empty: as the name",
        fault: fault(fields.len()),
        ..Field::new("shown as", Shown::Editing(&entries.display))
    });
    let boxes = entries.roles.iter().enumerate();
    for (at, (name, given, may)) in boxes {
        fields.push(Field {
            note: if *may {
                ""
            } else {
                "more than your own roles give"
            },
            readonly: !may,
            fault: fault(entries.texts() + at),
            ..Field::new(name, Shown::Text(if *given { "yes" } else { "no" }))
        });
    }
    let form = Form {
        fields: &fields,
        focused: Some(entries.focus),
    };
    let room = Rect {
        height: area.height.saturating_sub(2),
        ..area
    };
    let cursor = form::draw(&form, theme, room, buffer);
    let say = match entries.focus >= entries.texts() {
        true => "space gives the role or takes it",
        false => "",
    };
    let last = text::line(area, usize::from(area.height).saturating_sub(1));
    text::put_cut(say, Role::Muted, theme, text::moved(last, 3), buffer);
    cursor
}
