//! What was decided of a conflict, as a draft keeps it: each choice with the value of theirs that it was
//! made over, so that it counts only while that is the same; pure.

use serde::{Deserialize, Serialize};

use crate::domain::merge::Choice;
use crate::domain::record::Guard;
use crate::domain::value::Value;

/// What was decided of a conflict and is not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The guard of theirs when it was decided.
    pub guard: Guard,
    /// The fields, by column name.
    pub fields: Vec<DecidedField>,
}

/// What was decided of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedField {
    /// The column's name.
    pub column: String,
    /// The column's number in the catalog, which stays when it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i16>,
    /// What theirs was when it was decided.
    pub theirs: Value,
    /// The choice; `None` where theirs changed after it, so that it is to be asked anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Whether the person had to decide it; else what was merged was turned to the other side.
    #[serde(default)]
    pub asked: bool,
    /// What was typed before both changes were put together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_both: Option<String>,
}
