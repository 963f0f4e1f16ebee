//! Drafts: edits not yet saved, as they are kept on disk; secrets are never part of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{Guard, RecordKey, RequestId};
use super::table::{Shape, TableId, TableName};
use super::value::{Entry, Value};

mod decided;
mod rows;
mod run;

pub use super::named::NamedFilter;
pub use decided::{Decided, DecidedField};
pub use rows::Rows;
pub use run::{Begun, Run, Stored};

/// Names a draft's file: person, server, record, and the form it is typed in, so that two terminals
/// of one person on one record have a draft each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DraftId(pub String);

/// Whose drafts: an account on an installation (or a role on a server in the plain way).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DraftOwner {
    /// The installation's id, or host, port and database in the plain way.
    pub server: String,
    /// The account's or role's name.
    pub username: String,
}

/// One record's edits with everything needed to continue them at another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The name of its file.
    pub id: DraftId,
    /// Whose it is.
    pub owner: DraftOwner,
    /// The table, by name: object ids change with a restore.
    pub table: TableName,
    /// The table's number in the catalog: while it is the same, so are the columns' numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<u32>,
    /// The record; `None` for one that is being created.
    pub key: Option<RecordKey>,
    /// What the record's guard was when it was opened.
    pub guard: Guard,
    /// When the last key was typed.
    pub typed_at: Timestamp,
    /// The fields, by column name.
    pub fields: Vec<DraftField>,
    /// The columns that were changed too, but hold secrets: their values are kept nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The keys, by name, that were typed before the record had come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// The rows that the fields are set for, where it is not of one record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Rows>,
    /// What was decided of a conflict, where one was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// Whether it is open at another terminal of the person's: seen when it is read, never written.
    #[serde(skip)]
    pub elsewhere: bool,
}

/// One field of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftField {
    /// The column's name.
    pub column: String,
    /// The column's number in the catalog, which stays when it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i16>,
    /// The value that was read.
    pub base: Value,
    /// What the person made of it; `None` where untouched.
    pub yours: Option<Entry>,
}

/// What holds for all drafts on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRules {
    /// After how many days without a key a draft is called old; it is never removed by itself.
    pub old_days: u32,
    /// Columns that hold secrets, and with `!` such as do not, as [`super::secret`] reads them.
    pub secret_columns: Vec<String>,
}

impl Default for DraftRules {
    fn default() -> Self {
        Self {
            old_days: 30,
            secret_columns: Vec::new(),
        }
    }
}

/// What became of a draft without this seat's doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is open at another terminal, and stays that one's.
    Elsewhere,
    /// Its file is gone: saved or thrown away at another terminal.
    Gone,
    /// What was to be written is kept under another name, because the first is another terminal's.
    Moved(DraftId),
}

/// How much of table and key is readable in a draft's name.
const READABLE_CHARS: usize = 40;

impl DraftId {
    /// Names a draft: readable, safe as a file's name, and different for every owner, table, key and
    /// number. The number is one of those that a seat gives only once.
    pub fn of(
        owner: &DraftOwner,
        table: &TableName,
        key: Option<&RecordKey>,
        number: RequestId,
    ) -> Self {
        let mut parts = vec![&owner.server, &owner.username, &table.schema, &table.name];
        parts.extend(key.iter().flat_map(|key| &key.0));
        let new = usize::from(key.is_none());
        let record = hash(parts.iter().map(|part| part.as_bytes()), new);
        let key = key.map_or("new".to_owned(), |key| key.0.join("-"));
        let readable: String = format!("{}-{key}", table.name)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(READABLE_CHARS)
            .collect();
        let readable = readable.to_lowercase();
        Self(format!("{readable}-{record:016x}-{:x}", number.0))
    }

    /// Another name beside this one.
    pub fn beside(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }
}

impl Draft {
    /// Whether it is one of this record; without a key, of one that is being created.
    pub fn is_of(&self, table: &TableName, key: Option<&RecordKey>) -> bool {
        self.rows.is_none() && self.table == *table && self.key.as_ref() == key
    }

    /// Whether nothing was typed in it for that many days.
    pub fn is_old(&self, now: Timestamp, days: u32) -> bool {
        let age = now.duration_since(self.typed_at);
        age > jiff::SignedDuration::from_hours(24 * i64::from(days))
    }

    /// Whether the columns' numbers are those of this table.
    pub fn has_numbers_of(&self, table: TableId) -> bool {
        self.relation == Some(table.0)
    }

    /// Finds the column of a field in a table as it is now: by its number, which a new name does not
    /// change, else by its name.
    pub fn column_of(&self, field: &DraftField, shape: &Shape) -> Option<usize> {
        self.column_called(&field.column, field.number, shape)
    }

