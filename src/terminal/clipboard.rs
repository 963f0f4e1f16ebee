//! A text for the clipboard as a terminal takes it: OSC 52, wrapped for what stands between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::clipboard::Clipboard;

/// The most signs of one string that screen passes on.
const SCREEN_AT_ONCE: usize = 250;

/// The bytes that put a text on the clipboard.
pub fn sequence(text: &str, clipboard: Clipboard) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    match clipboard {
        Clipboard::None => Vec::new(),
        Clipboard::Direct => plain.into_bytes(),
        // It takes one or the other, as it is set up; both say the same.
        Clipboard::Tmux => {
            let doubled = plain.replace('\x1b', "\x1b\x1b");
            format!("{plain}\x1bPtmux;{doubled}\x1b\\").into_bytes()
        }
        Clipboard::Screen => {
            let mut wrapped = Vec::with_capacity(plain.len() * 2);
            for part in plain.as_bytes().chunks(SCREEN_AT_ONCE) {
                wrapped.extend_from_slice(b"\x1bP");
                wrapped.extend_from_slice(part);
                wrapped.extend_from_slice(b"\x1b\\");
            }
            wrapped
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_is_told_to_pass_it_on() {
        let of = |clipboard| String::from_utf8(sequence("a\u{1b}ü", clipboard)).expect("signs");
        assert_eq!(of(Clipboard::Direct), "\x1b]52;c;YRvDvA==\x07");
        assert_eq!(
            of(Clipboard::Tmux),
            "\x1b]52;c;YRvDvA==\x07\x1bPtmux;\x1b\x1b]52;c;YRvDvA==\x07\x1b\\"
        );
        assert_eq!(of(Clipboard::Screen), "\x1bP\x1b]52;c;YRvDvA==\x07\x1b\\");
        assert_eq!(of(Clipboard::None), "");
        let long = sequence(&"x".repeat(1_000), Clipboard::Screen);
        let parts = long.windows(2).filter(|pair| *pair == b"\x1bP").count();
        assert_eq!(parts, 6);
    }
}
