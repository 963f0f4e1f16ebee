//! What a change of many rows says in words: what is asked, what would change, what came of it.

use super::{Phase, Work};
use crate::app::context::Context;
use crate::app::forms::words::{clock, who};
use crate::db::contract::records::{Miss, Rejection, RejectionKind, SaveOutcome};
use crate::domain::bulk::{Deed, Item, State, Tally, tally};
use crate::domain::record::{LastChange, RecordKey};
use crate::domain::session::PresenceMode;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

/// The most characters of one value in a line.
const VALUE_CHARS: usize = 32;

/// Counts: `1 row`, `37 rows`.
pub(super) fn rows(number: usize) -> String {
    match number {
        1 => "1 row".into(),
        number => format!("{number} rows"),
    }
}

/// The heading, in a mode that cannot be mistaken: `CHANGE 37 ROWS OF equipment`.
pub(super) fn title(work: &Work) -> String {
    let table = text::line(&work.shape.name.to_string()).into_owned();
    let all = rows(work.todo.len()).to_uppercase();
    match (work.deed, &work.phase) {
        (Deed::Change, Phase::Over) => format!("CHANGE OF {all} OF {table}: what came of it"),
        (Deed::Delete, Phase::Over) => format!("DELETION OF {all} OF {table}: what came of it"),
        (Deed::TakeBack, Phase::Over) => format!("TAKING BACK {all} OF {table}: what came of it"),
        (Deed::Restore, Phase::Over) => format!("BRINGING BACK {all} OF {table}: what came of it"),
        (Deed::Restore, _) => format!("BRING BACK {all} OF {table}"),
        (Deed::Change, _) => format!("CHANGE {all} OF {table}"),
        (Deed::Delete, _) => format!("DELETE {all} OF {table}"),
        (Deed::TakeBack, _) => format!("TAKE BACK {all} OF {table}"),
    }
}

/// What stands for a key in the name of its draft.
pub(super) fn name(work: &Work) -> RecordKey {
    RecordKey(vec![rows(work.todo.len())])
}

/// What is asked of the rows: `set status = Retired, notes = NULL in 37 rows of equipment`.
pub(super) fn asked(work: &Work) -> String {
    let table = text::line(&work.shape.name.to_string()).into_owned();
    let all = rows(work.todo.len());
    match work.deed {
        Deed::Delete => format!("delete {all} of {table}"),
        Deed::Restore => format!("create {all} of {table} again"),
        Deed::TakeBack => format!("take {all} of {table} back to what they were"),
        Deed::Change => format!("set {} in {all} of {table}", settings(work)),
    }
}

