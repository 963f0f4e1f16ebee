//! What is known of the past: entries of the trail, who gave a field its value, what was deleted;
//! plain data and pure questions about it, no SQL.

use jiff::Timestamp;

use super::record::{RecordKey, Verb};
use super::table::TableId;
use super::value::Value;

/// The number of an entry of the trail; of one record, a later entry has a greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub i64);

/// Who made a change, from where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The account; `None` where another program wrote.
    pub username: Option<String>,
    /// The person's name, when there is an account.
    pub display_name: String,
    /// From where, as far as known.
    pub station: String,
    /// The database's login.
    pub db_user: String,
    /// Whether it was the asking person.
    pub mine: bool,
}

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub verb: Verb,
    /// The record's version afterwards.
    pub version: Option<i64>,
    /// The record's key before.
    pub key: RecordKey,
    /// Its key afterwards, where that changed.
    pub new_key: Option<RecordKey>,
    /// Who.
    pub author: Author,
    /// The fields it concerns, by column name, in alphabetical order.
    pub fields: Vec<FieldPast>,
    /// How many columns are left out because they may not be read or are no longer there.
    pub withheld: u32,
}

/// One field before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPast {
    /// The column's name.
    pub column: String,
    /// Its value before; `None` where the record was not there or it was not recorded.
    pub old: Option<Kept>,
    /// Its value afterwards; `None` where the record was gone or it was not recorded.
    pub new: Option<Kept>,
}

/// A value as the trail keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole(Value),
    /// Its beginning; the rest is kept and can be asked for.
    Short {
        /// The beginning.
        beginning: String,
        /// How many characters it has.
        chars: u64,
    },
    /// Its beginning; the rest was too long to be kept.
    Cut {
        /// The beginning.
        beginning: String,
        /// How many bytes it had.
        bytes: u64,
    },
}

/// Who gave a field the value that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blame {
    /// The column's name.
    pub column: String,
    /// The entry.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// Whether the record was created with it, or changed.
    pub verb: Verb,
    /// The record's version afterwards.
    pub version: Option<i64>,
    /// Who.
    pub author: Author,
}

/// What is known of a record as it was after an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// What was recorded of it, by column name.
    pub recorded: Vec<(String, Kept)>,
    /// What holds for the columns that were not recorded.
    pub beyond: Beyond,
    /// The columns that the record had then, where that was recorded.
    pub known: Option<Vec<String>>,
}

/// What holds for columns of which no later change is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// They have the same value now.
    Present,
    /// A whole row was recorded, and they were not in it.
    Gone,
    /// Nothing is known of them.
    Lost,
}

/// A value of a record as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// It was this.
    Known(Kept),
    /// The record did not have this column, or it was not recorded.
    Unknown,
}

impl AsOf {
    /// Says what a column held, given what it holds now.
    pub fn value(&self, column: &str, now: Option<&Value>) -> Then {
        if let Some((_, kept)) = self.recorded.iter().find(|(name, _)| name == column) {
            return Then::Known(kept.clone());
        }
        let had = |known: &Vec<String>| known.iter().any(|name| name == column);
        match (self.beyond, now) {
            (Beyond::Present, Some(now)) if self.known.as_ref().is_none_or(had) => {
                Then::Known(Kept::Whole(now.clone()))
            }
            _ => Then::Unknown,
        }
    }
}

impl Kept {
    /// Returns the value when all of it is here.
    pub fn whole(&self) -> Option<&Value> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Short { .. } | Self::Cut { .. } => None,
        }
    }

    /// Returns the text, or the beginning that is here; `None` for NULL.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Whole(value) => value.as_text(),
            Self::Short { beginning, .. } | Self::Cut { beginning, .. } => Some(beginning),
        }
    }
}

impl HistoryEntry {
    /// Returns a field of it.
    pub fn field(&self, column: &str) -> Option<&FieldPast> {
        self.fields.iter().find(|field| field.column == column)
    }

    /// Returns the record's key after it.
    pub fn key_after(&self) -> &RecordKey {
        self.new_key.as_ref().unwrap_or(&self.key)
    }
}

/// How near a time must be to that of a change to be its stamp, in seconds.
const STAMP_SECONDS: i64 = 5;

