//! The three values of a field as the conflict screen shows them: which words differ, how much of
//! them fits; pure.

use std::borrow::Cow;
use std::ops::Range;

use crate::app::forms::conflict::Choice;
use crate::app::forms::{Form, conflict};
use crate::domain::diff::{self, Change};
use crate::domain::value::{Entry, Value};
use crate::domain::{glyph, text};
use crate::theme::Role;

/// Cuts two texts so that both fit beside each other in one line, harmless; a short one leaves its
/// room to the other. What they begin with alike is left out first, so that what differs is seen.
pub fn both_cut(one: &str, other: &str, room: usize) -> (String, String) {
    let short = |text: &str| text.len() <= room * 4;
    if short(one) && short(other) {
        let (one, other) = (text::line(one), text::line(other));
        if glyph::width(&one) + glyph::width(&other) <= room {
            return (one.into_owned(), other.into_owned());
        }
    }
    let alike = alike(one, other);
    let rest = |text: &str| match alike {
        0 => beginning(text, room),
        _ => format!("…{}", beginning(&text[alike..], room)),
    };
    let (one, other) = (&rest(one), &rest(other));
    let (half, rest) = (room / 2, |text: &str| {
        room.saturating_sub(glyph::width(text))
    });
    let one_room = half.max(rest(other));
    let other_room = half.max(rest(one));
    (cut(one, one_room), cut(other, other_room))
}

/// The beginning of a text in one line, harmless: a little more than fits, so that it is seen to be
/// cut. A long text is not gone through as a whole, because a screen holds many.
pub fn beginning(text: &str, room: usize) -> String {
    let end = text
        .char_indices()
        .nth(room * 2 + 8)
        .map_or(text.len(), |(at, _)| at);
    text::line(&text[..end]).into_owned()
}

/// How many bytes two texts begin with alike, up to the word in which they begin to differ.
fn alike(one: &str, other: &str) -> usize {
    let same = one
        .char_indices()
        .zip(other.chars())
        .take_while(|((_, a), b)| a == b);
    let end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
    one[..end].rfind(' ').map_or(0, |at| at + 1)
}

