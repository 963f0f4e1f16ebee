//! The lines of an entry: each field from what to what, in one line where it fits; pure.

use std::ops::Range;

use super::{alone, shown, sides, withheld};
use crate::domain::history::{FieldPast, HistoryEntry, Kept};
use crate::domain::{diff, glyph, text, wrap};
use crate::theme::Role;

/// The widest a field's name gets.
const WIDEST: usize = 18;

/// The most lines of one value, unless it is shown whole.
const MOST_LINES: usize = 3;

/// How much of what is alike stands before the first word that differs.
const BEFORE: usize = 24;

/// One line of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Which field of the entry it belongs to.
    pub field: Option<usize>,
    /// The field's name, in its first line.
    pub label: String,
    /// What it says.
    pub pieces: Vec<(String, Role)>,
}

/// Returns the lines of all fields of an entry, and the width of the names.
pub fn fields(entry: &HistoryEntry, turned: bool, whole: bool, room: usize) -> (Vec<Line>, usize) {
    let names = entry.fields.iter().map(|one| glyph::width(&name(one)));
    let label = names.max().unwrap_or(0).clamp(6, WIDEST);
    let value = room.saturating_sub(label + 2).max(10);
    let mut lines = Vec::new();
    for (at, one) in entry.fields.iter().enumerate() {
        let all = field(one, turned, whole, value);
        lines.extend(all.into_iter().enumerate().map(|(number, pieces)| Line {
            field: Some(at),
            label: if number == 0 {
                name(one)
            } else {
                String::new()
            },
            pieces,
        }));
    }
    if entry.withheld > 0 {
        let why = format!(
            "{}: no right to read them, or no longer there",
            withheld(entry.withheld)
        );
        lines.push(Line {
            pieces: vec![(why, Role::Muted)],
            ..Line::default()
        });
    }
    (lines, label)
}

fn name(field: &FieldPast) -> String {
    text::line(&field.column).into_owned()
}

/// Returns the lines of one field: from what to what.
pub fn field(
    field: &FieldPast,
    turned: bool,
    whole: bool,
    room: usize,
) -> Vec<Vec<(String, Role)>> {
    match sides(field, turned) {
        (Some(from), Some(to)) => both(from, to, whole, room),
        (Some(only), None) => one(&shown(only), alone(true), &[], Role::Base, whole, room),
        (None, Some(only)) => one(
            &shown(only),
            alone(false),
            &[],
            Role::FieldValue,
            whole,
            room,
        ),
        (None, None) => vec![vec![("not recorded".into(), Role::Muted)]],
    }
}

fn both(from: &Kept, to: &Kept, whole: bool, room: usize) -> Vec<Vec<(String, Role)>> {
    let (old, new) = (shown(from), shown(to));
    let (removed, added) = marks(&old, &new);
    let short = glyph::width(&old) + glyph::width(&new) + 3 <= room;
    if short && !old.contains('\n') && !new.contains('\n') {
        let mut line = pieces(&old, 0..old.len(), &removed, Role::Base, Role::DiffRemoved);
        line.push((" → ".into(), Role::Muted));
        line.extend(pieces(
            &new,
            0..new.len(),
            &added,
            Role::FieldValue,
            Role::DiffAdded,
        ));
        return vec![line];
    }
    let room = room.saturating_sub(4).max(10);
    let sided = |word: &str, lines: Vec<Vec<(String, Role)>>| {
        let lead = lines.into_iter().enumerate().map(|(number, mut line)| {
            let word = if number == 0 { word } else { "" };
            line.insert(0, (format!("{word:<4}"), Role::Muted));
            line
        });
        lead.collect::<Vec<_>>()
    };
    let mut lines = sided(
        "was",
        one(&old, Role::Base, &removed, Role::DiffRemoved, whole, room),
    );
    lines.extend(sided(
        "now",
        one(&new, Role::FieldValue, &added, Role::DiffAdded, whole, room),
    ));
    lines
}

/// Which parts differ; a value that is different as a whole needs no marks.
fn marks(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let part = |ranges: Vec<Range<usize>>, text: &str| {
        let all: usize = ranges.iter().map(ExactSizeIterator::len).sum();
        if all >= text.len() {
            Vec::new()
        } else {
            ranges
        }
    };
    (
        part(diff::added(new, old), old),
        part(diff::added(old, new), new),
    )
}

