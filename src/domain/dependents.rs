//! What hangs on records: which rows refer to them, and what deleting would do to those; no I/O.

use super::number::grouped;
use super::table::{TableId, TableName};
use super::text;
use super::value::Value;

/// How many rows of one kind are counted at most; what is more is "1000 or more".
pub const MOST: u64 = 1_000;

/// What hangs on one record, or on several together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependents {
    /// One per foreign key and way to it, the nearest first.
    pub links: Vec<Link>,
    /// What the person may not do to rows that a deletion would reach.
    pub denied: Vec<Denied>,
}

/// Rows that refer to a record by one foreign key, directly or through rows deleted along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The table whose rows refer.
    pub table: TableId,
    /// Its name.
    pub name: TableName,
    /// The referring columns, by number and name.
    pub columns: Vec<Referring>,
    /// The tables between, the nearest first; none where rows refer directly.
    pub via: Vec<TableName>,
    /// What deleting does to them.
    pub fate: Fate,
    /// How many there are.
    pub found: Found,
}

/// A column that refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referring {
    /// Its number in the catalog.
    pub number: i16,
    /// Its name.
    pub name: String,
    /// The value by which it refers, where one record was asked about and rows refer directly.
    pub value: Option<Value>,
}

/// What deleting a record does to rows that refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// They forbid it.
    Forbids,
    /// They forbid it, unless they are deleted along in another way.
    MayForbid,
    /// They are deleted along.
    Deleted,
    /// The referring columns become NULL.
    SetNull,
    /// The referring columns get their default.
    SetDefault,
}

/// How many rows refer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Counted, as far as the person may see them.
    Rows {
        /// How many, at least.
        rows: u64,
        /// Whether there may be more.
        more: bool,
    },
    /// The person may not read that table.
    Unread,
}

/// Something a deletion would do that the person may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The table.
    pub name: String,
    /// What would be done to its rows: `delete` or `update`.
    pub verb: String,
    /// Whether the table takes part in the shared layer at all.
    pub adopted: bool,
}

impl Dependents {
    /// The links along which rows were found, or may be.
    pub fn existing(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(|link| link.may_exist())
    }

    /// Whether others would go along or be changed, as far as is known.
    pub fn changes_others(&self) -> bool {
        let other = |fate| matches!(fate, Fate::Deleted | Fate::SetNull | Fate::SetDefault);
        self.existing().any(|link| other(link.fate))
    }

    /// Whether nothing is known to refer, and nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.existing().next().is_none()
    }

    /// Whether deleting is certain to be refused: rows forbid it, or the person's rights do.
    pub fn forbid(&self) -> bool {
        !self.denied.is_empty() || self.forbidding().next().is_some()
    }

    /// The links whose rows forbid deleting.
    pub fn forbidding(&self) -> impl Iterator<Item = &Link> {
        let forbids = |link: &&Link| link.fate == Fate::Forbids && link.is_found();
        self.links.iter().filter(forbids)
    }

    /// Adds what hangs on other records of the same table.
    pub fn add(&mut self, other: Self) {
        if self.links.is_empty() && self.denied.is_empty() {
            *self = other;
            return;
        }
        for link in other.links {
            let same = |known: &&mut Link| {
                known.table == link.table && known.columns == link.columns && known.via == link.via
            };
            match self.links.iter_mut().find(same) {
                Some(known) => known.found = known.found.and(link.found),
                None => self.links.push(link),
            }
        }
    }

    /// Says for a question what deleting would do to others; a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.denied.iter().map(Denied::in_words).collect();
        let mut links: Vec<&Link> = self.existing().collect();
        links.sort_by_key(|link| (link.fate, link.via.len()));
        lines.extend(links.into_iter().map(Link::in_words));
        if lines.is_empty() {
            lines.push("No other record refers to it".into());
        }
        lines
    }
}

impl Link {
    /// Whether rows were found.
    pub fn is_found(&self) -> bool {
        matches!(self.found, Found::Rows { rows: 1.., .. })
    }

    /// Whether rows were found or could not be looked for.
    pub fn may_exist(&self) -> bool {
        self.is_found() || matches!(self.found, Found::Unread | Found::Rows { more: true, .. })
    }

