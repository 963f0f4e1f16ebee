//! One change of many rows: what is asked of each, what came of it, how it is taken back; pure.

use serde::{Deserialize, Serialize};

use super::record::{FieldChange, Guard, Record, RecordKey, RequestId};
use super::value::{Entry, Value};

/// What is done to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Fields are set.
    Change,
    /// The rows are deleted.
    Delete,
    /// An earlier change is taken back.
    TakeBack,
    /// Deleted rows are created again.
    Restore,
}

/// One row of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its key.
    pub key: RecordKey,
    /// The row as it was read for the dry run; what is sent is guarded by it.
    pub record: Option<Record>,
    /// What its fields are to become; nothing when it is deleted.
    pub wanted: Vec<FieldChange>,
    /// How it stands.
    pub state: State,
}

/// How a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is to be sent.
    Waiting,
    /// It has the values already.
    Same,
    /// It cannot be done, as is known beforehand.
    Barred(String),
    /// It is under way.
    Sent(RequestId),
    /// It was sent and it is not known what became of it.
    Unknown(RequestId),
    /// Stored, or deleted; the row as it was stored, where the person may see it.
    Done(Option<Box<Record>>),
    /// Somebody was faster or in the way; nothing was written.
    Skipped(String),
    /// The server refused; nothing was written.
    Refused(String),
}

/// One field of a row that would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The column.
    pub column: usize,
    /// What it holds.
    pub from: &'a Value,
    /// What it is to hold.
    pub to: &'a Entry,
}

/// How many rows stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// To be sent, or under way.
    pub waiting: usize,
    /// Alike already.
    pub same: usize,
    /// Known beforehand to be impossible.
    pub barred: usize,
    /// Not known.
    pub unknown: usize,
    /// Done.
    pub done: usize,
    /// Skipped.
    pub skipped: usize,
    /// Refused.
    pub refused: usize,
}

impl Item {
    /// Plans what is to be done to a row as it was read; a row that was not found cannot be changed.
    pub fn planned(
        deed: Deed,
        key: RecordKey,
        record: Option<Record>,
        wanted: Vec<FieldChange>,
    ) -> Self {
        let mut item = Self {
            key,
            record,
            wanted,
            state: State::Waiting,
        };
        if item.record.is_none() {
            item.state = State::Barred("gone, or you may not see it any more".into());
        } else if deed != Deed::Delete && item.steps().next().is_none() {
            item.state = State::Same;
        }
        item
    }

    /// Plans to create a row again with these values, unless a row was found that has its key by now.
    pub fn restored(
        key: RecordKey,
        found: Option<&Record>,
        wanted: Vec<FieldChange>,
        columns: usize,
    ) -> Self {
        let mut values = vec![Value::Null; columns];
        for change in &wanted {
            if let (Entry::Value(value), Some(place)) =
                (&change.entry, values.get_mut(change.column))
            {
                *place = value.clone();
            }
        }
        Self {
            record: Some(Record {
                key: Some(key.clone()),
                guard: Guard::default(),
                values,
            }),
            key,
            wanted,
            state: match found {
                None => State::Waiting,
                Some(_) => State::Barred("a row has this key by now".into()),
            },
        }
    }

    /// The fields that would change, from what to what.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let record = self.record.as_ref();
        self.wanted.iter().filter_map(move |change| {
            let from = record?.values.get(change.column)?;
            let same = matches!(&change.entry, Entry::Value(value) if value == from);
            (!same).then_some(Step {
                column: change.column,
                from,
                to: &change.entry,
            })
        })
    }

    /// The changes to send: only of fields that differ.
    pub fn changes(&self) -> Vec<FieldChange> {
        let steps = self.steps();
        steps
            .map(|step| FieldChange {
                column: step.column,
                entry: step.to.clone(),
            })
            .collect()
    }

    /// How much a row asks for attention: what is not settled first, what is as it was last.
    pub fn concern(&self) -> u8 {
        match self.state {
            State::Unknown(_) => 0,
            State::Refused(_) => 1,
            State::Skipped(_) => 2,
            State::Barred(_) => 3,
            State::Waiting | State::Sent(_) => 4,
            State::Done(_) => 5,
            State::Same => 6,
        }
    }

    /// What takes this row back to what it was; `None` when nothing was stored, or not to be seen.
    fn taken_back(&self) -> Option<Self> {
        let State::Done(Some(stored)) = &self.state else {
            return None;
        };
        let wanted = self.steps().map(|step| FieldChange {
            column: step.column,
            entry: Entry::Value(step.from.clone()),
        });
        let key = stored.key.clone()?;
        let record = Some((**stored).clone());
        let item = Self::planned(Deed::TakeBack, key, record, wanted.collect());
        Some(item)
    }
}

/// Counts how rows stand.
pub fn tally(items: &[Item]) -> Tally {
    let mut tally = Tally::default();
    for item in items {
        let counter = match item.state {
            State::Waiting | State::Sent(_) => &mut tally.waiting,
            State::Same => &mut tally.same,
            State::Barred(_) => &mut tally.barred,
            State::Unknown(_) => &mut tally.unknown,
            State::Done(_) => &mut tally.done,
            State::Skipped(_) => &mut tally.skipped,
            State::Refused(_) => &mut tally.refused,
        };
        *counter += 1;
    }
    tally
}

