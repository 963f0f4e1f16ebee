//! What can be asked of a column by its type, and what is typed for it made a test; pure.

use jiff::Zoned;

use crate::app::forms::check::value_fault;
use crate::domain::query::Test;
use crate::domain::table::{Column, ColumnKind};
use crate::domain::value::Value;
use crate::domain::when::{self, Kind, span};

/// A test that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Is,
    IsNot,
    OneOf,
    Contains,
    Begins,
    Lacks,
    Between,
    Less,
    More,
    Before,
    After,
    During,
    Empty,
    Null,
    NotNull,
}

impl Op {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::OneOf => "one of",
            Self::Contains => "contains",
            Self::Begins => "begins with",
            Self::Lacks => "is without",
            Self::Between => "from .. to",
            Self::Less => "less than",
            Self::More => "more than",
            Self::Before => "before",
            Self::After => "after",
            Self::During => "in the time",
            Self::Empty => "is empty",
            Self::Null => "is NULL",
            Self::NotNull => "is not NULL",
        }
    }

    /// The same as it is called for times.
    pub fn of_times(self) -> Self {
        match self {
            Self::Less => Self::Before,
            Self::More => Self::After,
            other => other,
        }
    }

    /// Whether something is typed for it.
    pub fn is_typed(self) -> bool {
        !matches!(self, Self::Empty | Self::Null | Self::NotNull)
    }

    /// What can be typed, while nothing is.
    pub fn example(self) -> &'static str {
        match self {
            Self::OneOf => "a, b, \"c, d\"",
            Self::During => span::EXAMPLES,
            Self::Between => "either end may stay empty",
            _ => "",
        }
    }

    /// The test, or what is wrong with what is typed.
    pub fn test(
        self,
        (low, high): (&str, &str),
        about: &Column,
        now: &Zoned,
    ) -> Result<Test, String> {
        let one = || value(low, about, now);
        Ok(match self {
            Self::Null => Test::IsNull,
            Self::NotNull => Test::IsNotNull,
            Self::Empty => Test::Empty,
            Self::Is => Test::Equals(Value::Text(one()?)),
            Self::IsNot => Test::Differs(Value::Text(one()?)),
            Self::Less | Self::Before => Test::Less(one()?),
            Self::More | Self::After => Test::More(one()?),
            Self::Contains => Test::Contains(text(low)?),
            Self::Begins => Test::Begins(text(low)?),
            Self::Lacks => Test::Lacks(text(low)?),
            Self::OneOf => one_of(low, about, now)?,
            Self::Between => between(low, high, about, now)?,
            Self::During => during(low, about, now)?,
        })
    }
}

/// The values that a column can have, where they are few.
pub fn values(column: &Column) -> Vec<Value> {
    match &column.kind {
        ColumnKind::Boolean => vec!["true".into(), "false".into()],
        ColumnKind::Enum { labels } => labels.iter().map(Value::text).collect(),
        _ => Vec::new(),
    }
}

/// What can be asked of a column, the likeliest first.
pub fn of(column: &Column) -> Vec<Op> {
    let moment = Kind::of(&column.facts.base);
    let mut ops = match &column.kind {
        ColumnKind::Text { .. } => {
            vec![
                Op::Contains,
                Op::Begins,
                Op::Is,
                Op::IsNot,
                Op::OneOf,
                Op::Lacks,
                Op::Between,
                Op::Empty,
            ]
        }
        ColumnKind::Number => vec![
            Op::Is,
            Op::IsNot,
            Op::Between,
            Op::Less,
            Op::More,
            Op::OneOf,
        ],
        ColumnKind::Boolean => vec![],
        ColumnKind::Enum { .. } => vec![Op::IsNot, Op::Contains],
        ColumnKind::Date | ColumnKind::Time => match moment {
            Some(Kind::Date | Kind::Timestamp | Kind::ZonedTimestamp) => {
                vec![
                    Op::During,
                    Op::Between,
                    Op::Before,
                    Op::After,
                    Op::Is,
                    Op::IsNot,
                ]
            }
            _ => vec![Op::Between, Op::Less, Op::More, Op::Is, Op::IsNot],
        },
        ColumnKind::Json => vec![Op::Contains, Op::Lacks],
        ColumnKind::Bytes => vec![Op::Is, Op::IsNot],
        ColumnKind::Other => vec![
            Op::Contains,
            Op::Is,
            Op::IsNot,
            Op::OneOf,
            Op::Between,
            Op::Lacks,
        ],
    };
    if !column.not_null {
        ops.extend([Op::Null, Op::NotNull]);
    }
    ops
}

