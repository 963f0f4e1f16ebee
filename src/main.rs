//! The program's entrance: parses the command line, picks a door, returns an exit code.

fn main() {}
