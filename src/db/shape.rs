//! Shapes: what the catalog says about one table, and the shapes known so far.

/// The shapes known so far.
#[derive(Default)]
pub(super) struct Shapes {}
