//! A change that met no row, in words: each cause with what it means and what can be done about it.
//! No state; the grid and the forms speak alike.

use crate::app::context::Context;
use crate::app::problem::Problem;
use crate::db::contract::records::{Denied, Miss, Swallowed};
use crate::domain::record::{LastChange, RecordKey};
use crate::domain::text;

use super::words;

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Changing a record.
    Change,
    /// Creating one.
    Create,
    /// Deleting one.
    Delete,
}

/// Says what became of a record that is not there any more, or may not be seen: one sentence.
pub fn gone(miss: &Miss, label: &str, cx: &Context) -> String {
    match miss {
        Miss::Deleted { by } => format!("{label} was deleted{}", by_whom(by.as_ref(), cx)),
        Miss::Gone {
            may_be_hidden: false,
        } => format!("{label} is gone: deleted, or its key was changed"),
        Miss::Gone {
            may_be_hidden: true,
        } => format!("{label} is gone: deleted, its key changed, or hidden by row security"),
        Miss::Hidden => format!("{label} was not deleted, but is hidden from you now"),
        Miss::Replaced { deleted, by, .. } => format!(
            "{label} was deleted{} and created again{}",
            by_whom(deleted.as_ref(), cx),
            by_whom(by.as_ref(), cx)
        ),
        Miss::Moved { theirs, by } => format!(
            "{label} is {} now: its key was changed{}",
            key(theirs.key.as_ref()),
            by_whom(by.as_ref(), cx)
        ),
        Miss::Changed { by, .. } => format!("{label} was changed{}", by_whom(by.as_ref(), cx)),
        Miss::NotPermitted(_) | Miss::Swallowed(_) => format!("{label} is as it was"),
    }
}

/// Says why nothing came of what was tried, and what stands now.
pub fn refused(miss: &Miss, tried: Tried, label: &str, table: &str, cx: &Context) -> Problem {
    match miss {
        Miss::NotPermitted(denied) => not_permitted(*denied, tried, label, table),
        Miss::Swallowed(swallowed) => dropped(swallowed, tried, label),
        other => Problem::new(gone(other, label, cx)).kept(kept(tried)),
    }
}

fn not_permitted(denied: Denied, tried: Tried, label: &str, table: &str) -> Problem {
    let verb = match tried {
        Tried::Change => "change",
        Tried::Create => "create",
        Tried::Delete => "delete",
    };
    let what = match denied {
        Denied::Table => format!("You may not {verb} records of {table} any more"),
        Denied::Row => format!("Row security of {table} does not let you {verb} {label}"),
    };
    Problem::new(what).kept(kept(tried))
}

fn dropped(swallowed: &Swallowed, tried: Tried, label: &str) -> Problem {
    let who = match swallowed.by.as_slice() {
        [] => "a trigger or rule".to_owned(),
        names => format!("a trigger or rule ({})", text::line(&names.join(", "))),
    };
    let who = match swallowed.or_policy {
        true => format!("{who}, or row security,"),
        false => who,
    };
    let what = match tried {
        Tried::Change => format!("{label} is as it was: {who} dropped the change"),
        Tried::Create => format!("No record came of it here: {who} took it"),
        Tried::Delete => format!("{label} was not deleted: {who} kept it"),
    };
    let rest = match (swallowed.undone, tried) {
        (true, Tried::Delete) => "nothing was stored",
        (true, _) => "nothing was stored, and your edits are kept",
        (false, Tried::Change) => "what else it stored stands; your edits are kept",
        (false, Tried::Create) => "it may have stored it elsewhere; what you typed is kept",
        (false, Tried::Delete) => "what else it stored stands",
    };
    Problem::new(what).kept(rest)
}

fn kept(tried: Tried) -> &'static str {
    match tried {
        Tried::Change => "nothing was changed and your edits are kept",
        Tried::Create => "nothing was created and what you typed is kept",
        Tried::Delete => "nothing was deleted",
    }
}

/// Returns ` by NAME at TIME`, as far as it is known.
pub fn by_whom(by: Option<&LastChange>, cx: &Context) -> String {
    by.map_or(String::new(), |by| {
        format!(
            " by {} at {}",
            words::who(Some(by), cx),
            words::clock(by.at, cx)
        )
    })
}

fn key(key: Option<&RecordKey>) -> String {
    let key = key.map_or_else(|| "another".to_owned(), ToString::to_string);
    text::line(&key).into_owned()
}
