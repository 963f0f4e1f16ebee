//! A private PostgreSQL from installed binaries, for the demo and the tests; no client code.
