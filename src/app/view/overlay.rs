//! Draws what lies over the place: a box with help, palette, messages, a question or a prompt.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::super::overlay::{About, Confirm, Overlay, Prompt};
use super::super::update::overlay::about_lines;
use super::claims;
use crate::domain::glyph::width;
use crate::input::action::{Action, DialogAction, Scope};
use crate::input::line::TextField;
use crate::screens::{help, palette};
use crate::theme::{Mark, Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::{form, text};

/// The narrowest a dialog is drawn.
const NARROWEST: u16 = 44;

/// Draws the overlay and returns where the cursor belongs.
pub fn view(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    match app.overlay.as_ref()? {
        Overlay::Help(state) => help::view::view(state, &app.context, theme, area, buffer),
        Overlay::Palette(state) => palette::view::view(state, &app.context, theme, area, buffer),
        Overlay::Messages { scroll } => messages(app, *scroll, theme, area, buffer),
        Overlay::About(about) => read(app, about, theme, area, buffer),
        Overlay::Confirm(confirm) => {
            let yes = key(app, DialogAction::Yes, Scope::Confirm);
            question(app, confirm, yes, theme, area, buffer)
        }
        Overlay::Anyway(confirm) => {
            let yes = key(app, DialogAction::Anyway, Scope::Anyway);
            question(app, confirm, yes, theme, area, buffer)
        }
        Overlay::Answer(answering) => claims::answers(app, answering, theme, area, buffer),
        Overlay::Prompt(prompt) => fill_in(app, prompt, theme, area, buffer),
        Overlay::CopyRow => super::writing::copy_row(app, theme, area, buffer),
        Overlay::WriteRows(dialog) => super::writing::view(app, dialog, theme, area, buffer),
        Overlay::NewPassword(dialog) => super::password::view(app, dialog, theme, area, buffer),
        Overlay::Tenants(list) => super::tenants::view(list, theme, area, buffer),
    }
}

fn messages(
    app: &App,
    scroll: u16,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let inner = dialog::draw(&Frame::dialog("messages"), theme, area, buffer);
    if app.notices.log.is_empty() {
        let line = text::line(inner, 0);
        text::put_cut("Nothing was said yet", Role::Dialog, theme, line, buffer);
    }
    let skip = usize::from(scroll);
    let told = app.notices.log.iter().rev().skip(skip);
    let room = usize::from(inner.width).saturating_sub(TIME).max(1);
    let mut rows = (inner.top()..inner.bottom()).rev();
    for (at, notice) in told {
        let at = at.to_zoned(app.context.zone.clone());
        let at = at.strftime("%H:%M:%S").to_string();
        // A line is whole here, however long: the status line may have cut it.
        for (number, part) in text::wrap(&notice.text, room).into_iter().enumerate().rev() {
            let y = rows.next()?;
            let at = if number == 0 { at.as_str() } else { "" };
            let line = format!("{at:TIME$}{}", &notice.text[part]);
            let row = Rect {
                y,
                height: 1,
                ..inner
            };
            text::put_cut(&line, Role::Dialog, theme, row, buffer);
        }
    }
    None
}

fn read(
    app: &App,
    about: &About,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let (lines, page) = about_lines(about, app.context.size);
    let rows = u16::try_from(lines.len().min(page)).unwrap_or(u16::MAX);
    let outer = dialog::middle(area.width, rows.saturating_add(2), area);
    let inner = dialog::draw(&Frame::dialog(&about.title), theme, outer, buffer);
    let shown = lines.iter().skip(about.scroll).take(page);
    for (number, line) in shown.enumerate() {
        let row = text::line(inner, number);
        text::put_cut(line, Role::Dialog, theme, row, buffer);
    }
    Some(Position {
        x: inner.x,
        y: inner.y,
    })
}

/// The room for when a line was told, with a gap.
const TIME: usize = 10;

fn question(
    app: &App,
    confirm: &Confirm,
    yes: String,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let title = &confirm.title;
    let frame = if confirm.danger {
        Frame::danger(title)
    } else {
        Frame::dialog(title)
    };
    let no = key(app, DialogAction::No, Scope::Confirm);
    let answers = [(yes, confirm.yes.as_str()), (no, "no")];
    let below = lines_in_box(&frame, &confirm.lines, 2, &answers, theme, area, buffer);
    Some(Position {
        x: below.x,
        y: below.bottom().saturating_sub(1),
    })
}

fn fill_in(
    app: &App,
    prompt: &Prompt,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let accept = key(app, DialogAction::Accept, Scope::Prompt);
    let close = key(app, DialogAction::Close, Scope::Prompt);
    let frame = Frame::dialog(&prompt.title);
    let answers = [(accept, "accept"), (close, "close")];
    let below = lines_in_box(&frame, &prompt.lines, 3, &answers, theme, area, buffer);
    typed_line(&prompt.line, theme, below, buffer)
}

/// Draws the line of a dialog that is typed in, with a sign before it, into the first line of what
/// is left below the words; returns where the cursor belongs.
pub fn typed_line(
    typed: &TextField,
    theme: &Theme,
    below: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let line = text::line(below, 0);
    text::fill(Role::FieldValue, theme, line, buffer);
    text::put(theme.mark(Mark::Gutter), Role::Gutter, theme, line, buffer);
    let room = text::moved(line, 2);
    let cursor = form::edited_line(typed, Role::FieldValue, theme, room, buffer);
    text::lay_over(Role::FieldFocused, theme, room, buffer);
    cursor
}

/// Draws lines and, at the bottom, the answers; returns the `spare` lines left between, the last
/// of which holds the answers.
pub fn lines_in_box(
    frame: &Frame<'_>,
    lines: &[String],
    spare: u16,
    answers: &[(String, &str)],
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (columns, rows) = dialog::size(frame.title, &lines, area);
    let columns = columns.max(NARROWEST);
    let outer = dialog::middle(columns, rows + spare, area);
    let inner = dialog::draw(frame, theme, outer, buffer);
    dialog::paragraphs(&lines, Role::Dialog, theme, inner, buffer);
    let mut place = Rect {
        y: inner.bottom().saturating_sub(1),
        height: 1,
        ..inner
    };
    for (key, answer) in answers {
        let after = text::put(key, Role::HintKey, theme, place, buffer);
        place = text::moved(place, after + 1 - place.x);
        text::put(answer, Role::HintText, theme, place, buffer);
        place = text::moved(place, u16::try_from(width(answer)).unwrap_or(0) + 3);
    }
    let y = inner.bottom().saturating_sub(spare);
    Rect {
        y,
        height: inner.bottom() - y,
        ..inner
    }
}

pub fn key(app: &App, action: DialogAction, scope: Scope) -> String {
    let keys = app.context.keymap.keys(Action::Dialog(action), &[scope]);
    keys.first().map_or(String::new(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use crate::app::bench::Bench;
    use crate::app::notice::Mood;
    use crate::app::overlay::Overlay;

    #[test]
    fn a_message_is_whole_in_their_list_however_long() {
        let mut bench = Bench::at_sign_in();
        let long = "equipment was altered (notes is called remarks); ".repeat(2) + "all is kept";
        bench.app.tell(Mood::Told, long.clone());
        bench.app.tell(Mood::Told, "Short");
        bench.app.overlay = Some(Overlay::Messages { scroll: 0 });
        let screen = bench.screen();
        let lines = screen.lines().map(|line| line.trim_matches(['│', ' ']));
        let told: Vec<&str> = lines.collect();
        let found = told.join(" ");
        assert!(found.contains(&long), "{screen}");
        assert!(found.contains("Short"), "{screen}");
    }
}
