//! A thin line: a picture waits until the one before was shown, and those between are never sent.

use std::time::{Duration, Instant};

use rowhouse::input::event::Size;

use super::site::{Outcome, Site};
use crate::pty::Terminal;

#[test]
fn on_a_thin_line_pictures_are_dropped_and_never_queued() -> Outcome {
    let site = Site::new()?;
    let mut command = site.command();
    command.env("ROWHOUSE_THIN", "on");
    let mut terminal = site.open_with(&command);
    // Nothing waits for a terminal that never answered.
    terminal.wait_for_question(1);
    terminal.answer();
    let mut answered = 1;
    for (typed, shown) in [("zq", "zq"), ("x", "zqx")] {
        terminal.send(typed.as_bytes());
        answer_until(&mut terminal, &mut answered, shown);
    }
    // The picture with it is not answered yet: nothing more is drawn, whatever is typed.
    let asked = terminal.asked();
    assert_eq!(answered + 1, asked);
    for letter in b"uvwxyz" {
        terminal.send(&[*letter]);
        std::thread::yield_now();
    }
    terminal.answer();
    terminal.wait_for("zqxuvwxyz");
    assert_eq!(terminal.asked(), asked + 1, "one picture shows all of them");
    Ok(())
}

#[test]
fn on_a_slow_line_a_picture_comes_in_parts() -> Outcome {
    let site = Site::new()?;
    let size = Size {
        columns: 80,
        rows: 24,
    };
    let mut terminal = Terminal::start_at(&site.command(), size, Some(1_200));
    terminal.wait_for_question(1);
    let mut answered = 0;
    answer_until(&mut terminal, &mut answered, "shared: Rowhouse");
    answer_until(&mut terminal, &mut answered, "f1 help");
    assert!(answered >= 3, "it came in parts: {answered}");
    Ok(())
}

/// Answers all that is asked until a text is shown, but for the picture that shows it.
fn answer_until(terminal: &mut Terminal, answered: &mut usize, text: &str) {
    let due = Instant::now() + Duration::from_secs(20);
    loop {
        // What is asked comes with the picture: when the text is not there yet, this is of one before.
        let asked = terminal.asked();
        if terminal.contents().contains(text) {
            return;
        }
        while *answered < asked {
            terminal.answer();
            *answered += 1;
        }
        assert!(Instant::now() < due, "never shown: {text}");
        std::thread::yield_now();
    }
}

#[test]
fn thin_mode_is_taken_and_left_again_from_the_palette() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    terminal.press("ctrl-p");
    terminal.send(b"thin-mode");
    terminal.press("enter");
    terminal.wait_for("Thin mode: little is sent");
    terminal.press("ctrl-p");
    // What was typed before comes back.
    terminal.press("up");
    terminal.wait_for("Sends less to the terminal");
    terminal.press("enter");
    terminal.wait_for("Thin mode is off");
    Ok(())
}
