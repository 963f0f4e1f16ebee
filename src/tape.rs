//! Scripts of several people's keys: parser, driver, screen format; used by play and by tests.
