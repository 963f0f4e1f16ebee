//! The calendar of a field: where it begins, what its keys choose, what leaves the field alone.

use super::play::Play;

/// Edits BFM-001 with keys from the field `due` on, which is NULL, and compares that field.
/// Today is Wednesday 2026-03-04.
#[track_caller]
fn check(keys: &str, expect: &str) {
    let mut play = due(keys);
    assert_eq!(play.field("due"), expect, "{}", play.screen());
    // What came of it is a value: nothing is left open.
    play.keys("tab");
    assert!(play.form().calendar.is_none());
}

fn due(keys: &str) -> Play {
    let mut play = Play::editing();
    play.keys("tab tab tab tab").keys(keys);
    play
}

#[test]
fn days_weeks_and_months_are_gone_through() {
    check("f4 enter", "2026-03-04");
    check("f4 right enter", "2026-03-05");
    check("f4 left left left left enter", "2026-02-28");
    check("f4 down enter", "2026-03-11");
    check("f4 up enter", "2026-02-25");
    check("f4 pgup enter", "2026-02-04");
    check("f4 pgdn pgdn home enter", "2026-03-04");
    check("'2024-01-31' f4 pgdn enter", "2024-02-29");
    check("'2023-01-31' f4 pgdn right enter", "2023-03-01");
    // A word is the day that it means.
    check("'+3d' f4 enter", "2026-03-07");
    check("'+3d' f4 right enter", "2026-03-08");
}

#[test]
fn closing_it_leaves_the_field_as_it_was() {
    check("f4 right esc", "NULL");
    check("f4 right f4", "NULL");
    check("'2024-01-31' f4 pgdn esc", "2024-01-31");
    let play = due("f4 right esc");
    assert!(!play.form().is_changed());
    // The day that is there is no change either.
    let mut play = due("'2024-01-31' f4 enter");
    play.keys("up up ctrl-u");
    assert_ne!(play.field("due"), "2024-01-31");
}

#[test]
fn going_on_from_it_takes_the_day_and_typing_goes_into_the_field() {
    check("f4 right tab", "2026-03-05");
    check("f4 tab", "NULL");
    check("'2024-01-31' f4 right '+1d' tab", "2024-02-02");
    check("'2024-01-3' f4 '1'", "2024-01-31");
    let play = due("f4 right ctrl-s");
    assert_eq!(play.field("due"), "2026-03-05");
    assert!(play.form().saving.is_some(), "{}", play.screen());
}

#[test]
fn what_it_cannot_show_stays() {
    for odd in ["infinity", "0044-03-15 BC", "12026-01-01", "2026-02-30"] {
        let mut play = due(&format!("'{odd}' f4"));
        assert!(play.form().calendar.is_none());
        assert_eq!(
            play.told(),
            format!("A calendar shows days of the years 0001 to 9999: {odd} is as before")
        );
        play.keys("home");
        assert_eq!(play.field("due"), odd);
    }
    let mut play = due("'9999-12-31' f4 right");
    assert_eq!(
        play.told(),
        "A calendar shows the years 0001 to 9999; it ends here"
    );
    play.keys("enter");
    assert_eq!(play.field("due"), "9999-12-31");
}

#[test]
fn it_shows_the_month_and_marks_by_signs() {
    let mut play = due("f4");
    let screen = play.screen();
    for line in [
        "= Wednesday 2026-03-04",
        "March 2026, today",
        " Mo  Tu  We  Th  Fr  Sa  Su",
        "  2   3 [ 4]  5   6   7   8",
        " 30  31",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    play.keys("right");
    let screen = play.screen();
    for line in ["March 2026   * today", "  2   3   4*[ 5]  6   7   8"] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    let screen = due("").screen();
    assert!(screen.contains("f4 choose"), "{screen}");
}
