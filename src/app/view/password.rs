//! Draws the dialog in which a person changes their own password.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::overlay::{key, lines_in_box};
use crate::app::password::NewPassword;
use crate::input::action::{DialogAction, Scope};
use crate::theme::{Mark, Theme};
use crate::widgets::dialog::Frame;
use crate::widgets::form::{self, Field, Form, Shown};

/// Draws the dialog and returns where the cursor belongs.
pub fn view(
    app: &App,
    dialog: &NewPassword,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let name = app
        .context
        .person()
        .map_or("", |person| person.username.as_str());
    let checks = dialog.checks(name);
    let mut lines = vec!["Your other sessions are signed out when it is changed.".to_owned()];
    lines.extend(checks.iter().map(|check| {
        let mark = if check.met {
            theme.mark(Mark::Chosen)
        } else {
            " "
        };
        format!("[{mark}] {}", check.text)
    }));
    lines.extend(dialog.said.clone());
    let go_on = key(app, DialogAction::Prove, Scope::Proof);
    let close = key(app, DialogAction::Close, Scope::Proof);
    let answers = [(go_on, "go on"), (close, "back")];
    let frame = Frame::dialog("a new password");
    let below = lines_in_box(&frame, &lines, 4, &answers, theme, area, buffer);
    let [chosen, again] = &dialog.chosen;
    let fields = [
        Field::new("password", Shown::Editing(chosen)),
        Field::new("once more", Shown::Editing(again)),
    ];
    let form = Form {
        fields: &fields,
        focused: Some(usize::from(dialog.second)),
    };
    let place = Rect { height: 2, ..below };
    form::draw(&form, theme, place, buffer)
}
