//! The screens, one folder each: state, act, reply, view; a screen never names another.
