//! The nearest known name for one that is unknown: for faults in config, themes and tapes, and for tables.

use super::text;

/// Returns the name that is fewest changes away, if any is near at all.
pub fn nearest<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known
        .iter()
        .map(|name| (changes(text, name), *name))
        .min()?;
    (best.0 <= 1 + text.chars().count() / 3).then_some(best.1)
}

/// Says which of the names is nearest to what was typed, to go on a sentence; nothing where none is near.
pub fn nearest_of(typed: &str, names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    nearest(typed, &known).map_or(String::new(), |near| {
        format!("; the nearest is {}", text::line(near))
    })
}

/// Counts how many characters must be put in, taken out or replaced to turn `a` into `b`.
fn changes(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_nonsense_is_not() {
        let known = ["field.changed", "field.error", "text"];
        assert_eq!(nearest("field.chnged", &known), Some("field.changed"));
        assert_eq!(nearest("txet", &known), Some("text"));
        assert_eq!(nearest("quite-other", &known), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
