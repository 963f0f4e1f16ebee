//! How drafts are spoken of: what they are of, what they change, how they stand. No state.

use crate::app::context::Context;
use crate::app::forms::{many, words};
use crate::domain::draft::{Draft, DraftField};
use crate::domain::outlook::Outlook;
use crate::domain::record::LastChange;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

/// How many drafts wait, and how many of them would conflict, with the key that lists them.
pub fn waiting(count: usize, conflicts: Option<usize>, cx: &Context) -> String {
    let what = if count == 1 {
        "draft waits"
    } else {
        "drafts wait"
    };
    let conflicts = match (conflicts, count) {
        (None, _) => String::new(),
        (Some(0), 1) => ", it would not conflict now".into(),
        (Some(_), 1) => ", it would conflict now".into(),
        (Some(0), _) => ", none would conflict now".into(),
        (Some(conflicts), _) => format!(", {conflicts} would conflict now"),
    };
    let key = words::drafts_key(cx);
    format!("{count} {what} to be saved{conflicts}{key}")
}

/// The record's key as it is shown, or how many rows it is for.
pub fn label(draft: &Draft) -> String {
    if draft.rows.is_some() {
        return many::rows_of(draft);
    }
    draft.key.as_ref().map_or("new".into(), |key| {
        text::line(&key.to_string()).into_owned()
    })
}

/// Table and key.
pub fn name(draft: &Draft) -> String {
    let table = draft.table.to_string();
    format!("{} · {}", text::line(&table), label(draft))
}

/// Which fields were changed: `2 fields: status, notes`.
pub fn changed(draft: &Draft) -> String {
    let names = draft.changed().map(|(field, _)| text::line(&field.column));
    let left_out = draft.left_out.iter().map(|name| text::line(name));
    let names: Vec<_> = names.chain(left_out).collect();
    if names.is_empty() && !draft.held.is_empty() {
        return held(draft);
    }
    format!(
        "{}: {}",
        words::count(names.len(), "field"),
        names.join(", ")
    )
}

/// What was typed before the record had come: `3 keys: x y z`.
pub fn held(draft: &Draft) -> String {
    let keys = words::count(draft.held.len(), "key");
    let line = draft.held.join(" ");
    format!(
        "{keys} typed before the record had come: {}",
        text::line(&line)
    )
}

/// The version that a draft was begun on: `v5`.
pub fn base(draft: &Draft) -> String {
    let version = draft.guard.version;
    version.map_or(String::new(), |version| format!("v{version}"))
}

/// How a draft stands, in a few words: `1 would conflict`.
pub fn outlook(outlook: &Outlook) -> String {
    match outlook {
        Outlook::New => "new record".into(),
        Outlook::Rows => "nothing written".into(),
        Outlook::Unchanged => "unchanged".into(),
        Outlook::Saved { clashes, .. } => match clashes.len() {
            0 => "would merge".into(),
            fields => format!("{fields} would conflict"),
        },
        Outlook::Deleted { .. } => "record is gone".into(),
        Outlook::Unknown { .. } => "not known".into(),
    }
}

/// Who made the record what it is by now: `saved by jhymel today 09:02`.
pub fn since(outlook: &Outlook, cx: &Context) -> String {
    match outlook {
        Outlook::Saved { by, .. } => format!("saved{}", by_whom(by.as_ref(), cx)),
        Outlook::Deleted { by: None } => "deleted, or hidden from you".into(),
        Outlook::Deleted { by } => format!("deleted{}", by_whom(by.as_ref(), cx)),
        Outlook::New | Outlook::Rows | Outlook::Unchanged | Outlook::Unknown { .. } => {
            String::new()
        }
    }
}

/// The same in a sentence, for the draft under the cursor.
pub fn sentence(draft: &Draft, outlook: &Outlook, cx: &Context) -> String {
    match outlook {
        Outlook::Rows => format!("{}; nothing of it is written yet", many::about(draft)),
        Outlook::New => "The record does not exist yet".into(),
        Outlook::Unchanged => "Nobody saved the record since".into(),
        Outlook::Saved {
            by,
            version,
            clashes,
        } => {
            let by = by_whom(by.as_ref(), cx);
            let version = version.map_or(String::new(), |version| format!(" (version {version})"));
            let conflict = match clashes.len() {
                0 => "no field would conflict".into(),
                fields => format!("{} would conflict", words::count(fields, "field")),
            };
            format!("Saved{by}{version}: {conflict}")
        }
        Outlook::Deleted { by: None } => {
            "The record is deleted, or hidden from you; the draft is kept".into()
        }
        Outlook::Deleted { by } => {
            let by = by_whom(by.as_ref(), cx);
            format!("The record was deleted{by}; the draft is kept")
        }
        Outlook::Unknown { why } => format!("It cannot be looked at now: {why}"),
    }
}

/// One field of a draft: what was made of it and what was read; where somebody else made something
/// else of it, that is the second line.
pub fn field(field: &DraftField, yours: &Entry, outlook: Option<&Outlook>) -> Vec<String> {
    let for_rows = outlook == Some(&Outlook::Rows);
    let yours = match yours {
        Entry::Default => "the default".into(),
        Entry::Value(value) => shown(value),
    };
    let clashes = match outlook {
        Some(Outlook::Saved { clashes, .. }) => clashes.as_slice(),
        _ => &[],
    };
    let clash = clashes.iter().find(|(column, _)| *column == field.column);
    let column = text::line(&field.column);
    let own = match for_rows {
        true => format!("{column} = {yours}"),
        false => format!("{column}: {yours}, was {}", shown(&field.base)),
    };
    let theirs = clash.map(|(_, now)| format!("{column} is now {}", shown(now)));
    [own].into_iter().chain(theirs).collect()
}

fn by_whom(by: Option<&LastChange>, cx: &Context) -> String {
    by.map_or(" since".into(), |by| {
        let who = words::who(Some(by), cx);
        format!(" by {who} {}", words::day_clock(by.at, cx))
    })
}

/// The most characters of a value in a line.
const SHOWN: usize = 40;

fn shown(value: &Value) -> String {
    let Some(whole) = value.as_text() else {
        return "NULL".into();
    };
    let line = text::line(whole);
    let short: String = line.chars().take(SHOWN).collect();
    if short.len() < line.len() {
        format!("{short}…")
    } else if short.is_empty() {
        "the empty text".into()
    } else {
        short
    }
}
