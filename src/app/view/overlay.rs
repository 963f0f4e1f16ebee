//! Draws what lies over the place: a box with help, palette, messages, a question or a prompt.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::App;
use super::super::overlay::{Confirm, Overlay, Prompt};
use crate::input::action::{Action, DialogAction, Scope};
use crate::screens::{help, palette};
use crate::theme::{Role, Theme};

/// Draws the overlay and returns where the cursor belongs.
pub fn view(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    match app.overlay.as_ref()? {
        Overlay::Help(state) => help::view::view(state, &app.context, theme, area, buffer),
        Overlay::Palette(state) => palette::view::view(state, &app.context, theme, area, buffer),
        Overlay::Messages { scroll } => messages(app, *scroll, theme, area, buffer),
        Overlay::Confirm(confirm) => question(app, confirm, theme, area, buffer),
        Overlay::Prompt(prompt) => fill_in(app, prompt, theme, area, buffer),
    }
}

/// Draws an empty box in the middle and returns its inside.
pub fn boxed(
    title: &str,
    (width, height): (u16, u16),
    border: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    let outer = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(outer, buffer);
    let block = Block::bordered()
        .title(format!(" {title} "))
        .title_style(theme.style(Role::DialogTitle))
        .border_style(theme.style(border))
        .style(theme.style(Role::Dialog));
    let inner = block.inner(outer);
    block.render(outer, buffer);
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

fn messages(
    app: &App,
    scroll: u16,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let inner = boxed(
        "messages",
        (area.width, area.height),
        Role::DialogBorder,
        theme,
        area,
        buffer,
    );
    let skip = usize::from(scroll);
    let lines = app
        .notices
        .log
        .iter()
        .rev()
        .skip(skip)
        .take(usize::from(inner.height));
    for (y, (at, notice)) in (inner.top()..inner.bottom()).rev().zip(lines) {
        let at = at
            .to_zoned(app.context.zone.clone())
            .strftime("%H:%M:%S")
            .to_string();
        let text = format!("{at}  {}", notice.text);
        buffer.set_stringn(
            inner.x,
            y,
            text,
            usize::from(inner.width),
            theme.style(Role::Dialog),
        );
    }
    None
}

fn question(
    app: &App,
    confirm: &Confirm,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let border = if confirm.danger {
        Role::DialogDanger
    } else {
        Role::DialogBorder
    };
    let answers = format!(
        "{} {}    {} no",
        key(app, DialogAction::Yes, Scope::Confirm),
        confirm.yes,
        key(app, DialogAction::No, Scope::Confirm)
    );
    let inner = lines_in_box(
        &confirm.title,
        &confirm.lines,
        &answers,
        border,
        theme,
        area,
        buffer,
    );
    Some(Position {
        x: inner.x,
        y: inner.bottom().saturating_sub(1),
    })
}

fn fill_in(
    app: &App,
    prompt: &Prompt,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let answers = format!(
        "{} accept    {} close",
        key(app, DialogAction::Accept, Scope::Prompt),
        key(app, DialogAction::Close, Scope::Prompt)
    );
    let mut lines = prompt.lines.clone();
    lines.push(String::new());
    lines.push(String::new());
    let border = Role::DialogBorder;
    let inner = lines_in_box(&prompt.title, &lines, &answers, border, theme, area, buffer);
    let y = inner.bottom().saturating_sub(3);
    let style = theme
        .style(Role::FieldValue)
        .patch(theme.style(Role::FieldFocused));
    buffer.set_style(
        Rect {
            y,
            height: 1,
            ..inner
        },
        style,
    );
    let room = usize::from(inner.width.saturating_sub(1));
    let skip = prompt.text.width().saturating_sub(room);
    let shown: String = prompt.text.chars().skip(skip).collect();
    let (x, _) = buffer.set_stringn(inner.x, y, shown, room, style);
    Some(Position { x, y })
}

/// Draws lines and, at the bottom, the answers; returns the inside of the box.
fn lines_in_box(
    title: &str,
    lines: &[String],
    answers: &str,
    border: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let widest = lines
        .iter()
        .map(|line| line.width())
        .chain([title.width() + 2, answers.width()]);
    let width = u16::try_from(widest.max().unwrap_or(0) + 4)
        .unwrap_or(u16::MAX)
        .max(44);
    let height = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let inner = boxed(title, (width, height), border, theme, area, buffer);
    for (y, line) in (inner.top()..inner.bottom().saturating_sub(1)).zip(lines) {
        buffer.set_stringn(
            inner.x,
            y,
            line,
            usize::from(inner.width),
            theme.style(Role::Dialog),
        );
    }
    let y = inner.bottom().saturating_sub(1);
    buffer.set_stringn(
        inner.x,
        y,
        answers,
        usize::from(inner.width),
        theme.style(Role::HintKey),
    );
    inner
}

fn key(app: &App, action: DialogAction, scope: Scope) -> String {
    let keys = app.context.keymap.keys(Action::Dialog(action), &[scope]);
    keys.first().map_or(String::new(), ToString::to_string)
}
