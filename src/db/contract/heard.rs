//! What the database says of its own accord while it saves.

/// A notice or a warning of a trigger or function, harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Whether it warns.
    pub warning: bool,
    /// What it says.
    pub text: String,
}
