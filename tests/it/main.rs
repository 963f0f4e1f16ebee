//! The one integration binary: tapes, database, attacks, faults, process, tidy.

mod adopt;
mod embedded;
mod tidy;
