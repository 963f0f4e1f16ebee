//! Draws the whole screen from the state; changes nothing.

mod claims;
mod following;
mod frame;
mod overlay;
mod password;
mod proof;
mod ranks;
mod tenants;
mod writing;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::App;
use super::layout::{Layout, layout};
use super::place::Place;
use super::update::keys;
use crate::app::context::Link;
use crate::screens::{
    accounts, audit, bin, browser, bulk, conflict, connect, dependents, drafts, editor, history,
    login, receipts, restore, sessions, tables, undo,
};
use crate::theme::Theme;

/// Draws everything and returns where the cursor belongs.
pub fn view(app: &App, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let lost = matches!(app.context.link, Link::Lost { .. });
    let pane = app.sessions_pane.is_some() && app.context.ended.is_none();
    let Some(layout) = layout(app.context.size, lost, pane) else {
        return frame::too_small(app, theme, buffer);
    };
    frame::header(app, theme, layout.header, buffer);
    if let Some(area) = layout.banner {
        frame::banner(app, theme, area, buffer);
    }
    let cursor = panes(app, theme, &layout, buffer);
    frame::status(app, cursor, theme, layout.status, buffer);
    frame::hints(app, theme, layout.hints, buffer);
    let area = Rect {
        y: 1,
        height: buffer.area.height.saturating_sub(2),
        ..buffer.area
    };
    let beneath = match app.overlay {
        Some(_) => overlay::view(app, theme, area, buffer),
        None => cursor,
    };
    if let Some(asked) = &app.proof {
        return proof::view(app, asked, theme, area, buffer);
    }
    if app.overlay.is_some() {
        return beneath;
    }
    claims::asked(app, cursor, theme, layout.place, buffer);
    if !app.pending.is_empty() {
        following::view(app, theme, area, buffer);
    }
    cursor
}

fn panes(app: &App, theme: &Theme, layout: &Layout, buffer: &mut Buffer) -> Option<Position> {
    let focused = layout.pane.is_some() && app.sessions_pane.is_some_and(|pane| pane.focused);
    let place = match (layout.place.height > 0, focused) {
        (false, _) => None,
        (true, false) => self::place(app, theme, layout.place, buffer),
        (true, true) => self::place(app, &theme.beside(), layout.place, buffer),
    };
    let Some(area) = layout.pane else {
        return place;
    };
    let pane = sessions::view::view(
        &app.screens.sessions,
        &app.context,
        focused,
        theme,
        area,
        buffer,
    );
    if focused { pane } else { place }
}

fn place(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let (s, cx) = (&app.screens, &app.context);
    match keys::shown(app) {
        Place::Connect => connect::view::view(&s.connect, cx, theme, area, buffer),
        Place::Login => login::view::view(&s.login, cx, theme, area, buffer),
        Place::Tables => tables::view::view(&s.tables, cx, theme, area, buffer),
        Place::Browser(_) => browser::view::view(&s.browser, cx, theme, area, buffer),
        Place::Record(id) => editor::view::view(&s.editor, &app.forms, id, cx, theme, area, buffer),
        Place::Conflict(id) => {
            conflict::view::view(&s.conflict, &app.forms, id, cx, theme, area, buffer)
        }
        Place::Drafts => drafts::view::view(&s.drafts, cx, theme, area, buffer),
        Place::Bulk => bulk::view::view(&s.bulk, cx, theme, area, buffer),
        Place::Receipts => receipts::view::view(&s.receipts, cx, theme, area, buffer),
        Place::Accounts => accounts::view::view(&s.accounts, cx, theme, area, buffer),
        Place::Dependents => dependents::view::view(&s.dependents, cx, theme, area, buffer),
        Place::History => history::view::view(&s.history, cx, theme, area, buffer),
        Place::Undo => undo::view::view(&s.undo, cx, theme, area, buffer),
        Place::Restore => restore::view::view(&s.restore, cx, theme, area, buffer),
        Place::Bin(_) => bin::view::view(&s.bin, cx, theme, area, buffer),
        Place::Audit => audit::view::view(&s.audit, cx, theme, area, buffer),
    }
}
