//! The lines of the conflict screen: the field under the cursor with its three values, the others
//! in one line each; pure, for update and view alike.

use super::values::{Compared, beginning, both_cut, pieces, saved_by, shown, value};
use super::{Conflict, rest};
use crate::app::context::Context;
use crate::app::forms::conflict::{Choice, Item};
use crate::app::forms::{Form, conflict, notes, pick};
use crate::domain::merge::Merged;
use crate::domain::value::Entry;
use crate::domain::{glyph, text, wrap};
use crate::input::event::Size;
use crate::theme::{Mark, Role};

/// The most lines of one value, unless the whole is shown.
const MOST_LINES: usize = 4;
/// The widest a field's name and the name of a side get.
const WIDEST: usize = 18;
/// Gutter, blanks between the columns, and the mark of the choice.
const BETWEEN: usize = 3 + 2 + 3 + 1;

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Whether the cursor is on this field.
    pub focused: bool,
    /// Whether it is of fields that are decided together.
    pub tied: bool,
    /// The field's name, in its first line.
    pub label: String,
    /// Whose value it is; empty in the lines of fields that the cursor is not on.
    pub side: String,
    /// Whether the value is the one chosen.
    pub chosen: bool,
    /// What it says.
    pub pieces: Vec<(String, Role)>,
    /// What stands at its right end.
    pub end: Option<Mark>,
    /// The column of the cursor, when it is in this line.
    pub cursor: Option<usize>,
    /// Whether the value is being typed here, in one line that scrolls.
    pub typed: bool,
    /// Whether it is the entry under the cursor of an open list.
    pub selected: bool,
}

/// The lines of one field, or a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The column, of a field.
    pub column: Option<usize>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// How wide the columns of the screen are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// The names of the fields.
    pub label: usize,
    /// The names of the sides.
    pub side: usize,
    /// The values.
    pub value: usize,
}

/// Shares the width of the place.
pub fn widths(
    screen: &Conflict,
    form: &Form,
    who: &dyn Fn(usize) -> String,
    columns: u16,
) -> Widths {
    let items: Vec<Item> = conflict::clashing(form)
        .into_iter()
        .chain(conflict::merged(form))
        .collect();
    let columns_of = items.iter().map(|item| item.column);
    let labels = columns_of
        .chain(rest::listed(screen, form))
        .map(|column| glyph::width(&form.column_name(column)));
    let label = labels.max().unwrap_or(0).clamp(6, WIDEST);
    let sides = items
        .iter()
        .map(|item| glyph::width(&saved_by(&who(item.column))));
    let side = sides.max().unwrap_or(0).clamp(6, WIDEST);
    let value = usize::from(columns).saturating_sub(label + side + BETWEEN + 1);
    Widths {
        label,
        side,
        value: value.max(10),
    }
}

/// Returns all lines, field by field.
pub fn all(
    screen: &Conflict,
    form: &Form,
    who: &dyn Fn(usize) -> String,
    room: Size,
    cx: &Context,
) -> Vec<Block> {
    let widths = widths(screen, form, who, room.columns);
    let block = |item: &Item| Block {
        column: Some(item.column),
        lines: field((screen, cx), form, item, &who(item.column), widths),
    };
    let listed = |items: Vec<Item>| {
        let mut blocks: Vec<Block> = items.iter().map(block).collect();
        tie(form, &items, &mut blocks);
        tie_refused(form, &items, &mut blocks);
        blocks
    };
    let mut blocks = listed(conflict::clashing(form));
    if screen.shows_merged {
        blocks.push(heading("merged without asking (m closes):"));
        blocks.extend(listed(conflict::merged(form)));
    }
    blocks.extend(rest::blocks(screen, form, widths.side + widths.value));
    blocks
}

/// Marks the fields that are decided together, and says why above the first of them.
fn tie(form: &Form, items: &[Item], blocks: &mut [Block]) {
    for (at, item) in items.iter().enumerate() {
        let together = |other: &Item| item.group.is_some() && other.group == item.group;
        let first = at == 0 || !together(&items[at - 1]);
        if first && !items.get(at + 1).is_some_and(together) {
            continue;
        }
        for line in &mut blocks[at].lines {
            line.tied = true;
        }
        if first {
            let why = conflict::reason(form, item.column).unwrap_or_default();
            let mut line = heading(&format!("decided together: {why}")).lines;
            line[0].tied = true;
            blocks[at].lines.splice(0..0, line);
        }
    }
}

