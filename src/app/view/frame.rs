//! The lines around the place: header, banner, status, hints; and the screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::App;
use super::super::context::Link;
use super::super::layout::SMALLEST;
use super::super::notice::Mood;
use super::super::overlay::Overlay;
use super::super::place::Place;
use super::super::update::{claims, keys, overlay, waiting};
use crate::domain::account::Person;
use crate::domain::connection::Way;
use crate::domain::glyph::width;
use crate::domain::wrap;
use crate::input::action::{Action, AppAction, DialogAction, ListAction, Scope};
use crate::theme::{Role, Theme};
use crate::widgets::hints::{self, Hint};
use crate::widgets::text;

use super::ranks;

/// Says that the terminal is too small.
pub fn too_small(app: &App, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let size = app.context.size;
    let lines = [
        format!("{}x{} is too small", size.columns, size.rows),
        format!("Rowhouse needs {}x{}", SMALLEST.columns, SMALLEST.rows),
        "Nothing is lost; make the window larger".to_owned(),
    ];
    for (number, line) in lines.iter().enumerate() {
        let line_area = text::line(buffer.area, number);
        text::put(line, Role::Text, theme, line_area, buffer);
    }
    None
}

/// Draws server, database, way and TLS at the left, the person at the right.
pub fn header(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    text::fill(Role::Header, theme, area, buffer);
    let mut left = vec!["rowhouse".to_owned()];
    if let Some(server) = &app.context.server {
        // Before all else, so that it is whole however narrow the screen is.
        let across =
            app.context.person().is_some_and(Person::looks_across) && app.context.ended.is_none();
        left.extend(across.then(|| " ALL TENANTS, reading only".to_owned()));
        let room = if across { "" } else { " " };
        left.push(format!("{room}{}", server.label));
        if server.database != server.label {
            left.push(server.database.clone());
        }
        left.push(match server.way {
            Way::Shared => "shared".into(),
            Way::Plain => "plain".into(),
        });
        left.extend(
            app.context
                .person()
                .and_then(|person| person.tenant.clone()),
        );
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
        // A variable that another program left behind must not choose a server unseen.
        let settings = app.context.settings.as_deref();
        let guessed = settings.filter(|s| !s.is_from_profile() && !s.profile.is_empty());
        if let Some(settings) = guessed {
            left.push(format!("from {}", settings.profile));
        }
    }
    let left = left.join(" · ").replacen(" · ", " ", 1);
    let right = match (app.context.person(), &app.context.ended) {
        (Some(person), None) => format!("{} {} ", person.username, person.roles.join("+")),
        _ => String::new(),
    };
    let right_width = u16::try_from(width(&right)).unwrap_or(0).min(area.width);
    let left_area = Rect {
        width: area.width.saturating_sub(right_width + 2),
        ..text::moved(area, 1)
    };
    text::put_cut(&left, Role::Header, theme, left_area, buffer);
    let right_area = text::moved(area, area.width - right_width);
    text::put(&right, Role::Header, theme, right_area, buffer);
}

/// Says that the connection is lost, and since when.
pub fn banner(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Link::Lost { since, what } = &app.context.link else {
        return;
    };
    text::fill(Role::Banner, theme, area, buffer);
    let since = since
        .to_zoned(app.context.zone.clone())
        .strftime("%H:%M:%S")
        .to_string();
    // What matters first: the cause may be longer than the line.
    let line = format!(" No connection since {since}; trying again, your typing is kept: {what}");
    text::put_cut(&line, Role::Banner, theme, area, buffer);
}

/// The most lines that a notice takes.
const MOST_LINES: usize = 3;

/// Draws what takes long, else the latest line told, else how things stand. A notice that is longer
/// than the line lies over what is above it until the next key, but never over the cursor.
pub fn status(app: &App, cursor: Option<Position>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (line, role) = match (waiting::in_words(app), app.notices.current()) {
        (Some(line), _) => (line, Role::StatusBusy),
        (None, Some(notice)) => (notice.text.clone(), role(notice.mood)),
        (None, None) => (standing(app), Role::Status),
    };
    let free = cursor.map_or(MOST_LINES, |at| {
        usize::from(area.y.saturating_sub(at.y)).max(1)
    });
    let room = usize::from(area.width.saturating_sub(1));
    let (lines, _) = wrap::first_lines(&line, room, free.min(MOST_LINES));
    let above = u16::try_from(lines.len().saturating_sub(1)).unwrap_or(0);
    let area = Rect {
        y: area.y.saturating_sub(above),
        height: area.height + above,
        ..area
    };
    text::fill(Role::Status, theme, area, buffer);
    for (number, line) in lines.iter().enumerate() {
        let place = text::moved(text::line(area, number), 1);
        text::put_cut(line, role, theme, place, buffer);
    }
}

