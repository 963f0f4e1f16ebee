//! The fields that nobody changed, listed when they are asked for.

use super::met;
use crate::app::place::Place;

#[test]
fn all_fields_are_listed_when_asked_for_and_changes_only_again() {
    let mut play = met();
    let before = play.screen();
    play.keys("a");
    let all = play.screen();
    assert!(all.contains("unchanged (a: changes only):"), "{all}");
    for field in ["id", "bfm_no", "in_use", "due"] {
        let named = |line: &str| line.trim_start().starts_with(field);
        assert!(all.lines().any(named), "{field}\n{all}");
        assert!(!before.lines().any(named), "{field}\n{before}");
    }
    play.keys("a");
    assert!(!play.screen().contains("unchanged (a"), "{}", play.screen());
}

#[test]
fn a_field_that_nobody_changed_is_gone_to_and_has_nothing_to_decide() {
    let mut play = met();
    play.keys("y n t a G y e u");
    let Place::Conflict(_) = play.app.place else {
        panic!("{}", play.screen());
    };
    play.keys("ctrl-s");
    assert_eq!(play.changes(), "description=Compressor #2 price=99");
}

#[test]
fn who_stands_on_a_field_that_is_listed_no_more_goes_to_the_first() {
    let mut play = met();
    play.keys("a G a y n t ctrl-s");
    assert_eq!(play.changes(), "description=Compressor #2 price=99");
}