/// Whether a value is the time of the change that made it, such as that of a column "updated".
pub fn is_stamp(value: &Value, at: Timestamp) -> bool {
    let Some(text) = value.as_text() else {
        return false;
    };
    let civil = || {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(zoned.timestamp())
    };
    let long = text.contains(':');
    let time: Option<Timestamp> = text.parse().ok().or_else(civil).filter(|_| long);
    time.is_some_and(|time| time.duration_since(at).as_secs().abs() < STAMP_SECONDS)
}

/// Who touched what one had changed, the latest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// What was done.
    pub verb: Verb,
    /// Which of the same columns; empty when the record was created again or deleted.
    pub columns: Vec<String>,
    /// When.
    pub at: Timestamp,
    /// The account, or the database's login.
    pub by: String,
    /// Whether it was oneself.
    pub mine: bool,
}

/// A change of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnChange {
    /// The table.
    pub table: TableId,
    /// The change; its key is the one that the record has now.
    pub entry: HistoryEntry,
    /// Who touched the same since, if anybody did.
    pub touched: Option<Touched>,
}

/// A record that was deleted and is still gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedRecord {
    /// The deletion; its fields hold the beginnings of the values.
    pub entry: HistoryEntry,
    /// How many records of other tables went with it.
    pub dependents: Vec<(TableId, u64)>,
}

/// A deleted record with every value that was kept; or one that is there and was made to let go of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    /// Which of the deletions asked about it belongs to, counted from 1.
    pub place: u32,
    /// The table.
    pub table: TableId,
    /// Its key.
    pub key: RecordKey,
    /// Its values by column name.
    pub values: Vec<(String, Kept)>,
    /// What those columns were made to hold, where the record is there still.
    pub over: Option<Vec<(String, Kept)>>,
    /// How many columns may not be read or are no longer there.
    pub withheld: u32,
    /// How many records have to be there before it: 0 is the record itself.
    pub depth: u32,
    /// Whether more went with it than is told.
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Kept {
        Kept::Whole(Value::from(text))
    }

    fn as_of(beyond: Beyond, known: Option<&[&str]>) -> AsOf {
        AsOf {
            recorded: vec![("status".into(), kept("Open"))],
            beyond,
            known: known.map(|all| all.iter().map(|name| (*name).to_owned()).collect()),
        }
    }

    #[test]
    fn the_time_of_a_change_is_told_from_other_times() {
        let at: Timestamp = "2026-03-02T09:05:00Z".parse().expect("a time");
        let is = |text: &str| is_stamp(&Value::from(text), at);
        assert!(is("2026-03-02 09:05:01.5+00"));
        assert!(is("2026-03-02 10:05:00+01"));
        assert!(is("2026-03-02 09:04:58"));
        assert!(!is("2026-03-02 09:15:00+00"));
        assert!(!is("2026-03-02"));
        assert!(!is("Down"));
        assert!(!is_stamp(&Value::Null, at));
    }

    #[test]
    fn what_was_recorded_goes_before_what_is_there_now() {
        let now = Value::from("Down");
        let all = [
            as_of(Beyond::Present, None),
            as_of(Beyond::Gone, None),
            as_of(Beyond::Lost, Some(&[])),
        ];
        for past in &all {
            assert_eq!(past.value("status", Some(&now)), Then::Known(kept("Open")));
        }
    }

    #[test]
    fn what_was_not_recorded_is_taken_from_now_only_where_that_is_true() {
        let now = Value::from("Hall 1");
        let here = Then::Known(kept("Hall 1"));
        let past = as_of(Beyond::Present, None);
        assert_eq!(past.value("place", Some(&now)), here);
        assert_eq!(past.value("place", None), Then::Unknown);
        let past = as_of(Beyond::Present, Some(&["status", "place"]));
        assert_eq!(past.value("place", Some(&now)), here);
        assert_eq!(past.value("added later", Some(&now)), Then::Unknown);
        for beyond in [Beyond::Gone, Beyond::Lost] {
            assert_eq!(
                as_of(beyond, None).value("place", Some(&now)),
                Then::Unknown
            );
        }
    }
}
