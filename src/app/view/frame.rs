//! The lines around the place: header, banner, status, hints; and the screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::super::App;
use super::super::context::Link;
use super::super::layout::SMALLEST;
use super::super::notice::Mood;
use super::super::place::Place;
use super::super::update::{keys, overlay};
use crate::domain::connection::Way;
use crate::input::action::{Action, AppAction, Scope};
use crate::theme::{Role, Theme};

/// Says that the terminal is too small.
pub fn too_small(app: &App, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let size = app.context.size;
    let lines = [
        format!("{}x{} is too small", size.columns, size.rows),
        format!("Rowhouse needs {}x{}", SMALLEST.columns, SMALLEST.rows),
        "Nothing is lost; make the window larger".to_owned(),
    ];
    for (y, line) in lines
        .iter()
        .enumerate()
        .take(usize::from(buffer.area.height))
    {
        let y = u16::try_from(y).unwrap_or(0);
        buffer.set_stringn(
            0,
            y,
            line,
            usize::from(buffer.area.width),
            theme.style(Role::Text),
        );
    }
    None
}

/// Draws server, database, way and TLS at the left, the person at the right.
pub fn header(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let style = theme.style(Role::Header);
    buffer.set_style(area, style);
    let mut left = vec!["rowhouse".to_owned()];
    if let Some(server) = &app.context.server {
        left.push(format!(" {}", server.label));
        if server.database != server.label {
            left.push(server.database.clone());
        }
        left.push(match server.way {
            Way::Shared => "shared".into(),
            Way::Plain => "plain".into(),
        });
        let local = app
            .context
            .settings
            .as_ref()
            .is_some_and(|settings| settings.is_local());
        match (server.tls, local) {
            (true, _) => left.push("TLS".into()),
            (false, true) => left.push("local".into()),
            (false, false) => left.push("NO TLS".into()),
        }
        if server.pooler {
            left.push("pooler".into());
        }
    }
    let left = left.join(" · ").replacen(" · ", " ", 1);
    let right = match (app.context.person(), &app.context.ended) {
        (Some(person), None) => format!("{} {} ", person.username, person.roles.join("+")),
        _ => String::new(),
    };
    let room = usize::from(area.width).saturating_sub(right.width() + 2);
    buffer.set_stringn(area.x + 1, area.y, &left, room, style);
    let x = area
        .right()
        .saturating_sub(u16::try_from(right.width()).unwrap_or(0));
    buffer.set_stringn(x, area.y, &right, right.width(), style);
}

/// Says that the connection is lost, and since when.
pub fn banner(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Link::Lost { since, what } = &app.context.link else {
        return;
    };
    let style = theme.style(Role::Banner);
    buffer.set_style(area, style);
    let since = since
        .to_zoned(app.context.zone.clone())
        .strftime("%H:%M:%S")
        .to_string();
    let text = format!(" No connection since {since}: {what}. Trying again; your typing is kept.");
    buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
}

/// Draws the latest line told, else how things stand.
pub fn status(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (text, role) = match app.notices.current() {
        Some(notice) => (notice.text.clone(), role(notice.mood)),
        None => (standing(app), Role::Status),
    };
    buffer.set_style(area, theme.style(Role::Status));
    let width = usize::from(area.width.saturating_sub(2));
    buffer.set_stringn(area.x + 1, area.y, text, width, theme.style(role));
}

/// Draws the keys that help now.
pub fn hints(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let scopes = keys::scopes(app);
    let mut x = area.x + 1;
    for action in hinted(app) {
        let Some(row) = action.row() else { continue };
        let keys = app.context.keymap.keys(action, &scopes);
        let Some(key) = keys.first().map(ToString::to_string) else {
            continue;
        };
        let width = u16::try_from(key.width() + row.hint.width() + 3).unwrap_or(u16::MAX);
        if x + width > area.right() {
            break;
        }
        let (end, _) = buffer.set_stringn(x, area.y, &key, key.len(), theme.style(Role::HintKey));
        buffer.set_stringn(
            end + 1,
            area.y,
            row.hint,
            row.hint.len(),
            theme.style(Role::HintText),
        );
        x += width;
    }
}

fn role(mood: Mood) -> Role {
    match mood {
        Mood::Done => Role::StatusOk,
        Mood::Told => Role::Status,
        Mood::Warning => Role::StatusWarning,
        Mood::Failed => Role::StatusError,
    }
}

fn standing(app: &App) -> String {
    match &app.context.link {
        Link::Down => String::new(),
        Link::Lost { .. } => "○".to_owned(),
        Link::Up => match keys::shown(app) {
            Place::Browser(_) => format!("● {}", app.screens.browser.standing(&app.context)),
            Place::Record(id) => format!(
                "● {}",
                app.screens.editor.standing(&app.forms, id, &app.context)
            ),
            _ => "●".to_owned(),
        },
    }
}

/// The hints of what has the focus, then those of everywhere.
fn hinted(app: &App) -> Vec<Action> {
    let (s, cx) = (&app.screens, &app.context);
    let mut hints = if let Some(overlay) = &app.overlay {
        overlay::hints(overlay)
    } else if app.sessions_pane.is_some_and(|pane| pane.focused) && cx.ended.is_none() {
        s.sessions.hints(cx)
    } else {
        match keys::shown(app) {
            Place::Connect => s.connect.hints(cx),
            Place::Login => s.login.hints(cx),
            Place::Tables => s.tables.hints(cx),
            Place::Browser(_) => s.browser.hints(cx),
            Place::Record(id) => s.editor.hints(&app.forms, id, cx),
            Place::Conflict(id) => s.conflict.hints(&app.forms, id, cx),
            Place::Drafts => s.drafts.hints(cx),
        }
    };
    if app.overlay.is_none() {
        let list = keys::scopes(app).contains(&Scope::AppList);
        hints.extend(
            if list {
                [AppAction::PaletteInList, AppAction::HelpInList]
            } else {
                [AppAction::Palette, AppAction::Help]
            }
            .map(Action::App),
        );
    }
    hints
}