    /// The same for a column of which name and number were kept.
    pub fn column_called(&self, name: &str, number: Option<i16>, shape: &Shape) -> Option<usize> {
        let numbered = |number: i16| {
            let mut columns = shape.columns.iter();
            columns.position(|column| column.number == number)
        };
        let by_name = shape.column_named(name);
        if !self.has_numbers_of(shape.id) {
            return by_name;
        }
        // A column that took the name of another one is not that one.
        let another = |at: &usize| {
            let number = Some(shape.columns[*at].number);
            self.fields.iter().any(|other| other.number == number)
        };
        let by_number = number.and_then(numbered);
        by_number.or_else(|| by_name.filter(|at| !another(at)))
    }

    /// Returns the fields that the person changed.
    pub fn changed(&self) -> impl Iterator<Item = (&DraftField, &Entry)> {
        let fields = self.fields.iter();
        fields.filter_map(|field| Some((field, field.yours.as_ref()?)))
    }
}

/// FNV-1a over the parts and their lengths; the same on every machine and in every release.
fn hash<'a>(parts: impl Iterator<Item = &'a [u8]>, seed: usize) -> u64 {
    let mut number = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| {
        number = (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    };
    add(u8::from(seed != 0));
    for part in parts {
        (part.len() as u64)
            .to_le_bytes()
            .into_iter()
            .for_each(&mut add);
        part.iter().copied().for_each(&mut add);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(user: &str, table: &str, key: Option<&[&str]>, number: u128) -> DraftId {
        let owner = DraftOwner {
            server: "s".into(),
            username: user.into(),
        };
        let table = TableName {
            schema: "public".into(),
            name: table.into(),
        };
        let key = key.map(|key| RecordKey(key.iter().map(|part| (*part).to_owned()).collect()));
        DraftId::of(&owner, &table, key.as_ref(), RequestId(number))
    }

    #[test]
    fn every_form_has_a_name_of_its_own_that_is_safe_as_a_file() {
        let all = [
            id("anna", "equipment", Some(&["BFM-001"]), 1),
            id("bert", "equipment", Some(&["BFM-001"]), 1),
            id("anna", "equipment", Some(&["BFM-002"]), 1),
            id("anna", "equipment", Some(&["new"]), 1),
            id("anna", "equipment", None, 1),
            id("anna", "a/../b", Some(&["x", "y"]), 1),
            id("anna", "a/../b", Some(&["x-y"]), 1),
            id("anna", "equipment", Some(&["BFM-001"]), 2),
            id("anna", "equipment", Some(&["BFM-001"]), 2).beside(2),
        ];
        for (number, id) in all.iter().enumerate() {
            let safe = |c: char| c.is_ascii_alphanumeric() || c == '-';
            assert!(id.0.chars().all(safe), "{id:?}");
            assert!(!all[..number].contains(id), "{id:?}");
        }
        assert_eq!(all[0], id("anna", "equipment", Some(&["BFM-001"]), 1));
    }

    /// The fields of a draft, as `name number`, and where each is in a table of such columns.
    fn found(relation: u32, fields: &[(&str, i16)], columns: &[(&str, i16)]) -> Vec<Option<usize>> {
        let shape = super::super::table::tests::shape(7, columns);
        let fields = fields.iter().map(|(name, number)| DraftField {
            column: (*name).into(),
            number: Some(*number),
            base: Value::Null,
            yours: None,
        });
        let draft = Draft {
            id: DraftId("x".into()),
            owner: DraftOwner {
                server: "s".into(),
                username: "anna".into(),
            },
            table: shape.name.clone(),
            relation: Some(relation),
            key: None,
            rows: None,
            guard: Guard::default(),
            typed_at: Timestamp::UNIX_EPOCH,
            fields: fields.collect(),
            left_out: Vec::new(),
            held: Vec::new(),
            decided: None,
            elsewhere: false,
        };
        let all = draft.fields.iter();
        all.map(|field| draft.column_of(field, &shape)).collect()
    }

    #[test]
    fn a_renamed_column_is_followed_and_one_that_took_its_name_is_not_taken_for_it() {
        let typed = [("note", 1), ("state", 2)];
        let one = |at| [Some(at), Some(1 - at)];
        assert_eq!(found(7, &typed, &[("note", 1), ("state", 2)]), one(0));
        assert_eq!(found(7, &typed, &[("remark", 1), ("state", 2)]), one(0));
        assert_eq!(found(7, &typed, &[("state", 1), ("note", 2)]), one(0));
        // It was dropped, and another column was renamed to its name.
        assert_eq!(found(7, &typed, &[("note", 2)]), [None, Some(0)]);
        // It was made anew under its name, as changes of type are made.
        assert_eq!(found(7, &typed, &[("state", 2), ("note", 9)]), one(1));
        // Another table, as after a restore: numbers mean nothing, names do.
        assert_eq!(found(8, &typed, &[("state", 1), ("note", 2)]), one(1));
    }

    #[test]
    fn drafts_of_before_are_read() {
        let field = DraftField {
            column: "note".into(),
            number: None,
            base: "was".into(),
            yours: None,
        };
        let old = serde_json::to_string(&field).unwrap();
        assert!(!old.contains("number"), "{old}");
        assert_eq!(serde_json::from_str::<DraftField>(&old).unwrap(), field);
    }
}
