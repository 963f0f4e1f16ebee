//! What bringing back says in words: what is asked, what stands in the way, what came of it.

use super::{Phase, Restore};
use crate::app::context::Context;
use crate::app::forms::words;
use crate::app::past;
use crate::domain::back::{Part, Standing, count};
use crate::domain::history::Kept;
use crate::domain::table::TableId;
use crate::domain::text;

/// The heading: `BRING BACK 42 RECORDS`.
pub(super) fn title(restore: &Restore) -> String {
    let all = words::count(restore.parts.len(), "record").to_uppercase();
    match restore.phase {
        Phase::Over => format!("BRINGING BACK {all}: what came of it"),
        _ if restore.parts.is_empty() => "BRING BACK WHAT WAS DELETED".into(),
        _ => format!("BRING BACK {all}"),
    }
}

/// What is asked for: `bring back 12 records`.
pub(super) fn asked(restore: &Restore) -> String {
    format!("bring back {}", words::count(restore.due(), "record"))
}

/// How many stand how: `12 to bring back, 1 not possible`.
pub(super) fn sum(restore: &Restore) -> String {
    let parts = &restore.parts;
    let some = [
        (restore.due(), "to bring back"),
        (count(parts, |one| matches!(one, Standing::Back(_))), "back"),
        (
            count(parts, |one| matches!(one, Standing::Refused(_))),
            "did not come back",
        ),
        (
            count(parts, |one| matches!(one, Standing::Barred(_))),
            "not possible",
        ),
    ];
    let told = some.into_iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    told.join(", ")
}

/// What came of it, for the message.
pub(super) fn result(restore: &Restore, back: usize) -> String {
    let all = words::count(restore.parts.len(), "record");
    match back == restore.parts.len() {
        true => format!("{all} brought back"),
        false => format!("{back} of {all} brought back; the list says why not the others"),
    }
}

/// Of which tables they are: `2 records of orders, 5 records of lines; 1 record of notes refers again`.
pub(super) fn tables(restore: &Restore, cx: &Context) -> String {
    let mut counts: Vec<(TableId, bool, usize)> = Vec::new();
    for part in &restore.parts {
        let (table, created) = (part.remains.table, part.is_created());
        match counts
            .iter_mut()
            .find(|(one, made, _)| (*one, *made) == (table, created))
        {
            Some((_, _, count)) => *count += 1,
            None => counts.push((table, created, 1)),
        }
    }
    let told = counts.into_iter().map(|(table, created, count)| {
        let records = words::count(count, "record");
        let of = Restore::name_of(table, cx);
        match (created, count) {
            (true, _) => format!("{records} of {of}"),
            (false, 1) => format!("{records} of {of} that refers again"),
            (false, _) => format!("{records} of {of} that refer again"),
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What is said below the heading, before anything is written or while it is.
pub(super) fn about(restore: &Restore) -> Option<String> {
    Some(match &restore.phase {
        Phase::Reading(_) => "Reading what went and what is there now".into(),
        Phase::Failed(problem) => format!("{}; nothing was changed", problem.what),
        Phase::Ready => "Nothing is written yet: all that can come back is stored together".into(),
        Phase::Running(_) => "Storing it all in one transaction".into(),
        Phase::Unsure => {
            "The answer was lost: asking again finds out, and stores nothing twice".into()
        }
        Phase::Idle | Phase::Over => return None,
    })
}

/// That more went than is listed.
pub(super) fn more(restore: &Restore) -> Option<&'static str> {
    let more = restore.parts.iter().any(|part| part.remains.more);
    more.then_some(
        "More went than is listed: by a trigger, or what you may not see; the bins have it",
    )
}

/// A word for how a record stands.
pub(super) fn state(part: &Part) -> &'static str {
    match (&part.standing, part.is_created()) {
        (Standing::Comes, true) => "bring back",
        (Standing::Comes, false) => "refer again",
        (Standing::Barred(_), _) => "not possible",
        (Standing::Back(_), true) => "back",
        (Standing::Back(_), false) => "refers again",
        (Standing::Refused(_), _) => "not back",
    }
}

/// What is said of a record beside that.
pub(super) fn detail(part: &Part) -> String {
    let without = match part.without.is_empty() {
        true => String::new(),
        false => format!("without {}", part.without.join(", ")),
    };
    match &part.standing {
        Standing::Barred(why) | Standing::Refused(why) => why.clone(),
        Standing::Comes if without.is_empty() => held(part),
        Standing::Back(Some(key)) => {
            let key = text::line(&key.to_string()).into_owned();
            let numbered = format!("as {key}: the database numbers it itself");
            let all = [numbered, without];
            let told = all.into_iter().filter(|one| !one.is_empty());
            told.collect::<Vec<_>>().join("; ")
        }
        Standing::Comes | Standing::Back(None) => without,
    }
}

/// The first of what it held besides its key.
fn held(part: &Part) -> String {
    let key = &part.remains.key.0;
    let told = part.remains.values.iter().filter(|(_, kept)| {
        let text = kept.text();
        text.is_some_and(|text| !text.is_empty() && !key.iter().any(|one| one == text))
    });
    let told = told.take(3).map(|(name, kept)| match part.is_created() {
        true => shown(kept),
        false => format!("{} → {}", text::line(name), shown(kept)),
    });
    told.collect::<Vec<_>>().join(", ")
}

fn shown(kept: &Kept) -> String {
    let shown = past::shown(kept);
    let line = text::line(&shown);
    let short: String = line.chars().take(32).collect();
    match short.len() == line.len() {
        true => short,
        false => format!("{short}…"),
    }
}
