//! The command line: one file per subcommand; no screens and no SQL.
