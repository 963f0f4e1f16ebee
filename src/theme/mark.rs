//! The marks that say without colour what a row or field is; each has an ASCII form. No drawing.

/// A mark of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// At the left of what is under the cursor.
    Gutter,
    /// The same where another pane gets the keys.
    GutterBeside,
    /// Edits that are not saved.
    Dirty,
    /// Somebody else reads it.
    Presence,
    /// Somebody else edits it.
    Editing,
    /// The same person edits it at another terminal.
    Elsewhere,
    /// A field or a row that was changed.
    Changed,
    /// A row that is no longer there.
    Gone,
    /// A row that is marked.
    Marked,
    /// What somebody likes to have first.
    Favourite,
    /// The value that was chosen, a point that is fulfilled.
    Chosen,
    /// The one of three values that a field of a conflict is to have.
    Choice,
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
    /// ASCII alone: marks and borders have signs of it.
    Ascii,
}

impl Charset {
    /// Guesses from what the environment tells: `TERM`, and the first of `LC_ALL`, `LC_CTYPE` and
    /// `LANG` that is set. A locale that names no character set, and none at all, is taken for
    /// Unicode, as nearly every terminal is.
    pub fn told(term: Option<&str>, locale: Option<&str>) -> Charset {
        let term = term.unwrap_or_default();
        let old = term == "dumb" || (term.starts_with("vt") && term[2..].parse::<u16>().is_ok());
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        let set = locale
            .split('@')
            .next()
            .and_then(|locale| locale.split_once('.'));
        let other = match set {
            Some((_, set)) => !matches!(set, "utf-8" | "utf8"),
            None => matches!(locale.as_str(), "c" | "posix"),
        };
        if old || other {
            Charset::Ascii
        } else {
            Charset::Unicode
        }
    }

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
        Mark::GutterBeside => ("▏", ":"),
        Mark::Dirty => ("✎", "*"),
        Mark::Presence => ("●", "@"),
        Mark::Editing => ("◆", "#"),
        Mark::Elsewhere => ("◇", "%"),
        Mark::Changed => ("•", "*"),
        Mark::Gone => ("×", "x"),
        Mark::Marked => ("+", "+"),
        Mark::Favourite => ("*", "*"),
        Mark::Choice => ("•", "*"),
        Mark::Chosen => ("✓", "+"),
        Mark::Undecided => ("?", "?"),
        Mark::Ascending => ("▲", "^"),
        Mark::Descending => ("▼", "v"),
        Mark::Cut => ("…", "~"),
        Mark::Null => ("∅", "\\N"),
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

#[cfg(test)]
mod tests {
    use super::Charset;

    #[test]
    fn only_what_is_said_to_be_old_gets_ascii() {
        for (term, locale) in [
            (Some("xterm-256color"), Some("de_DE.UTF-8@euro")),
            (Some("xterm"), None),
            (None, Some("C.utf8")),
            (Some("linux"), Some("en_US")),
        ] {
            assert_eq!(
                Charset::told(term, locale),
                Charset::Unicode,
                "{term:?} {locale:?}"
            );
        }
        for (term, locale) in [
            (Some("vt220"), Some("en_US.UTF-8")),
            (Some("dumb"), None),
            (Some("xterm"), Some("de_DE.ISO-8859-1")),
            (Some("xterm"), Some("C")),
            (Some("xterm"), Some("POSIX")),
        ] {
            assert_eq!(
                Charset::told(term, locale),
                Charset::Ascii,
                "{term:?} {locale:?}"
            );
        }
    }
}
