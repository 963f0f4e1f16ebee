//! What is decided in a conflict, field by field: by the person, or because only one side changed
//! it. Fields that belong together are decided by one choice. Pure; nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::merge::{self, Merge, Merged, Unit};
use crate::domain::table::Couple;
use crate::domain::value::{Entry, Value};

use super::Form;

pub use crate::domain::merge::Choice;

/// What a person decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// The choices, by column.
    pub choices: BTreeMap<usize, Choice>,
    /// The columns that were decided over values which are no longer the same: they are asked anew,
    /// whether or not they still clash.
    pub reopened: BTreeSet<usize>,
}

/// One field of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The column.
    pub column: usize,
    /// How it came out of merging.
    pub merged: Merged,
    /// What was decided, by the person or because only one side changed it.
    pub choice: Option<Choice>,
    /// The first column of those that it is decided with, where there are several.
    pub group: Option<usize>,
}

/// What follows from the choices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The columns that nobody decided yet.
    pub undecided: Vec<usize>,
    /// What has to be written over theirs, by column.
    pub entries: Vec<Option<Entry>>,
}

/// The three sides of a record, and what ties its fields.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What was read.
    pub base: &'a [Value],
    /// What somebody else saved.
    pub theirs: &'a [Value],
    /// What was typed.
    pub yours: &'a [Option<Entry>],
    /// The columns that belong together.
    pub couples: &'a [Couple],
    /// Which columns the person may change.
    pub open: &'a [bool],
}

impl Sides<'_> {
    /// Merges them.
    pub fn merge(&self) -> Merge {
        merge::record(self.base, self.theirs, self.yours)
    }

    /// Returns the changed fields as they are decided together.
    pub fn units(&self, merge: &Merge) -> Vec<Unit> {
        let open = |column: usize| self.open.get(column) == Some(&true);
        merge::units(merge, self.couples, open)
    }

    /// Says what follows from the decisions.
    pub fn resolve(&self, decisions: &Decisions) -> Resolution {
        let merge = self.merge();
        let mut resolution = Resolution {
            undecided: Vec::new(),
            entries: vec![None; merge.fields.len()],
        };
        for unit in self.units(&merge) {
            let choice = decisions.of(&unit, &merge);
            for column in unit.columns {
                let settled = merge.fields[column] == Merged::Same;
                if choice.is_none() && !settled {
                    resolution.undecided.push(column);
                }
                resolution.entries[column] = choice.and_then(|choice| self.entry(column, choice));
            }
        }
        resolution.undecided.sort_unstable();
        resolution
    }

    /// What has to be written over theirs so that a field has the chosen value.
    fn entry(&self, column: usize, choice: Choice) -> Option<Entry> {
        let value = |values: &[Value]| values.get(column).cloned().unwrap_or(Value::Null);
        let entry = match choice {
            Choice::Theirs => return None,
            Choice::Was => Entry::Value(value(self.base)),
            Choice::Yours => {
                let typed = self.yours.get(column).cloned().flatten();
                typed.unwrap_or_else(|| Entry::Value(value(self.base)))
            }
        };
        let theirs = value(self.theirs);
        Some(entry).filter(|entry| !matches!(entry, Entry::Value(value) if *value == theirs))
    }
}

impl Decisions {
    /// Asks again about what was decided as yours where nothing of yours is left in it since: who
    /// sets a field back does not mean to write over theirs what was there before.
    pub fn asked_again(&self, sides: &Sides<'_>, asked: &BTreeSet<usize>) -> Self {
        let mut again = self.clone();
        let is_typed = |column: &usize| sides.yours.get(*column).is_some_and(Option::is_some);
        let units = sides.units(&sides.merge()).into_iter();
        let left = units.filter(|unit| !unit.columns.iter().any(is_typed));
        for column in left.flat_map(|unit| unit.columns) {
            if asked.contains(&column) && self.choices.get(&column) == Some(&Choice::Yours) {
                again.choices.remove(&column);
                again.reopened.insert(column);
            }
        }
        again
    }

    /// Returns what was decided for fields that are decided together: by the person, who decided the
    /// same for all of them, or because only one side changed them.
    pub fn of(&self, unit: &Unit, merge: &Merge) -> Option<Choice> {
        let differs = |column: &&usize| merge.fields[**column] != Merged::Same;
        let asked: Vec<usize> = match unit.columns.iter().any(|column| differs(&column)) {
            true => unit.columns.iter().filter(differs).copied().collect(),
            false => unit.columns.clone(),
        };
        let made: Vec<Option<Choice>> = asked
            .iter()
            .map(|column| self.choices.get(column).copied())
            .collect();
        let first = made.first().copied().flatten();
        if first.is_some() && made.iter().all(|choice| *choice == first) {
            return first;
        }
        let reopened = asked.iter().any(|column| self.reopened.contains(column));
        if unit.contested || reopened || made.iter().any(Option::is_some) {
            return None;
        }
        asked
            .first()
            .and_then(|column| by_itself(merge.fields[*column]))
    }
}

impl Item {
    /// Whether nothing is left to decide here.
    pub fn is_decided(&self) -> bool {
        self.choice.is_some() || matches!(self.merged, Merged::Same | Merged::Unchanged)
    }
}

/// Returns every changed field with what was decided for it, in the order in which they are listed:
/// those that are decided together stand together.
pub fn items(sides: &Sides<'_>, decisions: &Decisions) -> Vec<(Item, Unit)> {
    let merge = sides.merge();
    let units = sides.units(&merge);
    let item = |unit: &Unit, column: usize| Item {
        column,
        merged: merge.fields[column],
        choice: decisions.of(unit, &merge),
        group: unit
            .columns
            .first()
            .copied()
            .filter(|_| unit.columns.len() > 1),
    };
    units
        .iter()
        .flat_map(|unit| {
            unit.columns
                .iter()
                .map(|column| (item(unit, *column), unit.clone()))
        })
        .collect()
}

/// Returns which columns of a form the person may change.
pub fn open(form: &Form) -> Vec<bool> {
    form.fields
        .iter()
        .map(|field| field.locked.is_none())
        .collect()
}

/// What is taken without asking.
fn by_itself(merged: Merged) -> Option<Choice> {
    match merged {
        Merged::Yours => Some(Choice::Yours),
        Merged::Theirs => Some(Choice::Theirs),
        Merged::Unchanged | Merged::Same | Merged::Clash => None,
    }
}
