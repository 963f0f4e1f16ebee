//! Drawing without state: text, grid, list, form, dialog, hints, status. Screens fill plain
//! structs of borrowed text and flags; widgets paint roles and decide nothing.

pub mod dialog;
pub mod form;
pub mod grid;
pub mod hints;
pub mod list;
pub mod more;
pub mod named;
pub mod status;
pub mod text;

#[cfg(test)]
mod tests;
