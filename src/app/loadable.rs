//! Something that may still be on its way from the database; plain data.

use crate::app::problem::Problem;
use crate::db::contract::QueryId;

/// Something that is asked for, or here, or not to be had.
#[derive(Clone, Debug, Default)]
pub enum Loadable<T> {
    /// Not asked for.
    #[default]
    Idle,
    /// Asked for under this number.
    Waiting(QueryId),
    /// Here.
    Ready(T),
    /// Not to be had.
    Failed(Problem),
}

impl<T> Loadable<T> {
    /// Returns what is here.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the answer to this question is awaited.
    pub fn awaits(&self, query: QueryId) -> bool {
        matches!(self, Self::Waiting(waiting) if *waiting == query)
    }

    /// Whether an answer is awaited.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}
