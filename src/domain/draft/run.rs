//! A change of many rows that was begun: under which numbers its rows were sent, and what each held
//! before, so that what became of it is settled after the program died; pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::bulk::Deed;
use crate::domain::record::{Guard, RecordKey, RequestId};
use crate::domain::value::{Entry, Value};

/// A change of many rows that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What is done to the rows.
    pub deed: Deed,
    /// When it was begun.
    pub begun: Timestamp,
    /// The number of the first row's save; those of the others follow it, row by row.
    pub first: RequestId,
    /// The rows, in the order in which they are sent.
    pub rows: Vec<Begun>,
}

/// A row of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its key.
    pub key: RecordKey,
    /// The number it was sent under before, where that is another: nobody answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<RequestId>,
    /// What must still hold for it to be changed.
    pub guard: Guard,
    /// What the fields held that are set, by column name; secrets are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<(String, Value)>,
    /// What its fields are to become, where that is another thing in every row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<(String, Entry)>,
    /// How it was stored, where that is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Stored>,
}

/// How a row was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its key afterwards.
    pub key: Option<RecordKey>,
    /// Its version afterwards.
    pub version: Option<i64>,
}

impl Begun {
    /// The key that it has now, as far as known.
    pub fn key_now(&self) -> &RecordKey {
        let stored = self.stored.as_ref();
        stored
            .and_then(|stored| stored.key.as_ref())
            .unwrap_or(&self.key)
    }
}

impl Run {
    /// The number under which a row is sent.
    pub fn number(&self, at: usize) -> RequestId {
        let own = self.rows.get(at).and_then(|row| row.number);
        own.unwrap_or(RequestId(self.first.0 + at as u128))
    }

    /// The rows of which it is not known what became of them, with their numbers.
    pub fn open(&self) -> impl Iterator<Item = (usize, RequestId)> {
        let rows = self.rows.iter().enumerate();
        let open = rows.filter(|(_, row)| row.stored.is_none());
        open.map(|(at, _)| (at, self.number(at)))
    }

    /// Takes what became of those rows, in their order: `None` for one that was not stored, and
    /// never will be under that number.
    pub fn settle(&mut self, came: impl IntoIterator<Item = Option<Stored>>) {
        let open: Vec<usize> = self.open().map(|(at, _)| at).collect();
        for (at, came) in open.into_iter().zip(came) {
            self.rows[at].stored = came;
        }
    }

    /// How many rows are known to be stored.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|row| row.stored.is_some()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rows: usize) -> Run {
        let row = |at: usize| Begun {
            key: RecordKey(vec![at.to_string()]),
            number: (at == 2).then_some(RequestId(7)),
            guard: Guard::default(),
            was: Vec::new(),
            wanted: Vec::new(),
            stored: None,
        };
        Run {
            deed: Deed::Change,
            begun: Timestamp::UNIX_EPOCH,
            first: RequestId(100),
            rows: (0..rows).map(row).collect(),
        }
    }

    fn stored(version: i64) -> Option<Stored> {
        Some(Stored {
            key: None,
            version: Some(version),
        })
    }

    #[test]
    fn only_what_is_not_known_is_asked_and_each_answer_goes_to_its_row() {
        let mut run = run(4);
        let asked: Vec<u128> = run.open().map(|(_, number)| number.0).collect();
        assert_eq!(asked, [100, 101, 7, 103]);
        run.settle([stored(1), None, stored(2), None]);
        assert_eq!(run.done(), 2);
        let open: Vec<_> = run.open().collect();
        assert_eq!(open, [(1, RequestId(101)), (3, RequestId(103))]);
        run.settle([None, stored(3)]);
        let done: Vec<bool> = run.rows.iter().map(|row| row.stored.is_some()).collect();
        assert_eq!(done, [true, false, true, true]);
    }
}
