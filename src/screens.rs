//! The screens, one folder each: state, act, reply, view; a screen never names another.

pub mod accounts;
pub mod audit;
pub mod bin;
pub mod browser;
pub mod bulk;
pub mod conflict;
pub mod connect;
pub mod dependents;
pub mod drafts;
pub mod editor;
pub mod help;
pub mod history;
pub mod login;
pub mod palette;
pub mod receipts;
pub mod restore;
pub mod sessions;
pub mod tables;
pub mod undo;
