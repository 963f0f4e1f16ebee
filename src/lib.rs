//! Rowhouse: a keyboard-driven terminal client for records that many people share in one PostgreSQL.
//!
//! The map of the house, from the ground up:
//!
//! - [`domain`] and [`input`] are pure: records, values, merging, text; events, actions, keys.
//! - [`app`] and [`screens`] are the core: `update` takes a Message, changes state and returns
//!   Effects; `view` draws state into a buffer and changes nothing. No I/O, no clock, no SQL.
//! - [`db`] speaks to PostgreSQL. Its [`db::contract`] (Request and Reply, plain data) is the only
//!   part of it that the core may name.
//! - [`runtime`] runs one seat: events and replies into `update`, effects out into the world.
//! - [`terminal`] holds the door to a terminal and the screen writer; [`tape`] is the headless
//!   door, which plays scripts.
//! - [`embedded`] runs a private PostgreSQL for the demo and the tests; [`commands`] is the
//!   command line; [`files`] replaces a file as a whole.
//!
//! The flow of one key: a door makes an Event, the keymap makes an Action, `update` returns
//! Effects, the runtime performs a Request under a QueryId, the Reply comes back as a Message,
//! and `view` draws once when the queue is empty.
//!
//! What must never be: I/O or a clock in the core, a screen that names another, SQL outside `db`,
//! anything per seat in a static.

pub mod app;
pub mod auth;
pub mod commands;
pub mod config;
pub mod db;
pub mod domain;
pub mod embedded;
pub mod files;
pub mod input;
pub mod runtime;
pub mod screens;
pub mod tape;
pub mod terminal;
pub mod theme;
pub mod widgets;
