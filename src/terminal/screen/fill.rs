//! Whether a row is erased to its end before it is written: blank cells are not sent then. No bytes.

use super::cell::{Cell, Look};

/// About what a move over blank cells costs.
const MOVE: usize = 4;
/// What erasing costs.
const ERASE: usize = 3;

/// Finds the look in which the rest of a row is worth erasing, on the way from what is shown to what
/// is wanted; no underlined or reversed one, as no terminal erases with these.
pub fn worth(shown: &[Cell], wanted: &[Cell]) -> Option<Look> {
    let look = wanted.iter().rev().find(|cell| cell.glyph == ' ')?.look;
    if !look.modifier.is_empty() {
        return None;
    }
    let blank = Cell::blank(look);
    let (mut gain, mut loss, mut run) = (0, 0, 0);
    for (old, new) in shown.iter().zip(wanted) {
        if *new != blank {
            gain += usize::saturating_sub(run, MOVE);
            run = 0;
            loss += usize::from(old == new);
        } else if old != new {
            run += 1;
        }
    }
    // What is blank to the end needs no move over it.
    gain += run;
    (gain > loss + ERASE).then_some(look)
}
