//! Draws the dialog that asks for the password again.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::overlay::{key, lines_in_box, typed_line};
use crate::app::proof::Proof;
use crate::input::action::{DialogAction, Scope};
use crate::screens::login;
use crate::theme::Theme;
use crate::widgets::dialog::Frame;

/// Draws the dialog and returns where the cursor belongs.
pub fn view(
    app: &App,
    proof: &Proof,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let name = app
        .context
        .person()
        .map_or("", |person| person.username.as_str());
    let mut lines = vec![format!(
        "{name}, type your password again to {}: whoever finds this terminal open could do it otherwise.",
        proof.purpose()
    )];
    let standing = standing(app, proof);
    lines.extend(standing.iter().cloned());
    let go_on = key(app, DialogAction::Prove, Scope::Proof);
    let close = key(app, DialogAction::Close, Scope::Proof);
    let answers = [(go_on, "go on"), (close, "back, nothing is done")];
    let frame = Frame::dialog("your password");
    let below = lines_in_box(&frame, &lines, 3, &answers, theme, area, buffer);
    typed_line(&proof.line, theme, below, buffer)
}

/// What is under way, or what came of the last try.
fn standing(app: &App, proof: &Proof) -> Option<String> {
    if proof.asked.is_some() {
        return Some("checking…".into());
    }
    match proof.wait_until {
        Some(until) if app.context.now < until => Some(format!(
            "Too many tries: the next one is judged at {}.",
            login::time(until, &app.context)
        )),
        _ => proof.said.as_ref().map(|said| format!("{said}.")),
    }
}
