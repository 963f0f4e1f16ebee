//! Draws the accounts screen: the accounts, the roles, what a role gives, and the entries of an account.

mod entries;
mod rights;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use secrecy::ExposeSecret;

use super::entries::Entries;
use super::words;
use super::{Accounts, Face};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::db::contract::people::NewCode;
use crate::domain::people::{RoleLine, Somebody};
use crate::domain::scroll;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    screen: &Accounts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let entries = screen.entries.as_ref().filter(|_| screen.editing);
    title(screen, entries, theme, text::line(area, 0), buffer);
    let mut body = below(area, 2);
    if let Some(entries) = entries {
        return entries::draw(entries, theme, body, buffer);
    }
    if let Some((made, shown)) = &screen.code {
        body = code(made, *shown, theme, body, buffer);
    }
    match &screen.face {
        Face::Rights { given, top, .. } => rights::draw(given, *top, theme, body, buffer),
        _ if screen.people.is_empty() => waiting(&screen.loading, theme, body, buffer),
        Face::Roles => draw_roles(screen, theme, body, buffer),
        Face::People => draw_people(screen, cx, theme, body, buffer),
    }
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    }
}

fn title(
    screen: &Accounts,
    entries: Option<&Entries>,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let (left, right) = match (entries, &screen.face) {
        (Some(entries), _) => match &entries.of {
            Some(name) => (format!("account {name}"), String::new()),
            None => ("a new account".to_owned(), String::new()),
        },
        (None, Face::People) => {
            let codes = screen
                .people
                .iter()
                .filter(|one| one.active && !one.password_chosen);
            let waiting = match codes.count() {
                0 => String::new(),
                1 => ", 1 has still to choose a password".to_owned(),
                many => format!(", {many} have still to choose a password"),
            };
            let count = screen.people.len();
            let word = if count == 1 { "account" } else { "accounts" };
            ("accounts".to_owned(), format!("{count} {word}{waiting}"))
        }
        (None, Face::Roles) => ("roles".to_owned(), "rowhouse role changes them".to_owned()),
        (None, Face::Rights { role, .. }) => {
            let found = screen.roles.iter().find(|one| one.name == *role);
            (format!("role {role}"), found.map_or(String::new(), about))
        }
    };
    let left = Piece {
        text: &left,
        role: Role::TitleFocused,
    };
    let right = Piece {
        text: &right,
        role: Role::Muted,
    };
    status::draw(&[left], &right, Role::Text, theme, line, buffer);
}

/// What a role gives beyond tables.
fn about(role: &RoleLine) -> String {
    match role.abilities.is_empty() {
        true => "nothing beyond tables".to_owned(),
        false => format!("may also {}", role.abilities.join(", ")),
    }
}

fn waiting(
    loading: &Loadable<()>,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let place = text::moved(text::line(area, 0), 3);
    match loading {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        _ => text::put("reading…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

/// The code that was just made; hidden until it is asked for.
fn code(made: &NewCode, shown: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let secret = made.code.expose_secret();
    let hidden = theme.mark(Mark::Secret);
    let text = match shown {
        true => secret.to_owned(),
        false => secret
            .chars()
            .map(|sign| if sign == '-' { "-" } else { hidden })
            .collect(),
    };
    let what = format!("one-time code of {}: ", made.username);
    let place = text::moved(text::line(area, 0), 3);
    let after = text::put_cut(&what, Role::Title, theme, place, buffer);
    let place = text::moved(place, after.saturating_sub(place.x));
    text::put_cut(&text, Role::FieldValue, theme, place, buffer);
    let say = "It is shown only here, and only now; it opens the choosing of a password.";
    let place = text::moved(text::line(area, 1), 3);
    text::put_cut(say, Role::Muted, theme, place, buffer);
    below(area, 3)
}

/// The columns of the accounts, with their widths; the last takes the rest.
const COLUMNS: [(&str, u16); 5] = [
    ("  name", 15),
    ("shown as", 16),
    ("roles", 16),
    ("state", 18),
    ("last sign-in", 0),
];

fn cells<const N: usize>(
    texts: &[String; N],
    columns: &[(&str, u16); N],
    role: Role,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut place = area;
    for ((_, width), line) in columns.iter().zip(texts) {
        let room = if *width == 0 { place.width } else { width - 1 };
        let cell = Rect {
            width: room.min(place.width),
            ..place
        };
        text::put_cut(line, role, theme, cell, buffer);
        place = text::moved(place, *width);
    }
}

fn draw_people(
    screen: &Accounts,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let heads = COLUMNS.map(|(head, _)| head.to_owned());
    let inner = text::moved(area, 3);
    cells(
        &heads,
        &COLUMNS,
        Role::Column,
        theme,
        text::line(inner, 0),
        buffer,
    );
    let body = below(area, 1);
    let list = Rect {
        height: body.height.saturating_sub(2),
        ..body
    };
    let position = screen.position();
    let cursor = rows(
        screen.people.len(),
        position,
        theme,
        list,
        buffer,
        |at, line, buffer| {
            person(&screen.people[at], cx, theme, line, buffer);
        },
    );
    if let Some(one) = screen.current() {
        let last = text::line(area, usize::from(area.height).saturating_sub(1));
        let place = text::moved(last, 3);
        text::put_cut(&words::more(one, cx), Role::Muted, theme, place, buffer);
    }
    cursor
}

fn person(one: &Somebody, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let role = match one.active {
        true => Role::Row,
        false => Role::RowGone,
    };
    let texts = [
        format!("{}{}", words::mark(one), one.username),
        one.display_name.clone(),
        one.roles.join(", "),
        words::state(one, cx),
        words::last(one, cx),
    ];
    cells(&texts, &COLUMNS, role, theme, text::moved(line, 3), buffer);
}

/// Draws the lines of a list around its cursor; returns where that is.
fn rows(
    count: usize,
    selected: usize,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
    draw: impl Fn(usize, Rect, &mut Buffer),
) -> Option<Position> {
    let height = usize::from(area.height);
    let first = scroll::follow(0, selected, height, count);
    let mut cursor = None;
    for (row, at) in (first..count).take(height).enumerate() {
        let line = text::line(area, row);
        draw(at, line, buffer);
        if at == selected {
            text::lay_over(Role::RowSelected, theme, line, buffer);
            let gutter = text::moved(line, 1);
            text::put(
                theme.mark(Mark::Gutter),
                Role::Gutter,
                theme,
                gutter,
                buffer,
            );
            cursor = Some(Position::new(line.x + 1, line.y));
        }
    }
    cursor
}

fn draw_roles(
    screen: &Accounts,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let columns = [("role", 18), ("given to", 26), ("what for", 0)];
    let heads = columns.map(|(head, _)| head.to_owned());
    let inner = text::moved(area, 3);
    cells(
        &heads,
        &columns,
        Role::Column,
        theme,
        text::line(inner, 0),
        buffer,
    );
    rows(
        screen.roles.len(),
        screen.role,
        theme,
        below(area, 1),
        buffer,
        |at, line, buffer| {
            let role = &screen.roles[at];
            let given = match role.people.as_slice() {
                [] => "nobody".to_owned(),
                people => people.join(", "),
            };
            let texts = [role.name.clone(), given, role.description.clone()];
            cells(
                &texts,
                &columns,
                Role::Row,
                theme,
                text::moved(line, 3),
                buffer,
            );
        },
    )
}