/// The fields that are set: `status = Retired, notes = NULL`.
pub(super) fn settings(work: &Work) -> String {
    let wanted = work.todo.first().map_or(&[][..], |todo| &todo.wanted);
    let each = wanted.iter().map(|change| {
        let name = column(work, change.column);
        format!("{name} = {}", entry(&change.entry))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// What would change in a row: `status Active → Retired, notes NULL → x`.
pub(super) fn difference(work: &Work, item: &Item) -> String {
    let steps = item.steps().map(|step| {
        let name = column(work, step.column);
        format!("{name} {} → {}", value(step.from), entry(step.to))
    });
    steps.collect::<Vec<_>>().join(", ")
}

/// Describes a row that is to be deleted by its first few values.
pub(super) fn description(work: &Work, item: &Item) -> String {
    let Some(record) = &item.record else {
        return String::new();
    };
    let columns = work.shape.columns.iter().zip(&record.values).enumerate();
    let told = columns.filter(|(at, (_, value))| !work.shape.key.contains(at) && !value.is_null());
    let told = told.take(3).map(|(_, (_, one))| value(one));
    told.collect::<Vec<_>>().join(", ")
}

/// A word for how a row stands.
pub(super) fn state(work: &Work, item: &Item) -> &'static str {
    match (&item.state, &work.phase, work.deed) {
        (State::Waiting, Phase::Over | Phase::Paused, _) => "not done",
        (State::Waiting, _, Deed::Delete) => "delete",
        (State::Waiting, _, Deed::Change) => "change",
        (State::Waiting, _, Deed::TakeBack) => "take back",
        (State::Waiting, _, Deed::Restore) => "bring back",
        (State::Done(_), _, Deed::Restore) => "back",
        (State::Same, ..) => "as it is",
        (State::Barred(_), ..) => "not possible",
        (State::Sent(_), ..) => "under way",
        (State::Unknown(_), ..) => "not known",
        (State::Done(_), _, Deed::Delete) => "deleted",
        (State::Done(_), ..) => "saved",
        (State::Skipped(_), ..) => "skipped",
        (State::Refused(_), ..) => "refused",
    }
}

/// What is said of a row beside that.
pub(super) fn detail(work: &Work, item: &Item, cx: &Context) -> String {
    match &item.state {
        State::Waiting | State::Sent(_) => {
            let what = match work.deed {
                Deed::Delete | Deed::Restore => description(work, item),
                Deed::Change | Deed::TakeBack => difference(work, item),
            };
            match presence(work, item, cx) {
                Some(who) => format!("{who} · {what}"),
                None => what,
            }
        }
        State::Same => "has these values already".into(),
        State::Unknown(_) => {
            "the connection broke; it is asked again when the server answers".into()
        }
        State::Done(Some(stored)) if work.deed == Deed::Restore => match &stored.key {
            Some(key) if *key != item.key => {
                let key = key.to_string();
                format!("as {}: the database numbers it itself", text::line(&key))
            }
            _ => description(work, item),
        },
        State::Done(Some(stored)) => match (stored.guard.version, work.deed) {
            (Some(version), _) => format!("as version {version}"),
            (None, _) => difference(work, item),
        },
        State::Done(None) => String::new(),
        State::Barred(why) | State::Skipped(why) | State::Refused(why) => why.clone(),
    }
}

/// Says how many rows stand how: `31 saved, 4 skipped, 1 refused`.
pub(super) fn sum(work: &Work) -> String {
    let Tally {
        waiting,
        same,
        barred,
        unknown,
        done,
        skipped,
        refused,
    } = tally(&work.items);
    let is_planned = !matches!(work.phase, Phase::Paused | Phase::Over);
    let parts = [
        (
            done,
            match work.deed {
                Deed::Delete => "deleted",
                Deed::Restore => "brought back",
                Deed::Change | Deed::TakeBack => "saved",
            },
        ),
        (
            waiting,
            match (is_planned, work.deed) {
                (true, Deed::Change) => "to change",
                (true, Deed::Delete) => "to delete",
                (true, Deed::TakeBack) => "to take back",
                (true, Deed::Restore) => "to bring back",
                (false, _) => "not done",
            },
        ),
        (skipped, "skipped"),
        (refused, "refused"),
        (unknown, "not known"),
        (barred, "not possible"),
        (same, "as they are"),
    ];
    let told = parts.into_iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    match told.is_empty() {
        true => "no rows".into(),
        false => told.join(", "),
    }
}

/// How a row stands after the server's word on it.
pub(super) fn outcome(outcome: SaveOutcome, deed: Deed, cx: &Context) -> State {
    match outcome {
        SaveOutcome::Saved(record) => State::Done(record),
        SaveOutcome::Deleted => State::Done(None),
        SaveOutcome::Missed(miss) => missed(&miss, deed, cx),
        SaveOutcome::Rejected(rejection) => State::Refused(rejected(&rejection)),
    }
}

fn missed(miss: &Miss, deed: Deed, cx: &Context) -> State {
    let by = |by: &Option<LastChange>| by_whom(by.as_ref(), cx);
    match miss {
        Miss::Changed { by: who, .. } => State::Skipped(format!("changed{} meanwhile", by(who))),
        Miss::Moved { theirs, by: who } => {
            let key = theirs.key.as_ref().map(ToString::to_string);
            let key = text::line(&key.unwrap_or_default()).into_owned();
            State::Skipped(format!("its key was changed to {key}{}", by(who)))
        }
        Miss::Replaced { deleted, .. } => State::Skipped(format!(
            "deleted{} meanwhile; another row has its key now",
            by(deleted)
        )),
        Miss::Deleted { by: who } => State::Skipped(format!("deleted{} meanwhile", by(who))),
        Miss::Gone {
            may_be_hidden: false,
        } => State::Skipped("gone meanwhile".into()),
        Miss::Gone {
            may_be_hidden: true,
        }
        | Miss::Hidden => State::Skipped("gone meanwhile, or hidden from you".into()),
        Miss::NotPermitted(_) => State::Refused(match deed {
            Deed::Restore => "you may not create this row".into(),
            Deed::Delete => "you may not delete this row".into(),
            Deed::Change | Deed::TakeBack => "you may not change this row".into(),
        }),
        Miss::Swallowed(dropped) => State::Refused(match dropped.by.as_slice() {
            [] => "a trigger or rule of the database dropped it".into(),
            names => format!("dropped by {}", names.join(", ")),
        }),
    }
}

fn rejected(rejection: &Rejection) -> String {
    // What a trigger says more was written for people; the server's own words were not.
    let of_author = rejection.kind == RejectionKind::Raised;
    let more = rejection.detail.iter().chain(&rejection.hint);
    let more = more.filter(|_| of_author);
    let parts: Vec<&str> = [&rejection.message]
        .into_iter()
        .chain(more)
        .map(String::as_str)
        .collect();
    parts.join(". ")
}

fn by_whom(by: Option<&LastChange>, cx: &Context) -> String {
    by.map_or(String::new(), |by| {
        format!(" by {} at {}", who(Some(by), cx), clock(by.at, cx))
    })
}

/// Says who else is on a row before it is changed.
pub(super) fn presence(work: &Work, item: &Item, cx: &Context) -> Option<String> {
    let draft = cx
        .drafts
        .iter()
        .any(|draft| draft.table == work.shape.name && draft.key.as_ref() == Some(&item.key));
    let mut here = cx
        .presence
        .iter()
        .filter(|one| !one.mine && one.key == item.key);
    let editing = here.find(|one| one.mode == PresenceMode::Edit);
    match (editing, draft) {
        (Some(one), _) => Some(format!("{} is editing it", text::line(&one.username))),
        (None, true) => Some("your draft of it waits".into()),
        (None, false) => None,
    }
}

pub(super) fn column(work: &Work, at: usize) -> String {
    let column = work.shape.columns.get(at);
    column.map_or(String::new(), |column| {
        text::line(&column.name).into_owned()
    })
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Default => "its default".into(),
        Entry::Value(one) => value(one),
    }
}

fn value(value: &Value) -> String {
    let Some(whole) = value.as_text() else {
        return "NULL".into();
    };
    let shown = text::line(whole);
    if shown.is_empty() {
        return "\"\"".into();
    }
    let short: String = shown.chars().take(VALUE_CHARS).collect();
    match short.len() == shown.len() {
        true => short,
        false => format!("{short}…"),
    }
}
