//! What the accounts screen says: how an account stands, and what a role gives; no state.

use jiff::Timestamp;

use crate::app::context::Context;
use crate::domain::people::{Permission, Somebody};

/// How an account stands.
pub fn state(one: &Somebody, cx: &Context) -> String {
    match (one.active, one.locked_until, one.password_chosen) {
        (false, ..) => "deactivated".into(),
        (_, Some(until), _) => format!("waits until {}", clock(until, cx)),
        (_, _, true) => "password".into(),
        (_, _, false) => match one.code_until {
            Some(until) if until <= cx.now => "code is over".into(),
            Some(until) => format!("code to {}", day(until, cx)),
            None => "code".into(),
        },
    }
}

/// A sign for how an account stands: never by colour alone.
pub fn mark(one: &Somebody) -> &'static str {
    match (one.active, one.locked_until.is_some(), one.mine) {
        (false, ..) => "× ",
        (_, true, _) => "! ",
        (_, _, true) => "• ",
        _ => "  ",
    }
}

/// When somebody signed in last.
pub fn last(one: &Somebody, cx: &Context) -> String {
    one.last_sign_in
        .map_or("never".to_owned(), |at| clock(at, cx))
}

/// More of the account under the cursor.
pub fn more(one: &Somebody, cx: &Context) -> String {
    let failed = match one.failed {
        0 => String::new(),
        1 => " · 1 try failed since".to_owned(),
        many => format!(" · {many} tries failed since"),
    };
    let whose = match (one.mine, one.within) {
        (true, _) => " · your own",
        (_, false) => " · more rights than yours",
        _ => "",
    };
    format!(
        "{} · made {}{failed}{whose}",
        one.username,
        day(one.created, cx)
    )
}

/// Shows a time of today as hours and minutes, any other as its day.
fn clock(at: Timestamp, cx: &Context) -> String {
    let zoned = at.to_zoned(cx.zone.clone());
    let today = cx.now.to_zoned(cx.zone.clone()).date();
    match zoned.date() == today {
        true => zoned.strftime("%H:%M").to_string(),
        false => zoned.strftime("%d %b %Y").to_string(),
    }
}

fn day(at: Timestamp, cx: &Context) -> String {
    at.to_zoned(cx.zone.clone())
        .strftime("%d %b %Y")
        .to_string()
}

/// A line of what a role gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A table, and how much of each verb.
    Table(String, [&'static str; 4]),
    /// What one of them is limited to.
    Limit(String),
}

/// The verbs, as their columns are headed.
pub const VERBS: [&str; 4] = ["view", "insert", "update", "delete"];

/// What a role gives, table by table; what is limited is told beneath.
pub fn rights(given: &[Permission]) -> Vec<Line> {
    let mut tables: Vec<Option<&String>> = Vec::new();
    for one in given {
        if !tables.contains(&one.table.as_ref()) {
            tables.push(one.table.as_ref());
        }
    }
    let mut lines = Vec::new();
    for table in tables {
        let own = || given.iter().filter(|one| one.table.as_ref() == table);
        let cells = VERBS.map(|verb| {
            let mut of_verb = own().filter(|one| one.verb == verb).peekable();
            match (
                of_verb.peek().is_some(),
                of_verb.any(|one| limit(one).is_none()),
            ) {
                (false, _) => "-",
                (true, true) => "all",
                (true, false) => "some",
            }
        });
        let name = table.map_or("all tables", String::as_str);
        lines.push(Line::Table(name.to_owned(), cells));
        lines.extend(own().filter_map(limit).map(Line::Limit));
    }
    lines
}

/// What a permission is limited to, in words.
fn limit(one: &Permission) -> Option<String> {
    let columns = one.columns.as_ref().map(|list| list.join(", "));
    let rows = one.rows.as_ref().map(|rows| format!("where {rows}"));
    let not_yet = (!one.held).then(|| "not held yet: gives nothing".to_owned());
    let parts: Vec<String> = [columns, rows, not_yet].into_iter().flatten().collect();
    let usual = VERBS.contains(&one.verb.as_str());
    match (parts.is_empty(), usual) {
        (true, true) => None,
        (true, false) => Some(one.verb.clone()),
        (false, _) => Some(format!("{}: {}", one.verb, parts.join("; "))),
    }
}
