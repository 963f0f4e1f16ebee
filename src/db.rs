//! Everything that speaks to PostgreSQL; no screens.
//!
//! The core knows only [`contract`]; the runtime hands a Request to the data layer and gets a
//! Reply or a Fault.

pub mod contract;
pub mod install;