/// How a test is shown again: what it is, and what is typed for it.
pub fn shown(test: &Test) -> (Op, String, String) {
    let alone = |op, text: &str| (op, text.to_owned(), String::new());
    match test {
        Test::Equals(Value::Text(text)) => alone(Op::Is, text),
        Test::Differs(Value::Text(text)) => alone(Op::IsNot, text),
        Test::Contains(text) => alone(Op::Contains, text),
        Test::Begins(text) => alone(Op::Begins, text),
        Test::Lacks(text) => alone(Op::Lacks, text),
        Test::Less(text) => alone(Op::Less, text),
        Test::More(text) => alone(Op::More, text),
        Test::During(words) => alone(Op::During, words),
        Test::Empty => alone(Op::Empty, ""),
        Test::IsNull | Test::Equals(Value::Null) => alone(Op::Null, ""),
        Test::IsNotNull | Test::Differs(Value::Null) => alone(Op::NotNull, ""),
        Test::Between(low, high) => (
            Op::Between,
            low.clone().unwrap_or_default(),
            high.clone().unwrap_or_default(),
        ),
        Test::Span(from, until) => (Op::Between, from.clone(), until.clone()),
        Test::OneOf(values) => {
            let listed: Vec<String> = values.iter().map(in_list).collect();
            (Op::OneOf, listed.join(", "), String::new())
        }
    }
}

fn text(typed: &str) -> Result<String, String> {
    match typed.is_empty() {
        true => Err("Type a text first".into()),
        false => Ok(typed.to_owned()),
    }
}

/// A value of the column, words for times made exact.
fn value(typed: &str, about: &Column, now: &Zoned) -> Result<String, String> {
    if typed.trim().is_empty() {
        return Err("Type a value first".into());
    }
    fitting(typed, about, now)
}

/// The same of what may be empty.
fn fitting(typed: &str, about: &Column, now: &Zoned) -> Result<String, String> {
    if let Some(meaning) =
        Kind::of(&about.facts.base).and_then(|kind| when::meaning(typed, kind, now))
    {
        return Ok(meaning.value);
    }
    match value_fault(about, &Value::text(typed)) {
        Some(what) => Err(format!("This {what}")),
        None => Ok(typed.to_owned()),
    }
}

fn one_of(typed: &str, about: &Column, now: &Zoned) -> Result<Test, String> {
    let mut values = Vec::new();
    for part in split(typed)? {
        values.push(match part {
            None => Value::Null,
            Some(part) => Value::Text(fitting(&part, about, now)?),
        });
    }
    match values.is_empty() {
        true => Err("Type some values first, with commas between".into()),
        false => Ok(Test::OneOf(values)),
    }
}

/// Parts a list at its commas; what stands in quotes is one value, and NULL without them is none.
fn split(typed: &str) -> Result<Vec<Option<String>>, String> {
    let mut parts = Vec::new();
    let mut rest = typed.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (value, after) = unquoted(quoted).ok_or("A quote is not closed")?;
            parts.push(Some(value));
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if after.is_empty() => after,
                None => return Err("A comma is missing after a quoted value".into()),
            };
            continue;
        }
        let (part, after) = rest.split_once(',').unwrap_or((rest, ""));
        let part = part.trim();
        if !part.is_empty() {
            parts.push((!part.eq_ignore_ascii_case("null")).then(|| part.to_owned()));
        }
        rest = after.trim_start();
    }
    Ok(parts)
}

/// What stands before the closing quote, two quotes being one; and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        value.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                value.push('"');
                rest = next;
            }
            None => return Some((value, after)),
        }
    }
}

/// A value as it stands in a list.
pub fn in_list(value: &Value) -> String {
    let Some(text) = value.as_text() else {
        return "NULL".into();
    };
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.contains([',', '"'])
        && !text.eq_ignore_ascii_case("null");
    match plain {
        true => text.to_owned(),
        false => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

fn between(low: &str, high: &str, about: &Column, now: &Zoned) -> Result<Test, String> {
    let end = |typed: &str| match typed.trim().is_empty() {
        true => Ok(None),
        false => value(typed, about, now).map(Some),
    };
    let (low, high) = (end(low)?, end(high)?);
    if let (Some(low), Some(high)) = (&low, &high)
        && turned(low, high, about)
    {
        return Err("The first is more than the second: no row is between".into());
    }
    match (&low, &high) {
        (None, None) => Err("Type one end at least".into()),
        _ => Ok(Test::Between(low, high)),
    }
}

/// Whether the first is certainly more than the second.
fn turned(low: &str, high: &str, about: &Column) -> bool {
    match about.kind {
        ColumnKind::Number => match (low.trim().parse::<f64>(), high.trim().parse::<f64>()) {
            (Ok(low), Ok(high)) => low > high,
            _ => false,
        },
        ColumnKind::Date => {
            let day = |text: &str| text.trim().parse::<jiff::civil::Date>().ok();
            day(low)
                .zip(day(high))
                .is_some_and(|(low, high)| low > high)
        }
        _ => false,
    }
}

fn during(typed: &str, about: &Column, now: &Zoned) -> Result<Test, String> {
    let kind = Kind::of(&about.facts.base);
    let span = kind.and_then(|kind| span::read(typed, kind, now));
    match (span, typed.trim().is_empty()) {
        (Some(_), _) => Ok(Test::During(typed.trim().to_lowercase())),
        (None, true) => Err(format!("Type a time first: {}", span::EXAMPLES)),
        (None, false) => Err(format!("This is no time in words: {}", span::EXAMPLES)),
    }
}
