//! `rowhouse doctor` on a real server: what is broken on purpose is found, by name, and nothing else.

mod blind;
mod breaks;
mod command;
mod others;
mod tenants;
mod ward;
