//! Three-way merging of a record, field by field: what was read, what somebody else saved, what the
//! person made of it. Pure; nothing here decides in a person's stead.

mod units;

use serde::{Deserialize, Serialize};

use super::value::{Entry, Value};

pub use units::{Unit, units};

#[cfg(test)]
mod tests;

/// How one field came out of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Merged {
    /// Nobody changed it.
    Unchanged,
    /// Only you changed it.
    Yours,
    /// Only the other person changed it.
    Theirs,
    /// Both changed it, to the same.
    Same,
    /// Both changed it, to different values: somebody has to decide.
    Clash,
}

/// Which of the three values a field is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// What you typed.
    Yours,
    /// What somebody else saved.
    Theirs,
    /// What was there before both.
    Was,
}

/// How a whole record came out, one per column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// One per column, in the order of the columns.
    pub fields: Vec<Merged>,
}

/// Merges one field. `yours` is `None` where the person left it alone; what was typed but equals
/// what was read counts as left alone.
pub fn field(base: &Value, theirs: &Value, yours: Option<&Entry>) -> Merged {
    let left_alone =
        yours.is_none_or(|entry| matches!(entry, Entry::Value(value) if value == base));
    let same = matches!(yours, Some(Entry::Value(value)) if value == theirs);
    match (left_alone, base == theirs) {
        (true, true) => Merged::Unchanged,
        (true, false) => Merged::Theirs,
        (false, true) => Merged::Yours,
        (false, false) if same => Merged::Same,
        (false, false) => Merged::Clash,
    }
}

/// Merges a record. A value that one side does not have counts as NULL.
pub fn record(base: &[Value], theirs: &[Value], yours: &[Option<Entry>]) -> Merge {
    let columns = base.len().max(theirs.len()).max(yours.len());
    let fields = (0..columns)
        .map(|column| {
            let base = base.get(column).unwrap_or(&Value::Null);
            let theirs = theirs.get(column).unwrap_or(&Value::Null);
            field(base, theirs, yours.get(column).and_then(Option::as_ref))
        })
        .collect();
    Merge { fields }
}

impl Merge {
    /// Returns the columns that came out like this, in order.
    pub fn columns(&self, merged: Merged) -> Vec<usize> {
        self.fields
            .iter()
            .enumerate()
            .filter(|(_, field)| **field == merged)
            .map(|(column, _)| column)
            .collect()
    }

    /// Whether some field has to be decided by a person.
    pub fn clashes(&self) -> bool {
        self.fields.contains(&Merged::Clash)
    }
}
