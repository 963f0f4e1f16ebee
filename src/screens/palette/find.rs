//! Finds entries by what is typed: its letters in order, the best match first; no state.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use super::{Chosen, Entry, synonyms};
use crate::domain::glyph::width;

/// An entry that fits.
#[derive(Clone, Debug)]
pub(in crate::screens::palette) struct Found {
    /// The entry.
    pub entry: Entry,
    /// Its line: name and help.
    pub line: String,
    /// The bytes of the line that fit, in order.
    pub bytes: Vec<usize>,
}

/// The widest the column of names gets.
const NAMES: usize = 24;

/// Returns the entries that fit, the best first; `looked` was found elsewhere, and stands before those
/// that fit by what is said of them alone.
pub(in crate::screens::palette) fn found(
    typed: &str,
    entries: Vec<Entry>,
    looked: Vec<Entry>,
) -> Vec<Found> {
    let names = entries
        .iter()
        .chain(&looked)
        .map(|entry| width(&entry.name))
        .max()
        .unwrap_or(0)
        .min(NAMES);
    let line = |entry: Entry| {
        let gap = " ".repeat(names.saturating_sub(width(&entry.name)) + 2);
        let line = format!("{}{gap}{}", entry.name, entry.help);
        Found {
            entry,
            line,
            bytes: Vec::new(),
        }
    };
    let lines = entries.into_iter().map(line);
    if typed.trim().is_empty() {
        return lines.collect();
    }
    let looked: Vec<Found> = looked.into_iter().map(line).collect();
    let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scored: Vec<(u32, Found)> = lines
        .filter_map(|mut found| {
            let (mut places, mut chars) = (Vec::new(), Vec::new());
            let haystack = Utf32Str::new(&found.entry.name, &mut chars);
            let score = pattern.indices(haystack, &mut matcher, &mut places);
            found.bytes = match score {
                Some(_) => bytes(&found.entry.name, places),
                None => begun_words(&found, typed).or_else(|| meant(&found, typed))?,
            };
            Some((score.unwrap_or(0), found))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let by_name = |(_, found): &(u32, Found)| {
        let end = found.entry.name.len();
        !found.bytes.is_empty() && found.bytes.iter().all(|at| *at < end)
    };
    let (by_name, by_help): (Vec<_>, Vec<_>) = match looked.is_empty() {
        true => (scored, Vec::new()),
        false => scored.into_iter().partition(by_name),
    };
    let by_name = by_name.into_iter().map(|(_, found)| found);
    let by_help = by_help.into_iter().map(|(_, found)| found);
    by_name.chain(looked).chain(by_help).collect()
}

/// The bytes of the words of the line that begin as each of what is typed does, if all do. Letters here
/// and there in a sentence are no reason to list what it says.
fn begun_words(found: &Found, typed: &str) -> Option<Vec<usize>> {
    let words = || found.line.split_word_bound_indices();
    let mut all = Vec::new();
    for wanted in typed.split_whitespace() {
        let wanted = wanted.to_lowercase();
        let (at, word) = words().find(|(_, word)| word.to_lowercase().starts_with(&wanted))?;
        let marked = word.chars().count().min(wanted.chars().count());
        all.extend(word.char_indices().take(marked).map(|(byte, _)| at + byte));
    }
    all.sort_unstable();
    Some(all)
}

/// Nothing of the line, where what is typed means what it does in other words.
fn meant(found: &Found, typed: &str) -> Option<Vec<usize>> {
    let is_action = matches!(found.entry.then, Chosen::Do(_));
    (is_action && synonyms::mean(&found.entry.name, typed)).then(Vec::new)
}

/// Turns numbers of graphemes into bytes, in order.
fn bytes(line: &str, mut places: Vec<u32>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    let graphemes: Vec<usize> = line.grapheme_indices(true).map(|(at, _)| at).collect();
    let byte = |place| graphemes.get(usize::try_from(place).ok()?).copied();
    places.into_iter().filter_map(byte).collect()
}
