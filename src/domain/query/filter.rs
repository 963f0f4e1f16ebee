//! Filters: what rows to show, as parts that all must hold; some of them joined by or, some switched
//! off; pure.

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use crate::domain::table::Shape;
use crate::domain::value::Value;
use crate::domain::when::{Kind, span};

#[cfg(test)]
mod tests;

/// What rows to show; empty shows all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Text that some searchable column must contain, upper or lower case.
    pub quick: String,
    /// Its parts, as a person lists them.
    pub conditions: Vec<Condition>,
}

/// One condition on a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The position in the shape's columns.
    pub column: usize,
    /// The test.
    pub test: Test,
    /// Whether it is enough that this or the one before holds.
    pub or: bool,
    /// Whether it is kept and not asked for.
    pub off: bool,
}

/// A test of one column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Test {
    /// Equal to the value as the column's type compares; NULL equals NULL.
    Equals(Value),
    /// Different from the value.
    Differs(Value),
    /// Equal to one of the values.
    OneOf(Vec<Value>),
    /// The text form contains this, upper or lower case.
    Contains(String),
    /// The text form does not contain this; NULL does not.
    Lacks(String),
    /// The text form begins with this, upper or lower case.
    Begins(String),
    /// At least the first and at most the second, where given.
    Between(Option<String>, Option<String>),
    /// At least the first and less than the second.
    Span(String, String),
    /// Less than this.
    Less(String),
    /// More than this.
    More(String),
    /// Within a time in words, as of when rows are asked for: `today`, `-7d`, `last month`.
    During(String),
    /// A text without any sign; NULL is none.
    Empty,
    /// NULL.
    IsNull,
    /// Not NULL.
    IsNotNull,
}

impl Condition {
    /// A part that must hold.
    pub fn new(column: usize, test: Test) -> Self {
        Self {
            column,
            test,
            or: false,
            off: false,
        }
    }
}

impl Filter {
    /// Whether every row is shown.
    pub fn is_empty(&self) -> bool {
        self.quick.is_empty() && self.conditions.iter().all(|one| one.off)
    }

    /// What must hold: of each group one condition at least. Those switched off are in none.
    pub fn groups(&self) -> Vec<Vec<&Condition>> {
        let mut groups: Vec<Vec<&Condition>> = Vec::new();
        for one in &self.conditions {
            match groups.last_mut().filter(|_| one.or) {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
        for group in &mut groups {
            group.retain(|one| !one.off);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// Takes the conditions away that are not to be kept; those joined to one that goes stay joined
    /// to each other, and to nothing else.
    pub fn keep(&mut self, mut is_kept: impl FnMut(&Condition) -> bool) {
        let mut kept = Vec::new();
        let mut begins = true;
        for mut one in std::mem::take(&mut self.conditions) {
            begins |= !one.or;
            if is_kept(&one) {
                one.or = !begins;
                begins = false;
                kept.push(one);
            }
        }
        self.conditions = kept;
    }

    /// Takes one condition away.
    pub fn remove(&mut self, at: usize) {
        let mut number = 0..;
        self.keep(|_| number.next() != Some(at));
    }

    /// The same with times in words made exact as of a moment in the person's zone.
    pub fn as_of(&self, shape: &Shape, now: &Zoned) -> Self {
        let mut exact = self.clone();
        for one in &mut exact.conditions {
            let Test::During(words) = &one.test else {
                continue;
            };
            let column = shape.columns.get(one.column);
            let kind = column.and_then(|column| Kind::of(&column.facts.base));
            if let Some(span) = kind.and_then(|kind| span::read(words, kind, now)) {
                one.test = Test::Span(span.from, span.until);
            }
        }
        exact
    }
}
