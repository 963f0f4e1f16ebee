//! Tables, shapes and pages of any database, in the plain way.

mod among;
mod clashes;
pub mod dependents;
mod exports;
mod fits;
mod kinds;
mod labels;
mod listing;
mod lookups;
mod many;
mod pages;
mod refusals;
mod saves;
mod shapes;
mod shares;
mod watching;
mod wide;
