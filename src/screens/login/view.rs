//! Draws: the sign-in screen: the login's password, name and password, choosing a password.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Login, Step, reply};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::problem;
use crate::domain::account::SignInHint;
use crate::domain::connection::{ConnectionSettings, Way};
use crate::domain::glyph::width;
use crate::input::action::{Action, Scope, SignInAction};
use crate::input::line::TextField;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::form::{self, Field, Form, Shown};
use crate::widgets::{list, text};

/// The widest the screen's text gets.
const WIDEST: u16 = 76;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    login: &Login,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let columns = area.width.saturating_sub(4).min(WIDEST);
    let mut paper = Paper {
        theme,
        buffer,
        rest: Rect {
            x: area.x + (area.width - columns) / 2,
            y: area.y + area.height.min(1),
            width: columns,
            height: area.height.saturating_sub(1),
        },
    };
    paper.line(title(login), Role::Title);
    for (line, role) in about(login, cx) {
        paper.paragraph(&line, role);
    }
    paper.skip();
    // Without a connection there is nothing to fill in; what was typed ahead is kept.
    let cursor = match login.reaching {
        Loadable::Failed(_) => Some(Position::new(paper.rest.x, paper.rest.y)),
        _ => {
            let cursor = paper.fields(login);
            paper.skip();
            cursor
        }
    };
    let standing = standing(login, cx);
    if standing.is_empty() && takes_a_code(login, cx) {
        let line = "The first time the one-time code that you were given is the password.";
        paper.paragraph(line, Role::Muted);
    }
    for (line, role) in standing {
        paper.paragraph(&line, role);
    }
    match login.step {
        Step::Choose => paper.checks(login),
        Step::SignIn => paper.hints(login, cx),
        Step::LoginPassword => {}
    }
    cursor
}

/// The part of the screen that is not drawn yet, from the top.
struct Paper<'a> {
    theme: &'a Theme,
    buffer: &'a mut Buffer,
    rest: Rect,
}

impl Paper<'_> {
    fn take(&mut self, rows: u16) -> Rect {
        let rows = rows.min(self.rest.height);
        let taken = Rect {
            height: rows,
            ..self.rest
        };
        self.rest.y += rows;
        self.rest.height -= rows;
        taken
    }

    fn skip(&mut self) {
        self.take(1);
    }

    fn line(&mut self, line: &str, role: Role) {
        let area = self.take(1);
        text::put_cut(line, role, self.theme, area, self.buffer);
    }

    fn paragraph(&mut self, paragraph: &str, role: Role) {
        for range in text::wrap(paragraph, usize::from(self.rest.width)) {
            self.line(&paragraph[range], role);
        }
    }

    fn fields(&mut self, login: &Login) -> Option<Position> {
        let fields: Vec<Field<'_>> = fields(login)
            .into_iter()
            .map(|(label, field)| Field::new(label, Shown::Editing(field)))
            .collect();
        let area = self.take(u16::try_from(fields.len()).unwrap_or(1));
        let form = Form {
            fields: &fields,
            focused: Some(login.focus),
        };
        form::draw(&form, self.theme, area, self.buffer)
    }

    /// What the password must be like, and what of it is met: a mark and a word, not a colour.
    fn checks(&mut self, login: &Login) {
        for check in login.checks() {
            let (mark, role) = match check.met {
                true => (self.theme.mark(Mark::Chosen), Role::CheckDone),
                false => (" ", Role::CheckOpen),
            };
            self.line(&format!("   [{mark}] {}", check.text), role);
        }
    }

    fn hints(&mut self, login: &Login, cx: &Context) {
        if cx.sign_in_hints.is_empty() || self.rest.height < 3 {
            return;
        }
        self.skip();
        self.line(
            "Sign-ins of this demo (up and down choose, enter goes on)",
            Role::Muted,
        );
        let column = |text: fn(&SignInHint) -> &str| {
            cx.sign_in_hints
                .iter()
                .map(|hint| width(text(hint)))
                .max()
                .unwrap_or(0)
                + 3
        };
        let (names, roles) = (column(|hint| &hint.username), column(|hint| &hint.role));
        let padded = |text: &str, to: usize| format!("{text}{}", " ".repeat(to - width(text)));
        let lines: Vec<String> = cx
            .sign_in_hints
            .iter()
            .map(|hint| {
                let code = hint.code.as_deref().unwrap_or("password chosen");
                padded(&hint.username, names) + &padded(&hint.role, roles) + code
            })
            .collect();
        let entries: Vec<list::Entry<'_>> = lines
            .iter()
            .map(|text| list::Entry {
                text,
                ..list::Entry::default()
            })
            .collect();
        let area = self.take(u16::try_from(entries.len()).unwrap_or(u16::MAX));
        list::draw(&entries, login.hint, self.theme, area, self.buffer);
    }
}

