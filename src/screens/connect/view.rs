//! Draws: the connection screen: settings of a profile, tested stage by stage.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Connect;
use super::entry::{Entry, Source};
use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::db::contract::connect::{Mark, Stage};
use crate::domain::connection::{TlsMode, Way};
use crate::theme::{Role, Theme};
use crate::widgets::form::{self, Field, Form, Shown};
use crate::widgets::text;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    connect: &Connect,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let columns = area.width.saturating_sub(4).min(76);
    let mut rest = Rect {
        x: area.x + (area.width - columns) / 2,
        width: columns,
        ..area
    };
    let title = match &cx.settings {
        Some(_) => "Connection",
        None => "Connection: none is configured yet",
    };
    text::put_cut(title, Role::Title, theme, take(&mut rest, 1), buffer);
    let entries = connect.entries();
    let focused = entries.iter().position(|entry| *entry == connect.focus);
    let fields: Vec<Field<'_>> = entries.iter().map(|entry| field(connect, *entry)).collect();
    let rows = fields.len() + fields.iter().filter(|field| field.fault.is_some()).count();
    let place = take(&mut rest, u16::try_from(rows).unwrap_or(u16::MAX));
    let cursor = form::draw(
        &Form {
            fields: &fields,
            focused,
        },
        theme,
        place,
        buffer,
    );
    take(&mut rest, 1);
    for (line, role) in fitting(found(connect), rest) {
        for range in text::wrap(&line, usize::from(rest.width)) {
            text::put_cut(&line[range], role, theme, take(&mut rest, 1), buffer);
        }
    }
    cursor
}

/// Leaves out what went well, from the top, where not everything fits.
fn fitting(mut lines: Vec<(String, Role)>, area: Rect) -> Vec<(String, Role)> {
    let rows = |lines: &[(String, Role)]| -> usize {
        let wrapped = lines.iter();
        wrapped
            .map(|(line, _)| text::wrap(line, usize::from(area.width)).len())
            .sum()
    };
    while rows(&lines) > usize::from(area.height) {
        let Some(place) = lines.iter().position(|(_, role)| *role == Role::StatusOk) else {
            break;
        };
        lines.remove(place);
    }
    lines
}

/// Takes lines from the top of an area.
fn take(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let taken = Rect {
        height: rows,
        ..*rest
    };
    rest.y += rows;
    rest.height -= rows;
    taken
}

fn field(connect: &Connect, entry: Entry) -> Field<'_> {
    let value = match connect.text(entry) {
        Some(text) => Shown::Editing(text),
        None => Shown::Text(choice(connect, entry)),
    };
    let fault = connect.fault.as_ref().filter(|fault| fault.0 == entry);
    Field {
        fault: fault.map(|fault| fault.1.as_str()),
        note: note(connect, entry),
        ..Field::new(label(connect, entry), value)
    }
}

fn label(connect: &Connect, entry: Entry) -> &'static str {
    match entry {
        Entry::Server => "server",
        Entry::Port => "port",
        Entry::Database => "database",
        Entry::User => "user",
        Entry::Way => "way",
        Entry::Tls => "TLS",
        Entry::Plaintext => "plaintext",
        Entry::Root => "root certificates",
        Entry::Source => "password from",
        Entry::Command => "command",
        Entry::Password if connect.source == Source::Inline => "password, saved",
        Entry::Password => "password, not saved",
        Entry::Name => "profile name",
    }
}

fn choice(connect: &Connect, entry: Entry) -> &'static str {
    match entry {
        Entry::Way => match connect.way {
            None => "auto",
            Some(Way::Shared) => "shared",
            Some(Way::Plain) => "plain",
        },
        Entry::Tls => match connect.tls {
            None => "auto",
            Some(TlsMode::VerifyFull) => "verify-full",
            Some(TlsMode::VerifyCa) => "verify-ca",
            Some(TlsMode::Off) => "off",
        },
        Entry::Plaintext if connect.base.allow_plaintext => "yes",
        Entry::Plaintext => "no",
        Entry::Source => match connect.source {
            Source::Ask => "ask",
            Source::Command => "command",
            Source::Inline => "the profile",
            Source::None => "nowhere: none is needed",
        },
        _ => "",
    }
}

/// What an empty entry expects.
fn note(connect: &Connect, entry: Entry) -> &'static str {
    match entry {
        Entry::Root => "a PEM file; empty: those of this system",
        Entry::Command => "its first line of output is the password",
        Entry::Password if connect.source == Source::Inline => "kept in the file, mode 0600",
        Entry::Password => "empty: PGPASSFILE, ~/.pgpass, or asked for at the sign-in",
        Entry::Name => "such as plant; rowhouse --profile NAME opens it",
        _ => "",
    }
}

/// What the entry under the cursor is for, in one or two lines.
fn help(entry: Entry) -> &'static str {
    match entry {
        Entry::Server => "Host name, address, or the folder of a local socket (beginning with /).",
        Entry::Port => "The server's port; usually 5432.",
        Entry::Database => "The name of the database on that server.",
        Entry::User => {
            "The PostgreSQL role: the shared login where people have Rowhouse accounts, your own \
             role in the plain way."
        }
        Entry::Way => {
            "Left and right choose. Auto: shared when the shared layer is there, else plain."
        }
        Entry::Tls => {
            "Left and right choose. Auto: off on this machine, else certificate and name are \
             verified."
        }
        Entry::Plaintext => {
            "Left and right choose. Without TLS everybody on the way can read along."
        }
        Entry::Root => "The certificates that the server's certificate must come from.",
        Entry::Source => {
            "Left and right choose. Ask: ROWHOUSE_PASSWORD, PGPASSFILE, ~/.pgpass, else the \
             sign-in screen asks."
        }
        Entry::Command => "Run by sh; nothing of it is shown.",
        Entry::Password => "The password of that role, not of your Rowhouse account.",
        Entry::Name => "The name under which the configuration keeps this connection.",
    }
}

/// What a test found, else help on the entry under the cursor.
fn found(connect: &Connect) -> Vec<(String, Role)> {
    match &connect.tested {
        Loadable::Idle => vec![(help(connect.focus).to_owned(), Role::Muted)],
        Loadable::Waiting(_) => vec![("testing…".into(), Role::StatusBusy)],
        Loadable::Failed(problem) => vec![(problem.what.clone(), Role::StatusError)],
        Loadable::Ready(stages) => stages.iter().map(stage).collect(),
    }
}

/// A mark and a word, not a colour, say how a stage went.
fn stage(stage: &Stage) -> (String, Role) {
    let role = match stage.mark {
        Mark::Good => Role::StatusOk,
        Mark::Doubtful => Role::StatusWarning,
        Mark::Bad => Role::StatusError,
    };
    let (sign, word) = (stage.mark.sign(), stage.mark.word());
    (
        format!("{sign} {:<9} {word}: {}", stage.name, stage.text),
        role,
    )
}
