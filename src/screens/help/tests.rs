//! Help by keys.

use crate::app::bench::Bench;

#[test]
fn help_begins_with_where_the_person_is() {
    let mut bench = Bench::at_sign_in();
    bench.press("f1");
    let screen = bench.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert!(lines[2].contains("Here: sign-in"), "{screen}");
    assert!(
        screen.contains("f4") && screen.contains("Opens the connection screen"),
        "{screen}"
    );
}

#[test]
fn help_scrolls_to_its_end_and_closes() {
    let mut bench = Bench::at_sign_in();
    bench.press("f1 end");
    let end = bench.screen();
    assert!(end.contains("In: help"), "{end}");
    bench.press("down pgdn");
    assert_eq!(bench.screen(), end);
    bench.press("home");
    assert!(bench.screen().contains("Here: sign-in"));
    bench.press("esc");
    assert!(bench.app.overlay.is_none());
}
