//! Everything that speaks to PostgreSQL; no screens.
