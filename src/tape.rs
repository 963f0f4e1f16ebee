//! Scripts of one or several people's keys, played on the real program: parser, driver, pictures.
//!
//! A tape is a text file with one command a line (VHS verbs where they exist); `anna> Press e`
//! speaks to anna's terminal. Every step ends when no question is open and every seat has polled
//! past the step's last commit; nothing sleeps. Used by `rowhouse play` and by the tests.

pub mod drive;
pub mod fixture;
pub mod parse;
pub mod picture;
pub mod report;
pub mod run;
pub mod script;
pub mod world;

#[cfg(test)]
mod tests;
