//! The rows that the fields of a draft are set for, where it is not of one record: their keys, and
//! the filter under which they were marked; pure.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Run;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::record::RecordKey;
use crate::domain::table::Shape;

/// The rows that fields are set for. Clones share the keys: there may be thousands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Their keys, in the order in which they were marked.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub keys: Arc<[RecordKey]>,
    /// What the grid showed while they were marked.
    #[serde(default, skip_serializing_if = "NamedFilter::is_empty")]
    pub filter: NamedFilter,
    /// What was begun of it and not ended.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_run",
        deserialize_with = "read_run"
    )]
    pub run: Option<Arc<Run>>,
}

/// A filter by the names of its columns, which outlive a restore and another order of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFilter {
    /// Text that some searchable column must contain.
    #[serde(default)]
    pub quick: String,
    /// Column and test; all must hold.
    #[serde(default)]
    pub conditions: Vec<(String, Test)>,
}

impl NamedFilter {
    /// Names the columns of a filter; what is asked of those that `is_secret` tells is left out.
    pub fn of(filter: &Filter, shape: &Shape, is_secret: impl Fn(usize) -> bool) -> Self {
        let conditions = filter.conditions.iter();
        let named = conditions.filter_map(|one| {
            let column = shape.columns.get(one.column)?;
            (!is_secret(one.column)).then(|| (column.name.clone(), one.test.clone()))
        });
        Self {
            quick: filter.quick.clone(),
            conditions: named.collect(),
        }
    }

    /// The filter in a table as it is now; conditions on columns that are gone are left out.
    pub fn in_table(&self, shape: &Shape) -> Filter {
        let found = self.conditions.iter().filter_map(|(name, test)| {
            Some(Condition {
                column: shape.column_named(name)?,
                test: test.clone(),
            })
        });
        Filter {
            quick: self.quick.clone(),
            conditions: found.collect(),
        }
    }

    /// Whether every row is shown.
    pub fn is_empty(&self) -> bool {
        self.quick.is_empty() && self.conditions.is_empty()
    }
}

fn write_run<S: Serializer>(run: &Option<Arc<Run>>, to: S) -> Result<S::Ok, S::Error> {
    run.as_deref().serialize(to)
}

fn read_run<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Arc<Run>>, D::Error> {
    Ok(Option::deserialize(from)?.map(Arc::new))
}

fn write<S: Serializer>(keys: &Arc<[RecordKey]>, to: S) -> Result<S::Ok, S::Error> {
    keys.as_ref().serialize(to)
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<[RecordKey]>, D::Error> {
    Vec::deserialize(from).map(Arc::from)
}