/// Marks the halves that the server refused as they were merged, above the first of them too. They
/// are decided one by one: which of them gives way is not known here.
fn tie_refused(form: &Form, items: &[Item], blocks: &mut [Block]) {
    let Some(refused) = form.conflict.as_ref().map(|met| &met.refused) else {
        return;
    };
    let is_half = |item: &&Item| item.group.is_none() && refused.contains(&item.column);
    if items.iter().filter(is_half).count() < 2 || form.refusal.is_none() {
        return;
    }
    let mut first = true;
    for (item, block) in items.iter().zip(blocks) {
        if !is_half(&item) {
            continue;
        }
        block.lines.iter_mut().for_each(|line| line.tied = true);
        if std::mem::take(&mut first) {
            let mut line = heading("refused together, so they belong together:").lines;
            line[0].tied = true;
            block.lines.splice(0..0, line);
        }
    }
}

/// Returns the lines of a record that is gone: what was typed over what.
pub fn deleted(form: &Form) -> Vec<Line> {
    let changes = form.changes();
    let lines = changes.iter().map(|change| {
        let was = shown(Some(form.base_value(change.column)));
        let yours = match &change.entry {
            Entry::Value(value) => shown(Some(value)),
            Entry::Default => "default".into(),
        };
        Line {
            label: form.column_name(change.column),
            pieces: vec![
                (text::line(&was).into_owned(), Role::Base),
                (" → ".into(), Role::Muted),
                (text::line(&yours).into_owned(), Role::Mine),
            ],
            ..Line::default()
        }
    });
    lines.collect()
}

pub(super) fn heading(line: &str) -> Block {
    Block {
        column: None,
        lines: vec![Line {
            side: line.into(),
            ..Line::default()
        }],
    }
}

fn field(
    (screen, cx): (&Conflict, &Context),
    form: &Form,
    item: &Item,
    who: &str,
    widths: Widths,
) -> Vec<Line> {
    if item.column != screen.column {
        return vec![one_line(form, item, who, widths)];
    }
    let compared = Compared::new(form, item.column);
    let mut lines = Vec::new();
    for (choice, name) in [
        (Choice::Was, "was".to_owned()),
        (Choice::Theirs, saved_by(who)),
        (Choice::Yours, "yours".to_owned()),
    ] {
        let typing = screen.typing && choice == Choice::Yours;
        let mut own = if typing {
            typed(form, item.column, widths.value)
        } else {
            some_lines(&compared, choice, widths.value)
        };
        if let Some(first) = own.first_mut() {
            first.side = name;
            first.chosen = item.choice == Some(choice);
            let agreed = item.merged == Merged::Same && choice == Choice::Yours;
            first.chosen |= agreed && item.choice.is_none();
        }
        lines.extend(own);
    }
    if let Some(first) = lines.first_mut() {
        first.label = form.column_name(item.column);
        first.focused = true;
        first.cursor = (!screen.typing).then_some(0);
    }
    lines.extend(wrong(form, item.column, widths.value));
    lines.extend(note(screen, form, cx));
    lines
}

/// What the words typed mean, where nothing is wrong with it.
fn note(screen: &Conflict, form: &Form, cx: &Context) -> Option<Line> {
    let typing = screen.typing && form.fields[screen.column].error.is_none();
    let note = notes::of(form, screen.column, cx).filter(|_| typing)?;
    let role = match note.wrong {
        true => Role::StatusWarning,
        false => Role::Muted,
    };
    Some(Line {
        pieces: vec![(note.text, role)],
        ..Line::default()
    })
}

/// What is wrong with your value, where that does not stand above all fields already.
fn wrong(form: &Form, column: usize, width: usize) -> Vec<Line> {
    let said = form.refusal.as_ref().map(|refusal| &refusal.message);
    let error = form.fields[column].error.as_ref();
    let error = error.filter(|error| said != Some(&error.what));
    let lines = error.map_or(Vec::new(), |error| {
        wrap::first_lines(&error.what, width, MOST_LINES).0
    });
    let line = |line| Line {
        pieces: vec![(line, Role::FieldError)],
        ..Line::default()
    };
    lines.into_iter().map(line).collect()
}

