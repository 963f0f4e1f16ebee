//! Which words of a text are not in another one; no drawing.

use std::ops::Range;

use similar::{ChangeTag, TextDiff};

/// The longest texts that are compared by words; longer ones are compared by lines.
const BY_WORDS_BYTES: usize = 40_000;

/// Returns the bytes of `new` that `old` does not have at that place, in order, word by word.
/// Neighbouring ones are joined.
pub fn added(old: &str, new: &str) -> Vec<Range<usize>> {
    let diff = if old.len() + new.len() > BY_WORDS_BYTES {
        TextDiff::from_lines(old, new)
    } else {
        TextDiff::from_words(old, new)
    };
    let mut added: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for change in diff.iter_all_changes() {
        let length = change.value().len();
        match change.tag() {
            ChangeTag::Delete => continue,
            ChangeTag::Equal => {}
            ChangeTag::Insert => match added.last_mut() {
                Some(last) if last.end == at => last.end = at + length,
                _ => added.push(at..at + length),
            },
        }
        at += length;
    }
    added
}

#[cfg(test)]
mod tests {
    use super::added;

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
    }
}