/// Draws the keys that help now.
pub fn hints(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let scopes = keys::scopes(app);
    let own = claims::hints(app, hinted(app));
    // What leads out stands in one place, before what there is everywhere.
    let (out, own): (Vec<Action>, Vec<Action>) = own.into_iter().partition(ranks::leads_out);
    let hint = |action: Action| {
        let keys = app.context.keymap.keys(action, &scopes);
        Some(Hint {
            key: keys.first()?.to_string(),
            text: word(app, action).or(Some(action.row()?.hint))?,
            rank: ranks::of(action),
        })
    };
    let all = own.into_iter().chain(out).chain(everywhere(app));
    let all: Vec<Hint<'_>> = all.filter_map(hint).collect();
    let decides = app.overlay.is_none() && matches!(keys::shown(app), Place::Conflict(_));
    hints::draw(&all, ranks::enough(decides), theme, area, buffer);
}

/// What an action is called here, where its usual word would mislead: what is typed is not chosen, and
/// a text is not filtered.
fn word(app: &App, action: Action) -> Option<&'static str> {
    let finds = action == Action::List(ListAction::Find);
    let line = match (&app.overlay, keys::shown(app)) {
        _ if app.proof.is_some() => None,
        (Some(Overlay::Help(_)), _) if finds => return Some("find"),
        (Some(Overlay::Help(help)), _) => help.line_words(),
        (Some(Overlay::WriteRows(_)), _) => Some(["write", "close"]),
        (Some(_), _) => None,
        (None, Place::Browser(_)) if finds && app.screens.browser.looks_into() => {
            return Some("find");
        }
        (None, Place::Record(_)) if finds && app.screens.editor.looks_into() => {
            return Some("find");
        }
        (None, Place::Browser(_)) => app.screens.browser.line_words(),
        (None, Place::Record(_)) => app.screens.editor.line_words(),
        (None, Place::Tables) => app.screens.tables.line_words(),
        (None, _) => None,
    };
    let [choose, close] = line?;
    match action {
        Action::Dialog(DialogAction::Choose) => Some(choose),
        Action::Dialog(DialogAction::Close) => Some(close),
        _ => None,
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
        Link::Up => {
            let slow = app
                .pace
                .slow()
                .map_or(String::new(), |slow| format!("{slow} · "));
            let words = place_in_words(app);
            let line = format!("{slow}{words}");
            format!("● {}", line.trim_end_matches(" · "))
                .trim_end()
                .to_owned()
        }
    }
}

/// How things stand in the place that is shown.
fn place_in_words(app: &App) -> String {
    match keys::shown(app) {
        Place::Browser(_) => app.screens.browser.standing(&app.context),
        Place::Bulk => app.screens.bulk.standing(&app.context),
        Place::Restore => app.screens.restore.standing().to_string(),
        Place::Record(id) => app.screens.editor.standing(&app.forms, id, &app.context),
        Place::History => app.screens.history.standing().to_string(),
        Place::Audit => app.screens.audit.standing(&app.context),
        _ => String::new(),
    }
}

/// The hints of what has the focus.
fn hinted(app: &App) -> Vec<Action> {
    let (s, cx) = (&app.screens, &app.context);
    if app.proof.is_some() {
        [DialogAction::Prove, DialogAction::Close]
            .map(Action::Dialog)
            .into()
    } else if let Some(overlay) = &app.overlay {
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
            Place::Receipts => s.receipts.hints(cx),
            Place::Accounts => s.accounts.hints(cx),
            Place::Dependents => s.dependents.hints(cx),
            Place::History => s.history.hints(cx),
            Place::Undo => s.undo.hints(cx),
            Place::Restore => s.restore.hints(cx),
            Place::Bin(_) => s.bin.hints(cx),
            Place::Audit => s.audit.hints(cx),
            Place::Bulk => s.bulk.hints(cx),
        }
    }
}

/// The hints that are the same everywhere: commands and help.
fn everywhere(app: &App) -> Vec<Action> {
    if app.overlay.is_some() || app.proof.is_some() {
        return Vec::new();
    }
    let list = keys::scopes(app).contains(&Scope::AppList);
    let actions = if list {
        [AppAction::PaletteInList, AppAction::HelpInList]
    } else {
        [AppAction::Palette, AppAction::Help]
    };
    // Who looks across tenants changes nothing until one is chosen: how is always said.
    let across = app.context.person().is_some_and(Person::looks_across);
    let choose = (list && across).then_some(AppAction::ChooseTenant);
    choose.into_iter().chain(actions).map(Action::App).collect()
}
