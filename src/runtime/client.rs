//! The client in a terminal: the loop of one seat at the tty door.
