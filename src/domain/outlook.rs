//! How a draft stands against the record as it is now. Pure; nothing is merged here.

use super::draft::Draft;
use super::merge::{self, Merged};
use super::record::{Guard, LastChange};
use super::value::Value;

/// How a draft stands against the record as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It is of a record that is being created.
    New,
    /// It is of fields that were set for many rows, of which nothing is written.
    Rows,
    /// Nobody saved the record since the draft was begun.
    Unchanged,
    /// Somebody did.
    Saved {
        /// Who and when, as far as known.
        by: Option<LastChange>,
        /// The version now, where there is one.
        version: Option<i64>,
        /// The columns that both changed to different values, and what they hold now.
        clashes: Vec<(String, Value)>,
    },
    /// The record is gone, or hidden from the person.
    Deleted {
        /// Who and when, where it is known that it was deleted.
        by: Option<LastChange>,
    },
    /// It cannot be looked at.
    Unknown {
        /// Why, in one sentence, harmless.
        why: String,
    },
}

impl Outlook {
    /// Says how a draft stands against a record: its guard, and the values of columns by name.
    pub fn of(
        draft: &Draft,
        guard: &Guard,
        values: &[(String, Value)],
        by: Option<LastChange>,
    ) -> Self {
        let now = |name: &str| {
            let found = values.iter().find(|(column, _)| column == name);
            found.map(|(_, value)| value)
        };
        let guarded = *guard != Guard::default() && *guard == draft.guard;
        let as_read = || {
            let fields = draft.fields.iter();
            let mut seen = fields.filter_map(|field| Some((&field.base, now(&field.column)?)));
            *guard == Guard::default() && seen.all(|(base, now)| base == now)
        };
        if guarded || as_read() {
            return Self::Unchanged;
        }
        let clashes = draft.changed().filter_map(|(field, yours)| {
            let now = now(&field.column)?;
            let clash = merge::field(&field.base, now, Some(yours)) == Merged::Clash;
            clash.then(|| (field.column.clone(), now.clone()))
        });
        Self::Saved {
            by,
            version: guard.version,
            clashes: clashes.collect(),
        }
    }

    /// Whether saving the draft now would need a decision.
    pub fn conflicts(&self) -> bool {
        match self {
            Self::Saved { clashes, .. } => !clashes.is_empty(),
            Self::Deleted { .. } => true,
            Self::New | Self::Rows | Self::Unchanged | Self::Unknown { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::{DraftField, DraftId, DraftOwner};
    use crate::domain::table::TableName;
    use crate::domain::value::Entry;

    fn guard(version: Option<i64>) -> Guard {
        Guard {
            version,
            xmin: version.map(|version| version.to_string()),
        }
    }

    /// A draft over version 5 that makes `Down` of the status `Active`; the notes are as they were.
    fn draft(version: Option<i64>) -> Draft {
        let field = |column: &str, base: &str, yours: Option<&str>| DraftField {
            column: column.into(),
            number: None,
            base: base.into(),
            yours: yours.map(|text| Entry::Value(text.into())),
        };
        Draft {
            id: DraftId("a".into()),
            owner: DraftOwner {
                server: "s".into(),
                username: "anna".into(),
            },
            table: TableName {
                schema: "public".into(),
                name: "equipment".into(),
            },
            relation: None,
            key: None,
            guard: guard(version),
            typed_at: jiff::Timestamp::UNIX_EPOCH,
            fields: vec![
                field("status", "Active", Some("Down")),
                field("notes", "x", None),
            ],
            left_out: Vec::new(),
            held: Vec::new(),
            rows: None,
            decided: None,
            elsewhere: false,
        }
    }

    fn outlook(was: Option<i64>, is: Option<i64>, status: &str, notes: &str) -> Outlook {
        let values = [
            ("status".to_owned(), status.into()),
            ("notes".to_owned(), notes.into()),
        ];
        Outlook::of(&draft(was), &guard(is), &values, None)
    }

    fn clashes(outlook: Outlook) -> Vec<String> {
        match outlook {
            Outlook::Saved { clashes, .. } => clashes.into_iter().map(|(name, _)| name).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_fields_that_both_changed_differently_conflict() {
        assert_eq!(outlook(Some(5), Some(5), "Active", "x"), Outlook::Unchanged);
        assert_eq!(clashes(outlook(Some(5), Some(6), "Active", "y")), [""; 0]);
        assert_eq!(clashes(outlook(Some(5), Some(6), "Down", "y")), [""; 0]);
        let retired = outlook(Some(5), Some(6), "Retired", "x");
        assert!(retired.conflicts());
        assert_eq!(clashes(retired), ["status"]);
    }

    #[test]
    fn without_a_guard_the_values_decide() {
        assert_eq!(outlook(None, None, "Active", "x"), Outlook::Unchanged);
        assert_eq!(clashes(outlook(None, None, "Active", "y")), [""; 0]);
        assert_eq!(clashes(outlook(None, None, "Retired", "x")), ["status"]);
    }
}
