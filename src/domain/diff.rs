//! Where two texts differ, word by word, and one text of two people's changes; no drawing.

mod steps;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

/// The most words, or lines, that may be different before a coarser comparison is taken: the work
/// grows with their square, and a key must never wait for it.
const MOST_DIFFERENT: usize = 400;

/// A place where two texts differ: bytes of the one, and what stands there in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the old text; empty where something was added.
    pub old: Range<usize>,
    /// In the new text; empty where something was removed.
    pub new: Range<usize>,
}

/// What a piece of a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// In both.
    Same,
    /// Only in the old text.
    Removed,
    /// Only in the new text.
    Added,
}

/// Returns where two texts differ, in order. What lies between two changes is the same in both.
pub fn changes(old: &str, new: &str) -> Vec<Change> {
    let found = by(old, new, words)
        .or_else(|| by(old, new, lines))
        .unwrap_or_else(|| vec![all(old, new)]);
    joined(old, found)
}

/// Returns the whole lines in which two texts differ, in order.
pub fn line_by_line(old: &str, new: &str) -> Vec<Change> {
    by(old, new, lines).unwrap_or_else(|| {
        let all = Change {
            old: 0..old.len(),
            new: 0..new.len(),
        };
        vec![all]
    })
}

/// Returns the bytes of `new` that `old` does not have at that place, in order, word by word.
/// Neighbouring ones are joined.
pub fn added(old: &str, new: &str) -> Vec<Range<usize>> {
    let changes = changes(old, new).into_iter();
    changes
        .map(|change| change.new)
        .filter(|at| !at.is_empty())
        .collect()
}

/// Returns the old text and the new one as one: what was removed and what was added beside what is
/// the same, in the order in which it is read.
pub fn inline<'a>(old: &'a str, new: &'a str) -> Vec<(Tag, &'a str)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for change in changes(old, new) {
        pieces.push((Tag::Same, &new[at..change.new.start]));
        pieces.push((Tag::Removed, &old[change.old]));
        pieces.push((Tag::Added, &new[change.new.clone()]));
        at = change.new.end;
    }
    pieces.push((Tag::Same, &new[at..]));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// Makes one text of what two people made of the same one. Where both changed the same place, it
/// says how many such places there are and makes nothing.
///
/// # Errors
/// The number of places that both changed to something different.
pub fn both(base: &str, one: &str, other: &str) -> Result<String, usize> {
    let (mine, theirs) = (changes(base, one), changes(base, other));
    let touches = |a: &Change, b: &Change| a.old.start <= b.old.end && b.old.start <= a.old.end;
    let same =
        |a: &Change, b: &Change| a.old == b.old && one[a.new.clone()] == other[b.new.clone()];
    let meets = |a: &&Change| theirs.iter().any(|b| touches(a, b) && !same(a, b));
    match mine.iter().filter(meets).count() {
        0 => {}
        places => return Err(places),
    }
    let theirs = theirs.iter().filter(|b| !mine.iter().any(|a| same(a, b)));
    let mut parts: Vec<(Range<usize>, &str)> = mine
        .iter()
        .map(|a| (a.old.clone(), &one[a.new.clone()]))
        .chain(theirs.map(|b| (b.old.clone(), &other[b.new.clone()])))
        .collect();
    parts.sort_by_key(|(at, _)| at.start);
    let (mut text, mut at) = (String::new(), 0);
    for (place, new) in parts {
        text.push_str(&base[at..place.start]);
        text.push_str(new);
        at = place.end;
    }
    text.push_str(&base[at..]);
    Ok(text)
}

/// Compares piece by piece; `None` when too many are different.
fn by(old: &str, new: &str, cut: impl Fn(&str) -> Vec<&str>) -> Option<Vec<Change>> {
    let (old, new) = (cut(old), cut(new));
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut number = |piece| {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(piece).or_insert(next)
    };
    let one: Vec<u32> = old.iter().map(|piece| number(*piece)).collect();
    let other: Vec<u32> = new.iter().map(|piece| number(*piece)).collect();
    let ends = |pieces: &[&str]| -> Vec<usize> {
        let sum = |at: &mut usize, piece: &&str| {
            *at += piece.len();
            Some(*at)
        };
        std::iter::once(0)
            .chain(pieces.iter().scan(0, sum))
            .collect()
    };
    let (old, new) = (ends(&old), ends(&new));
    let mut found = steps::changes(&one, &other, MOST_DIFFERENT)?;
    slide(&mut found, &one, &other);
    let bytes = |(one, other): (Range<usize>, Range<usize>)| Change {
        old: old[one.start]..old[one.end],
        new: new[other.start]..new[other.end],
    };
    Some(found.into_iter().map(bytes).collect())
}

/// Moves what was only added, or only removed, as far on as it reads the same: a new sentence is
/// then marked with its own full stop, not with that of the one before.
fn slide(found: &mut [(Range<usize>, Range<usize>)], one: &[u32], other: &[u32]) {
    for at in 0..found.len() {
        let next = found.get(at + 1).cloned();
        let (old, new) = &mut found[at];
        let (moving, row) = match (old.start == old.end, new.start == new.end) {
            (true, false) => (new.clone(), other),
            (false, true) => (old.clone(), one),
            _ => continue,
        };
        let room = match &next {
            Some((next, _)) => next.start - old.end,
            None => one.len() - old.end,
        };
        let same = |by: &usize| row.get(moving.start + by) == row.get(moving.end + by);
        // One place before the next change is kept, or both would be one.
        let room = if next.is_some() {
            room.saturating_sub(1)
        } else {
            room
        };
        let by = (0..room).take_while(same).count();
        *old = old.start + by..old.end + by;
        *new = new.start + by..new.end + by;
    }
}

/// Everything between what both begin and end with alike.
fn all(old: &str, new: &str) -> Change {
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        let pairs = one.zip(other).take_while(|(a, b)| a == b);
        pairs.map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let start = same(&mut old.chars(), &mut new.chars());
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = same(&mut old_rest.chars().rev(), &mut new_rest.chars().rev());
    Change {
        old: start..old.len() - end,
        new: start..new.len() - end,
    }
}

/// Joins changes between which there are only blanks: they are read as one.
fn joined(old: &str, found: Vec<Change>) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for change in found {
        match all.last_mut() {
            Some(last) if is_blank(&old[last.old.end..change.old.start]) => {
                last.old.end = change.old.end;
                last.new.end = change.new.end;
            }
            _ => all.push(change),
        }
    }
    all
}

fn is_blank(text: &str) -> bool {
    !text.contains('\n') && text.trim().is_empty()
}

/// Cuts a text into words, blanks and single other signs.
fn words(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        '\n' => 0,
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 3,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        let goes_on = before == Some(now) && matches!(now, 1 | 2);
        if at > start && !goes_on {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(now);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
