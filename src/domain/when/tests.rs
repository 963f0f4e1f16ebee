//! Words of days and times, in several zones, and that no exact value is changed.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;

use super::{Kind, local, meaning};

/// A Wednesday, half past ten at night in Berlin, and Thursday already in Tokyo.
fn now(zone: &str) -> Zoned {
    let at: Timestamp = "2026-03-04T21:30:45Z".parse().unwrap();
    at.to_zoned(TimeZone::get(zone).unwrap())
}

#[track_caller]
fn check(text: &str, kind: Kind, zone: &str, value: &str, told: &str) {
    let found = meaning(text, kind, &now(zone));
    let found = found.unwrap_or_else(|| panic!("{text} means nothing"));
    assert_eq!((found.value.as_str(), found.told.as_str()), (value, told));
}

#[test]
fn days_are_those_of_the_persons_zone() {
    let date = |text, zone, value, told| check(text, Kind::Date, zone, value, told);
    date(
        "today",
        "Europe/Berlin",
        "2026-03-04",
        "Wednesday 2026-03-04",
    );
    date("today", "Asia/Tokyo", "2026-03-05", "Thursday 2026-03-05");
    date(" Tomorrow ", "UTC", "2026-03-05", "Thursday 2026-03-05");
    date("yesterday", "UTC", "2026-03-03", "Tuesday 2026-03-03");
    date("now", "UTC", "2026-03-04", "Wednesday 2026-03-04");
    date("+3d", "UTC", "2026-03-07", "Saturday 2026-03-07");
    date("-2w", "UTC", "2026-02-18", "Wednesday 2026-02-18");
    date("+1m", "UTC", "2026-04-04", "Saturday 2026-04-04");
    date("+1y", "UTC", "2027-03-04", "Thursday 2027-03-04");
    date("fri", "UTC", "2026-03-06", "Friday 2026-03-06");
    date("2024-02-28+2d", "UTC", "2024-03-01", "Friday 2024-03-01");
    date("2024-03-31-1m", "UTC", "2024-02-29", "Thursday 2024-02-29");
    date("wednesday", "UTC", "2026-03-11", "Wednesday 2026-03-11");
}

#[test]
fn times_say_their_zone_and_instants_are_exact() {
    check("now", Kind::Time, "Europe/Berlin", "22:30:45", "22:30:45");
    check("+2h", Kind::Time, "UTC", "23:30:45", "23:30:45");
    check("+30m", Kind::Time, "UTC", "22:00:45", "22:00:45");
    check(
        "now",
        Kind::ZonedTime,
        "Asia/Kolkata",
        "03:00:45+05:30",
        "03:00:45 +05:30 Asia/Kolkata",
    );
    check(
        "tomorrow 8:05",
        Kind::Timestamp,
        "UTC",
        "2026-03-05 08:05:00",
        "Thursday 2026-03-05 08:05:00, without a zone",
    );
    check(
        "today",
        Kind::ZonedTimestamp,
        "Europe/Berlin",
        "2026-03-03 23:00:00+00",
        "Wednesday 2026-03-04 00:00:00 +01:00 Europe/Berlin",
    );
    // Summer time begins in between: the clock on the wall stays, the instant does not.
    check(
        "+1m",
        Kind::ZonedTimestamp,
        "Europe/Berlin",
        "2026-04-04 20:30:45+00",
        "Saturday 2026-04-04 22:30:45 +02:00 Europe/Berlin",
    );
    check(
        "sun 2:30",
        Kind::ZonedTimestamp,
        "UTC",
        "2026-03-08 02:30:00+00",
        "Sunday 2026-03-08 02:30:00 +00:00 UTC",
    );
}

#[test]
fn what_is_exact_already_or_no_word_of_ours_is_left_alone() {
    for text in [
        "2026-03-05",
        "5.3.2026",
        "epoch",
        "infinity",
        "",
        "to",
        "fr",
        "+d",
        "+3",
        "3d",
        "+3h",
        "+99999999999999999999d",
        "+9999999d",
        "today 8:00",
        "March",
        "today tomorrow",
    ] {
        assert_eq!(meaning(text, Kind::Date, &now("UTC")), None, "{text}");
    }
    for text in ["today", "+3d", "fri", "8:00"] {
        assert_eq!(meaning(text, Kind::Time, &now("UTC")), None, "{text}");
    }
}

#[test]
fn instants_are_told_in_the_persons_zone() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let told = |text: &str| local(text, &berlin);
    let winter = "Thursday 2026-03-05 14:30:00 +01:00 Europe/Berlin";
    assert_eq!(told("2026-03-05 13:30:00+00").as_deref(), Some(winter));
    assert_eq!(
        told("2026-03-05 19:00:00.25+05:30").as_deref(),
        Some(winter)
    );
    let unsaid = format!("without a zone it is read as UTC: {winter}");
    assert_eq!(told("2026-03-05 13:30"), Some(unsaid));
    for text in [
        "2026-03-05",
        "infinity",
        "2026-02-30 10:00+00",
        "x y",
        "2026-03-05 13:30 CET",
    ] {
        assert_eq!(told(text), None, "{text}");
    }
}

const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
];

proptest! {
    #[test]
    fn a_day_is_the_same_day_in_every_zone(second in 0_i64..4_000_000_000, zone in 0..ZONES.len(), days in -400_i64..400) {
        let zone = TimeZone::get(ZONES[zone]).unwrap();
        let now = Timestamp::from_second(second).unwrap().to_zoned(zone.clone());
        let word = format!("{days:+}d");
        let expected = now.date().checked_add(jiff::Span::new().days(days)).unwrap().to_string();
        let date = meaning(&word, Kind::Date, &now).unwrap().value;
        prop_assert_eq!(&date, &expected);
        // Read back it is the same day, whatever the zone: a date has none.
        prop_assert_eq!(date.parse::<jiff::civil::Date>().unwrap().to_string(), expected);
        // An instant comes back as the same instant, and is told as the day that was meant.
        let instant = meaning(&word, Kind::ZonedTimestamp, &now).unwrap();
        let back: Timestamp = instant.value.replace(' ', "T").replace("+00", "Z").parse().unwrap();
        prop_assert_eq!(back.to_zoned(zone.clone()).date().to_string(), date);
        prop_assert_eq!(local(&instant.value, &zone), Some(instant.told));
    }
}
