//! Runs one seat: events, replies and timers into `update`, effects out into the world.
//!
//! The only place with a wall clock, randomness and draft files. Nothing here knows a screen or
//! SQL, and nothing is static: many seats can run in one process.

mod answers;
pub mod aside;
pub mod canvas;
pub mod client;
pub mod clock;
pub mod drafts;
pub mod editor;
pub mod export;
pub mod exporting;
pub mod memory;
mod password;
pub mod rows;
pub mod seat;
pub mod timers;
