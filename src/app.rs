//! The pure core: message, effect, update, view; no I/O, no clock, no SQL.
