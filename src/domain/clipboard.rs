//! What a terminal does with a text for the clipboard, as far as its names tell; nothing is sent here.

/// The most bytes that are sent: many terminals cut or drop what is longer.
pub const MOST: usize = 74_994;

/// How a text reaches the clipboard of the person's terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// The terminal is told directly.
    #[default]
    Direct,
    /// tmux stands between.
    Tmux,
    /// screen stands between.
    Screen,
    /// This terminal takes none.
    None,
}

/// What the environment says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `TERM_PROGRAM`.
    pub program: Option<&'a str>,
    /// Whether `TMUX` is set.
    pub tmux: bool,
    /// Whether `STY` is set, as screen does.
    pub screen: bool,
}

impl Clipboard {
    /// What the environment tells.
    pub fn told(told: Told<'_>) -> Self {
        let term = told.term.unwrap_or_default();
        if told.tmux || term.starts_with("tmux") {
            return Self::Tmux;
        }
        if told.screen {
            return Self::Screen;
        }
        // They have no clipboard, or let no program reach it.
        let without = matches!(term, "" | "linux" | "dumb") || term.starts_with("vt");
        match without || told.program == Some("Apple_Terminal") {
            true => Self::None,
            false => Self::Direct,
        }
    }

    /// What can be said of a text that was sent: nobody answers.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Direct => "terminals do not say whether they took it",
            Self::Tmux => "tmux passes it on where set-clipboard or allow-passthrough is on",
            Self::Screen => "screen passes it on, and nobody says whether it arrived",
            Self::None => "this terminal takes nothing for the clipboard",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_stands_between() {
        let of = |term| {
            Clipboard::told(Told {
                term: Some(term),
                ..Told::default()
            })
        };
        assert_eq!(of("xterm-256color"), Clipboard::Direct);
        assert_eq!(of("tmux-256color"), Clipboard::Tmux);
        assert_eq!(of("linux"), Clipboard::None);
        let inside = Told {
            term: Some("screen-256color"),
            tmux: true,
            ..Told::default()
        };
        assert_eq!(Clipboard::told(inside), Clipboard::Tmux);
        let screen = Told {
            term: Some("screen"),
            screen: true,
            ..Told::default()
        };
        assert_eq!(Clipboard::told(screen), Clipboard::Screen);
    }
}
