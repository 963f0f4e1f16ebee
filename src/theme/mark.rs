//! The marks that say without colour what a row or field is; each has an ASCII form. No drawing.

/// A mark of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// At the left of what is under the cursor.
    Gutter,
    /// Edits that are not saved.
    Dirty,
    /// Somebody else is there.
    Presence,
    /// A field or a row that was changed.
    Changed,
    /// A row that is no longer there.
    Gone,
    /// The value that was chosen, a point that is fulfilled.
    Chosen,
    /// Still to be decided.
    Undecided,
    /// Sorted upwards.
    Ascending,
    /// Sorted downwards.
    Descending,
    /// Here a value is cut.
    Cut,
    /// No value at all.
    Null,
    /// A line end inside a value.
    LineEnd,
    /// More above.
    MoreAbove,
    /// More below.
    MoreBelow,
    /// One character of a secret.
    Secret,
    /// A line across.
    Across,
    /// A line down.
    Down,
    /// The corner at the upper left.
    UpperLeft,
    /// The corner at the upper right.
    UpperRight,
    /// The corner at the lower left.
    LowerLeft,
    /// The corner at the lower right.
    LowerRight,
}

/// Which characters the terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// Those of Unicode.
    #[default]
    Unicode,
    /// Marks and borders of ASCII only; the text of records is not changed.
    Ascii,
}

impl Charset {
    /// Returns the character of a mark.
    pub fn mark(self, mark: Mark) -> &'static str {
        let (unicode, ascii) = both(mark);
        match self {
            Charset::Unicode => unicode,
            Charset::Ascii => ascii,
        }
    }
}

fn both(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::Gutter => ("▌", ">"),
        Mark::Dirty => ("✎", "*"),
        Mark::Presence => ("●", "@"),
        Mark::Changed => ("•", "*"),
        Mark::Gone => ("×", "x"),
        Mark::Chosen => ("✓", "+"),
        Mark::Undecided => ("?", "?"),
        Mark::Ascending => ("▲", "^"),
        Mark::Descending => ("▼", "v"),
        Mark::Cut => ("…", "~"),
        Mark::Null => ("∅", "-"),
        Mark::LineEnd => ("↵", "\\"),
        Mark::MoreAbove => ("↑", "^"),
        Mark::MoreBelow => ("↓", "v"),
        Mark::Secret => ("•", "*"),
        Mark::Across => ("─", "-"),
        Mark::Down => ("│", "|"),
        Mark::UpperLeft => ("┌", "+"),
        Mark::UpperRight => ("┐", "+"),
        Mark::LowerLeft => ("└", "+"),
        Mark::LowerRight => ("┘", "+"),
    }
}