fn cut(text: &str, room: usize) -> String {
    if glyph::width(text) <= room {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = glyph::glyphs(text).take_while(|glyph| {
        used += glyph.width;
        used < room
    });
    let mut cut: String = fits.map(|glyph| glyph.text).collect();
    cut.push('…');
    cut
}

/// The three values of a field as they are shown, and where they differ.
pub struct Compared {
    was: String,
    theirs: String,
    yours: String,
    with_theirs: Vec<Change>,
    with_yours: Vec<Change>,
}

impl Compared {
    /// Compares both sides with what was there.
    pub fn new(form: &Form, column: usize) -> Self {
        let text_of = |choice| {
            let value = value(form, column, choice);
            text::block(&shown(value.as_deref())).into_owned()
        };
        let (was, theirs, yours) = (
            text_of(Choice::Was),
            text_of(Choice::Theirs),
            text_of(Choice::Yours),
        );
        Self {
            with_theirs: diff::changes(&was, &theirs),
            with_yours: diff::changes(&was, &yours),
            was,
            theirs,
            yours,
        }
    }

    /// Returns a value in lines of so many cells, the parts of it that are different, and its role.
    /// Where it takes several lines, signs around these parts say it without colour too.
    pub fn side(&self, choice: Choice, width: usize) -> (String, Vec<Range<usize>>, Role) {
        let new = |changes: &[Change]| changes.iter().map(|change| change.new.clone()).collect();
        let (own, marked, role) = match choice {
            Choice::Was => {
                let both = self.with_theirs.iter().chain(&self.with_yours);
                let marked = both.map(|change| change.old.clone()).collect();
                (&self.was, joined(marked), Role::Base)
            }
            Choice::Theirs => (&self.theirs, new(&self.with_theirs), Role::Theirs),
            Choice::Yours => (&self.yours, new(&self.with_yours), Role::Mine),
        };
        let marked: Vec<Range<usize>> = marked.into_iter().filter(|at| at.start < at.end).collect();
        // A value that is different as a whole needs no marks.
        let all: usize = marked.iter().map(ExactSizeIterator::len).sum();
        if marked.is_empty() || all >= own.len() {
            return (own.clone(), Vec::new(), role);
        }
        let short = own.len() <= width * 4 && glyph::width(own) <= width;
        if short && !own.contains('\n') {
            return (own.clone(), marked, role);
        }
        let signs = match choice {
            Choice::Was => ("[-", "-]"),
            Choice::Theirs | Choice::Yours => ("{+", "+}"),
        };
        let (own, marked) = signed(own, &marked, signs);
        (own, marked, role)
    }
}

/// Puts signs around parts of a text; the parts are returned with their signs.
fn signed(
    text: &str,
    parts: &[Range<usize>],
    (open, close): (&str, &str),
) -> (String, Vec<Range<usize>>) {
    let (mut signed, mut marked, mut at) = (String::new(), Vec::new(), 0);
    for part in parts {
        signed.push_str(&text[at..part.start]);
        let start = signed.len();
        signed.extend([open, &text[part.clone()], close]);
        marked.push(start..signed.len());
        at = part.end;
    }
    signed.push_str(&text[at..]);
    (signed, marked)
}

fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Cuts a line into parts that are the same and parts that are different.
pub fn pieces(
    text: &str,
    line: Range<usize>,
    marked: &[Range<usize>],
    role: Role,
    choice: Choice,
) -> Vec<(String, Role)> {
    let mark = if choice == Choice::Was {
        Role::DiffRemoved
    } else {
        Role::DiffAdded
    };
    let shown = text[line.clone()].trim_end_matches(' ');
    let line = line.start..line.start + shown.len();
    let mut pieces = Vec::new();
    let mut at = line.start;
    for range in marked {
        let (start, end) = (range.start.max(at), range.end.min(line.end));
        if start >= end {
            continue;
        }
        pieces.push((text[at..start].to_owned(), role));
        pieces.push((text[start..end].to_owned(), mark));
        at = end;
    }
    pieces.push((text[at..line.end].to_owned(), role));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
}

/// Returns what was decided for a field.
pub fn chosen(form: &Form, column: usize) -> Option<Choice> {
    let items = conflict::clashing(form)
        .into_iter()
        .chain(conflict::merged(form));
    items
        .filter(|item| item.column == column)
        .find_map(|item| item.choice)
}

/// Returns the value of one side; `None` for the default of the column.
pub fn value(form: &Form, column: usize, choice: Choice) -> Option<Cow<'_, Value>> {
    match choice {
        Choice::Was => Some(Cow::Borrowed(form.base_value(column))),
        Choice::Theirs => {
            let theirs = form.conflict.as_ref()?.theirs.as_ref()?;
            theirs.values.get(column).map(Cow::Borrowed)
        }
        Choice::Yours => match form.fields.get(column)?.content() {
            Entry::Value(value) => Some(Cow::Owned(value)),
            Entry::Default => None,
        },
    }
}

/// A value as it is shown: NULL, the empty text and the default have words of their own.
pub fn shown(value: Option<&Value>) -> String {
    match value {
        None => "default".into(),
        Some(value) => match value.instead() {
            Some(instead) => instead.into(),
            None => value.as_text().unwrap_or_default().to_owned(),
        },
    }
}

/// Names the side of somebody else; without a name, the record that yours is put into.
pub fn saved_by(who: &str) -> String {
    match who {
        "" => "it has now".into(),
        who => format!("saved by {who}"),
    }
}

#[cfg(test)]
mod tests {
    use super::both_cut;

    #[test]
    fn what_differs_is_seen_in_the_room_there_is() {
        let (one, other) = both_cut("Down", "Active", 20);
        assert_eq!((one.as_str(), other.as_str()), ("Down", "Active"));
        let (one, other) = both_cut(
            "Drain on Mondays. Belt new.",
            "Drain on Mondays. Bearings.",
            26,
        );
        assert_eq!((one.as_str(), other.as_str()), ("…Belt new.", "…Bearings."));
        let (one, other) = both_cut("日本語の長い説明", "日本語の短い説明", 12);
        assert_eq!((one.as_str(), other.as_str()), ("日本…", "日本…"));
    }
}
