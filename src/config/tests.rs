//! Tests of reading, choosing and writing the configuration; files are made in temporary folders.

mod choosing;
mod files;
mod reading;
mod saving;