fn title(login: &Login) -> &'static str {
    match login.step {
        _ if matches!(login.reaching, Loadable::Failed(_)) => "No connection",
        Step::LoginPassword => "Password of the database login",
        Step::SignIn => "Sign in",
        Step::Choose => "Choose a password",
    }
}

fn fields(login: &Login) -> Vec<(&'static str, &TextField)> {
    match login.step {
        Step::LoginPassword => vec![("password", &login.login_password)],
        Step::SignIn => match &login.old {
            None => vec![("name", &login.username), ("password", &login.password)],
            Some(old) => vec![
                ("name", &login.username),
                ("one-time code", &login.password),
                ("old password", old),
            ],
        },
        Step::Choose => vec![
            ("password", &login.chosen[0]),
            ("once more", &login.chosen[1]),
        ],
    }
}

/// Which server, which way, and why this screen is here.
fn about(login: &Login, cx: &Context) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    if let Some(settings) = &cx.settings {
        lines.push((server(settings, cx), Role::Muted));
    }
    if let Some(why) = &cx.ended {
        let line = format!("{}. Your edits are kept.", problem::session_end(why));
        lines.push((line, Role::StatusWarning));
    }
    let settings = cx.settings.as_ref();
    match login.step {
        Step::LoginPassword => {
            let user = settings.map_or("", |settings| settings.user.as_str());
            lines.push((format!("password of the database login {user}"), Role::Text));
        }
        Step::Choose => {
            let name = login.username.text();
            lines.push((
                format!("{name}, this was a one-time code. Choose the password to sign in with."),
                Role::Text,
            ));
        }
        Step::SignIn => {}
    }
    lines
}

/// Whether to say where a one-time code goes: who has one sees no other place for it.
fn takes_a_code(login: &Login, cx: &Context) -> bool {
    let shared = cx
        .server
        .as_ref()
        .is_some_and(|server| server.way == Way::Shared);
    let first = login.step == Step::SignIn && login.old.is_none() && cx.ended.is_none();
    shared && first && cx.sign_in_hints.is_empty()
}

fn server(settings: &ConnectionSettings, cx: &Context) -> String {
    let place = match settings.host.starts_with('/') {
        true => "this machine".to_owned(),
        false => format!("{}:{}", settings.host, settings.port),
    };
    let mut parts = vec![format!("{place}, database {}", settings.database)];
    if !settings.profile.is_empty() {
        parts.push(format!("from {}", settings.profile));
    }
    if let Some(server) = &cx.server {
        parts.push(match server.way {
            Way::Shared => "shared: Rowhouse accounts".into(),
            Way::Plain => format!("plain: PostgreSQL role {}", server.role),
        });
        // What a distribution adds to the number helps nobody here.
        let version = server.version.split(' ').next().unwrap_or_default();
        parts.push(format!("PostgreSQL {version}"));
    }
    parts.join(" · ")
}

/// What is under way, or what went wrong and which key helps.
fn standing(login: &Login, cx: &Context) -> Vec<(String, Role)> {
    let key = |action| key(action, cx);
    if let Loadable::Waiting(_) = login.reaching {
        let host = cx
            .settings
            .as_ref()
            .map_or("", |settings| settings.host.as_str());
        let host = if host.starts_with('/') {
            "the local socket"
        } else {
            host
        };
        return vec![(format!("connecting to {host}…"), Role::StatusBusy)];
    }
    if let Loadable::Failed(problem) = &login.reaching {
        let keys = format!(
            "{} tries again   {} opens the connection screen",
            key(SignInAction::Submit),
            key(SignInAction::SwitchServer)
        );
        return vec![
            (problem.what.clone(), Role::StatusError),
            (keys, Role::HintText),
        ];
    }
    if login.asked.is_some() {
        let what = match login.step {
            Step::Choose => "storing the password…",
            _ => "checking…",
        };
        return vec![(what.into(), Role::StatusBusy)];
    }
    if let Some(until) = login.wait_until {
        let line = format!(
            "Too many tries. The server judges the next one at {}; it is tried then by itself \
             ({} stops that).",
            reply::time(until, cx),
            key(SignInAction::Leave)
        );
        return vec![(line, Role::StatusWarning)];
    }
    login
        .said
        .iter()
        .map(|said| (said.clone(), Role::StatusError))
        .collect()
}

fn key(action: SignInAction, cx: &Context) -> String {
    let keys = cx.keymap.keys(Action::SignIn(action), &[Scope::SignIn]);
    keys.first().map_or(String::new(), ToString::to_string)
}
