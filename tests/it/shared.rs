//! The data layer in the shared way: signing in, guarded saves with their trail, sessions, feed.

pub mod back;
mod dependents;
mod door;
pub mod exports;
mod found;
mod history;
mod labels;
mod people;
mod receipts;
mod rights;
mod runs;
mod search;
mod shares;
pub mod site;
mod through;
mod timeline;
mod together;
mod views;
