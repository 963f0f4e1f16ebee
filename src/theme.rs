//! Style roles, themes, colour depth and contrast; no drawing.
