//! Configuration: file, environment, profiles, key bindings and precedence; the only reader of them.
