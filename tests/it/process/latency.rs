//! How long it takes from the key to the painted screen on a server of this machine: a save, and a
//! conflict. The figures are printed; `ROWHOUSE_ROUNDS` sets how often it is tried.

use std::time::{Duration, Instant};

use super::site::{Outcome, Site, edit};
use crate::pty::Terminal;

/// What a conflict may take at the most.
const CONFLICT_WITHIN: Duration = Duration::from_millis(150);

fn rounds() -> usize {
    let given = std::env::var("ROWHOUSE_ROUNDS").ok();
    given.map_or(7, |rounds| rounds.parse().expect("a number"))
}

fn pressed_until(terminal: &mut Terminal, keys: &str, shown: &str) -> Duration {
    let began = Instant::now();
    terminal.press(keys);
    terminal.wait_for(shown);
    began.elapsed()
}

fn told(what: &str, mut took: Vec<Duration>) -> Duration {
    took.sort();
    let (best, middle) = (took[0], took[took.len() / 2]);
    let worst = took[took.len() - 1];
    eprintln!("{what}: best {best:.1?}, median {middle:.1?}, worst {worst:.1?}");
    best
}

#[test]
fn a_conflict_is_on_the_screen_in_no_time() -> Outcome {
    let site = Site::new()?;
    let mut terminal = site.signed_in();
    edit(&mut terminal);
    let (mut saves, mut conflicts) = (Vec::new(), Vec::new());
    for round in 0..rounds() {
        terminal.send(b"x");
        let saved = format!("as version {}", 6 + 2 * round);
        saves.push(pressed_until(&mut terminal, "ctrl-s", &saved));
        site.run(&format!(
            "update equipment set description = 'Theirs {round}' where bfm_no = 'BFM-001'"
        ));
        terminal.send(b"y");
        conflicts.push(pressed_until(&mut terminal, "ctrl-s", "0 of 1 decided"));
        terminal.press("T ctrl-s");
        terminal.wait_for("nothing was left to write");
        terminal.wait_for(&format!("Theirs {round}"));
    }
    told("save", saves);
    // The best: what else this machine does is not ours.
    let best = told("conflict", conflicts);
    assert!(best < CONFLICT_WITHIN, "{best:?}");
    Ok(())
}
