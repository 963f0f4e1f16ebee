//! Makes foreign text harmless before it can reach a terminal; no drawing.
