//! How forms speak: people, times, lists of fields; no state.

use jiff::Timestamp;

use crate::app::context::Context;
use crate::domain::record::LastChange;
use crate::domain::session::{Presence, PresenceMode};
use crate::domain::text;
use crate::input::action::{Action, AppAction, ClaimsAction, ListAction, Scope};

use super::Form;

/// Writes a time of today as a clock, another one with its date.
pub fn clock(at: Timestamp, cx: &Context) -> String {
    let (at, now) = (
        at.to_zoned(cx.zone.clone()),
        cx.now.to_zoned(cx.zone.clone()),
    );
    let format = if at.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(format).to_string()
}

/// Writes when something was seen to be done: ` at 09:12`, ` at about 09:12` where that is only when
/// it was noticed; nothing where it is not known.
pub fn when(at: Option<Timestamp>, about: bool, cx: &Context) -> String {
    let about = if about { "about " } else { "" };
    at.map_or(String::new(), |at| format!(" at {about}{}", clock(at, cx)))
}

/// Names who changed a record: `jhymel`, `you, at tty2`, `somebody`.
pub fn who(by: Option<&LastChange>, cx: &Context) -> String {
    let Some(by) = by else {
        return "somebody".into();
    };
    let own = cx
        .person()
        .is_some_and(|person| person.username == by.username);
    match (own, by.station.is_empty()) {
        (true, true) => "you".into(),
        (true, false) => format!("you, at {}", text::line(&by.station)),
        (false, _) => text::line(&by.username).into_owned(),
    }
}

/// Names somebody's change: `jhymel's change`, `your own change`.
pub fn change(who: &str) -> String {
    if who == "you" || who.starts_with("you,") {
        "your own change".into()
    } else {
        format!("{who}'s change")
    }
}

/// Names the key that lists the drafts, to be added to a line: `: f7 lists them`.
pub fn drafts_key(cx: &Context) -> String {
    drafts_key_that("lists them", cx)
}

/// Names that key and what it does: `: f7 shows it`.
pub fn drafts_key_that(does: &str, cx: &Context) -> String {
    let show = Action::App(AppAction::ShowDrafts);
    let keys = cx.keymap.keys(show, &[Scope::App]);
    keys.first()
        .map_or(String::new(), |key| format!(": {key} {does}"))
}

/// Names the key of an action where it has one in a scope, and otherwise where it is found.
pub fn key(action: Action, scope: Scope, cx: &Context) -> String {
    let keys = cx.keymap.keys(action, &[scope]);
    keys.first()
        .map_or("the palette".into(), ToString::to_string)
}

/// Names the keys of some actions in a row: `y t w`.
pub fn keys(actions: &[Action], scope: Scope, cx: &Context) -> String {
    let keys: Vec<String> = actions
        .iter()
        .filter_map(|action| cx.keymap.keys(*action, &[scope]).first().cloned())
        .map(|key| key.to_string())
        .collect();
    match keys.is_empty() {
        true => "the palette".into(),
        false => keys.join(" "),
    }
}

/// Names the key that goes back: escape, where that is bound to it.
pub fn way_back(cx: &Context) -> String {
    let back = Action::List(ListAction::Back);
    let keys = cx.keymap.keys(back, &[Scope::List]);
    let mut names = keys.iter().map(ToString::to_string);
    match names.clone().any(|name| name == "esc") {
        true => "esc".into(),
        false => names.next().unwrap_or("the palette".into()),
    }
}

/// Writes when something was, in absolute time: `today 09:12`, `yesterday 17:20`, with the date
/// where it was longer ago.
pub fn day_clock(at: Timestamp, cx: &Context) -> String {
    let (at, now) = (
        at.to_zoned(cx.zone.clone()),
        cx.now.to_zoned(cx.zone.clone()),
    );
    let clock = at.strftime("%H:%M");
    if at.date() == now.date() {
        format!("today {clock}")
    } else if now.date().yesterday().is_ok_and(|day| day == at.date()) {
        format!("yesterday {clock}")
    } else {
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// Names a person by account.
pub fn person(username: &str, cx: &Context) -> String {
    let own = cx
        .person()
        .is_some_and(|person| person.username == username);
    if own {
        "you, at another terminal".into()
    } else {
        text::line(username).into_owned()
    }
}

/// Counts: `1 field`, `3 fields`.
pub fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// Lists columns by name: `status, location and 3 more`.
pub fn columns(form: &Form, columns: &[usize]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| form.column_name(*column))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= 3 => format!("{} and {last}", first.join(", ")),
        [a, b, ..] => format!("{a}, {b} and {} more", names.len() - 2),
    }
}

/// Names the key of an action on claims, wherever it has one.
pub fn key_of(action: ClaimsAction, cx: &Context) -> String {
    let scopes = [Scope::Grid, Scope::Record, Scope::Form, Scope::Conflict];
    let keys = cx.keymap.keys(Action::Claims(action), &scopes);
    keys.first()
        .map_or("the palette".into(), ToString::to_string)
}

/// Says what somebody does with the record that is shown: `jhymel is editing this since 08:41`.
pub fn presence(presence: &Presence, cx: &Context) -> String {
    at_record(presence, "this", cx)
}

/// Says what somebody does with a record that is named: `you, at bench/tty2, are editing BFM-001
/// since 08:41, not saved yet`.
pub fn at_record(presence: &Presence, record: &str, cx: &Context) -> String {
    let who = whoever(presence);
    let verb = match (presence.mode, presence.same_person) {
        (PresenceMode::View, true) if presence.here_before => "were reading",
        (PresenceMode::Edit, true) if presence.here_before => "were editing",
        (PresenceMode::View, false) => "is reading",
        (PresenceMode::Edit, false) => "is editing",
        (PresenceMode::View, true) => "are reading",
        (PresenceMode::Edit, true) => "are editing",
    };
    let dirty = match (presence.mode, presence.dirty) {
        (PresenceMode::Edit, true) => ", not saved yet",
        (PresenceMode::View, true) => ", with a draft",
        (_, false) => "",
    };
    let away = presence.away && !presence.here_before;
    let away = if away { ", away" } else { "" };
    let hard = if presence.hard { ", locked" } else { "" };
    let comma = if presence.same_person { "," } else { "" };
    format!(
        "{who}{comma} {verb} {record} since {}{dirty}{hard}{away}",
        clock(presence.since, cx)
    )
}

/// Names somebody who is there: `jhymel`, or `you, at bench/tty2`.
pub fn whoever(presence: &Presence) -> String {
    match (presence.same_person, &presence.seat) {
        (true, _) if presence.here_before => "you, earlier at this terminal".into(),
        (true, Some(seat)) => format!("you, at {}", text::line(seat)),
        (true, None) => "you, at another terminal".into(),
        (false, _) => text::line(&presence.username).into_owned(),
    }
}
