//! Unit tests of what is pure.
