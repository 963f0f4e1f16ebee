//! The door to a person's terminal and the screen writer; no state of the app. The headless door is
//! the driver of tapes, in `tape`.

pub mod clipboard;
pub mod known;
pub mod picture;
pub mod rate;
pub mod screen;
pub mod tty;
