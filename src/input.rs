//! Pure input: events, the byte parser, the action table, keymap, line editing; no terminal.

pub mod action;
pub mod bytes;
pub mod event;
pub mod keymap;
pub mod keys;
pub mod line;
pub mod preset;
