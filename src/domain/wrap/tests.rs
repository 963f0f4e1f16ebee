//! Wrapped lines hold every byte, fit their room, and find the cursor again.

use proptest::prelude::*;

use super::*;

fn wrapped(text: &str, room: usize) -> Vec<&str> {
    lines(text, room)
        .into_iter()
        .map(|line| &text[line])
        .collect()
}

#[test]
fn lines_break_after_blanks_and_within_long_words() {
    assert_eq!(wrapped("one two three", 8), ["one two ", "three"]);
    assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    assert_eq!(wrapped("a\n\nb", 4), ["a", "", "b"]);
    assert_eq!(wrapped("", 4), [""]);
    assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
}

#[test]
fn a_spot_leads_back_to_its_byte() {
    let text = "one two three\nfour";
    let lines = lines(text, 8);
    for at in 0..=text.len() {
        assert_eq!(byte(text, &lines, spot(text, &lines, at)), at, "{at}");
    }
    assert_eq!(spot(text, &lines, 9), Spot { line: 1, column: 1 });
    let end = Spot {
        line: 0,
        column: 99,
    };
    assert_eq!(byte(text, &lines, end), 7);
}

proptest! {
    #[test]
    fn every_byte_but_line_ends_is_in_one_line(text in "[a-c é日\n]{0,40}", room in 2usize..12) {
        let lines = lines(&text, room);
        let all: String = lines.iter().map(|line| &text[line.clone()]).collect();
        prop_assert_eq!(all, text.replace('\n', ""));
        for line in &lines {
            let shown = text[line.clone()].trim_end_matches(' ');
            prop_assert!(glyph::width(shown) <= room);
        }
    }
}

#[test]
fn the_first_lines_say_whether_there_are_more() {
    let first = |text: &str, most| first_lines(text, 10, most);
    let lines = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(first("one two", 2), (lines(&["one two"]), false));
    assert_eq!(
        first("one two three four", 2),
        (lines(&["one two", "three four"]), false)
    );
    assert_eq!(
        first("one two three four five", 2),
        (lines(&["one two", "three fo …"]), true)
    );
    assert_eq!(first("a\nb\nc", 2), (lines(&["a", "b …"]), true));
    assert_eq!(first("", 2), (lines(&[""]), false));
}
