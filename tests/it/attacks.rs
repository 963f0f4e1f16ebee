//! Attacks against what `init` and `adopt` really install, as the shared login with a plain driver
//! (SECURITY.md section 1). Tables are not empty, and every attack must fail for the right reason.

mod across;
mod addresses;
mod archive;
mod attacker;
mod audit;
mod boundary;
mod catalog;
mod checks;
mod claims;
mod exports;
mod felt;
mod guessing;
mod hidden;
mod hidden_column;
mod history;
mod lives;
mod one_table;
mod people;
mod plans;
pub mod plant;
mod proof;
mod restored;
mod rights;
mod rows;
mod rules;
mod sabotage;
mod scopes;
mod scopes_past;
mod seal;
mod seal_restored;
mod search;
mod secrets;
mod sessions;
mod shared_tables;
mod sign_in;
mod table;
mod takeover;
mod tenants;
mod tenants_people;
mod tenants_proof;
mod tenants_values;
mod upkeep;

pub use plant::sign_in;
