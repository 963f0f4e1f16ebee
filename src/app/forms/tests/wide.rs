//! Forms of very many columns: moving and typing takes time with their number, not with its square.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::play::{Play, TABLE};
use super::workshop::{record, shape};
use crate::domain::value::Value;

/// The time that typing through a form of so many columns takes, each key drawn; the best of three.
fn time(columns: usize) -> Duration {
    let mut wide = shape();
    let like = wide.columns[2].clone();
    wide.columns.resize(columns, like);
    for (at, column) in wide.columns.iter_mut().enumerate().skip(8) {
        column.name = format!("column_{at}");
    }
    let mut read = record(5);
    read.values.resize(columns, Value::from("a value"));
    let mut play = Play::new();
    play.app.context.shapes.insert(TABLE, Arc::new(wide));
    play.open(true);
    play.answer_record(&read);
    let run = |play: &mut Play| {
        let began = Instant::now();
        for _ in 0..10 {
            play.keys("'x' tab");
            play.screen();
        }
        began.elapsed()
    };
    (0..3).map(|_| run(&mut play)).min().unwrap_or_default()
}

#[test]
fn a_form_of_1600_columns_moves_without_delay() {
    let (narrow, wide) = (time(200), time(1_600));
    // Eight times the columns: eight times the time would be fair, sixty-four times would not.
    assert!(
        wide < narrow * 24,
        "{narrow:?} for 200 columns, {wide:?} for 1,600"
    );
    eprintln!("20 keys with pictures: {narrow:?} at 200 columns, {wide:?} at 1,600");
}
