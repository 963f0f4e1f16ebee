//! Plays a tape headless: several seats of the real program on one clock, a real database.
//!
//! After each step every seat is run until no question is open; then every seat polls the feed, so
//! that what the step committed has been seen everywhere before the next line is played.

mod settle;
mod steps;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::picture::Picture;
use super::report::{Failure, Played};
use super::script::{Command, Script, Step};
use super::world::World;
use crate::domain::flag::FlagRule;
use crate::domain::table::CoupleRule;
use crate::input::event::Size;
use crate::runtime::clock::Clock;
use crate::runtime::seat::Seat;
use crate::theme::Theme;

/// What to do with snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    /// The folder of the tape's snapshots.
    pub folder: PathBuf,
    /// Whether those that are missing or differ are written.
    pub update: bool,
}

/// Plays one tape.
pub struct Player {
    world: World,
    snapshots: Snapshots,
    clock: Clock,
    theme: Theme,
    seats: BTreeMap<String, Terminal>,
    latest: String,
    size: Size,
    seed: u64,
    plain: bool,
    /// Fields that belong together, for terminals started from here on.
    couples: Vec<CoupleRule>,
    flags: Vec<FlagRule>,
    /// What stands for the person's own editor.
    editor: Option<String>,
    played: Played,
}

/// One person's terminal.
struct Terminal {
    seat: Seat,
    picture: Picture,
}

/// Plays a tape in a world.
///
/// # Errors
/// The first line that fails, with the screen.
pub async fn play(script: &Script, world: World, snapshots: Snapshots) -> Result<Played, Failure> {
    let start: Timestamp = Timestamp::UNIX_EPOCH;
    let settable = world.settable_clock;
    let mut player = Player {
        world,
        snapshots,
        clock: if settable {
            Clock::settable(start)
        } else {
            Clock::Real
        },
        theme: Theme::for_snapshots(),
        seats: BTreeMap::new(),
        latest: String::new(),
        size: Size::STANDARD,
        seed: 1,
        plain: false,
        couples: Vec::new(),
        flags: Vec::new(),
        editor: None,
        played: Played::default(),
    };
    for step in &script.steps {
        let outcome = player.step(step).await;
        if let Err(what) = outcome {
            return Err(player.failure(step, what));
        }
        player.played.steps += 1;
    }
    Ok(player.played)
}

impl Player {
    async fn step(&mut self, step: &Step) -> Result<(), String> {
        if let Some(person) = &step.person {
            self.latest.clone_from(person);
        }
        steps::perform(self, &step.command).await?;
        if !matches!(step.command, Command::Expect(_) | Command::Snapshot(_)) {
            settle::all(self).await?;
        }
        Ok(())
    }

    fn failure(&self, step: &Step, what: String) -> Failure {
        let screen = self
            .seats
            .get(&self.latest)
            .map(|terminal| terminal.picture.clone());
        Failure {
            line: step.line,
            what,
            screen: screen.map(|picture| (self.latest.clone(), picture)),
        }
    }

    fn terminal(&mut self) -> Result<&mut Terminal, String> {
        let name = self.latest.clone();
        self.seats
            .get_mut(&name)
            .ok_or_else(|| format!("nobody called {name} was started"))
    }
}
