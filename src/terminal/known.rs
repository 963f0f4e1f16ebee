//! What terminals are known to do, by the name they give themselves in `TERM`; nothing is asked of
//! them.

/// Names, and beginnings of names before a `-`, of those that scroll a part of their rows when told
/// to (DECSTBM with line feeds), as the VT100 did. All that are in wide use are here; what is not
/// gets its rows sent anew.
const SCROLLING: &[&str] = &[
    "alacritty",
    "contour",
    "cygwin",
    "eterm",
    "foot",
    "ghostty",
    "gnome",
    "iterm",
    "iterm2",
    "kitty",
    "konsole",
    "linux",
    "mintty",
    "mlterm",
    "ms",
    "mterm",
    "nsterm",
    "putty",
    "rio",
    "rxvt",
    "screen",
    "st",
    "teraterm",
    "tmux",
    "vte",
    "wezterm",
    "xfce",
    "xterm",
];

/// Whether a terminal of this name scrolls a part of its rows.
pub fn scrolls(term: Option<&str>) -> bool {
    let term = term.unwrap_or_default().to_ascii_lowercase();
    let family = term.split(['-', '.', '+']).next().unwrap_or_default();
    let number = family.strip_prefix("vt").map(str::parse::<u16>);
    // Those of Digital from the VT100 on; the VT52 knew nothing of it.
    let digital = matches!(number, Some(Ok(number)) if number >= 100);
    digital || SCROLLING.contains(&family)
}

/// Those among them that erase in the colour that is written with, as the first colour terminals
/// did (bce). A multiplexer may do it or not, and is not asked to.
const FILLING: &[&str] = &[
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "iterm",
    "iterm2",
    "kitty",
    "konsole",
    "linux",
    "mintty",
    "mlterm",
    "putty",
    "rxvt",
    "vte",
    "wezterm",
    "xfce",
    "xterm",
];

/// Whether a terminal of this name erases in the colour that is written with.
pub fn fills(term: Option<&str>) -> bool {
    let term = term.unwrap_or_default().to_ascii_lowercase();
    FILLING.contains(&term.split(['-', '.', '+']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{fills, scrolls};

    #[test]
    fn what_is_not_known_to_scroll_is_not_told_to() {
        for term in [
            "xterm",
            "xterm-256color",
            "screen.xterm-256color",
            "tmux-256color",
            "putty",
            "linux",
            "vt100",
            "vt220",
            "rxvt-unicode-256color",
        ] {
            assert!(scrolls(Some(term)), "{term}");
        }
        for term in ["", "dumb", "vt52", "ansi", "unknown", "vtx", "xtermite"] {
            assert!(!scrolls(Some(term)), "{term}");
        }
        assert!(!scrolls(None));
    }

    #[test]
    fn only_what_is_known_to_erase_in_colour_is_told_to() {
        for term in ["xterm-256color", "linux", "putty-256color", "rxvt-unicode"] {
            assert!(fills(Some(term)), "{term}");
        }
        for term in [
            "screen.xterm-256color",
            "tmux-256color",
            "vt220",
            "",
            "dumb",
        ] {
            assert!(!fills(Some(term)), "{term}");
        }
    }
}
