//! Filters and sorts by the names of their columns, as drafts and saved views keep them: names outlive
//! a restore, and columns that are added or dropped; pure.

use serde::{Deserialize, Serialize};

use super::query::{Condition, Direction, Filter, SortColumn, Test};
use super::table::Shape;

/// A filter by the names of its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFilter {
    /// Text that some searchable column must contain.
    #[serde(default)]
    pub quick: String,
    /// Its parts.
    #[serde(default)]
    pub conditions: Vec<NamedCondition>,
}

/// A condition by the name of its column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct NamedCondition {
    /// The column.
    pub column: String,
    /// The test.
    pub test: Test,
    /// Whether it is enough that this or the one before holds.
    pub or: bool,
    /// Whether it is kept and not asked for.
    pub off: bool,
}

/// How a condition is written: a pair, as long as there is no more to say.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Pair(String, Test),
    More {
        column: String,
        test: Test,
        #[serde(default)]
        or: bool,
        #[serde(default)]
        off: bool,
    },
}

impl From<Written> for NamedCondition {
    fn from(written: Written) -> Self {
        let (column, test, or, off) = match written {
            Written::Pair(column, test) => (column, test, false, false),
            Written::More {
                column,
                test,
                or,
                off,
            } => (column, test, or, off),
        };
        Self {
            column,
            test,
            or,
            off,
        }
    }
}

impl From<NamedCondition> for Written {
    fn from(one: NamedCondition) -> Self {
        let NamedCondition {
            column,
            test,
            or,
            off,
        } = one;
        match or || off {
            false => Self::Pair(column, test),
            true => Self::More {
                column,
                test,
                or,
                off,
            },
        }
    }
}

impl NamedFilter {
    /// Names the columns of a filter; what is asked of those that `is_secret` tells is left out.
    pub fn of(filter: &Filter, shape: &Shape, is_secret: impl Fn(usize) -> bool) -> Self {
        let mut kept = filter.clone();
        kept.keep(|one| shape.columns.get(one.column).is_some() && !is_secret(one.column));
        let named = kept.conditions.into_iter().map(|one| NamedCondition {
            column: shape.columns[one.column].name.clone(),
            test: one.test,
            or: one.or,
            off: one.off,
        });
        Self {
            conditions: named.collect(),
            quick: kept.quick,
        }
    }

    /// The filter in a table as it is now; conditions on columns that are gone are left out.
    pub fn in_table(&self, shape: &Shape) -> Filter {
        let found = self.conditions.iter().map(|one| Condition {
            // A column that is gone is none of the shape's; it goes with what is joined to it kept.
            column: shape.column_named(&one.column).unwrap_or(usize::MAX),
            test: one.test.clone(),
            or: one.or,
            off: one.off,
        });
        let mut filter = Filter {
            quick: self.quick.clone(),
            conditions: found.collect(),
        };
        filter.keep(|one| one.column != usize::MAX);
        filter
    }

    /// The columns that a table does not have any more, each once.
    pub fn missing(&self, shape: &Shape) -> Vec<&str> {
        let names = self.conditions.iter().map(|one| one.column.as_str());
        missing(names, shape)
    }

    /// Whether every row is shown.
    pub fn is_empty(&self) -> bool {
        self.quick.is_empty() && self.conditions.is_empty()
    }
}

/// One column of a sort by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSort {
    /// The column.
    pub column: String,
    /// Whether the largest come first.
    #[serde(default)]
    pub down: bool,
}

impl NamedSort {
    /// Names the columns of a sort.
    pub fn of(sort: &[SortColumn], shape: &Shape) -> Vec<Self> {
        let named = sort.iter().filter_map(|one| {
            Some(Self {
                column: shape.columns.get(one.column)?.name.clone(),
                down: one.direction == Direction::Descending,
            })
        });
        named.collect()
    }

    /// The sort in a table as it is now; columns that are gone are left out.
    pub fn in_table(sort: &[Self], shape: &Shape) -> Vec<SortColumn> {
        let found = sort.iter().filter_map(|one| {
            Some(SortColumn {
                column: shape.column_named(&one.column)?,
                direction: match one.down {
                    true => Direction::Descending,
                    false => Direction::Ascending,
                },
            })
        });
        found.collect()
    }

    /// The columns that a table does not have any more, each once.
    pub fn missing<'a>(sort: &'a [Self], shape: &Shape) -> Vec<&'a str> {
        missing(sort.iter().map(|one| one.column.as_str()), shape)
    }
}

fn missing<'a>(names: impl Iterator<Item = &'a str>, shape: &Shape) -> Vec<&'a str> {
    let mut gone: Vec<&str> = Vec::new();
    for name in names {
        if shape.column_named(name).is_none() && !gone.contains(&name) {
            gone.push(name);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::table::tests::shape;

    #[test]
    fn what_an_older_version_kept_is_read_and_what_it_can_read_is_written() {
        let old = r#"{"quick":"x","conditions":[["status",{"Equals":{"Text":"Down"}}]]}"#;
        let read: NamedFilter = serde_json::from_str(old).expect("a filter");
        assert_eq!(read.conditions[0].column, "status");
        assert_eq!(serde_json::to_string(&read).expect("a text"), old);
        let mut more = read;
        more.conditions[0].off = true;
        let written = serde_json::to_string(&more).expect("a text");
        assert_eq!(
            serde_json::from_str::<NamedFilter>(&written).expect("a filter"),
            more
        );
    }

    #[test]
    fn a_column_that_is_gone_takes_its_condition_with_it_and_joins_no_others() {
        let before = shape(1, &[("a", 1), ("b", 2), ("c", 3)]);
        let after = shape(1, &[("c", 3), ("a", 1)]);
        let part = |column, or| Condition {
            or,
            ..Condition::new(column, Test::IsNull)
        };
        let filter = Filter {
            quick: "q".into(),
            conditions: vec![part(0, false), part(1, false), part(2, true)],
        };
        let named = NamedFilter::of(&filter, &before, |_| false);
        assert_eq!(named.in_table(&before), filter);
        assert_eq!(named.missing(&after), ["b"]);
        let now = named.in_table(&after);
        assert_eq!(now.conditions, [part(1, false), part(0, false)]);
        let kept = NamedFilter::of(&filter, &before, |column| column == 1);
        assert_eq!(kept.conditions.len(), 2);
        assert!(!kept.conditions[1].or);
    }

    #[test]
    fn a_sort_is_kept_by_names() {
        let before = shape(1, &[("a", 1), ("b", 2)]);
        let after = shape(1, &[("b", 2)]);
        let sort = [0, 1].map(|column| SortColumn {
            column,
            direction: Direction::Descending,
        });
        let named = NamedSort::of(&sort, &before);
        assert_eq!(NamedSort::in_table(&named, &before), sort);
        assert_eq!(NamedSort::in_table(&named, &after)[0].column, 0);
        assert_eq!(NamedSort::missing(&named, &after), ["a"]);
    }
}
