//! Reads a filter of the audit from words (`person anna since -3d`) as of a moment in the person's
//! zone; says what it does not understand.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Zoned};

use super::filter::{AuditFilter, Deed, Moment};
use crate::domain::when::{self, Kind};

/// The words with which a part begins, and the part's first word.
const KEYWORDS: [(&str, &str); 13] = [
    ("person", "person"),
    ("by", "person"),
    ("table", "table"),
    ("in", "table"),
    ("record", "record"),
    ("key", "record"),
    ("action", "action"),
    ("did", "action"),
    ("since", "since"),
    ("from", "since"),
    ("after", "since"),
    ("until", "until"),
    ("before", "until"),
];

/// Reads a filter. What stands before the first keyword is a part of a record's key.
///
/// # Errors
/// What is not understood, as a sentence.
pub fn read(text: &str, now: &Zoned) -> Result<AuditFilter, String> {
    let mut filter = AuditFilter::default();
    for (word, value) in parts(text) {
        if value.is_empty() {
            return Err(format!("{word}: what or who? Type it after the word"));
        }
        match word {
            "person" => filter.person = Some(value),
            "table" => filter.table = Some(value),
            "record" => filter.key = Some(value),
            "action" => filter.deed = Some(deed(&value)?),
            "since" => filter.since = Some(moment(&value, false, now)?),
            _ => filter.until = Some(moment(&value, true, now)?),
        }
    }
    Ok(filter)
}

/// The parts of a text: the keyword as it is named here, and what follows it up to the next one.
/// Between quotation marks a word is none.
fn parts(text: &str) -> Vec<(&'static str, String)> {
    let mut parts: Vec<(&'static str, String)> = Vec::new();
    for (word, quoted) in words(text) {
        let key = KEYWORDS
            .iter()
            .find(|(key, _)| !quoted && key.eq_ignore_ascii_case(&word));
        match (key, parts.last_mut()) {
            (Some((_, name)), _) => parts.push((name, String::new())),
            (None, None) => parts.push(("record", word)),
            (None, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(&word);
            }
        }
    }
    parts
}

/// The words of a text, and whether each stood between quotation marks.
fn words(text: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, quoted, after) = match rest.strip_prefix('"') {
            Some(inside) => {
                let (word, after) = inside.split_once('"').unwrap_or((inside, ""));
                (word, true, after)
            }
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], false, &rest[end..])
            }
        };
        words.push((word.to_owned(), quoted));
        rest = after.trim_start();
    }
    words
}

fn deed(name: &str) -> Result<Deed, String> {
    Deed::named(name).ok_or_else(|| {
        let names: Vec<&str> = Deed::ALL.iter().map(|deed| deed.name()).collect();
        format!("action is one of {}", names.join(", "))
    })
}

/// Reads a day or a time; until a day means to its end.
pub fn moment(text: &str, to_the_end: bool, now: &Zoned) -> Result<Moment, String> {
    let at = day(text, now)
        .map(|day| if to_the_end { day.tomorrow() } else { Ok(day) })
        .and_then(|day| day.ok()?.to_zoned(now.time_zone().clone()).ok())
        .or_else(|| time(text, now))
        .ok_or_else(|| {
            format!("\"{text}\" is no day or time: today, -3d, mon, 2026-03-01, yesterday 14:30")
        })?;
    let words = match day(text, now) {
        Some(day) => day.to_string(),
        None => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    };
    Ok(Moment {
        at: at.timestamp(),
        words,
    })
}

/// A day: in words or as a date. `-3d` with hours to it is a time.
fn day(text: &str, now: &Zoned) -> Option<Date> {
    let text = text.trim().to_lowercase();
    let shifted = text.starts_with(['+', '-']) || text == "now";
    if shifted {
        return None;
    }
    if let Ok(date) = text.parse::<Date>() {
        return (text.len() == 10).then_some(date);
    }
    // A day of the week is the latest one: what lies ahead has not happened.
    let meant = when::meaning(&text, Kind::Date, now)?;
    let date: Date = meant.value.parse().ok()?;
    match date > now.date() && text != "tomorrow" {
        true => date.checked_sub(jiff::Span::new().days(7)).ok(),
        false => Some(date),
    }
}

fn time(text: &str, now: &Zoned) -> Option<Zoned> {
    if let Some(meant) = when::meaning(text, Kind::ZonedTimestamp, now) {
        let at: Timestamp = meant.value.parse().ok()?;
        return Some(at.to_zoned(now.time_zone().clone()));
    }
    if let Ok(at) = text.trim().parse::<Timestamp>() {
        return Some(at.to_zoned(now.time_zone().clone()));
    }
    let civil: DateTime = text.trim().parse().ok()?;
    civil.to_zoned(now.time_zone().clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        let at: Timestamp = "2026-03-02T09:00:00Z".parse().expect("a time");
        at.in_tz("Europe/Berlin").expect("a zone")
    }

    fn filter(text: &str) -> AuditFilter {
        read(text, &now()).expect("a filter")
    }

    #[test]
    fn parts_follow_their_words_in_any_order() {
        let found = filter("since -3d by jhymel in equipment did deleted record BFM 1");
        assert_eq!(found.person.as_deref(), Some("jhymel"));
        assert_eq!(found.table.as_deref(), Some("equipment"));
        assert_eq!(found.key.as_deref(), Some("BFM 1"));
        assert_eq!(found.deed, Some(Deed::Deleted));
        let since = found.since.expect("a moment");
        assert_eq!(since.at.to_string(), "2026-02-27T09:00:00Z");
        assert_eq!(since.words, "2026-02-27 10:00:00");
        assert_eq!(filter("BFM-0").key.as_deref(), Some("BFM-0"));
        assert_eq!(
            filter("record \"by the sea\"").key.as_deref(),
            Some("by the sea")
        );
        assert!(filter("  ").is_empty());
    }

    #[test]
    fn days_are_whole_and_in_the_persons_zone() {
        let found = filter("since yesterday until today");
        let (since, until) = (found.since.expect("since"), found.until.expect("until"));
        assert_eq!(since.at.to_string(), "2026-02-28T23:00:00Z");
        assert_eq!(until.at.to_string(), "2026-03-02T23:00:00Z");
        assert_eq!(until.words, "2026-03-02");
        let fri = filter("since fri").since.expect("since");
        assert_eq!(fri.words, "2026-02-27");
        let exact = filter("until 2026-03-01 14:30").until.expect("until");
        assert_eq!(exact.at.to_string(), "2026-03-01T13:30:00Z");
    }

    #[test]
    fn what_was_read_can_be_typed_again() {
        for text in [
            "person anna table equipment record B action sign-ins since -2h until tomorrow",
            "until 2026-03-01",
        ] {
            let found = filter(text);
            assert_eq!(filter(&found.in_words()), found, "{}", found.in_words());
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (text, told) in [
            ("since soon", "\"soon\" is no day or time"),
            ("action stolen", "action is one of created"),
            ("person since today", "person: what or who?"),
            ("until", "until: what or who?"),
        ] {
            let said = read(text, &now()).expect_err("not understood");
            assert!(said.starts_with(told), "{text}: {said}");
        }
    }
}