/// The lines of a value around what is different in it; how many are left out stands beside.
fn some_lines(compared: &Compared, choice: Choice, width: usize) -> Vec<Line> {
    let (shown, marked, role) = compared.side(choice, width);
    let lines = wrap::lines(&shown, width);
    let at = marked.first().map_or(0, |range| range.start);
    let change = lines.iter().rposition(|line| line.start <= at).unwrap_or(0);
    let lowest = lines.len().saturating_sub(MOST_LINES);
    let first = change.saturating_sub(1).min(lowest);
    let mut own: Vec<Line> = lines[first..]
        .iter()
        .take(MOST_LINES)
        .map(|line| Line {
            pieces: pieces(&shown, line.clone(), &marked, role, choice),
            ..Line::default()
        })
        .collect();
    if lines.len() > MOST_LINES {
        let last = first + MOST_LINES;
        if let Some(second) = own.get_mut(1) {
            second.side = format!("{}-{last} of {}", first + 1, lines.len());
        }
    }
    own
}

/// The lines of your value while it is typed.
fn typed(form: &Form, column: usize, width: usize) -> Vec<Line> {
    let field = &form.fields[column];
    let text = field.text.text();
    let mut own = Vec::new();
    if field.is_long() {
        let lines = wrap::lines(text, width);
        let spot = wrap::spot(text, &lines, field.text.cursor());
        let lowest = lines.len().saturating_sub(MOST_LINES);
        let first = spot.line.saturating_sub(MOST_LINES / 2).min(lowest);
        for (number, line) in lines.iter().enumerate().skip(first).take(MOST_LINES) {
            own.push(Line {
                pieces: vec![(
                    text[line.clone()].trim_end_matches(' ').to_owned(),
                    Role::FieldValue,
                )],
                cursor: (number == spot.line).then(|| spot.column.min(width)),
                ..Line::default()
            });
        }
    } else if let Some(picker) = &form.picker {
        own.push(Line {
            pieces: vec![(
                shown(value(form, column, Choice::Yours).as_deref()),
                Role::Mine,
            )],
            ..Line::default()
        });
        for (number, value) in pick::fitting(form, picker).iter().enumerate().take(9) {
            let selected = number == picker.selected;
            own.push(Line {
                pieces: vec![(
                    format!("{} {}", number + 1, shown(Some(value))),
                    Role::Dialog,
                )],
                selected,
                cursor: selected.then_some(0),
                ..Line::default()
            });
        }
    } else if field.text.instead().is_some() {
        own.push(Line {
            pieces: vec![(
                shown(value(form, column, Choice::Yours).as_deref()),
                Role::ValueNull,
            )],
            cursor: Some(0),
            ..Line::default()
        });
    } else {
        own.push(Line {
            typed: true,
            ..Line::default()
        });
    }
    own
}

/// A field that the cursor is not on: both values, or the one that was chosen.
fn one_line(form: &Form, item: &Item, who: &str, widths: Widths) -> Line {
    let part = |choice| shown(value(form, item.column, choice).as_deref());
    let line_of = |choice| beginning(&part(choice), widths.side + widths.value);
    let refused = form.fields[item.column].error.is_some();
    let refused = || refused.then(|| ("! ".to_owned(), Role::FieldError));
    let (name, role) = match item.choice {
        Some(Choice::Was) => ("was: ".to_owned(), Role::Base),
        Some(Choice::Theirs) => (format!("{}: ", saved_by(who)), Role::Theirs),
        Some(Choice::Yours) => ("yours: ".to_owned(), Role::Mine),
        None if item.is_decided() => ("both: ".to_owned(), Role::Merged),
        None => {
            let (theirs, yours) = (part(Choice::Theirs), part(Choice::Yours));
            let lead = format!("{}: ", saved_by(who));
            let room = (widths.side + 4 + widths.value).saturating_sub(glyph::width(&lead) + 14);
            let (theirs, yours) = both_cut(&theirs, &yours, room);
            return Line {
                label: form.column_name(item.column),
                pieces: refused()
                    .into_iter()
                    .chain([
                        (lead, Role::Muted),
                        (theirs, Role::Theirs),
                        (" · yours: ".into(), Role::Muted),
                        (yours, Role::Mine),
                    ])
                    .collect(),
                end: Some(Mark::Undecided),
                ..Line::default()
            };
        }
    };
    Line {
        label: form.column_name(item.column),
        pieces: refused()
            .into_iter()
            .chain([
                (name, Role::Muted),
                (line_of(item.choice.unwrap_or(Choice::Yours)), role),
            ])
            .collect(),
        end: Some(Mark::Choice),
        ..Line::default()
    }
}
