//! Runs one seat: events, replies and timers into update, effects out; clock, drafts, signals.

pub mod clock;
