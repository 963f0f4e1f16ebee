//! What a person does with a form: keys in, questions and state out; the server's answers are made
//! by hand. Nothing typed is lost, nobody is overwritten.

mod calendar;
mod decided;
mod deciding;
mod drafts;
mod editing;
mod going_on;
mod keeping;
mod many;
mod met_again;
pub mod play;
mod referring;
mod refusing;
mod renaming;
mod saving;
mod stopping;
mod taken_back;
mod truth;
mod typing;
mod watching;
mod wide;
mod wishes;
pub mod workshop;
