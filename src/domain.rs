//! Pure words of the domain: records, values, merge, query, draft, session; no I/O.

pub mod account;
