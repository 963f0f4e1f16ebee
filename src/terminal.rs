//! Doors to the terminal (tty, headless) and the screen writer; no state of the app.

pub mod headless;
pub mod picture;
pub mod screen;
pub mod tty;
