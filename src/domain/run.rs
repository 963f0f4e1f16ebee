//! Runs: one's own changes of many rows as they are told again, in one line and row by row; pure, no SQL.

use jiff::Timestamp;

use super::history::{EntryId, FieldPast, Kept, OwnChange, Touched};
use super::record::{RecordKey, RequestId, Verb};
use super::table::TableId;

/// What the numbers of a run's saves begin with, as the shared layer writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunId(pub String);

/// A run of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRun {
    /// Its first entry.
    pub id: EntryId,
    /// What its numbers begin with.
    pub run: RunId,
    /// When it began.
    pub at: Timestamp,
    /// The table.
    pub table: TableId,
    /// What was done.
    pub verb: Verb,
    /// How many records may be told of, as far as they were counted.
    pub rows: u32,
    /// Whether there are more than were counted.
    pub is_more: bool,
    /// The columns that were set.
    pub columns: Vec<String>,
    /// What those were set to that were set alike in every record.
    pub set: Vec<(String, Kept)>,
}

/// What a run did to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// The entry that tells it.
    pub entry: EntryId,
    /// The record as it is called now.
    pub key: RecordKey,
    /// The fields it concerns.
    pub fields: Vec<FieldPast>,
    /// How many columns are left out.
    pub withheld: u32,
    /// Whether other records went with it, or were changed by it.
    pub along: bool,
    /// Who touched the same since, if anybody did.
    pub touched: Option<Touched>,
}

/// Deletions that are to be taken back, with all that went along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The table.
    pub table: TableId,
    /// Which.
    pub which: Which,
}

/// Which deletions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of certain records.
    Records(Vec<(RecordKey, EntryId)>),
    /// All of a run of one's own.
    Run(RunId),
}

/// Where to read on in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunPlace {
    /// The number of the save that was read last.
    pub request: String,
    /// Its entry.
    pub entry: EntryId,
}

/// A line of one's own changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// One record.
    Change(Box<OwnChange>),
    /// Many, at once.
    Run(Box<OwnRun>),
}

impl Own {
    /// The entry by which it stands in the list.
    pub fn id(&self) -> EntryId {
        match self {
            Self::Change(change) => change.entry.id,
            Self::Run(run) => run.id,
        }
    }

    /// One's own changes and runs in one list, the newest first.
    pub fn in_order(changes: Vec<OwnChange>, runs: Vec<OwnRun>) -> Vec<Self> {
        let changes = changes.into_iter().map(|one| Self::Change(Box::new(one)));
        let runs = runs.into_iter().map(|one| Self::Run(Box::new(one)));
        let mut all: Vec<Self> = changes.chain(runs).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.id()));
        all
    }
}

/// Of a run's numbers, the digits that say so: version and variant of a UUID of one's own making.
const MARKS: u128 = 0x8000_8000 << 48;
const MARKED: u128 = 0xf000_f000 << 48;

/// Rows are numbered in so many bits.
const ROW_BITS: u32 = 32;

impl RunId {
    /// The run that a save with this number belongs to.
    pub fn of(number: RequestId) -> Self {
        let mut text = number.to_string();
        text.truncate(text.len() - 8);
        Self(text)
    }
}

impl RequestId {
    /// The number of the first save of a run: the seed of this program, then the run's number, then 0.
    pub fn of_run(seed: u64, number: u64) -> Self {
        let run = u128::from(number & 0x0fff_ffff) << ROW_BITS;
        Self((u128::from(seed) << 64 | run) & !MARKED | MARKS)
    }

    /// The number of a later save of the same run, where this is of one and it has room for it.
    pub fn later_in_run(self, by: usize) -> Option<Self> {
        let by = u128::try_from(by).ok()?;
        let later = Self(self.0.checked_add(by)?);
        let same = later.0 >> ROW_BITS == self.0 >> ROW_BITS;
        (self.0 & MARKED == MARKS && same).then_some(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_run_share_all_but_eight_digits_and_say_what_they_are() {
        let first = RequestId::of_run(0xfedc_ba98_7654_3210, 7);
        assert_eq!(first.to_string(), "fedcba98-7654-8210-8000-000700000000");
        let last = first.later_in_run(10_000).expect("room");
        assert_eq!(
            RunId::of(last),
            RunId("fedcba98-7654-8210-8000-0007".into())
        );
        assert_eq!(last.to_string(), "fedcba98-7654-8210-8000-000700002710");
        assert_ne!(
            RequestId::of_run(0xfedc_ba98_7654_3210, 8).to_string()[..28],
            first.to_string()[..28]
        );
    }

    #[test]
    fn a_number_that_is_of_no_run_has_no_later_one() {
        assert_eq!(RequestId(0).later_in_run(3), None);
        assert_eq!(RequestId(5 << 64 | 9).later_in_run(3), None);
        let first = RequestId::of_run(1, 1);
        assert_eq!(first.later_in_run(1 << 32), None, "that is another run");
    }
}
