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

#[test]
fn what_a_key_does_is_found_by_typing_and_all_keys_come_back() {
    let mut bench = Bench::at_sign_in();
    bench.press("f1 /");
    bench.type_text("Palette COMMANDS");
    let screen = bench.screen();
    assert!(
        screen.contains("Opens the palette") && !screen.contains("Opens the connection"),
        "{screen}"
    );
    bench.press("enter");
    let screen = bench.screen();
    assert!(screen.contains("keys / Palette COMMANDS"), "{screen}");
    // One level back are all keys, and then the place.
    bench.press("esc");
    assert!(bench.screen().contains("Opens the connection"));
    bench.press("/");
    bench.type_text("zzz");
    assert!(bench.screen().contains("No key does something like this"));
    bench.press("ctrl-u");
    assert!(bench.screen().contains("Opens the connection"));
    bench.press("esc esc");
    assert!(bench.app.overlay.is_none());
}

#[test]
fn a_key_is_found_by_itself() {
    let mut bench = Bench::at_sign_in();
    bench.press("f1 /");
    bench.type_text("ctrl-q");
    let screen = bench.screen();
    assert!(screen.contains("signs out and leaves"), "{screen}");
    assert!(!screen.contains("Opens the palette"), "{screen}");
}