/// The lines of one value; from shortly before what differs, unless it is shown whole.
fn one(
    value: &str,
    role: Role,
    marked: &[Range<usize>],
    mark: Role,
    whole: bool,
    room: usize,
) -> Vec<Vec<(String, Role)>> {
    let start = if whole {
        0
    } else {
        beginning(value, marked, room)
    };
    let lines = wrap::lines(&value[start..], room);
    let most = if whole { usize::MAX } else { MOST_LINES };
    let mut all: Vec<Vec<(String, Role)>> = lines
        .iter()
        .take(most)
        .map(|line| {
            let line = line.start + start..line.end + start;
            pieces(value, line, marked, role, mark)
        })
        .collect();
    if let (true, Some(first)) = (start > 0, all.first_mut()) {
        first.insert(0, ("…".into(), Role::Muted));
    }
    if let (true, Some(last)) = (lines.len() > most, all.last_mut()) {
        last.push((" …".into(), Role::Muted));
    }
    all
}

/// Where to begin so that the first word that differs is seen.
fn beginning(value: &str, marked: &[Range<usize>], room: usize) -> usize {
    let first = marked.first().map_or(0, |range| range.start);
    if first < room * (MOST_LINES - 1) {
        return 0;
    }
    let back = value[..first].char_indices().rev().nth(BEFORE);
    let from = back.map_or(0, |(at, _)| at);
    value[from..first]
        .find(' ')
        .map_or(from, |blank| from + blank + 1)
}

fn pieces(
    text: &str,
    line: Range<usize>,
    marked: &[Range<usize>],
    role: Role,
    mark: Role,
) -> Vec<(String, Role)> {
    let end = line.start + text[line.clone()].trim_end_matches([' ', '\n']).len();
    let mut pieces = Vec::new();
    let mut at = line.start;
    for range in marked {
        let (from, to) = (range.start.max(at), range.end.min(end));
        if from >= to {
            continue;
        }
        pieces.push((text[at..from].to_owned(), role));
        pieces.push((text[from..to].to_owned(), mark));
        at = to;
    }
    pieces.push((text[at..end].to_owned(), role));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Value;

    fn told(old: Option<&str>, new: Option<&str>, room: usize) -> Vec<String> {
        let kept = |text: Option<&str>| text.map(|text| Kept::Whole(Value::from(text)));
        let past = FieldPast {
            column: "notes".into(),
            old: kept(old),
            new: kept(new),
        };
        let lines = field(&past, false, false, room);
        let text = |line: &Vec<(String, Role)>| {
            let parts = line.iter().map(|(text, role)| match role {
                Role::DiffAdded | Role::DiffRemoved => format!("[{text}]"),
                _ => text.clone(),
            });
            parts.collect::<String>()
        };
        lines.iter().map(text).collect()
    }

    #[test]
    fn a_short_change_takes_one_line_and_marks_words() {
        assert_eq!(told(Some("Open"), Some("Down"), 40), ["Open → Down"]);
        assert_eq!(
            told(Some("drain on Mondays"), Some("drain on Tuesdays"), 60),
            ["drain on [Mondays] → drain on [Tuesdays]"]
        );
        assert_eq!(told(None, Some("Down"), 40), ["Down"]);
        assert_eq!(told(Some(""), Some("x"), 40), ["(empty text) → x"]);
    }

    #[test]
    fn a_long_change_is_shown_from_where_it_differs() {
        let long = "word ".repeat(60);
        let lines = told(
            Some(&format!("{long}one end")),
            Some(&format!("{long}two end")),
            40,
        );
        assert!(lines[0].starts_with("was …"), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("[one]")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("[two]")), "{lines:?}");
        assert!(lines.len() <= 2 * MOST_LINES);
    }

    #[test]
    fn wide_signs_and_several_lines_do_not_break_it() {
        let lines = told(Some("冬は毎朝\n氷"), Some("冬は毎晩\n氷\n"), 12);
        assert!(lines.len() >= 2, "{lines:?}");
    }
}
