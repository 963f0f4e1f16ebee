//! To a terminal of ASCII alone nothing else is sent, and everything stays where it is.

use super::*;

#[test]
fn nothing_but_ascii_is_sent_and_columns_stay_where_they_are() {
    let manner = Manner {
        ascii: true,
        scrolls: true,
        ..Manner::default()
    };
    let size = Size {
        columns: 24,
        rows: 2,
    };
    let mut screen = Screen::new(size, manner);
    let mut picture = Buffer::empty(Rect::new(0, 0, 24, 2));
    picture.set_string(0, 0, "● ≈ 651 · ∅ … é 日本 x│y", Style::new());
    picture.set_string(0, 1, "e\u{301} 👍🏽 ▌ ≠ Ω|", Style::new());
    let bytes = screen.draw(&picture, None);
    assert!(bytes.is_ascii(), "{:?}", String::from_utf8_lossy(&bytes));
    let mut emulator = emulator(size);
    emulator.process(&bytes);
    let shown = emulator.screen().contents();
    assert_eq!(shown, "* ~ 651 . - ~ ? ???? x|y\n? ?? > ! ?|");
}
