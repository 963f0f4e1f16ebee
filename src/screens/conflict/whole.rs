//! The whole values of one field: what each side changed, marked in the text itself, line by line;
//! pure, for update and view alike.

use std::ops::Range;

use super::Conflict;
use super::values::{chosen, saved_by, shown, value};
use crate::app::forms::Form;
use crate::app::forms::conflict::Choice;
use crate::domain::diff::{self, Tag};
use crate::domain::{text, wrap};
use crate::theme::Role;

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Whose value begins here, and whether it is the one chosen.
    pub title: Option<(String, bool)>,
    /// What the line holds that is different: `+`, `-`, `~` for both, or nothing.
    pub sign: &'static str,
    /// What it says.
    pub pieces: Vec<(String, Role)>,
    /// The differences that begin in it, counted from 0 over all values.
    pub differences: Range<usize>,
}

/// Returns the lines of all values of the field under the cursor.
pub fn lines(screen: &Conflict, form: &Form, who: &str, columns: u16) -> Vec<Line> {
    let width = usize::from(columns).saturating_sub(6);
    let side = |choice| {
        let value = value(form, screen.column, choice);
        text::block(&shown(value.as_deref())).into_owned()
    };
    let is_chosen = |choice| chosen(form, screen.column) == Some(choice);
    let was = side(Choice::Was);
    let mut lines = Vec::new();
    let mut differences = 0;
    for (choice, name, role) in [
        (Choice::Theirs, saved_by(who), Role::Theirs),
        (Choice::Yours, "yours".to_owned(), Role::Mine),
    ] {
        let marked = Marked::new(&was, &side(choice));
        let compared = match marked.differences.len() {
            0 => format!("{name}, the same as it was"),
            _ => format!("{name}, compared with what was there"),
        };
        lines.push(title(compared, is_chosen(choice)));
        marked.put(width, role, differences, &mut lines);
        differences += marked.differences.len();
    }
    lines.push(title("was".into(), is_chosen(Choice::Was)));
    lines.extend(wrap::lines(&was, width).into_iter().map(|line| Line {
        pieces: vec![(was[line].to_owned(), Role::Base)],
        ..Line::default()
    }));
    lines
}

/// Returns the lines in which differences begin, in order.
pub fn differences(lines: &[Line]) -> Vec<usize> {
    let all = lines.iter().enumerate();
    all.flat_map(|(at, line)| line.differences.clone().map(move |_| at))
        .collect()
}

fn title(name: String, chosen: bool) -> Line {
    Line {
        title: Some((name, chosen)),
        ..Line::default()
    }
}

/// Two texts as one, with the marks that say what was removed and what was added.
struct Marked {
    text: String,
    spans: Vec<(Range<usize>, Tag)>,
    /// Where differences begin.
    differences: Vec<usize>,
}

impl Marked {
    fn new(old: &str, new: &str) -> Self {
        let mut marked = Self {
            text: String::new(),
            spans: Vec::new(),
            differences: Vec::new(),
        };
        let mut before = Tag::Same;
        for (tag, piece) in diff::inline(old, new) {
            let (open, close) = match tag {
                Tag::Same => ("", ""),
                Tag::Removed => ("[-", "-]"),
                Tag::Added => ("{+", "+}"),
            };
            let start = marked.text.len();
            if tag != Tag::Same && !(tag == Tag::Added && before == Tag::Removed) {
                marked.differences.push(start);
            }
            marked.text.extend([open, piece, close]);
            marked.spans.push((start..marked.text.len(), tag));
            before = tag;
        }
        marked
    }

    fn put(&self, width: usize, role: Role, first: usize, lines: &mut Vec<Line>) {
        let mut spans = self.spans.as_slice();
        let mut difference = 0;
        for line in wrap::lines(&self.text, width) {
            while spans
                .first()
                .is_some_and(|(span, _)| span.end <= line.start)
            {
                spans = &spans[1..];
            }
            let mut own = Line::default();
            let (mut removed, mut added) = (false, false);
            for (span, tag) in spans.iter().take_while(|(span, _)| span.start < line.end) {
                let part = span.start.max(line.start)..span.end.min(line.end);
                let role = match tag {
                    Tag::Same => role,
                    Tag::Removed => Role::DiffRemoved,
                    Tag::Added => Role::DiffAdded,
                };
                removed |= *tag == Tag::Removed;
                added |= *tag == Tag::Added;
                own.pieces.push((self.text[part].to_owned(), role));
            }
            own.sign = match (removed, added) {
                (false, false) => "",
                (true, false) => "-",
                (false, true) => "+",
                (true, true) => "~",
            };
            let ends = line.end.max(line.start + 1);
            let before = first + difference;
            while self
                .differences
                .get(difference)
                .is_some_and(|at| *at < ends)
            {
                difference += 1;
            }
            own.differences = before..first + difference;
            lines.push(own);
        }
    }
}
