//! The rows that the fields of a draft are set for, where it is not of one record: their keys, and
//! the filter under which they were marked; pure.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Run;
use crate::domain::named::NamedFilter;
use crate::domain::record::RecordKey;

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
