//! Comparing texts: what is found, and that it always leads from one to the other.

use proptest::prelude::*;

use super::*;

fn check(old: &str, new: &str, expect: &[&str]) {
    let words: Vec<&str> = added(old, new).into_iter().map(|at| &new[at]).collect();
    assert_eq!(words, expect);
}

#[test]
fn what_was_added_is_found_word_by_word() {
    check("one two three", "one two three", &[]);
    check("one two three", "one 2 three", &["2"]);
    check("one", "one two", &[" two"]);
    check("", "all new", &["all new"]);
    check("all gone", "", &[]);
    check("a\nb\nc", "a\nx\nc", &["x"]);
    check("the red big car", "the blue small car", &["blue small"]);
}

#[track_caller]
fn check_inline(old: &str, new: &str, expect: &str) {
    let text: String = inline(old, new)
        .into_iter()
        .map(|(tag, text)| match tag {
            Tag::Same => text.to_owned(),
            Tag::Removed => format!("[-{text}-]"),
            Tag::Added => format!("{{+{text}+}}"),
        })
        .collect();
    assert_eq!(text, expect);
}

#[test]
fn both_texts_are_read_in_one() {
    check_inline(
        "Drain on Mondays.",
        "Drain on Tuesdays.",
        "Drain on [-Mondays-]{+Tuesdays+}.",
    );
    check_inline("one two", "two", "[-one -]two");
    check_inline("", "new", "{+new+}");
    check_inline(
        "x. Done. y",
        "z. Done. New. y",
        "[-x-]{+z+}. Done. {+New. +}y",
    );
}

#[test]
fn changes_of_two_people_come_together_where_they_do_not_meet() {
    let base = "Feeds the main line. Drain on Mondays.";
    let one = "Feeds the main air line. Drain on Mondays.";
    let other = "Feeds the main line. Drain on Fridays. Belt new.";
    let expect = "Feeds the main air line. Drain on Fridays. Belt new.";
    assert_eq!(both(base, one, other).as_deref(), Ok(expect));
    assert_eq!(both(base, other, one).as_deref(), Ok(expect));
    assert_eq!(both("a b c", "a x c", "a y c"), Err(1));
    assert_eq!(both("a b c", "a x c", "a x c").as_deref(), Ok("a x c"));
    // Two additions at one place have no order.
    assert_eq!(both("a", "a b", "a c"), Err(1));
}

#[test]
fn texts_that_have_nothing_in_common_take_no_long_time() {
    let text = |word: &str| -> String { (0..3000).map(|n| format!("{word}{n} ")).collect() };
    let (one, other) = (text("a"), text("b"));
    let found = changes(&one, &other);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].old, 0..one.len());
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec("[ab]|ä| |\n|[.]", 0..30).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_changes_lead_from_one_to_the_other(old in text(), new in text()) {
        let (mut made, mut at) = (String::new(), 0);
        for change in changes(&old, &new) {
            made.push_str(&old[at..change.old.start]);
            made.push_str(&new[change.new.clone()]);
            at = change.old.end;
        }
        made.push_str(&old[at..]);
        prop_assert_eq!(made, new);
    }

    #[test]
    fn nothing_is_found_in_the_same(text in text()) {
        prop_assert_eq!(changes(&text, &text), vec![]);
    }

    #[test]
    fn one_side_alone_is_taken_as_it_is(base in text(), new in text()) {
        prop_assert_eq!(both(&base, &new, &base), Ok(new.clone()));
        prop_assert_eq!(both(&base, &base, &new), Ok(new));
    }

    #[test]
    fn two_sides_swap(base in text(), one in text(), other in text()) {
        if let (Ok(here), Ok(there)) = (both(&base, &one, &other), both(&base, &other, &one)) {
            prop_assert_eq!(here, there);
        }
        prop_assert_eq!(both(&base, &one, &other).is_ok(), both(&base, &other, &one).is_ok());
    }
}