    /// Says how many rows: `12 rows`, `1000 rows or more`.
    pub fn amount(&self) -> String {
        match self.found {
            Found::Rows {
                rows: 1,
                more: false,
            } => "1 row".into(),
            Found::Rows { rows, more: false } => format!("{} rows", grouped(rows)),
            Found::Rows { rows, more: true } => format!("{} rows or more", grouped(rows)),
            Found::Unread => "rows you may not read".into(),
        }
    }

    /// The referring columns by name.
    pub fn by(&self) -> String {
        let names = self.columns.iter().map(|one| text::line(&one.name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Says what deleting does to them.
    pub fn fate_in_words(&self) -> &'static str {
        match self.fate {
            Fate::Forbids => "forbid deleting",
            Fate::MayForbid => "may forbid deleting",
            Fate::Deleted => "deleted along",
            Fate::SetNull => "set to NULL",
            Fate::SetDefault => "set to the default",
        }
    }

    /// Says the whole: `12 rows of meter_reading (bfm_no): deleted along`.
    pub fn in_words(&self) -> String {
        let name = self.name.to_string();
        let via = match self.via.is_empty() {
            true => String::new(),
            false => {
                let names: Vec<String> = self.via.iter().map(ToString::to_string).collect();
                format!(" through {}", names.join(", "))
            }
        };
        let line = format!(
            "{} of {name} ({}){via}: {}",
            self.amount(),
            self.by(),
            self.fate_in_words()
        );
        text::line(&line).into_owned()
    }
}

impl Found {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Rows { rows, more },
                Self::Rows {
                    rows: others,
                    more: others_more,
                },
            ) => Self::Rows {
                rows: rows + others,
                more: more || others_more,
            },
            _ => Self::Unread,
        }
    }
}

impl Denied {
    /// Says it: `It would also delete rows of orders, which your roles do not let you`.
    pub fn in_words(&self) -> String {
        let why = match self.adopted {
            true => "your roles do not let you",
            false => "is not adopted",
        };
        let line = format!(
            "It would also {} rows of {}, which {why}",
            self.verb, self.name
        );
        text::line(&line).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(table: u32, fate: Fate, rows: u64, more: bool) -> Link {
        Link {
            table: TableId(table),
            name: TableName {
                schema: "public".into(),
                name: format!("t{table}"),
            },
            columns: vec![Referring {
                number: 1,
                name: "owner".into(),
                value: None,
            }],
            via: Vec::new(),
            fate,
            found: Found::Rows { rows, more },
        }
    }

    fn of(links: &[Link]) -> Dependents {
        Dependents {
            links: links.to_vec(),
            denied: Vec::new(),
        }
    }

    #[test]
    fn what_forbids_comes_first_and_nothing_is_said_of_nothing() {
        let all = of(&[
            link(1, Fate::Deleted, 2, false),
            link(2, Fate::SetNull, 0, false),
            link(3, Fate::Forbids, 1_000, true),
        ]);
        assert!(all.forbid());
        assert_eq!(
            all.lines(),
            [
                "1000 rows or more of t3 (owner): forbid deleting",
                "2 rows of t1 (owner): deleted along"
            ]
        );
        assert_eq!(of(&[]).lines(), ["No other record refers to it"]);
        assert!(!of(&[link(3, Fate::Forbids, 0, false)]).forbid());
    }

    #[test]
    fn what_is_not_allowed_forbids_without_any_row() {
        let mut all = of(&[link(1, Fate::Deleted, 0, false)]);
        all.denied.push(Denied {
            name: "public.t1".into(),
            verb: "delete".into(),
            adopted: true,
        });
        assert!(all.forbid());
        let said = "It would also delete rows of public.t1, which your roles do not let you";
        assert_eq!(all.lines(), [said]);
    }

    #[test]
    fn several_records_add_up_and_the_unread_stays_unread() {
        let mut all = Dependents::default();
        all.add(of(&[link(1, Fate::Deleted, 2, false)]));
        all.add(of(&[link(1, Fate::Deleted, 1_000, true)]));
        let found = Found::Rows {
            rows: 1_002,
            more: true,
        };
        assert_eq!(all.links[0].found, found);
        let mut unread = link(1, Fate::Deleted, 0, false);
        unread.found = Found::Unread;
        all.add(of(&[unread]));
        assert_eq!(all.links[0].found, Found::Unread);
        assert!(!all.is_empty());
    }
}
