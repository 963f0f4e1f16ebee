//! Argon2id and the sign-in proof; pure computation, no database and no terminal.
