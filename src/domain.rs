//! Pure words of the domain: records, values, tables, queries, drafts, people, sessions.
//!
//! Nothing here does I/O, knows a terminal, or knows SQL.

pub mod account;
pub mod audit;
pub mod back;
pub mod bulk;
pub mod claim;
pub mod clipboard;
pub mod connection;
pub mod csv;
pub mod dependents;
pub mod diff;
pub mod draft;
pub mod export;
pub mod fits;
pub mod flag;
pub mod glyph;
pub mod history;
pub mod jump;
pub mod layout;
pub mod marks;
pub mod memory;
pub mod merge;
pub mod named;
pub mod nearest;
pub mod number;
pub mod outlook;
pub mod peek;
pub mod people;
pub mod query;
pub mod receipt;
pub mod record;
pub mod reference;
pub mod role;
pub mod run;
pub mod scroll;
pub mod secret;
pub mod session;
pub mod signs;
pub mod table;
pub mod text;
pub mod value;
pub mod view;
pub mod when;
pub mod wrap;
