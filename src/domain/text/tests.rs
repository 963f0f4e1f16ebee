//! Nothing dangerous passes, and ordinary text passes untouched.

use proptest::prelude::*;

use super::*;

#[test]
fn ordinary_text_is_borrowed() {
    for text in [
        "",
        "Chiller loop",
        "冷却器 Größe 5 µm",
        "naïve — “quoted” 🔧",
    ] {
        assert!(matches!(line(text), Cow::Borrowed(same) if same == text));
        assert!(matches!(block(text), Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn dangerous_text_becomes_visible() {
    assert_eq!(line("a\x1b[2Jb"), "a\u{FFFD}[2Jb");
    assert_eq!(line("a\u{9b}31mb\u{7f}"), "a\u{FFFD}31mb\u{FFFD}");
    assert_eq!(line("adm\u{200b}in"), "adm<U+200B>in");
    assert_eq!(line("\u{202e}gpj.exe"), "<U+202E>gpj.exe");
    assert_eq!(line("one\r\ntwo\nthree\tx\r"), "one⏎two⏎three⇥x\u{FFFD}");
    assert_eq!(
        block("one\r\ntwo\nthree\tx\r"),
        "one\ntwo\nthree    x\u{FFFD}"
    );
    assert_eq!(block("a\u{2028}b"), "a<U+2028>b");
}

proptest! {
    #[test]
    fn nothing_dangerous_survives(text in ".*", controls in proptest::collection::vec(any::<char>(), 0..40)) {
        let mixed: String = text.chars().chain(controls).chain("\x1b\u{202e}".chars()).collect();
        prop_assert!(line(&mixed).chars().all(is_harmless));
        prop_assert!(block(&mixed).chars().all(|sign| sign == '\n' || is_harmless(sign)));
        let line = line(&mixed).into_owned();
        prop_assert_eq!(super::line(&line), line.as_str());
        for sign in line.chars() {
            prop_assert!(u32::from(sign) >= 0x20 && !(0x7f..0xa0).contains(&u32::from(sign)));
            let turns = matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!turns);
        }
    }

    #[test]
    fn every_control_is_caught(code in 0u32..0x110000) {
        if let Some(sign) = char::from_u32(code) {
            let shown = line(sign.encode_utf8(&mut [0; 4])).into_owned();
            prop_assert!(!shown.is_empty());
            prop_assert!(shown.chars().all(is_harmless));
        }
    }
}
