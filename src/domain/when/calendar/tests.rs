//! Days for a calendar: how months lie, where months end, what stays of a value on another day.

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

fn lying(of: &str) -> Vec<String> {
    let number = |day: &Option<Date>| day.map_or("--".into(), |day| format!("{:02}", day.day()));
    let weeks = month(day(of));
    let told = weeks
        .iter()
        .map(|week| week.iter().map(number).collect::<Vec<_>>().join(" "));
    told.collect()
}

#[test]
fn a_month_lies_in_weeks_from_monday() {
    assert_eq!(
        lying("2026-03-17"),
        [
            "-- -- -- -- -- -- 01",
            "02 03 04 05 06 07 08",
            "09 10 11 12 13 14 15",
            "16 17 18 19 20 21 22",
            "23 24 25 26 27 28 29",
            "30 31 -- -- -- -- --",
        ]
    );
    // Begins on a Monday and has four weeks, no more and no less.
    assert_eq!(lying("2027-02-01").len(), 4);
    assert_eq!(lying("2024-02-10").last().unwrap(), "26 27 28 29 -- -- --");
    assert_eq!(lying("1900-02-10").last().unwrap(), "26 27 28 -- -- -- --");
    assert_eq!(lying("0001-01-01")[0], "01 02 03 04 05 06 07");
    assert_eq!(lying("9999-12-31").last().unwrap(), "27 28 29 30 31 -- --");
}

#[test]
fn steps_go_over_the_ends_of_months_and_years() {
    for (from, step, to) in [
        ("2024-02-28", Step::Days(1), Some("2024-02-29")),
        ("2023-02-28", Step::Days(1), Some("2023-03-01")),
        ("2026-01-01", Step::Days(-1), Some("2025-12-31")),
        ("2026-12-28", Step::Days(7), Some("2027-01-04")),
        ("2026-01-31", Step::Months(1), Some("2026-02-28")),
        ("2024-01-31", Step::Months(1), Some("2024-02-29")),
        ("2026-03-31", Step::Months(-1), Some("2026-02-28")),
        ("2026-01-15", Step::Months(-1), Some("2025-12-15")),
        ("0001-01-01", Step::Days(-1), None),
        ("0001-01-31", Step::Months(-1), None),
        ("9999-12-31", Step::Days(1), None),
        ("9999-12-25", Step::Days(7), None),
    ] {
        assert_eq!(stepped(day(from), step), to.map(day), "{from} {step:?}");
    }
}

#[test]
fn the_time_of_day_stays() {
    let utc = TimeZone::UTC;
    for (text, value) in [
        ("2026-03-02 08:30:00", "2024-02-29 08:30:00"),
        ("2026-03-02 08:30:00.123456", "2024-02-29 08:30:00.123456"),
        ("2026-03-02T08:30", "2024-02-29 08:30:00"),
        ("2026-03-02", "2024-02-29 00:00:00"),
        ("", "2024-02-29 00:00:00"),
    ] {
        let there = on_day(text, Kind::Timestamp, day("2024-02-29"), &utc).expect("a day");
        assert_eq!(there.value, value, "{text}");
    }
    let there = on_day("2026-03-02", Kind::Date, day("9999-12-31"), &utc).expect("a day");
    assert_eq!(
        (there.value.as_str(), there.told.as_str()),
        ("9999-12-31", "Friday 9999-12-31")
    );
}

#[test]
fn an_instant_has_its_day_and_its_clock_in_the_zone() {
    let berlin = zone("Europe/Berlin");
    let late = "2026-03-02 23:30:00.5+00";
    let kind = Kind::ZonedTimestamp;
    assert_eq!(day_of(late, kind, &berlin), Some(day("2026-03-03")));
    assert_eq!(day_of(late, kind, &TimeZone::UTC), Some(day("2026-03-02")));
    // In summer the clock shows the same, and the offset is another.
    let there = on_day(late, kind, day("2026-07-01"), &berlin).expect("a day");
    assert_eq!(there.value, "2026-07-01 00:30:00.5+02");
    assert_eq!(
        there.told,
        "Wednesday 2026-07-01 00:30:00.5 +02:00 Europe/Berlin"
    );
    // What was chosen is where it is found again.
    assert_eq!(day_of(&there.value, kind, &berlin), Some(day("2026-07-01")));
    let begins = on_day("", kind, day("2026-03-03"), &zone("Asia/Kolkata")).expect("a day");
    assert_eq!(begins.value, "2026-03-03 00:00:00+05:30");
}

#[test]
fn a_clock_that_a_day_has_not_is_said() {
    let berlin = zone("Europe/Berlin");
    let text = "2026-03-02 01:30:00+00";
    let there = on_day(text, Kind::ZonedTimestamp, day("2026-03-29"), &berlin).expect("a day");
    assert_eq!(there.value, "2026-03-29 03:30:00+02");
    assert!(
        there.told.ends_with("; that day has no 02:30:00"),
        "{}",
        there.told
    );
}

#[test]
fn what_is_no_day_of_a_calendar_is_none() {
    for (text, kind) in [
        ("infinity", Kind::Date),
        ("-infinity", Kind::Timestamp),
        ("infinity", Kind::ZonedTimestamp),
        ("0044-03-15 BC", Kind::Date),
        ("0044-03-15 08:00:00 BC", Kind::Timestamp),
        ("0044-03-15 08:00:00+00 BC", Kind::ZonedTimestamp),
        ("12026-03-02", Kind::Date),
        ("0000-03-02", Kind::Date),
        ("2026-02-30", Kind::Date),
        ("2026-03-02 08:30:xx", Kind::Timestamp),
        ("2026-03-02 08:30+02", Kind::Timestamp),
        ("2026-03-02 08:30", Kind::Date),
        ("9999-12-31 23:59:59+00", Kind::ZonedTimestamp),
        ("äöü-ßäöü-äöü", Kind::Date),
        ("08:30", Kind::Time),
    ] {
        assert_eq!(day_of(text, kind, &TimeZone::UTC), None, "{text}");
        let there = on_day(text, kind, day("2026-03-02"), &TimeZone::UTC);
        assert_eq!(there, None, "{text}");
    }
}
