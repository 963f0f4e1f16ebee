//! Rules that flag values in the grid (`warranty < today`): what they compare and whether they
//! hold. A flag is a sign beside the value, never a colour alone; nothing is drawn here.

use std::cmp::Ordering;
use std::mem::discriminant;

use jiff::Zoned;

use super::table::{Column, ColumnKind};
use super::value::Cell;
use super::when::{self, Kind};

#[cfg(test)]
mod tests;

/// One rule of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagRule {
    /// The table as written: its name, or `schema.name`.
    pub table: String,
    /// The name of the column.
    pub column: String,
    /// What its value is asked.
    pub test: Test,
    /// The sign that stands before a value of which that is so.
    pub sign: char,
    /// Where it stands, for faults: `config.toml:12`.
    pub place: String,
}

/// What a value is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// How it compares with what is written: a number, a text, a day also in words, or the name of
    /// another column.
    Is(Op, String),
    /// Whether it is NULL or the empty text, or is not.
    Empty(bool),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    Other,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

/// How each is written.
const OPS: [(&str, Op); 6] = [
    ("<", Op::Below),
    ("<=", Op::AtMost),
    ("=", Op::Equal),
    ("!=", Op::Other),
    (">=", Op::AtLeast),
    (">", Op::Above),
];

/// Reads `COLUMN < VALUE` and `COLUMN is [not] empty`.
///
/// # Errors
/// What is missing.
pub fn read(when: &str) -> Result<(String, Test), String> {
    let when = when.trim();
    for (words, empty) in [(" is not empty", false), (" is empty", true)] {
        if let Some(column) = when.strip_suffix(words) {
            return Ok((column.trim().to_owned(), Test::Empty(empty)));
        }
    }
    let found = OPS.iter().filter_map(|(sign, op)| {
        let at = when.find(&format!(" {sign} "))?;
        let value = when[at + sign.len() + 2..].trim();
        Some((at, *op, value))
    });
    match found.min_by_key(|(at, ..)| *at) {
        Some((at, op, value)) if at > 0 && !value.is_empty() => {
            let column = when[..at].trim().to_owned();
            Ok((column, Test::Is(op, value.to_owned())))
        }
        _ => Err(
            "a column, one of < <= = != >= >, and a value with blanks between are expected, \
             such as \"due < today\"; or \"due is empty\", \"due is not empty\""
                .into(),
        ),
    }
}

impl FlagRule {
    /// The rule in words, as it was written.
    pub fn words(&self) -> String {
        match &self.test {
            Test::Empty(true) => format!("{} is empty", self.column),
            Test::Empty(false) => format!("{} is not empty", self.column),
            Test::Is(op, value) => {
                let sign = OPS.iter().find(|(_, one)| one == op);
                let sign = sign.map_or("", |(sign, _)| sign);
                format!("{} {sign} {value}", self.column)
            }
        }
    }

    /// Says why a rule can never hold for the values of its column, where that is so.
    pub fn fault(&self, column: &Column, now: &Zoned) -> Option<String> {
        let Test::Is(op, value) = &self.test else {
            return None;
        };
        if matches!(op, Op::Equal | Op::Other) && !is_ordered(column) {
            return None;
        }
        if !is_ordered(column) {
            let kind = "neither a number nor a day or time";
            return Some(format!(
                "{} is {kind}: only =, != and \"is empty\" are of use",
                self.column
            ));
        }
        let bound = bound(value, column, now);
        let expected = match column.kind {
            ColumnKind::Number => "no number",
            _ => "no day or time, also not in words such as today or +3d",
        };
        bound
            .is_none()
            .then(|| format!("\"{value}\" is {expected}"))
    }

