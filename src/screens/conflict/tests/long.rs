//! Long texts and many fields on the conflict screen.

use crate::app::forms::tests::play::{Play, TABLE};
use crate::app::forms::tests::workshop::{shape, with};

#[test]
fn long_values_show_four_lines_around_the_change_and_whole_on_enter() {
    let long = |word: &str| {
        let lines = (0..200).map(|n| format!("line {n} of a long note"));
        let all = lines.collect::<Vec<_>>().join("\n");
        all.replace("line 150 ", &format!("line {word} "))
    };
    let mut play = Play::new();
    play.open(true);
    play.answer_record(&with(5, &[("notes", &long("was"))]));
    play.keys("up up ' mine' ctrl-s");
    play.answer_changed(&with(6, &[("notes", &long("theirs"))]));
    let screen = play.screen();
    assert!(screen.contains("line [-was-] of a long note"), "{screen}");
    assert!(
        screen.contains("line {+theirs+} of a long note"),
        "{screen}"
    );
    play.keys("enter");
    let screen = play.screen();
    assert!(screen.contains("whole values"), "{screen}");
    assert!(screen.contains("difference 1 of 2"), "{screen}");
    assert!(
        screen.contains("line [-was-]{+theirs+} of a long note"),
        "{screen}"
    );
    play.keys("n");
    assert!(
        play.screen().contains("line 199 of a long note{+ mine+}"),
        "{}",
        play.screen()
    );
    play.keys("end y enter y ctrl-s");
    assert!(play.changes().ends_with("line 199 of a long note mine"));
}

/// Forty notes that both changed: read, typed and saved by the other as these three make them.
fn forty(was: &str, typed: &str, theirs: &str) -> Play {
    let mut shape = shape();
    let text = shape.columns[7].clone();
    for number in 0..40 {
        let mut column = text.clone();
        column.name = format!("note_{number}");
        shape.columns.push(column);
    }
    let mut play = Play::new();
    play.app.context.shapes.insert(TABLE, shape.into());
    let wide = |version, word: &str| {
        let mut record = with(version, &[]);
        record.values.extend((0..40).map(|_| word.into()));
        record
    };
    play.open(true);
    play.answer_record(&wide(5, was));
    play.keys("tab tab tab tab tab tab");
    for _ in 0..40 {
        play.keys(&format!("'{typed}' tab"));
    }
    play.keys("ctrl-s");
    let mut saved = wide(6, theirs);
    // The field above them is theirs alone.
    saved.values[7] = "a leak at the seal".into();
    play.answer_changed(&saved);
    play
}

#[test]
fn forty_fields_scroll() {
    let mut play = forty("was", "mine", "theirs");
    let screen = play.screen();
    assert!(screen.contains("0 of 40 decided"), "{screen}");
    play.keys("y end");
    let screen = play.screen();
    assert!(screen.contains("note_39"), "{screen}");
    assert!(screen.contains("wasmine"), "{screen}");
    play.keys("T");
    assert!(play.screen().contains("40 of 40 decided"));
}

#[test]
fn what_was_merged_is_gone_to_where_it_stands_below_more_than_fits() {
    let mut play = forty("was", "mine", "theirs");
    assert!(
        !play.screen().contains("a leak at the seal"),
        "{}",
        play.screen()
    );
    play.keys("m");
    let screen = play.screen();
    assert!(screen.contains("a leak at the seal"), "{screen}");
    play.keys("m");
    assert!(
        !play.screen().contains("a leak at the seal"),
        "{}",
        play.screen()
    );
}
