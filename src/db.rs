//! Everything that speaks to PostgreSQL; no screens.
//!
//! The core knows only [`contract`]; the runtime hands a Request to the data layer and gets a
//! Reply or a Fault.

pub mod admin;
pub mod adopt;
mod audit;
mod back;
mod cancel;
mod certificate;
mod change;
mod choose;
mod claims;
mod connect;
pub mod contract;
mod database;
mod dependents;
mod dial;
pub mod doctor;
mod extract;
mod fault;
mod feed;
mod filter;
mod heard;
mod history;
mod holder;
pub mod install;
pub mod limits;
mod login;
mod look;
mod lookup;
mod many;
mod miss;
mod open;
pub mod outside;
pub mod owner;
mod page;
mod people;
mod pool;
mod receipts;
mod record;
mod reject;
pub mod roles;
mod row;
mod rules;
mod save;
pub mod seal;
mod sessions;
mod settle;
mod shape;
mod sql;
mod stages;
mod tables;
pub mod takeover;
pub mod tenants;
mod tls;
mod tx;
mod unanswered;
mod views;
mod watch;

pub use database::{ClientInfo, Database};
pub use dial::connect_once;
pub use tokio_postgres::Client;