    /// The name of the column that values are compared with, if the rule names one of the table.
    pub fn beside<'a>(&'a self, names: impl Fn(&str) -> Option<usize> + 'a) -> Option<usize> {
        match &self.test {
            Test::Is(_, value) => names(value),
            Test::Empty(_) => None,
        }
    }

    /// Whether it holds for a value and that of the other column that it names.
    pub fn holds_beside(&self, one: (&Cell, &Column), other: (&Cell, &Column)) -> bool {
        let Test::Is(op, _) = &self.test else {
            return false;
        };
        let is_whole = |cell: &Cell| cell.whole_chars.is_none();
        let texts = one.0.value.as_text().zip(other.0.value.as_text());
        let Some((text, value)) = texts.filter(|_| is_whole(one.0) && is_whole(other.0)) else {
            return false;
        };
        match is_ordered(one.1) || is_ordered(other.1) {
            true => {
                let both = ordered(text, one.1).zip(ordered(value, other.1));
                let alike = both.filter(|(one, other)| discriminant(one) == discriminant(other));
                let way = alike.and_then(|(one, other)| one.partial_cmp(&other));
                way.is_some_and(|way| op.is_so(way))
            }
            false => op.is_so_of_texts(text, value),
        }
    }

    /// Whether it holds for a value; not where the value was not read, or cannot be compared.
    pub fn holds(&self, cell: &Cell, column: &Column, now: &Zoned) -> bool {
        let text = cell.value.as_text();
        match (&self.test, text) {
            (Test::Empty(empty), text) => text.is_none_or(str::is_empty) == *empty,
            (Test::Is(..), None) => false,
            // Only the beginning of it is known.
            (Test::Is(..), Some(_)) if cell.whole_chars.is_some() => false,
            (Test::Is(op, value), Some(text)) => match is_ordered(column) {
                true => compare(text, value, column, now).is_some_and(|way| op.is_so(way)),
                false => op.is_so_of_texts(text, value),
            },
        }
    }
}

impl Op {
    /// Texts are the same or not: which comes first is a matter of the database's collation.
    fn is_so_of_texts(self, one: &str, other: &str) -> bool {
        match self {
            Op::Equal => one == other,
            Op::Other => one != other,
            _ => false,
        }
    }

    fn is_so(self, way: Ordering) -> bool {
        match self {
            Op::Below => way.is_lt(),
            Op::AtMost => way.is_le(),
            Op::Equal => way.is_eq(),
            Op::Other => way.is_ne(),
            Op::AtLeast => way.is_ge(),
            Op::Above => way.is_gt(),
        }
    }
}

/// A value that has an order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Ordered {
    Number(f64),
    Date(jiff::civil::Date),
    Time(jiff::civil::Time),
    Local(jiff::civil::DateTime),
    Instant(jiff::Timestamp),
}

/// Whether values of a column are compared by more than whether they are the same.
fn is_ordered(column: &Column) -> bool {
    column.kind == ColumnKind::Number || kind(column).is_some()
}

/// What days or times a column holds; a time with an offset of its own has no order here.
fn kind(column: &Column) -> Option<Kind> {
    Kind::of(&column.facts.base).filter(|kind| *kind != Kind::ZonedTime)
}

fn compare(text: &str, value: &str, column: &Column, now: &Zoned) -> Option<Ordering> {
    ordered(text, column)?.partial_cmp(&bound(value, column, now)?)
}

/// What a value of a rule stands for: words mean what they mean in forms.
fn bound(value: &str, column: &Column, now: &Zoned) -> Option<Ordered> {
    let meant = kind(column).and_then(|kind| when::meaning(value, kind, now));
    match meant {
        Some(meaning) => ordered(&meaning.value, column),
        None => ordered(value, column).or_else(|| midnight(value, column, now)),
    }
}

/// A day where times are held: its begin in the person's zone.
fn midnight(value: &str, column: &Column, now: &Zoned) -> Option<Ordered> {
    let day: jiff::civil::Date = value.parse().ok()?;
    match kind(column)? {
        Kind::Timestamp => Some(Ordered::Local(
            day.to_datetime(jiff::civil::Time::midnight()),
        )),
        Kind::ZonedTimestamp => {
            let begin = day.to_zoned(now.time_zone().clone()).ok()?;
            Some(Ordered::Instant(begin.timestamp()))
        }
        _ => None,
    }
}

/// Reads a value as PostgreSQL writes it.
fn ordered(text: &str, column: &Column) -> Option<Ordered> {
    if column.kind == ColumnKind::Number {
        let number: f64 = text.trim().parse().ok()?;
        return number.is_finite().then_some(Ordered::Number(number));
    }
    let one = || text.trim().replacen(' ', "T", 1);
    match kind(column)? {
        Kind::Date => text.trim().parse().ok().map(Ordered::Date),
        Kind::Time => text.trim().parse().ok().map(Ordered::Time),
        Kind::Timestamp => one()
            .contains('T')
            .then(|| one().parse().ok())?
            .map(Ordered::Local),
        Kind::ZonedTimestamp => one().parse().ok().map(Ordered::Instant),
        Kind::ZonedTime => None,
    }
}
