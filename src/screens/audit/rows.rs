//! The lines of the audit: what an entry says in one line, and one entry whole. Pure.

use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::past;
use crate::domain::audit::AuditEntry;
use crate::domain::{glyph, text, wrap};
use crate::theme::Role;

/// What stands at the left of the values of an entry.
const LABEL: usize = 11;

/// One line of an entry that is shown whole: its label, and what it says.
pub type Line = (String, Vec<(String, Role)>);

/// Names who did it: `jhymel`, `you`, `login postgres`, `nobody known`.
pub fn who(entry: &AuditEntry) -> String {
    let nobody = entry.author.username.is_none() && entry.verb.starts_with("sign-in");
    match nobody {
        true => "unknown name".into(),
        false => past::who(&entry.author),
    }
}

/// Says what an entry is about, in one line.
pub fn about(entry: &AuditEntry) -> String {
    let mut parts = Vec::new();
    if let Some(table) = &entry.table_name {
        parts.push(match (&entry.key, entry.hidden) {
            (Some(key), _) => format!("{table} {}", text::line(&key.to_string())),
            (None, true) => format!("{table}: not yours to see"),
            (None, false) => table.clone(),
        });
    }
    if let Some(key) = &entry.new_key {
        parts.push(format!("is now {}", text::line(&key.to_string())));
    }
    let mut fields = entry.columns.join(", ");
    if entry.withheld > 0 && entry.record_verb().is_some() {
        let more = past::withheld(entry.withheld);
        let gap = if fields.is_empty() { "" } else { ", " };
        fields = format!("{fields}{gap}{more}");
    }
    parts.push(fields);
    parts.extend(entry.note.clone());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// The lines of one entry whole.
pub fn whole(entry: &AuditEntry, cx: &Context) -> Vec<Line> {
    let room = usize::from(cx.room.columns)
        .saturating_sub(LABEL + 6)
        .max(20);
    let mut lines = Vec::new();
    let mut say = |label: &str, text: String, role| {
        if !text.is_empty() {
            lines.extend(wrapped(label, &text, role, room));
        }
    };
    let at = entry.mark.at.to_zoned(cx.zone.clone());
    let exact = at.strftime("%A %Y-%m-%d %H:%M:%S%.3f %Z").to_string();
    say("what", super::verb(entry), Role::FieldValue);
    say("who", named(entry), Role::FieldValue);
    say("when", exact, Role::FieldValue);
    say("from where", entry.author.station.clone(), Role::FieldValue);
    if entry.author.username.is_none() {
        say("login", entry.author.db_user.clone(), Role::FieldValue);
    }
    let session = entry.session.map_or(String::new(), |id| id.to_string());
    say("session", session, Role::Muted);
    say(
        "save",
        entry.request.clone().unwrap_or_default(),
        Role::Muted,
    );
    if let Some(table) = &entry.table_name {
        say("table", table.clone(), Role::FieldValue);
    }
    if let Some(key) = &entry.key {
        say(
            "record",
            text::line(&key.to_string()).into_owned(),
            Role::FieldValue,
        );
    }
    if let Some(key) = &entry.new_key {
        let now = text::line(&key.to_string()).into_owned();
        say("is now", now, Role::FieldValue);
    }
    if let Some(version) = entry.version {
        say("version", version.to_string(), Role::Muted);
    }
    say(
        "details",
        entry.note.clone().unwrap_or_default(),
        Role::FieldValue,
    );
    if entry.hidden {
        let why =
            "not yours to see: your roles, or a policy of the database, keep this record from you";
        say("", why.into(), Role::Muted);
    }
    lines.extend(fields(entry, room));
    lines
}

fn named(entry: &AuditEntry) -> String {
    let name = who(entry);
    match entry.author.display_name.as_str() {
        "" => name,
        display if Some(display) == entry.author.username.as_deref() => name,
        display => format!("{name} · {display}"),
    }
}

fn fields(entry: &AuditEntry, room: usize) -> Vec<Line> {
    if entry.record_verb().is_none() || entry.hidden {
        return Vec::new();
    }
    // The names may be narrower than the labels above them: the values begin below those.
    let history = entry.as_history();
    let (_, label) = past::fields(&history, false, true, room);
    let narrower = (LABEL + room).saturating_sub(label.max(LABEL));
    let (all, _) = past::fields(&history, false, true, label + 2 + narrower);
    let mut lines = vec![(String::new(), Vec::new())];
    lines.extend(all.into_iter().map(|line| (line.label, line.pieces)));
    lines
}

fn wrapped(label: &str, text: &str, role: Role, room: usize) -> Vec<Line> {
    let mut label = label.to_owned();
    let lines = wrap::lines(text, room).into_iter();
    lines
        .map(|line| {
            let piece = text[line].trim_end().to_owned();
            (std::mem::take(&mut label), vec![(piece, role)])
        })
        .collect()
}

/// How wide the labels of an entry are.
pub fn labels(lines: &[Line]) -> usize {
    let widths = lines.iter().map(|(label, _)| glyph::width(label));
    widths.max().unwrap_or(0).clamp(LABEL, 18)
}

/// When an entry was written, for the list: the clock, with the date where it was another day.
pub fn when(entry: &AuditEntry, cx: &Context) -> String {
    words::clock(entry.mark.at, cx)
}