/// The rows that were stored, to be taken back to what they were. What somebody touches before that
/// is not taken back: each is guarded by how it was stored.
pub fn taken_back(items: &[Item]) -> Vec<Item> {
    items.iter().filter_map(Item::taken_back).collect()
}

/// The rows that were deleted, to be created again with the values they had in the columns that may
/// be given; what was deleted last comes back first, because others may refer to it.
pub fn brought_back(items: &[Item], may_be_given: impl Fn(usize) -> bool) -> Vec<Item> {
    let deleted = |item: &&Item| matches!(item.state, State::Done(None));
    let back = items.iter().rev().filter(deleted).filter_map(|item| {
        let values = item.record.as_ref()?.values.iter().enumerate();
        let given = values.filter(|(at, _)| may_be_given(*at));
        let wanted = given.map(|(column, value)| FieldChange {
            column,
            entry: Entry::Value(value.clone()),
        });
        Some(Item {
            wanted: wanted.collect(),
            state: State::Waiting,
            ..item.clone()
        })
    });
    back.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> RecordKey {
        RecordKey(vec![name.into()])
    }

    fn record(name: &str, version: i64, values: &[&str]) -> Record {
        Record {
            key: Some(key(name)),
            guard: Guard {
                version: Some(version),
                xmin: None,
            },
            values: values.iter().map(|value| Value::from(*value)).collect(),
        }
    }

    fn set(column: usize, value: &str) -> FieldChange {
        FieldChange {
            column,
            entry: Entry::Value(Value::from(value)),
        }
    }

    fn item(values: &[&str], wanted: &[FieldChange]) -> Item {
        let record = Some(record("a", 1, values));
        Item::planned(Deed::Change, key("a"), record, wanted.to_vec())
    }

    #[test]
    fn only_fields_that_differ_are_sent() {
        let item = item(&["x", "y"], &[set(0, "x"), set(1, "z")]);
        assert_eq!(item.state, State::Waiting);
        assert_eq!(item.changes(), [set(1, "z")]);
    }

    #[test]
    fn a_row_that_has_the_values_is_left_alone_and_a_missing_one_is_barred() {
        assert_eq!(item(&["x", "y"], &[set(0, "x")]).state, State::Same);
        let gone = Item::planned(Deed::Change, key("a"), None, vec![set(0, "x")]);
        assert!(matches!(gone.state, State::Barred(_)));
        let delete = Item::planned(
            Deed::Delete,
            key("a"),
            Some(record("a", 1, &[])),
            Vec::new(),
        );
        assert_eq!(delete.state, State::Waiting);
    }

    #[test]
    fn the_default_always_counts_as_a_change() {
        let entry = Entry::Default;
        let item = item(&["x"], &[FieldChange { column: 0, entry }]);
        assert_eq!(item.changes().len(), 1);
    }

    #[test]
    fn what_is_taken_back_is_what_was_stored_and_nothing_else() {
        let mut one = item(&["x", "y"], &[set(0, "new"), set(1, "y")]);
        one.state = State::Done(Some(Box::new(record("b", 2, &["new", "y"]))));
        let mut refused = item(&["x", "y"], &[set(0, "new")]);
        refused.state = State::Refused("no".into());
        let mut unseen = item(&["x", "y"], &[set(0, "new")]);
        unseen.state = State::Done(None);
        let same = item(&["new", "y"], &[set(0, "new")]);
        let back = taken_back(&[one, refused, unseen, same]);
        assert_eq!(back.len(), 1);
        assert_eq!(back[0].key, key("b"));
        assert_eq!(
            back[0].record.as_ref().map(|r| r.guard.version),
            Some(Some(2))
        );
        assert_eq!(back[0].changes(), [set(0, "x")]);
    }

    #[test]
    fn what_the_server_put_back_itself_needs_no_taking_back() {
        let mut one = item(&["x"], &[set(0, "new")]);
        one.state = State::Done(Some(Box::new(record("a", 2, &["x"]))));
        assert_eq!(taken_back(&[one])[0].state, State::Same);
    }

    #[test]
    fn rows_are_counted_once_each_and_the_unsettled_come_first() {
        let mut all = vec![item(&["x"], &[set(0, "y")]); 7];
        let states = [
            State::Done(None),
            State::Same,
            State::Skipped(String::new()),
            State::Unknown(RequestId(1)),
            State::Refused(String::new()),
            State::Waiting,
            State::Barred(String::new()),
        ];
        for (item, state) in all.iter_mut().zip(states) {
            item.state = state;
        }
        let expected = Tally {
            waiting: 1,
            same: 1,
            barred: 1,
            unknown: 1,
            done: 1,
            skipped: 1,
            refused: 1,
        };
        assert_eq!(tally(&all), expected);
        all.sort_by_key(Item::concern);
        assert!(matches!(all[0].state, State::Unknown(_)));
        assert_eq!(all[6].state, State::Same);
    }
}
