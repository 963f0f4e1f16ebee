//! Draws who asks for a record: a box that takes no keys, and the dialog that answers.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::super::claims::Target;
use super::super::overlay::Answering;
use super::super::update::{claims, keys};
use crate::domain::text::line;
use crate::input::action::{Action, ClaimsAction, Scope};
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::text;

/// The lines of the box: border, two lines, border.
const HEIGHT: u16 = 4;

/// Draws the box of the first who asks, away from the cursor. It takes no keys: what is typed goes on
/// into the field, and a key opens the answers.
pub fn asked(app: &App, cursor: Option<Position>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(first) = app.claims.question(None) else {
        return;
    };
    if app.context.ended.is_some() || area.height < 3 * HEIGHT {
        return;
    }
    let below = area.bottom() - HEIGHT;
    let in_the_way = cursor.is_some_and(|at| at.y + 1 >= below && at.y < area.bottom());
    let outer = Rect {
        y: if in_the_way { area.y + 1 } else { below },
        height: HEIGHT,
        ..area
    };
    let who = line(&first.username);
    let title = format!("{who} asks for {}", Target::of(first).label());
    let frame = Frame::danger(&title);
    let inner = dialog::draw(&frame, theme, outer, buffer);
    let due = first.due.map_or(String::new(), |due| {
        let due = claims::second(due, &app.context);
        format!("From {due} on it may be taken over; typing is kept.")
    });
    text::put_cut(&due, Role::Dialog, theme, text::line(inner, 0), buffer);
    let more = match app.claims.asked.len() {
        1 => String::new(),
        n => format!("  ({} more ask)", n - 1),
    };
    let place = text::line(inner, 1);
    let key = answer_key(app);
    let after = text::put(&key, Role::HintKey, theme, place, buffer);
    let place = text::moved(place, after + 1 - place.x);
    let words = format!("answers; go on typing until then{more}");
    text::put_cut(&words, Role::HintText, theme, place, buffer);
}

/// Draws the answers, one a line.
pub fn answers(
    app: &App,
    answering: &Answering,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let mut lines: Vec<&str> = answering.lines.iter().map(String::as_str).collect();
    lines.push("");
    let all = choices(answering);
    let told: Vec<String> = all
        .iter()
        .map(|(action, words)| format!("{}  {words}", key(app, *action)))
        .collect();
    lines.extend(told.iter().map(String::as_str));
    let frame = Frame::dialog(&answering.title);
    let (columns, rows) = dialog::size(frame.title, &lines, area);
    let outer = dialog::middle(columns, rows, area);
    let inner = dialog::draw(&frame, theme, outer, buffer);
    dialog::paragraphs(&lines, Role::Dialog, theme, inner, buffer);
    let first = usize::from(inner.height).saturating_sub(all.len());
    for (number, (action, _)) in all.iter().enumerate() {
        let place = text::line(inner, first + number);
        text::put(&key(app, *action), Role::HintKey, theme, place, buffer);
    }
    let y = inner.y + u16::try_from(first).unwrap_or(0);
    Some(Position { x: inner.x, y })
}

/// The answers that are possible.
fn choices(answering: &Answering) -> Vec<(ClaimsAction, &'static str)> {
    let all = [
        (
            ClaimsAction::SaveAndYield,
            "save, then let it go",
            answering.saves,
        ),
        (
            ClaimsAction::Yield,
            if answering.saves {
                "done: leave it, edits stay a draft"
            } else {
                "done: leave it"
            },
            true,
        ),
        (ClaimsAction::FiveMinutes, "five minutes more", true),
        (
            ClaimsAction::Give,
            "take it: the form is left at once",
            true,
        ),
        (ClaimsAction::NotNow, "no answer yet", true),
    ];
    let possible = all.into_iter().filter(|(.., possible)| *possible);
    possible.map(|(action, words, _)| (action, words)).collect()
}

fn key(app: &App, action: ClaimsAction) -> String {
    let keys = app
        .context
        .keymap
        .keys(Action::Claims(action), &[Scope::Answer]);
    keys.first().map_or(String::new(), ToString::to_string)
}

/// The key that opens the answers where the person is.
fn answer_key(app: &App) -> String {
    let scopes = keys::scopes(app);
    let actions = [ClaimsAction::AskInForm, ClaimsAction::Ask];
    let mut all = actions
        .iter()
        .flat_map(|action| app.context.keymap.keys(Action::Claims(*action), &scopes));
    all.next()
        .map_or_else(|| "the palette".into(), |key| key.to_string())
}
